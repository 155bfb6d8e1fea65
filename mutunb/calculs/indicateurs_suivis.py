"""Les indicateurs d'un exercice : valeur, cible, tendance, alerte ; une satisfaction n'est rien sans son taux de réponse."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb import referentiel
from mutunb.dossier.modele_suivi import groupe_de
from mutunb.dossier.suivi import Suivi

#: groupes, dans l'ordre de lecture → libellé
GROUPES = {
    "economie": "Économie",
    "impact": "Impact",
    "satisfaction": "Satisfaction",
    "modernisation": "Modernisation",
    "climat": "RH et climat",
    "service": "Niveaux de service",
}
SANS_TAUX = "n.d. : taux de réponse manquant"
PEU_DE_REPONDANTS = "n.d. : trop peu de répondants"
NON_RELEVE = "n.d."
ALERTE, TENU, SOUS_CIBLE, SANS_REGLE, INCONNU = "alerte", "tenu", "sous_cible", "sans_regle", "inconnu"
MIEUX, MOINS_BIEN, STABLE, SEUL = "mieux", "moins bien", "stable", "un seul exercice"
COLONNES = (
    "fonction", "groupe", "indicateur", "libelle", "unite", "sens", "valeur", "precedente", "cible", "seuil_alerte",
    "taux_reponse", "repondants", "etat", "tendance", "reserve",
)  # fmt: skip


def indicateurs_suivis(suivi: Suivi, annee: int, seuil_repondants: int = 5) -> pd.DataFrame:
    """Indicateurs de l'exercice ``annee`` (:data:`COLONNES`), par fonction puis par groupe.

    Parameters
    ----------
    suivi : Suivi
    annee : int
        Exercice montré ; la valeur d'avant vient de l'exercice suivi le plus proche.
    seuil_repondants : int
        Répondants sous lesquels une note ne se montre pas.

    Returns
    -------
    DataFrame
        ``etat`` : ``alerte``, ``tenu`` (cible atteinte), ``sous_cible``, ``sans_regle`` (ni cible ni seuil) ou ``inconnu`` ;
        ``tendance`` : mieux, moins bien, stable ; ``reserve`` : pourquoi une valeur manque.
    """
    tout = suivi.table("indicateurs").dropna(subset=["fonction", "indicateur"])
    tout["annee"] = tout["exercice"].fillna(tout["annee"]).astype(int)
    connus = {i.id: i for f in referentiel.fonctions().values() for i in f.indicateurs}
    lignes = []
    for ligne in tout[tout["annee"].eq(annee)].itertuples():
        siens = tout[tout["fonction"].eq(ligne.fonction) & tout["indicateur"].eq(ligne.indicateur)]
        lignes.append(_ligne(ligne, siens[siens["annee"].lt(annee)].sort_values("annee"), connus, seuil_repondants))
    table = pd.DataFrame(lignes, columns=list(COLONNES))
    rangs = list(GROUPES)
    return table.sort_values(
        "groupe", key=lambda g: g.map(lambda nom: rangs.index(nom) if nom in rangs else len(rangs)), kind="stable"
    ).sort_values("fonction", key=lambda f: f.map({nom: r for r, nom in enumerate(dict.fromkeys(table["fonction"]))}), kind="stable").reset_index(drop=True)


def _ligne(ligne, avant: pd.DataFrame, connus, seuil: int) -> dict[str, object]:
    connu = connus.get(ligne.indicateur)
    groupe = ligne.groupe if isinstance(ligne.groupe, str) else groupe_de(ligne.indicateur) or "service"
    sens = ligne.sens if isinstance(ligne.sens, str) else connu.sens if connu else ""
    reserve = _reserve(ligne, groupe, seuil)
    valeur = np.nan if reserve else float(ligne.valeur)
    if groupe == "satisfaction":
        avant = avant[avant["taux_reponse"].notna() & ~avant["repondants"].lt(seuil)]
    anciennes = avant["valeur"].dropna()
    precedente = float(anciennes.iloc[-1]) if len(anciennes) else np.nan
    return {
        "fonction": ligne.fonction,
        "groupe": groupe,
        "indicateur": ligne.indicateur,
        "libelle": (connu.libelle if connu else ligne.indicateur).removesuffix(", avec taux de réponse"),
        "unite": ligne.unite if isinstance(ligne.unite, str) else connu.unite if connu else "",
        "sens": sens,
        "valeur": valeur,
        "precedente": precedente,
        "cible": ligne.cible,
        "seuil_alerte": ligne.seuil_alerte,
        "taux_reponse": ligne.taux_reponse,
        "repondants": ligne.repondants,
        "etat": etat(valeur, ligne.cible, ligne.seuil_alerte, sens),
        "tendance": tendance(precedente, valeur, ligne.cible, sens),
        "reserve": reserve,
    }


def _reserve(ligne, groupe: str, seuil: int) -> str:
    if pd.isna(ligne.valeur):
        return NON_RELEVE
    if groupe != "satisfaction":
        return ""
    if pd.isna(ligne.taux_reponse):
        return SANS_TAUX
    return PEU_DE_REPONDANTS if pd.notna(ligne.repondants) and ligne.repondants < seuil else ""


def etat(valeur: float, cible: float, seuil: float, sens: str) -> str:
    """État d'un indicateur face à son seuil et à sa cible.

    ``hausse`` : alerte sous le seuil ; ``baisse`` : alerte au-dessus ; ``cible`` : alerte si l'écart à la cible dépasse celui
    du seuil. Au seuil même, pas d'alerte.

    Examples
    --------
    >>> etat(69, 85, 75, "hausse"), etat(75, 85, 75, "hausse"), etat(90, 85, 75, "hausse")
    ('alerte', 'sous_cible', 'tenu')
    >>> etat(95, 70, 90, "cible"), etat(49, 70, 90, "cible"), etat(50, 70, 90, "cible")
    ('alerte', 'alerte', 'sous_cible')
    """
    if pd.isna(valeur):
        return INCONNU
    if sens not in ("hausse", "baisse", "cible") or (pd.isna(cible) and pd.isna(seuil)):
        return SANS_REGLE
    if sens == "cible":
        ecart = abs(valeur - cible)
        if pd.isna(cible):
            return SANS_REGLE
        if pd.notna(seuil) and ecart > abs(seuil - cible):
            return ALERTE
        return TENU if ecart == 0 else SOUS_CIBLE
    signe = 1 if sens == "hausse" else -1
    if pd.notna(seuil) and signe * valeur < signe * seuil:
        return ALERTE
    if pd.isna(cible):
        return TENU
    return TENU if signe * valeur >= signe * cible else SOUS_CIBLE


def tendance(avant: float, valeur: float, cible: float, sens: str) -> str:
    """Sens dans lequel l'indicateur a bougé ; une valeur cible se juge à la distance qui en reste.

    Examples
    --------
    >>> tendance(10, 8, 9, "baisse"), tendance(60, 68, 70, "cible"), tendance(5, 5, 5, "hausse")
    ('mieux', 'mieux', 'stable')
    """
    if pd.isna(valeur):
        return ""
    if pd.isna(avant):
        return SEUL
    if sens == "cible":
        if pd.isna(cible):
            return ""
        gain = abs(avant - cible) - abs(valeur - cible)
    elif sens in ("hausse", "baisse"):
        gain = (valeur - avant) * (1 if sens == "hausse" else -1)
    else:
        return ""
    return STABLE if abs(gain) < 1e-12 else MIEUX if gain > 0 else MOINS_BIEN

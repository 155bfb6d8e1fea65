"""Conformité des mutualisations existantes : la grille G1–G15 posée à chaque convention, ce qui manque et le remède.

Règles, dans l'ordre ::

    sans objet   l'instrument ou la fonction n'est pas concerné (référentiel)
    non          convention échue à la date d'examen (G1) ; base légale citée contraire à l'instrument (G2)
    oui, non     ce que le questionnaire déclare vérifié
    à établir    rien n'est déclaré, ou le même point est dit conforme et non conforme
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs.declarations import annee_reference, feuille, noms_des_entites
from mutunb.dossier import Dossier
from mutunb.referentiel import Controle

OUI, NON, SANS_OBJET, A_ETABLIR = "oui", "non", "sans_objet", "a_etablir"
SERVICES_COMMUNS = ("L.5211-4-2", "L.5211-4-1")
#: instrument → (article attendu, article qui n'est pas le sien)
BASES_LEGALES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"SC": SERVICES_COMMUNS, "SCC": SERVICES_COMMUNS, "MADD": SERVICES_COMMUNS[::-1], "MADA": SERVICES_COMMUNS[::-1]}
)


@dataclass(frozen=True)
class Conformite:
    """Grille remplie.

    Attributes
    ----------
    mutualisations : DataFrame
        Une ligne par convention : ``id`` (« m1 »…), ``libelle``, ``forme`` (code), ``fonction``, ``porteur``,
        ``beneficiaires`` (nombre), ``fin`` (date ou NaT) et une colonne par réponse, en nombre de contrôles.
    reponses : DataFrame
        ``mutualisation, controle`` (G1…), ``reponse``, ``raison`` (texte, vide si la réponse est déclarée).
    examen : date
        Date à laquelle les conventions sont examinées.
    """

    dossier: Dossier
    mutualisations: pd.DataFrame
    reponses: pd.DataFrame
    examen: datetime.date

    @property
    def manques(self) -> pd.DataFrame:
        """Réponses « non » : ``mutualisation, controle, raison, remede, echeance`` (date), la plus proche d'abord."""
        table = self.reponses[self.reponses["reponse"] == NON].copy()
        controles = referentiel.controles()
        table["remede"] = [controles[c].action for c in table["controle"]]
        table["echeance"] = [_plus_tard(self.examen, controles[c].delai_mois) for c in table["controle"]]
        colonnes = ["mutualisation", "controle", "raison", "remede", "echeance"]
        return table[colonnes].sort_values("echeance", kind="stable", ignore_index=True)

    @property
    def sans_terme(self) -> int:
        """Nombre de conventions dont aucune date de fin n'est donnée."""
        return int(self.mutualisations["fin"].isna().sum())


def examiner_conformite(dossier: Dossier, examen: datetime.date | None = None) -> Conformite | None:
    """Grille G1–G15 de chaque mutualisation existante ; ``None`` si aucune n'est déclarée.

    Parameters
    ----------
    examen : date, optional
        Date d'examen ; par défaut celle du T0, sinon le 31 décembre de l'exercice déclaré.
    """
    lues = feuille(dossier, "mutualisations")
    if lues is None:
        return None
    examen = examen or date_examen(dossier)
    noms = noms_des_entites(dossier)
    mutualisations, reponses = [], []
    for rang, ligne in enumerate(lues.itertuples(index=False), start=1):
        repondues = [
            {"mutualisation": f"m{rang}", "controle": id, **_reponse(controle, ligne, examen)}
            for id, controle in referentiel.controles().items()
        ]
        comptes = {r: sum(reponse["reponse"] == r for reponse in repondues) for r in (OUI, NON, A_ETABLIR, SANS_OBJET)}
        mutualisations.append({"id": f"m{rang}", **_identite(ligne, noms), **comptes})
        reponses += repondues
    return Conformite(dossier, pd.DataFrame(mutualisations), pd.DataFrame(reponses), examen)


def date_examen(dossier: Dossier) -> datetime.date:
    """Date du T0 du dossier ; à défaut, le 31 décembre de l'exercice déclaré."""
    gelee = dossier.reglages.date_t0 or (dossier.t0.date if dossier.t0 else None)
    return gelee or datetime.date(annee_reference(dossier), 12, 31)


def _identite(ligne, noms: Mapping[str, str]) -> dict:
    forme = referentiel.instrument(ligne.forme.upper())
    fonction = referentiel.fonction(ligne.fonction)
    return {
        "libelle": f"{fonction.libelle_court}, {forme.libelle[0].lower()}{forme.libelle[1:]}",
        "forme": forme.id,
        "fonction": ligne.fonction,
        "porteur": noms.get(ligne.porteur_siren, ligne.porteur_siren),
        "beneficiaires": len(_elements(ligne.beneficiaires)),
        "fin": ligne.fin,
    }


def _reponse(controle: Controle, ligne, examen: datetime.date) -> dict[str, str]:
    forme = ligne.forme.upper()
    concerne = forme in controle.instruments and (not controle.fonctions or ligne.fonction in controle.fonctions)
    if not concerne:
        return {"reponse": SANS_OBJET, "raison": ""}
    raison = _contradiction(controle, ligne, forme, examen)
    if raison:
        return {"reponse": NON, "raison": raison}
    conforme, contraire = (controle.point in _elements(c) for c in (ligne.conformite, ligne.non_conformite))
    if conforme and contraire:
        return {"reponse": A_ETABLIR, "raison": "le même point est déclaré conforme et non conforme"}
    return {"reponse": OUI if conforme else NON if contraire else A_ETABLIR, "raison": ""}


def _contradiction(controle: Controle, ligne, forme: str, examen: datetime.date) -> str:
    """Ce que les dates et la base légale citée démentent ; vide si rien."""
    if controle.point == "convention_signee" and pd.notna(ligne.fin) and ligne.fin.date() < examen:
        return f"la convention a pris fin le {formats.date(ligne.fin.date())}"
    if controle.point == "base_legale" and forme in BASES_LEGALES and pd.notna(ligne.base_legale):
        attendue, autre = BASES_LEGALES[forme]
        cite = _article(ligne.base_legale)
        if _article(autre) in cite and _article(attendue) not in cite:
            return f"la base citée est l'article {autre}, celle de cet instrument est l'article {attendue}"
    return ""


def _article(texte: str) -> str:
    """« L. 5211-4-2 » et « L5211-4-2 » → « l5211-4-2 »."""
    return str(texte).lower().replace(".", "").replace(" ", "").replace("\u00a0", "")


def _elements(liste: object) -> Iterable[str]:
    return [morceau.strip() for morceau in str(liste).split(";") if morceau.strip()] if pd.notna(liste) else []


def _plus_tard(depart: datetime.date, mois: int) -> datetime.date:
    return (pd.Timestamp(depart) + pd.DateOffset(months=mois)).date()

"""Les tableaux tirés des effectifs déclarés : estimé contre déclaré, dispersion locale, volumes par ETP, fragilité."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.declarations import feuille, source
from mutunb.calculs.effectifs import BORNES, FONCTIONS_ESTIMEES, Effectifs
from mutunb.calculs.effectifs_publies import FONDATRICES, effectifs_publies, etendre, note_masque
from mutunb.calculs.petits_nombres import NOTE as NOTE_PETITS_NOMBRES
from mutunb.calculs.petits_nombres import petits_nombres
from mutunb.calculs.tableau import Tableau
from mutunb.dossier.confidentialite import est_consultant

#: un quartile se publie sur au moins ce nombre d'entités ; un quartile de coût, si chacune a au moins ce nombre de postes
ENTITES_QUARTILE, POSTES_QUARTILE = 5, 3
#: fonction → (volumes annuels à additionner, ce qu'ils comptent, repère sourcé à rapprocher)
VOLUMES: Mapping[str, tuple[tuple[str, ...], str, str]] = MappingProxyType(
    {
        "comptabilite_finances": (("mandats", "titres"), "mandats et titres par an", "FI08"),
        "ressources_humaines": (("bulletins",), "bulletins par mois", "RH29"),
        "systemes_information": (("postes",), "postes informatiques", "SI14"),
        "application_droit_sols": (("equivalents_permis",), "équivalents-permis par an", "AD04"),
    }
)
QUARTILES = {"q1": 0.25, "mediane": 0.5, "q3": 0.75}
LIBELLES_QUARTILES = {"q1": "1er quartile", "mediane": "Médiane", "q3": "3e quartile"}


def _libelle(fonction: str) -> str:
    return referentiel.fonction(fonction).libelle_court


def tableau_comparaison(effectifs: Effectifs) -> Tableau | None:
    """Estimé contre déclaré, là où les deux existent ; ``None`` sans réponse."""
    if effectifs.declares is None:
        return None
    lignes = []
    for fonction in FONCTIONS_ESTIMEES:
        declare = effectifs.declares.etp[fonction]
        bornes = {b: effectifs.estimes[b][fonction] for b in BORNES}
        deux = declare.notna() & bornes["central"].notna()
        dedans = declare[deux].between(bornes["bas"][deux], bornes["haut"][deux])
        ligne = {"fonction": _libelle(fonction), "entites": int(deux.sum())}
        ligne |= {f"estime_{b}": bornes[b][deux].sum(min_count=1) for b in BORNES}
        ligne["declare"] = declare[deux].sum(min_count=1)
        lignes.append(ligne | {"dans_l_intervalle": int(dedans.sum())})
    etp = [*(f"estime_{b}" for b in BORNES), "declare"]
    territoire = effectifs.dossier.territoire
    return Tableau(
        id="effectifs_comparaison",
        titre="Ce que l'estimation disait, ce que les mairies déclarent",
        donnees=pd.DataFrame(lignes),
        unites={"fonction": "texte", "entites": "nombre", **dict.fromkeys(etp, "etp"), "dans_l_intervalle": "nombre"},
        libelles={
            "fonction": "Fonction",
            "entites": "Entités comparées",
            "estime_bas": "Estimé, bas",
            "estime_central": "Estimé, central",
            "estime_haut": "Estimé, haut",
            "declare": "Déclaré",
            "dans_l_intervalle": "Entités entre bas et haut",
        },
        perimetre=f"entités de {mentions.perimetre_bloc(territoire)} qui ont répondu et dont les comptes permettent l'estimation",
        source=f"{source(effectifs.dossier)} ; {mentions.estimation(territoire)}",
        statuts={
            **dict.fromkeys(etp[:3], "estime"),
            **dict.fromkeys(("entites", "declare"), "declare"),
            "dans_l_intervalle": "mixte",
        },
        note=f"L'estimation tient compte de l'effectif total déclaré quand il est connu. {note_masque(effectifs.dossier)}",
        masque=etendre([effectifs_publies(effectifs).comparables[f] for f in FONCTIONS_ESTIMEES], ["declare"]),
    )


def tableau_dispersion(effectifs: Effectifs) -> Tableau | None:
    """ETP pour 1 000 habitants des communes et coût d'un ETP : médiane et quartiles locaux ; ``None`` sans réponse."""
    if effectifs.declares is None:
        return None
    donnees = pd.DataFrame([_dispersion(effectifs, fonction) for fonction in FONDATRICES])
    masquees = [not _cout_diffusable(effectifs, fonction) for fonction in FONDATRICES]
    peu = donnees["communes"].lt(ENTITES_QUARTILE)
    ratios = [f"etp_{q}" for q in QUARTILES]
    couts = [f"cout_{q}" for q in QUARTILES]
    return Tableau(
        id="effectifs_dispersion",
        titre="Dispersion locale des effectifs et des coûts déclarés",
        donnees=donnees,
        unites={
            "fonction": "texte",
            **dict.fromkeys(("communes", "sans_poste"), "nombre"),
            **dict.fromkeys(ratios, "valeur"),
            **dict.fromkeys(couts, "eur_etp"),
        },
        libelles={
            "fonction": "Fonction",
            "communes": "Communes répondantes",
            "sans_poste": "dont sans aucun poste",
            **{f"etp_{q}": f"ETP pour 1\u00a0000 habitants, {t.lower()}" for q, t in LIBELLES_QUARTILES.items()},
            **{f"cout_{q}": f"Coût d'un ETP, {t.lower()}" for q, t in LIBELLES_QUARTILES.items()},
        },
        perimetre=mentions.perimetre_communes(effectifs.dossier.territoire),
        source=source(effectifs.dossier),
        statuts="declare",
        note=f"Quartiles masqués sous {ENTITES_QUARTILE} entités ; celui d'un coût (EPCI compris, au millier d'euros), si une "
        f"entité a moins de {POSTES_QUARTILE} postes : ce serait le coût d'un agent. Ratios arrondis à 1, 1,5, 2, 3, 5 ou 7. "
        "L'écart entre communes se lit avant tout repère extérieur : il tient d'abord à leur taille.",
        masque=pd.concat([etendre(peu, ratios), etendre(pd.Series(masquees) & donnees[couts[0]].notna(), couts)], axis=1),
        arrondis=dict.fromkeys(ratios, "large"),
    )


def _payees(effectifs: Effectifs, fonction: str) -> pd.Series:
    """Entités dont l'ETP et le coût de la fonction sont déclarés."""
    return effectifs.declares.etp[fonction].gt(0) & effectifs.declares.couts[fonction].notna()


def _cout_diffusable(effectifs: Effectifs, fonction: str) -> bool:
    """Vrai si au moins cinq entités paient la fonction, chacune pour trois postes au moins.

    Un quartile est le chiffre d'une entité, ou tombe entre ceux de deux : à un ou deux postes, c'est le coût d'un agent,
    que l'arrondi ne cache pas.
    """
    payees = _payees(effectifs, fonction)
    return bool(payees.sum() >= ENTITES_QUARTILE and effectifs.declares.agents.loc[payees, fonction].ge(POSTES_QUARTILE).all())


def _dispersion(effectifs: Effectifs, fonction: str) -> dict:
    """Le coût est arrondi au millier : sur peu d'entités, un quartile exact serait le coût d'un agent."""
    declares = effectifs.declares
    etp = declares.etp[fonction]
    communes = etp[effectifs.communes].dropna()
    ratios = communes / effectifs.entites.loc[communes.index, "population"] * 1000
    unitaires = (declares.couts[fonction] / etp)[_payees(effectifs, fonction)]
    return {
        "fonction": _libelle(fonction),
        "communes": len(communes),
        "sans_poste": int((communes == 0).sum()),
        **{f"etp_{q}": ratios.quantile(c) for q, c in QUARTILES.items()},
        **{f"cout_{q}": np.round(unitaires.quantile(c), -3) for q, c in QUARTILES.items()},
    }


def tableau_volumes(effectifs: Effectifs) -> Tableau | None:
    """Volumes traités par ETP, dispersion locale d'abord, repère sourcé ensuite ; ``None`` sans volume déclaré."""
    volumes = feuille(effectifs.dossier, "activite")
    if effectifs.declares is None or volumes is None:
        return None
    lignes = [ligne for f in VOLUMES if (ligne := _volumes(effectifs, volumes, f)) is not None]
    if not lignes:
        return None
    return Tableau(
        id="effectifs_volumes",
        titre="Volumes traités par équivalent temps plein",
        donnees=pd.DataFrame(lignes),
        unites={
            **dict.fromkeys(("fonction", "volume", "repere", "niveau"), "texte"),
            **dict.fromkeys(("entites", *QUARTILES), "nombre"),
        },
        libelles={
            "fonction": "Fonction",
            "volume": "Volume",
            "entites": "Entités",
            **LIBELLES_QUARTILES,
            "repere": "Repère publié ou d'usage",
            "niveau": "Niveau de preuve du repère",
        },
        perimetre=f"entités de {mentions.perimetre_bloc(effectifs.dossier.territoire)} dont le volume et l'ETP sont déclarés",
        source=f"{source(effectifs.dossier)} ; repères du référentiel",
        statuts="declare",
        note="Un volume par ETP n'est pas une performance : il dépend de ce que l'agent fait d'autre et de l'outil. "
        f"Le repère situe, il ne juge pas. Masqué sous {ENTITES_QUARTILE} entités ; arrondi à 1, 1,5, 2, 3, 5 ou 7.",
        masque=etendre([ligne["entites"] < ENTITES_QUARTILE for ligne in lignes], QUARTILES),
        arrondis=dict.fromkeys(QUARTILES, "large"),
    )


def _volumes(effectifs: Effectifs, volumes: pd.DataFrame, fonction: str) -> dict | None:
    indicateurs, libelle, identifiant = VOLUMES[fonction]
    siens = volumes[volumes["fonction"].eq(fonction) & volumes["indicateur"].isin(indicateurs)]
    siens = siens[siens["exercice"].isna() | siens["exercice"].eq(siens["exercice"].max())]
    par_entite = siens.groupby("siren")["valeur"].agg(lambda valeurs: valeurs.sum(skipna=False))
    complets = siens.groupby("siren")["indicateur"].nunique().eq(len(indicateurs))
    valeurs = effectifs.entites["siren"].map(par_entite[complets])
    etp = effectifs.declares.etp[fonction]
    rapports = (valeurs / etp.where(etp > 0)).dropna()
    if rapports.empty:
        return None
    repere = referentiel.repere(identifiant)
    return {
        "fonction": _libelle(fonction),
        "volume": libelle,
        "entites": len(rapports),
        **{q: rapports.quantile(c) for q, c in QUARTILES.items()},
        "repere": f"{formats.nombre(repere.bas)} à {formats.nombre(repere.haut)}",
        "niveau": repere.niveau,
    }


def tableau_fragilite(effectifs: Effectifs) -> Tableau | None:
    """Par fonction : entités sous un ETP, tenues par une seule personne, sans remplaçant ; ``None`` sans réponse.

    Le consultant y lit aussi les départs de chaque fonction ; le client ne les lit que toutes fonctions réunies.
    """
    if effectifs.declares is None:
        return None
    qualite = feuille(effectifs.dossier, "qualite")
    donnees = pd.DataFrame([_fragilite(effectifs, fonction, qualite) for fonction in FONDATRICES])
    peu = donnees.pop("decouverts").lt(ENTITES_QUARTILE) & donnees["jours_decouverts"].notna()
    if not est_consultant():
        donnees = donnees.drop(columns=["departs", "departs_etp"])
    unites = {"fonction": "texte", **dict.fromkeys(donnees.columns[1:], "nombre")} | {"departs_etp": "etp"}
    return Tableau(
        id="effectifs_fragilite",
        titre="Où la fonction tient à une personne",
        donnees=donnees,
        unites=unites,
        libelles={
            "fonction": "Fonction",
            "repondantes": "Entités répondantes",
            "sous_un": "dont moins d'un ETP",
            "seules": "dont un seul poste",
            "sans_remplacant": "dont ce poste sans remplaçant",
            "departs": f"Postes quittés d'ici {effectifs.declares.annee + 5}",
            "departs_etp": "ETP correspondants",
            "jours_decouverts": "Jours sans couverture dans l'année (médiane)",
        },
        perimetre=f"entités de {mentions.perimetre_bloc(effectifs.dossier.territoire)} qui ont répondu",
        source=source(effectifs.dossier),
        statuts="declare",
        note="Moins d'un ETP comprend les entités sans aucun poste dans la fonction. Un poste partagé entre plusieurs "
        f"fonctions compte dans chacune. {NOTE_PETITS_NOMBRES} Jours sans couverture : feuille « qualité et risques », masqués "
        f"sous {ENTITES_QUARTILE} entités, arrondis à 1, 1,5, 2, 3, 5 ou 7.",
        masque=petits_nombres(donnees, ["seules", "sans_remplacant"]).assign(jours_decouverts=peu),
        arrondis={"jours_decouverts": "large"},
    )


def _fragilite(effectifs: Effectifs, fonction: str, qualite: pd.DataFrame | None) -> dict:
    declares = effectifs.declares
    etp = declares.etp[fonction].dropna()
    isoles = declares.isolements.query("fonction == @fonction")
    partants = declares.departs.query("fonction == @fonction")
    jours = pd.DataFrame({"siren": [], "jours_decouverts": []})
    if qualite is not None:
        jours = qualite.loc[qualite["fonction"].eq(fonction), ["siren", "jours_decouverts"]].dropna()
    return {
        "fonction": _libelle(fonction),
        "repondantes": len(etp),
        "sous_un": int((etp < effectifs.seuil_plein).sum()),
        "seules": len(isoles),
        "sans_remplacant": int(isoles["sans_remplacant"].sum()),
        "departs": int(partants["postes"].sum()),
        "departs_etp": float(partants["etp"].sum()),
        "jours_decouverts": jours["jours_decouverts"].median(),
        "decouverts": jours["siren"].nunique(),
    }

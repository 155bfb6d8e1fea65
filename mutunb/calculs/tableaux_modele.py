"""Les tableaux du modèle économique : la tendance, la charge, la transition, les scénarios, les flux, les gains."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.charge import PRODUCTIVITES
from mutunb.calculs.cout_service import cout_en_croisiere
from mutunb.calculs.couts_publies import couts_declares
from mutunb.calculs.declarations import a_repondu, source
from mutunb.calculs.ligne import COUT
from mutunb.calculs.masquage import TOTAL
from mutunb.calculs.modele_economique import MIXTE, ModeleEconomique
from mutunb.calculs.scenarios import SCENARIOS
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.trajectoire import TAUX

BORNES = ("bas", "central", "haut")
LIBELLES_BORNES = {"bas": "Bas", "central": "Central", "haut": "Haut"}
LIBELLES_SCENARIOS = {**{s.id: s.libelle for s in SCENARIOS.values()}, MIXTE: "Retenu"}
NATURES = {
    "preparation": "ponctuel, avant la date d'effet",
    "bascule": "ponctuel, l'année de la bascule",
    "recurrent": "récurrent",
    "degressif": "récurrent, décroît en trois ans",
}
EUROS_CONSTANTS = "Euros constants"
SUITE_EVITES = " ; « avec coûts évités » y ajoute la famille GB, des dépenses que personne n'avait encore engagées"
#: ce que compte le volume annuel d'une fonction
UNITES_COMPTEES = {
    "comptabilite_finances": "mandats et titres",
    "ressources_humaines": "bulletins",
    "systemes_information": "postes informatiques",
    "achats": "procédures",
    "application_droit_sols": "équivalents-permis",
}


def libelle_fonction(fonction: str) -> str:
    """Libellé court d'une fonction."""
    return referentiel.fonction(fonction).libelle_court


def perimetre(modele: ModeleEconomique) -> str:
    """Périmètre du projet, en une phrase."""
    return f"fonctions retenues, {mentions.perimetre_bloc(modele.projet.dossier.territoire)}"


def provenance(modele: ModeleEconomique) -> str:
    """D'où viennent les coûts et les hypothèses."""
    dossier = modele.projet.dossier
    base = f"{source(dossier)} ; ailleurs, " if a_repondu(dossier) else ""
    return f"{base}{mentions.estimation(dossier.territoire)} ; hypothèses du modèle"


def statut_base(modele: ModeleEconomique) -> str:
    """Statut des coûts actuels du projet : commun aux fonctions, sinon ``mixte``."""
    statuts = {s.assiette.statut for s in modele.services(modele.scenario_retenu) if s.assiette.connues.any()}
    return statuts.pop() if len(statuts) == 1 else "mixte" if statuts else "estime"


def _tableau(modele: ModeleEconomique, donnees: pd.DataFrame, colonnes: Mapping[str, tuple[str, str]], **suite) -> Tableau:
    """Tableau dont ``colonnes`` donne, dans l'ordre, l'en-tête et l'unité."""
    return Tableau(
        donnees=donnees[list(colonnes)],
        libelles={c: libelle for c, (libelle, _) in colonnes.items()},
        unites={c: unite for c, (_, unite) in colonnes.items()},
        **{"perimetre": perimetre(modele), "source": provenance(modele), "statuts": "hypothese", **suite},
    )


def fonctions_masquees(modele: ModeleEconomique) -> set[str]:
    """Fonctions dont le coût déclaré, même total, repose sur trop peu d'agents pour se montrer au client."""
    publies = couts_declares(modele.fondation.lecture.effectifs)
    if publies is None:
        return set()
    return {f for f in modele.projet.choix if f in publies.masque.index and publies.masque.at[f, TOTAL]}


def _masque(donnees: pd.DataFrame, fonctions: list[str], masquees: set[str], colonnes: list[str]) -> pd.DataFrame:
    """Lignes masquées et, avec elles, le total : il rendrait la ligne cachée."""
    lignes = [f in masquees for f in fonctions] + [bool(masquees)] * (len(donnees) - len(fonctions))
    return pd.DataFrame({c: lignes for c in colonnes}, index=donnees.index).reindex(columns=donnees.columns, fill_value=False)


def tableau_tendance(modele: ModeleEconomique) -> Tableau | None:
    """Coût actuel de chaque fonction et ce qu'il devient sans projet ; ``None`` si aucune fonction n'est retenue."""
    if modele.est_vide:
        return None
    lignes = []
    for fonction, serie in modele.tendances.items():
        base = modele.service(fonction, "etendu").assiette
        couts = {f"cout_{b}": base.cout(b) for b in BORNES}
        lignes.append({"fonction": libelle_fonction(fonction), "etp": base.etp(), **couts, "fin": float(serie[-1])})
    donnees = pd.DataFrame(lignes)
    total = {c: donnees[c].sum(min_count=1) for c in donnees.columns[1:]}
    donnees = pd.concat([donnees, pd.DataFrame([{"fonction": "Total des fonctions chiffrées", **total}])], ignore_index=True)
    chiffres = ["etp", *(f"cout_{b}" for b in BORNES), "fin"]
    annee = modele.fondation.annee_reference
    return _tableau(
        modele,
        donnees,
        {
            "fonction": ("Fonction", "texte"),
            "etp": ("ETP actuels", "etp"),
            "cout_bas": (f"Coût {annee}, bas", "eur"),
            "cout_central": (f"Coût {annee}, central", "eur"),
            "cout_haut": (f"Coût {annee}, haut", "eur"),
            "fin": (f"Coût {modele.annees[-1]} sans projet", "eur"),
        },
        id="modele_tendance",
        titre="Ce que coûtent ces fonctions aujourd'hui, et ce qu'elles coûteraient sans projet",
        perimetre=f"toutes les entités, {mentions.perimetre_bloc(modele.projet.dossier.territoire)}",
        statuts={**dict.fromkeys(chiffres, statut_base(modele)), "fin": "hypothese"},
        total=True,
        note=f"{EUROS_CONSTANTS} {annee}. « n.d. » : la fonction ne s'estime pas sur les comptes publics et n'est pas déclarée ; "
        "elle n'est dans aucun total.",
        masque=_masque(donnees, list(modele.projet.choix), fonctions_masquees(modele), chiffres),
    )


def tableau_dimensionnement(modele: ModeleEconomique) -> Tableau | None:
    """Effectif que les volumes déclarés demandent, face à l'effectif actuel ; ``None`` sans volume déclaré."""
    charges = {f: modele.service(f, "cible").charge for f in modele.projet.choix}
    connues = {f: c for f, c in charges.items() if c.est_connue}
    if not connues:
        return None
    donnees = pd.DataFrame(
        {
            "fonction": [libelle_fonction(f) for f in connues],
            "entites": [c.entites for c in connues.values()],
            "volume": [c.volume for c in connues.values()],
            "unite": [UNITES_COMPTEES[f] for f in connues],
            "etp": [c.etp for c in connues.values()],
            "besoin_bas": [c.besoin_bas for c in connues.values()],
            "besoin": [c.besoin for c in connues.values()],
            "besoin_haut": [c.besoin_haut for c in connues.values()],
            "productivite": [_productivite(modele, f) for f in connues],
        }
    )
    return _tableau(
        modele,
        donnees,
        {
            "fonction": ("Fonction", "texte"),
            "entites": ("Entités comparées", "nombre"),
            "volume": ("Volume annuel déclaré", "nombre"),
            "unite": ("Unité", "texte"),
            "etp": ("ETP actuels", "etp"),
            "besoin_bas": ("Besoin, productivité haute", "etp"),
            "besoin": ("Besoin, productivité centrale", "etp"),
            "besoin_haut": ("Besoin, productivité basse", "etp"),
            "productivite": ("Productivité supposée", "texte"),
        },
        id="modele_dimensionnement",
        titre="L'effectif que la charge de travail demande",
        perimetre="entités dont le volume et l'effectif sont déclarés, dans le périmètre de chaque fonction",
        statuts={
            **dict.fromkeys(("entites", "volume", "etp"), "declare"),
            **dict.fromkeys(("besoin_bas", "besoin", "besoin_haut"), "hypothese"),
        },
        note="Au demi-poste supérieur, avec le minimum de continuité. Les productivités sont d'usage (à vérifier) : un départ n'est "
        "laissé sans remplaçant que si l'effectif dépasse encore la charge à la productivité la plus basse.",
        masque=_masque(donnees, list(connues), fonctions_masquees(modele), ["etp"]),
    )


def _productivite(modele: ModeleEconomique, fonction: str) -> str:
    h = modele.fondation.hypotheses[PRODUCTIVITES[fonction][0]]
    return f"{formats.nombre(h.bas)} à {formats.nombre(h.haut)} {h.unite}"


def tableau_transition(modele: ModeleEconomique) -> Tableau | None:
    """Coûts que le scénario retenu ajoute, dépense par dépense, ponctuelles d'abord ; ``None`` sans aucun coût."""
    lignes = [li for s in modele.services(modele.scenario_retenu) for li in s.lignes if li.famille == COUT]
    if not lignes:
        return None
    table = pd.DataFrame(
        [
            {"ordre": list(NATURES).index(li.nature), "depense": li.libelle, "nature": NATURES[li.nature], "annee": li.annee,
             **{b: getattr(li, b) for b in BORNES}}
            for li in lignes
        ]
    )  # fmt: skip
    groupes = table.groupby(["ordre", "depense", "nature"], as_index=False)
    donnees = groupes.agg(bas=("bas", "sum"), central=("central", "sum"), haut=("haut", "sum"), debut=("annee", "min"), fin=("annee", "max"))
    donnees = donnees.sort_values(["ordre", "central"], ascending=[True, False], ignore_index=True)
    donnees["quand"] = [str(d) if d == f else f"{d} à {f}" for d, f in zip(donnees["debut"], donnees["fin"], strict=True)]
    return _tableau(
        modele,
        donnees,
        {
            "depense": ("Dépense", "texte"),
            "nature": ("Nature", "texte"),
            "quand": ("Année", "texte"),
            **{b: (LIBELLES_BORNES[b], "eur") for b in BORNES},
        },
        id="modele_transition",
        titre=f"Ce que la mise en commun ajoute, scénario {LIBELLES_SCENARIOS[modele.scenario_retenu].lower()}",
        note="Montant une seule fois pour une dépense ponctuelle, par an pour une dépense récurrente : les deux ne s'additionnent pas. Ces "
        "montants sont d'usage (à vérifier) ; un devis ou une délibération les remplace. Un petit service, une petite entité ou un "
        "groupement de contrats se tient au bas de la fourchette : son central est alors la borne basse.",
    )


def tableau_scenarios(modele: ModeleEconomique) -> Tableau | None:
    """Les scénarios côte à côte, chacun contre la tendance ; ``None`` si aucune fonction n'est retenue."""
    if modele.est_vide:
        return None
    lignes = []
    for scenario, tracee in modele.trajectoires.items():
        lignes.append(
            {
                "scenario": LIBELLES_SCENARIOS[scenario],
                "ponctuels": tracee.ponctuels.sum(),
                "recurrents": tracee.recurrents[-1],
                "gains": tracee.gains[-1],
                **{f"van_{rang}": float(tracee.etude.van_eur[taux]) for rang, taux in enumerate(TAUX)},
                "van_evites": float(tracee.etude_avec_evites.van_eur[modele.taux]),
                "retour": str(tracee.etude.retour_simple),
                "retour_actualise": str(tracee.etude.retour_actualise[modele.taux]),
            }
        )
    donnees = pd.DataFrame(lignes)
    van = {f"van_{r}": (f"VAN à {formats.pourcent(t, 1 if t else 0)}", "eur") for r, t in enumerate(TAUX)}
    actualise = formats.pourcent(modele.taux, 1)
    evite = any(li.famille == "GB" for s in modele.scenarios for service in modele.services(s) for li in service.lignes)
    memes = donnees["retour"].eq(donnees["retour_actualise"]).all()
    return _tableau(
        modele,
        donnees,
        {
            "scenario": ("Scénario", "texte"),
            "ponctuels": ("Transition, une fois", "eur"),
            "recurrents": (f"Coûts ajoutés en {modele.annees[-1]}", "eur_an"),
            "gains": (f"Économies en {modele.annees[-1]}", "eur_an"),
            **van,
            **({"van_evites": (f"VAN avec coûts évités, à {actualise}", "eur")} if evite else {}),
            "retour": ("Retour, simple et actualisé" if memes else "Retour simple", "texte"),
            **({} if memes else {"retour_actualise": (f"Retour actualisé à {actualise}", "texte")}),
        },
        id="modele_scenarios",
        titre="Les scénarios face à la tendance",
        note=f"{EUROS_CONSTANTS} {modele.fondation.annee_reference}, de {modele.annees[0]} à {modele.annees[-1]}, année 0 non actualisée. "
        f"VAN : économies budgétaires (famille GA) moins coûts ajoutés{SUITE_EVITES if evite else ''}. Retour interpolé dans l'année.",
    )


def tableau_flux(modele: ModeleEconomique) -> Tableau | None:
    """Flux du scénario retenu, année par année, contre la tendance ; ``None`` si aucune fonction n'est retenue."""
    if modele.est_vide:
        return None
    tracee = modele.trajectoire
    etude = tracee.etude
    donnees = pd.DataFrame(
        {
            "annee": [str(a) for a in modele.annees],
            "tendance": modele.cout_tendance,
            "ponctuels": tracee.ponctuels,
            "recurrents": tracee.recurrents,
            "gains": tracee.gains,
            "net": [float(v) for v in etude.flux_net_eur],
            "cumul": [float(v) for v in etude.cumul_eur],
            "cumul_actualise": [float(v) for v in etude.cumul_actualise_eur[modele.taux]],
        }
    )
    return _tableau(
        modele,
        donnees,
        {
            "annee": ("Année", "texte"),
            "tendance": ("Coût sans projet", "eur"),
            "ponctuels": ("Transition", "eur"),
            "recurrents": ("Coûts ajoutés", "eur"),
            "gains": ("Économies (GA)", "eur"),
            "net": ("Flux net", "eur"),
            "cumul": ("Cumul", "eur"),
            "cumul_actualise": (f"Cumul actualisé à {formats.pourcent(modele.taux, 1)}", "eur"),
        },
        id="modele_flux",
        titre=f"Les flux année par année, scénario {LIBELLES_SCENARIOS[modele.scenario_retenu].lower()}",
        note=f"{EUROS_CONSTANTS} {modele.fondation.annee_reference}. Le coût sans projet est celui des fonctions chiffrées, toutes "
        "entités ; les autres colonnes sont des écarts à cette tendance.",
    )


def tableau_services(modele: ModeleEconomique) -> Tableau | None:
    """Coût actuel et coût du service en régime de croisière, par fonction ; ``None`` si rien n'est chiffré."""
    services = modele.services(modele.scenario_retenu)
    couts = {s.fonction: (s, cout_en_croisiere(s.assiette, s.lignes, s.etp)) for s in services}
    connus = {f: paire for f, paire in couts.items() if paire[1].est_connu}
    if not connus:
        return None
    donnees = pd.DataFrame(
        {
            "fonction": [libelle_fonction(f) for f in connus],
            "entites": [f"{c.entites_connues} sur {c.entites}" for _, c in connus.values()],
            "actuel": [s.assiette.cout() for s, _ in connus.values()],
            "bas": [c.bas_eur for _, c in connus.values()],
            "central": [c.central_eur for _, c in connus.values()],
            "haut": [c.haut_eur for _, c in connus.values()],
            "ecart": [c.central_eur / s.assiette.cout() - 1 if s.assiette.cout() else np.nan for s, c in connus.values()],
        }
    )
    return _tableau(
        modele,
        donnees,
        {
            "fonction": ("Fonction", "texte"),
            "entites": ("Entités chiffrées", "texte"),
            "actuel": ("Coût actuel", "eur"),
            "bas": ("Coût du service, bas", "eur"),
            "central": ("Coût du service, central", "eur"),
            "haut": ("Coût du service, haut", "eur"),
            "ecart": ("Écart", "part_fine"),
        },
        id="modele_services",
        titre="Ce que coûterait chaque service une fois installé",
        perimetre="entités du périmètre de chaque fonction dont le coût est connu ou estimé",
        statuts={"actuel": statut_base(modele), **dict.fromkeys(("bas", "central", "haut", "ecart"), "hypothese")},
        note="Par an, en régime de croisière, hors transition et hors hausse tendancielle. Un groupement de commandes n'y est pas : "
        "il ne met pas d'équipe en commun.",
        masque=_masque(donnees, list(connus), fonctions_masquees(modele), ["actuel", "bas", "central", "haut", "ecart"]),
    )

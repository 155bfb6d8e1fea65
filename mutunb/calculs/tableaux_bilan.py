"""Les tableaux du bilan : coûts et ETP face au T0 et à la tendance, qui paie, écarts expliqués, gains et preuves, dotations."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs import bilan_annuel as b
from mutunb.calculs.bilan_annuel import Bilan, LigneBilan
from mutunb.calculs.depart import DEMONTRABLE
from mutunb.calculs.diffusion import COMMUNES_MIN
from mutunb.calculs.gains import FAMILLES
from mutunb.calculs.gains_realises import par_famille
from mutunb.calculs.realise import realiser
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_suivi import libelle_fonction, perimetre_suivi, source_suivi
from mutunb.dossier.confidentialite import est_consultant

#: part du coût de départ qu'un écart entre deux bilans, arrondis comme ils se montrent, laisse lire
PART_LISIBLE = 0.01
LECTURES = {
    b.SOUS_LA_TENDANCE: "moins que sans projet",
    b.DANS_LA_MARGE: "dans la marge : ni économie, ni surcoût démontrés",
    b.AU_DESSUS_DE_LA_TENDANCE: "plus que sans projet",
    b.COUT_INCONNU: "coût réel à relever",
    b.SANS_PREUVE: "gain non démontrable",
    b.SANS_DEPART: "coût de départ inconnu",
}
TENDANCE = (
    "« Sans projet » : le coût de départ des mêmes entités, au prorata de leur présence, porté à l'année par la hausse du coût d'un "
    "agent, des prix et des volumes (hypothèses d'usage, à vérifier)."
)
HORS_SUIVI = "Ce que les communes ont gardé hors du service (temps résiduel, locaux) n'est pas dans le suivi : à relever avant de conclure."


def _tableau(bilan: Bilan, donnees: pd.DataFrame, colonnes: Mapping[str, tuple[str, str]], **suite) -> Tableau:
    return Tableau(
        donnees=donnees[list(colonnes)],
        libelles={c: libelle for c, (libelle, _) in colonnes.items()},
        unites={c: unite for c, (_, unite) in colonnes.items()},
        **{"perimetre": perimetre_suivi(bilan.bord), "source": source_suivi(bilan.bord), "statuts": "constate", **suite},
    )


def source_bilan(bilan: Bilan) -> str:
    """Source d'une comparaison : le suivi, et la version du T0."""
    return f"{source_suivi(bilan.bord)} ; départ : {bilan.bord.depart.reference or 'réponses et comptes non gelés'}"


def statut_reel(bilan: Bilan) -> str:
    """``constate``, ou ``estime`` si l'exercice est prolongé jusqu'à sa clôture."""
    return "estime" if bilan.bord.est_prolonge else "constate"


def statut_depart(bilan: Bilan) -> str:
    """``declare`` si toutes les entités ont déclaré leur coût de départ, sinon ``mixte``."""
    return "declare" if all(li.preuve == DEMONTRABLE for li in bilan.lignes) else "mixte"


def note_prolongement(bilan: Bilan) -> str:
    """Méthode de prévision d'un exercice partiel ; vide s'il est clos."""
    if not bilan.bord.est_prolonge:
        return ""
    return (
        f" Exercice non clos ({formats.pourcent(bilan.bord.exercice.part_ecoulee)} de l'année compté) : le réel est une prévision à la "
        "clôture, au prorata du temps ; budgets annuels, annuités et inventaires n'y sont pas prolongés."
    )


def tableau_couts(bilan: Bilan) -> Tableau | None:
    """Coût de départ, sans projet, prévu et réel de chaque fonction, EPCI et communes réunis ; ``None`` sans suivi."""
    if not bilan.lignes:
        return None
    donnees = pd.DataFrame([_ligne_cout(li) for li in bilan.lignes])
    total = {c: donnees[c].sum(skipna=False) for c in ("depart", "sans_projet", "prevu", "reel", "ecart")}
    donnees = pd.concat([donnees, pd.DataFrame([{"fonction": "Ensemble", **total, "lecture": "—"}])], ignore_index=True)
    caches = [li.fonction in masquees(bilan) for li in bilan.lignes]
    masque = pd.DataFrame({c: [*caches, any(caches)] for c in ("depart", "sans_projet", "prevu", "ecart")})
    depart = {"depart": statut_depart(bilan)}
    return _tableau(
        bilan,
        donnees,
        {
            "fonction": ("Fonction", "texte"),
            "depart": (f"Départ {bilan.bord.depart.annee}", "eur"),
            "sans_projet": ("Sans projet", "eur"),
            "prevu": ("Prévu", "eur"),
            "reel": ("Réel", "eur"),
            "ecart": ("Réel moins sans projet", "eur"),
            "lecture": ("Lecture", "texte"),
        },
        id="bilan_couts",
        titre=f"Coût {bilan.annee} des services, budgets de l'EPCI et des communes réunis",
        source=source_bilan(bilan),
        statuts={"sans_projet": "hypothese", "prevu": "hypothese", "reel": statut_reel(bilan), "ecart": "hypothese", **depart},
        total=True,
        masque=masque.reindex(columns=donnees.columns, fill_value=False),
        note=f"{TENDANCE} {HORS_SUIVI}{note_prolongement(bilan)}",
    )


def _ligne_cout(ligne: LigneBilan) -> dict[str, object]:
    return {
        "fonction": libelle_fonction(ligne.fonction),
        "depart": ligne.contrefactuel.depart_eur,
        "sans_projet": ligne.contrefactuel.central_eur,
        "prevu": ligne.prevu_eur,
        "reel": ligne.realise.cout_eur,
        "ecart": ligne.ecart_tendance_eur,
        "lecture": LECTURES[ligne.verdict],
    }


def masquees(bilan: Bilan) -> frozenset[str]:
    """Fonctions dont le coût de départ ne se montre pas à ce lecteur ; aucune pour le consultant.

    Trop peu d'agents le portent ; ou une ou deux communes sont entrées ou sorties, et deux bilans comparés rendraient leur
    coût, sauf si le dossier permet la diffusion financière.
    """
    if est_consultant():
        return frozenset()
    permis = bilan.bord.dossier.reglages.diffusion_financiere
    cachees = bilan.bord.depart.masquees
    return frozenset(li.fonction for li in bilan.lignes if li.fonction in cachees or (not permis and _devinable(bilan, li)))


def _devinable(bilan: Bilan, ligne: LigneBilan) -> bool:
    """Vrai si les bilans de plusieurs exercices, ou le périmètre du projet, laissent lire le coût d'une ou deux communes."""
    depart = bilan.bord.depart.situation(ligne.fonction)["cout_eur"]
    choix = bilan.bord.projet.choix.get(ligne.fonction)
    annees = [realiser(e, ligne.fonction).presences for e in bilan.bord.suivi.exercices.values()]
    attendus = set(choix.perimetre if choix else ()).union(*(p.index for p in annees))
    variables = {s: [float(p.get(s, 0.0)) for p in annees if len(p)] for s in attendus}
    bougent = {s: max(1.0, *parts) - min(parts) for s, parts in variables.items() if parts and min(parts) < 1}
    if not 0 < len(bougent) < COMMUNES_MIN:
        return False
    ecart = sum(float(depart.get(s, np.nan)) * part for s, part in bougent.items())
    return bool(np.isfinite(ecart) and abs(ecart) > PART_LISIBLE * ligne.contrefactuel.depart_eur)


def tableau_etp(bilan: Bilan) -> Tableau | None:
    """ETP de départ, prévus et réels ; ``None`` sans suivi."""
    if not bilan.lignes:
        return None
    donnees = pd.DataFrame(
        [
            {
                "fonction": libelle_fonction(li.fonction),
                "depart": li.contrefactuel.etp,
                "prevu": li.realise.etp_prevus,
                "reel": li.realise.etp,
                "ecart": li.realise.etp - li.contrefactuel.etp,
            }
            for li in bilan.lignes
        ]
    )
    caches = [li.fonction in masquees(bilan) for li in bilan.lignes]
    return _tableau(
        bilan,
        donnees,
        {
            "fonction": ("Fonction", "texte"),
            "depart": (f"Départ {bilan.bord.depart.annee}", "etp"),
            "prevu": ("Prévu", "etp"),
            "reel": ("Réel", "etp"),
            "ecart": ("Réel moins départ", "etp"),
        },
        id="bilan_etp",
        titre=f"Effectif {bilan.annee} des services",
        source=source_bilan(bilan),
        statuts={"depart": statut_depart(bilan), "prevu": "hypothese", "reel": "constate", "ecart": "mixte"},
        masque=pd.DataFrame({c: caches for c in ("depart", "ecart")}).reindex(columns=donnees.columns, fill_value=False),
        note="Départ : temps consacré à la fonction par les agents des entités présentes. Réel : agents du service ; le temps que les "
        "communes y consacrent encore n'y est pas.",
    )


POSTES = {
    "charges": "Charges du service",
    "factures": "Factures aux communes",
    "ac": "Attributions de compensation réduites",
    "net": "Charge nette",
}


def tableau_flux(bilan: Bilan) -> Tableau | None:
    """Qui paie : l'EPCI, les communes, et l'ensemble où les flux internes s'annulent ; ``None`` sans coût connu."""
    if not np.isfinite(bilan.cout_eur):
        return None
    donnees = bilan.flux.assign(nature=bilan.flux["poste"].map(POSTES))
    return _tableau(
        bilan,
        donnees,
        {
            "nature": ("Flux", "texte"),
            "epci_eur": ("EPCI", "eur"),
            "communes_eur": ("Communes", "eur"),
            "ensemble_eur": ("Ensemble", "eur"),
        },
        id="bilan_flux",
        titre="Qui paie, et ce qui s'annule quand on réunit les budgets",
        statuts=statut_reel(bilan),
        total=True,
        note="Montants appelés sur l'année. Factures et attributions passent d'un budget à l'autre : elles ne sont ni un coût, ni un "
        f"gain.{note_prolongement(bilan)}",
    )


def tableau_ecarts(bilan: Bilan) -> Tableau | None:
    """Écart de coût depuis l'exercice d'avant, en quatre effets qui ferment exactement ; ``None`` pour un premier exercice."""
    connus = [e for e in bilan.ecarts if e.decomposition is not None] if bilan.est_suivi else []
    if not connus:
        return None
    lignes = []
    for ecart in connus:
        effets = {nom: float(montant) for nom, montant in ecart.decomposition.au_centime().items()}
        avant, apres = float(ecart.decomposition.reference_eur), float(ecart.decomposition.constate_eur)
        lignes.append({"fonction": libelle_fonction(ecart.fonction), "avant": avant, **effets,
                       "activite": effets["perimetre"] + effets["volume"], "apres": apres})  # fmt: skip
    donnees = pd.DataFrame(lignes)
    permis = bilan.bord.dossier.reglages.diffusion_financiere
    caches = [not permis and 0 < e.mouvements < COMMUNES_MIN for e in connus]
    return _tableau(
        bilan,
        donnees,
        {
            "fonction": ("Fonction", "texte"),
            "avant": (f"Coût {connus[0].depuis}", "eur"),
            "perimetre": ("Périmètre", "eur"),
            "volume": ("Volume", "eur"),
            "activite": ("Périmètre et volume", "eur"),
            "inflation": ("Inflation", "eur"),
            "prix": ("Prix", "eur"),
            "apres": (f"Coût {bilan.annee}", "eur"),
        },
        id="bilan_ecarts",
        titre=f"Pourquoi le coût a changé de {connus[0].depuis} à {bilan.annee}",
        statuts=statut_reel(bilan),
        masque=pd.DataFrame({c: caches for c in ("perimetre", "volume")}).reindex(columns=donnees.columns, fill_value=False),
        note="Effets calculés dans cet ordre : périmètre (entrées, sorties, mois de présence), volume, inflation, puis prix, qui est le "
        "reste. Leur somme est l'écart, exactement. Au coût unitaire moyen : si les charges sont fixes, une baisse de volume reparaît "
        f"en hausse de prix.{note_prolongement(bilan)}",
    )


def tableau_gains(bilan: Bilan) -> Tableau | None:
    """Gains par famille et unité, prouvés, non prouvés, non démontrables ; aucun total d'ensemble. ``None`` si rien n'est noté."""
    if not bilan.est_suivi or bilan.gains.empty:
        return None
    table = par_famille(bilan.gains)
    donnees = table.assign(famille=table["famille"].map(FAMILLES))
    return _tableau(
        bilan,
        donnees,
        {
            "famille": ("Famille", "texte"),
            "unite": ("Unité", "texte"),
            "prevu": ("Prévu sur l'année", "valeur"),
            "prouve": ("Prouvé", "valeur"),
            "non_prouve": ("Non prouvé", "valeur"),
            "non_demontrable": ("Non démontrable", "valeur"),
            "non_releves": ("Non relevés", "nombre"),
        },
        id="bilan_gains_familles",
        titre=f"Gains {bilan.annee}, famille par famille",
        statuts={"prevu": "hypothese", "prouve": "constate", "non_prouve": "declare", "non_demontrable": "declare", "non_releves": "constate"},
        note="Les familles ne s'additionnent pas : une économie, une dépense évitée et du temps rendu sont trois choses. Prouvé : un "
        "compte, un contrat ou une délibération, avec sa référence. Non démontrable : l'état de départ n'est pas gelé. Une dotation "
        f"redistribue ; un transfert interne n'est pas un gain.{' Réalisé à la date d’arrêt, non prolongé.' if bilan.bord.est_prolonge else ''}",
    )


def tableau_gains_detail(bilan: Bilan) -> Tableau | None:
    """Gains un par un, avec leur preuve ; ``None`` si rien n'est noté."""
    if not bilan.est_suivi or bilan.gains.empty:
        return None
    donnees = bilan.gains.assign(
        fonction=bilan.gains["fonction"].map(libelle_fonction), famille=bilan.gains["famille"].map(FAMILLES)
    )
    return _tableau(
        bilan,
        donnees,
        {
            "libelle": ("Gain", "texte"),
            "fonction": ("Fonction", "texte"),
            "famille": ("Famille", "texte"),
            "prevu": ("Prévu", "valeur"),
            "realise": ("Réalisé", "valeur"),
            "unite": ("Unité", "texte"),
            "etat": ("Ce qu'on peut en dire", "texte"),
            "preuve": ("Preuve", "texte"),
        },
        id="bilan_gains",
        titre="Gains un par un, avec leur preuve",
        statuts={"prevu": "hypothese", "realise": "declare"},
    )


def tableau_trajectoire(bilan: Bilan) -> Tableau | None:
    """Coût réel et sans projet, exercice par exercice ; ``None`` sans suivi."""
    if not bilan.est_suivi or bilan.trajectoire["reel_eur"].isna().all():
        return None
    table = bilan.trajectoire
    donnees = table.assign(exercice=[f"{t.annee} (prévision)" if t.prolonge else str(t.annee) for t in table.itertuples()])
    colonnes = {"sans_bas_eur": "Sans projet, bas", "sans_eur": "Sans projet", "sans_haut_eur": "Sans projet, haut"}
    masque = pd.DataFrame({c: [bool(masquees(bilan))] * len(donnees) for c in colonnes})
    return _tableau(
        bilan,
        donnees,
        {"exercice": ("Exercice", "texte"), "reel_eur": ("Réel", "eur"), **{c: (libelle, "eur") for c, libelle in colonnes.items()}},
        id="bilan_trajectoire",
        titre="Coût des services suivis, réel et sans projet",
        source=source_bilan(bilan).replace(f"exercice {bilan.annee}", "tous les exercices"),
        statuts={"reel_eur": "estime" if bool(table["prolonge"].any()) else "constate", **dict.fromkeys(colonnes, "hypothese")},
        masque=masque.reindex(columns=donnees.columns, fill_value=False),
        note=TENDANCE,
    )


def tableau_dotations(bilan: Bilan) -> Tableau | None:
    """De l'attribution réduite à la dotation : quoi, combien, quand ; ``None`` si rien n'est imputé."""
    effets = bilan.dotations if bilan.est_suivi else None
    if effets is None:
        return None
    lignes = [
        ("Attributions de compensation réduites", formats.euros(effets.total_eur), str(bilan.premiere_imputation)),
        ("Coefficient d'intégration fiscale", _hausse(effets.variation_cif), str(effets.annee_effet)),
        ("Dotation d'intercommunalité", _gain(effets), str(effets.annee_effet)),
    ]
    return _tableau(
        bilan,
        pd.DataFrame(lignes, columns=["quoi", "combien", "annee"]),
        {"quoi": ("Effet", "texte"), "combien": ("Ordre de grandeur", "texte"), "annee": ("À partir de", "texte")},
        id="bilan_dotations",
        titre="De l'attribution de compensation à la dotation",
        note="Estimation, règles 2024 à confirmer. L'enveloppe des dotations est fermée : ce gain redistribue, il ne se compte pas dans "
        "les économies du service.",
    )


def _hausse(variation) -> str:
    if formats.est_absent(variation.central):
        return formats.ABSENT
    return f"+{formats.nombre(variation.central, 3)}"


def _gain(effets) -> str:
    if effets.motif_dotation or formats.est_absent(effets.gain.central):
        return f"{formats.ABSENT} : {effets.motif_dotation}" if effets.motif_dotation else formats.ABSENT
    return formats.fourchette_euros(effets.gain.bas, effets.gain.haut) + " par an"

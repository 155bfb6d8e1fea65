"""Les tableaux de la régularisation : services, charges, refus, usagers, attribution, échéances, tendance, manques."""

from __future__ import annotations

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.charges_service import NATURES
from mutunb.calculs.reglement import COUT_REEL, COUT_UNITAIRE
from mutunb.calculs.regularisation import Regularisation
from mutunb.calculs.regularisation_service import RegularisationService
from mutunb.calculs.tableau import Tableau
from mutunb.dossier.confidentialite import est_consultant

METHODES = {COUT_UNITAIRE: "coût unitaire × unités constatées", COUT_REEL: "coût réel partagé selon les unités constatées"}
NOTE_MASQUE = (
    "Masqué : trop peu de communes usagères, ou une seule qui fait presque tout ; du total et de ses propres chiffres, l'une "
    "tirerait ceux de l'autre."
)
SENS = "Régularisation positive : la commune complète ; négative : l'EPCI lui rend."
#: colonnes qui sont des totaux entre communes
TOTAUX = ("charges", "reference", "unites", "communes", "verse", "regularisation", "non_recouvre")


def libelle_fonction(fonction: str) -> str:
    """Libellé court d'une fonction."""
    return referentiel.fonction(fonction).libelle_court


def libelle_unite(fonction: str, unite: str) -> str:
    """Libellé d'une unité de fonctionnement ; elle-même si le référentiel l'ignore."""
    return next((u.libelle for u in referentiel.fonction(fonction).unites_oeuvre if u.id == unite), unite)


def commun(regularisation: Regularisation) -> dict[str, str]:
    """Périmètre et source de ces tableaux."""
    suivi, territoire = regularisation.suivi, regularisation.dossier.territoire
    source = "suivi de l'EPCI" if suivi is None else f"suivi de l'exercice {suivi.exercice}"
    if suivi is not None and not suivi.complet:
        source += f", arrêté au {formats.date(suivi.date_arret)} et prolongé à la clôture"
    if mentions.est_fictif(territoire):
        source = f"{mentions.INVENTES} ; {source}"
    return {"perimetre": mentions.perimetre_bloc(territoire), "source": source}


def _statut(regularisation: Regularisation) -> str:
    return "estime" if regularisation.partiel else "constate"


def _note(*morceaux: str) -> str:
    return " ".join(m for m in morceaux if m)


def _masques(regularisation: Regularisation, services: list[RegularisationService], colonnes: tuple[str, ...]) -> pd.DataFrame:
    caches = [not regularisation.totaux_diffusables(s) for s in services]
    return pd.DataFrame(dict.fromkeys(colonnes, caches))


def _reserve(regularisation: Regularisation, services) -> str:
    caches = any(not regularisation.totaux_diffusables(s) for s in services)
    return NOTE_MASQUE if caches and not est_consultant() else ""


def tableau_services(regularisation: Regularisation) -> Tableau | None:
    """Par service : coût unitaire, charges, unités, part de l'EPCI, dû et versé des communes, régularisation, non recouvré."""
    services = list(regularisation.calcules)
    if not services:
        return None
    lignes = []
    for s in services:
        r = s.reglement
        lignes.append(
            {
                "service": libelle_fonction(s.fonction), "unite": libelle_unite(s.fonction, s.unite),
                "methode": METHODES[s.methode], "charges": r.charges_eur, "reference": r.unites_reference,
                "unites": r.unites_constatees, "cout_unitaire": r.cout_unitaire_eur, "epci": r.part_epci_eur,
                "communes": r.a_repartir_eur, "verse": r.somme_verse_eur, "regularisation": r.somme_regularisations_eur,
                "non_recouvre": r.recouvrement.non_recouvre_eur,
            }
        )  # fmt: skip
    montants = ("charges", "epci", "communes", "verse", "regularisation", "non_recouvre")
    donnees = pd.DataFrame(lignes)
    donnees[[*montants, "reference", "unites", "cout_unitaire"]] = donnees[[*montants, "reference", "unites", "cout_unitaire"]].astype(float)
    return Tableau(
        id="regularisation_services",
        titre=f"Exercice {regularisation.exercice} : ce que coûte l'unité, ce que les communes doivent, ce qu'elles ont versé",
        donnees=donnees,
        unites={
            **dict.fromkeys(("service", "unite", "methode"), "texte"), **dict.fromkeys(montants, "eur_centime"),
            "reference": "quantite", "unites": "quantite", "cout_unitaire": "eur_unite",
        },
        libelles={
            "service": "Service", "unite": "Unité", "methode": "Méthode", "charges": "Charges retenues",
            "reference": "Unités de référence", "unites": "Unités constatées", "cout_unitaire": "Coût unitaire",
            "epci": "Part de l'EPCI", "communes": "Dû des communes", "verse": "Versé par les communes",
            "regularisation": "Régularisation", "non_recouvre": "Non recouvré",
        },
        statuts=_statut(regularisation),
        note=_note(
            f"{SENS} La part de l'EPCI n'est ni facturée ni imputée. Charges = part de l'EPCI + dû des communes + non recouvré, et "
            "régularisation = dû − versé, au centime.",
            "Exercice partiel : montants prévus à la clôture ; « versé » est l'appel de l'année." if regularisation.partiel else "",
            _reserve(regularisation, services),
        ),
        masque=_masques(regularisation, services, TOTAUX),
        **commun(regularisation),
    )  # fmt: skip


def tableau_charges(regularisation: Regularisation) -> Tableau | None:
    """Par service et nature : charges retenues (€) et ce qu'elles pèsent dans le coût unitaire (€/unité)."""
    services = [s for s in regularisation.services.values() if s.charges.natures_eur]
    if not services:
        return None
    lignes, de = [], []
    for s in services:
        parts = s.cout_par_nature()
        for nature, montant in s.charges.natures_eur.items():
            par_unite = float(parts[nature]) if nature in parts else None
            lignes.append((libelle_fonction(s.fonction), NATURES[nature], float(montant), par_unite))
            de.append(s)
    ajustes = [s for s in services if s.charges.ajustement_eur]
    return Tableau(
        id="regularisation_charges",
        titre="Comment le coût unitaire est construit",
        donnees=pd.DataFrame(lignes, columns=["service", "nature", "montant", "par_unite"]),
        unites={"service": "texte", "nature": "texte", "montant": "eur_centime", "par_unite": "eur_unite"},
        libelles={"service": "Service", "nature": "Charges", "montant": "Montant retenu", "par_unite": "Par unité"},
        statuts=_statut(regularisation),
        note=_note(
            "Derniers comptes, plus l'ajustement que le budget de l'année permet de prévoir. Aucune marge.",
            f"Ajustement compris pour {formats.liste([libelle_fonction(s.fonction) for s in ajustes])}." if ajustes else "",
            _reserve(regularisation, services),
        ),
        masque=_masques(regularisation, de, ("montant",)),
        **commun(regularisation),
    )


def tableau_refus(regularisation: Regularisation) -> Tableau | None:
    """Charges que le coût unitaire refuse, avec le motif et l'article ; ``None`` s'il n'y en a pas."""
    lignes = [
        (libelle_fonction(s.fonction), refusee.nom, float(refusee.montant_eur), refusee.motif, refusee.article)
        for s in regularisation.services.values()
        for refusee in s.charges.triees.refusees
    ]
    if not lignes:
        return None
    return Tableau(
        id="regularisation_refus",
        titre="Charges refusées dans le coût unitaire",
        donnees=pd.DataFrame(lignes, columns=["service", "charge", "montant", "motif", "article"]),
        unites={**dict.fromkeys(("service", "charge", "motif", "article"), "texte"), "montant": "eur_centime"},
        libelles={"service": "Service", "charge": "Charge", "montant": "Montant", "motif": "Motif", "article": "Texte"},
        statuts=_statut(regularisation),
        **commun(regularisation),
    )


def tableau_usagers(regularisation: Regularisation) -> Tableau | None:
    """Usager par usager et service par service ; ``None`` quand le lecteur n'a pas le droit de le voir."""
    if not regularisation.calcules or not (regularisation.diffusion or est_consultant()):
        return None
    tables = [s.table.assign(service=libelle_fonction(s.fonction)) for s in regularisation.calcules]
    colonnes = ["nom", "service", "unites_prevues", "unites", "mois_presence", "prevu_eur", "du_eur", "verse_eur", "regularisation_eur"]
    donnees = pd.concat(tables, ignore_index=True)
    return Tableau(
        id="regularisation_usagers",
        titre="État annuel : unités, dû, versé et régularisation de chaque usager",
        donnees=donnees[colonnes],
        unites={
            "nom": "texte", "service": "texte", **dict.fromkeys(colonnes[2:5], "quantite"),
            **dict.fromkeys(colonnes[5:], "eur_centime"),
        },
        libelles={
            "nom": "Usager", "service": "Service", "unites_prevues": "Unités prévues", "unites": "Unités retenues",
            "mois_presence": "Mois de présence", "prevu_eur": "Prévu", "du_eur": "Dû", "verse_eur": "Versé",
            "regularisation_eur": "Régularisation",
        },
        statuts=_statut(regularisation),
        note=f"{SENS} Une unité qui se compte à une date (poste, agent…) est ramenée aux mois de présence.",
        masque=_masque_usagers(regularisation, donnees, colonnes[2:]),
        **commun(regularisation),
    )  # fmt: skip


def _masque_usagers(regularisation: Regularisation, donnees: pd.DataFrame, colonnes: list[str]) -> pd.DataFrame | None:
    if regularisation.diffusion:
        return None
    return pd.DataFrame(dict.fromkeys(colonnes, donnees["genre"].ne("epci").tolist()))


def tableau_attributions(regularisation: Regularisation) -> Tableau | None:
    """Services imputés : part due, part imputée figée, résidu de l'année et cumulé ; ``None`` sans imputation."""
    lignes, de = [], []
    for s in regularisation.calcules:
        imputes = s.redevables.dropna(subset="ac_imputee_eur")
        if imputes.empty:
            continue
        serie = regularisation.serie(s.fonction)
        cumul = sum(float(a.redevables["residu_ac_eur"].sum()) for a in serie)
        sommes = imputes[["du_eur", "ac_imputee_eur", "residu_ac_eur"]].sum()
        annees = f"{serie[0].exercice}-{s.exercice}" if len(serie) > 1 else str(s.exercice)
        lignes.append((libelle_fonction(s.fonction), *sommes, annees, cumul))
        cachee = not all(regularisation.totaux_diffusables(a) for a in serie) or (len(imputes) != len(s.redevables))
        de.append(cachee and not regularisation.diffusion)
    if not lignes:
        return None
    montants = ("du", "impute", "residu", "cumul")
    return Tableau(
        id="regularisation_attributions",
        titre="Services imputés sur l'attribution de compensation : ce que le montant figé ne suit pas",
        donnees=pd.DataFrame(lignes, columns=["service", "du", "impute", "residu", "annees", "cumul"]),
        unites={"service": "texte", "annees": "texte", **dict.fromkeys(montants, "eur_centime")},
        libelles={
            "service": "Service", "du": "Part réelle des communes", "impute": "Imputé, figé", "residu": "Résidu de l'année",
            "annees": "Exercices cumulés", "cumul": "Résidu cumulé",
        },
        statuts=_statut(regularisation),
        note=_note(
            "L'attribution ne bouge que par délibérations concordantes : le résidu se règle à côté, par convention. Résidu positif : les "
            "communes complètent.",
            NOTE_MASQUE if any(de) and not est_consultant() else "",
        ),
        masque=pd.DataFrame(dict.fromkeys(montants, de)),
        **commun(regularisation),
    )  # fmt: skip


def tableau_echeances(regularisation: Regularisation) -> Tableau | None:
    """Annonce du coût unitaire et périodicité : ce qui est noté, et si la règle est tenue ; ``None`` sans suivi."""
    if not regularisation.echeances:
        return None
    lignes = [(e.regle, e.note, e.verdict, e.article) for e in regularisation.echeances]
    return Tableau(
        id="regularisation_echeances",
        titre="Les échéances du remboursement sont-elles tenues ?",
        donnees=pd.DataFrame(lignes, columns=["regle", "note", "verdict", "article"]),
        unites=dict.fromkeys(("regle", "note", "verdict", "article"), "texte"),
        libelles={"regle": "Règle", "note": "Noté au suivi", "verdict": "Verdict", "article": "Texte"},
        statuts={},
        **commun(regularisation),
    )


def tableau_tendance(regularisation: Regularisation) -> Tableau | None:
    """Coût unitaire de chaque service, exercice par exercice, et celui du premier porté aux prix de l'année."""
    lignes, partiels = [], set()
    for s in regularisation.calcules:
        serie, indexe = regularisation.serie(s.fonction), regularisation.cout_indexe(s.fonction)
        for avant, annee in zip((None, *serie), serie, strict=False):
            prix = float(annee.reglement.cout_unitaire_eur)
            evolution = prix / float(avant.reglement.cout_unitaire_eur) - 1 if avant is not None else None
            lignes.append((libelle_fonction(s.fonction), str(annee.exercice), prix, evolution, indexe[annee.exercice]))
            partiels |= {annee.exercice} if annee.partiel else set()
    if not lignes:
        return None
    return Tableau(
        id="regularisation_tendance",
        titre="Le coût unitaire, d'un exercice à l'autre",
        donnees=pd.DataFrame(lignes, columns=["service", "exercice", "cout_unitaire", "evolution", "indexe"]),
        unites={"service": "texte", "exercice": "texte", "cout_unitaire": "eur_unite", "evolution": "part_fine", "indexe": "eur_unite"},
        libelles={
            "service": "Service", "exercice": "Exercice", "cout_unitaire": "Coût unitaire", "evolution": "Évolution",
            "indexe": "Premier coût unitaire, aux prix de l'année",
        },
        statuts="mixte" if partiels else "constate",
        note=_note(
            "Indexation en chaîne : le personnel suit l'indice du point, le reste l'indice des prix du suivi.",
            f"Exercice {formats.liste([str(a) for a in sorted(partiels)])} : prévision à la clôture." if partiels else "",
        ),
        **commun(regularisation),
    )


def tableau_manques(regularisation: Regularisation) -> Tableau | None:
    """Services dont la régularisation attend une donnée, et laquelle ; réserves des autres."""
    lignes = [
        (libelle_fonction(s.fonction), quoi, consequence)
        for s in regularisation.services.values()
        for textes, consequence in ((s.manques, "aucun dû n'est calculé"), (s.charges.remarques, "à justifier"))
        for quoi in textes
    ]
    if not lignes:
        return None
    return Tableau(
        id="regularisation_manques",
        titre="Ce qui manque pour régulariser",
        donnees=pd.DataFrame(lignes, columns=["service", "quoi", "consequence"]),
        unites=dict.fromkeys(("service", "quoi", "consequence"), "texte"),
        libelles={"service": "Service", "quoi": "Manque", "consequence": "Conséquence"},
        statuts={},
        **commun(regularisation),
    )

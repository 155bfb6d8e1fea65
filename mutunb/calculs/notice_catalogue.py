"""Ce que montre la page des calculs : les modules publics, rangés par thème, et ce qui n'en est que l'intérieur."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from mutunb.calculs import (
    agenda,
    approximation_cif,
    attribution_figee,
    calage,
    calendrier,
    chaine_dotation,
    cif,
    cles,
    coalitions,
    coeur,
    coeur_etendue,
    compensation,
    consequences,
    contraintes_dotation,
    convergence,
    cout_service,
    cout_unitaire,
    dimensionnement,
    dotation,
    echeances_remboursement,
    effets_dotations,
    erlang,
    examen_instruments,
    flux,
    fonction_cout,
    fpic,
    imputations,
    indexation,
    instruments,
    jours,
    lois,
    majorite,
    masquage,
    mobilite,
    modele_economique,
    monnaie,
    monte_carlo,
    nucleole,
    ordonnancement,
    personnel,
    potentiel_fiscal,
    premier_janvier,
    presence,
    procedures,
    projet,
    refacturation,
    regles_dotation,
    reglement,
    rentabilite,
    repartition,
    repartition_service,
    repartitions,
    seuils,
    shapley,
    situation,
    sortie_commune,
    tables_publiees,
    taches,
    tarifs,
    tornade,
)

#: thème → modules dont l'API est publique, dans l'ordre de la page
THEMES: Mapping[str, tuple[ModuleType, ...]] = MappingProxyType(
    {
        "Qui paie quoi : clés, tarifs, remboursements": (
            repartition, cles, seuils, tarifs, tables_publiees, cout_unitaire, reglement, presence, indexation,
            echeances_remboursement, refacturation, procedures,
        ),
        "Seul ou ensemble : coalitions, cœur, Shapley, nucléole": (
            coalitions, fonction_cout, coeur, coeur_etendue, shapley, nucleole, sortie_commune,
        ),
        "Attribution de compensation, CIF, dotations": (
            compensation, attribution_figee, cif, dotation, chaine_dotation, regles_dotation, contraintes_dotation, fpic,
            potentiel_fiscal, approximation_cif,
        ),
        "L'argent dans le temps, l'incertitude, les effectifs": (
            flux, rentabilite, lois, monte_carlo, tornade, dimensionnement, erlang,
        ),
        "Instruments et majorités": (instruments, examen_instruments, consequences, majorite),
        "Personnel et calendrier": (
            personnel, mobilite, convergence, ordonnancement, jours, taches, agenda, calage, premier_janvier,
        ),
        "Un territoire de bout en bout": (
            projet, situation, cout_service, repartition_service, repartitions, modele_economique, imputations,
            effets_dotations, calendrier,
        ),
        "Publier sans désigner personne, compter au centime": (masquage, monnaie),
    }
)  # fmt: skip
#: tous les modules publics
MODULES = tuple(module for modules in THEMES.values() for module in modules)
#: classes que l'appelant construit lui-même, bien qu'elles documentent leurs attributs
CONSTRUITES = frozenset({"Agenda", "Charge", "ReglesDotation"})
#: module → fonctions et classes qui n'en sont que l'intérieur : la page ne les montre pas
INTERNES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        nom: frozenset(internes.split())
        for nom, internes in {
            "agenda": "francs_epci francs_petites preavis",
            "approximation_cif": "parametre",
            "calage": "enchainer dater est_supposee Etape",
            "calendrier": "concerne_des_agents",
            "cif": "retenu_exact coefficient_nature regle",
            "coalitions": "materialiser",
            "consequences": "delai mention",
            "contraintes_dotation": "nommer_contraintes Situation",
            "convergence": "ConvergenceEstimee estimer_convergence etp_communaux etp_par_fonction fonctions_inconnues",
            "cout_service": "cout_en_croisiere",
            "dotation": "reference_lue spontanee_apres borner",
            "effets_dotations": "",
            "instruments": "examiner_faits",
            "mobilite": "Mobilite mesurer_mobilite",
            "ordonnancement": "ordonnancer",
            "personnel": "Personnel recenser_personnel gestionnaire par_statut",
            "projet": "essayer date_reference",
            "repartitions": "inversions_d_usage",
            "situation": "situation_de autres_charges",
        }.items()
    }
)

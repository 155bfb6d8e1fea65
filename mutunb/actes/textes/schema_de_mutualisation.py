"""Rapport et projet de schéma de mutualisation (CGCT, art. L.5211-39-1), avec ses deux effets obligatoires."""

from __future__ import annotations

from mutunb.actes.blocs import Bloc, Pour, Puce, Si, Tableau, Texte, Titre
from mutunb.actes.textes.cadre_acte import AVERTISSEMENT, RELEVE

ACTE = "schema_de_mutualisation"
TITRE = "Rapport et projet de schéma de mutualisation"

CADRE: tuple[Bloc, ...] = (
    Titre("Rapport et projet de schéma de mutualisation", 0),
    Texte("{{ epci.nom }}", "Sous-titre d'acte"),
    *AVERTISSEMENT,
    Titre("1. Cadre et objectifs"),
    Texte(
        "Ce rapport porte sur les mutualisations entre {{ epci.le_nom }} et ses communes membres. Il comporte un projet de "
        "schéma à mettre en œuvre pendant le mandat. {{ marque.rapport_et_projet }}"
    ),
    Texte("L'établir est une faculté, ouverte dans l'année qui suit le renouvellement général. {{ reference.schema_mutualisation_faculte }}"),
    Texte(
        "Il est transmis aux communes ; chaque conseil municipal dispose de trois mois pour rendre son avis, réputé "
        "favorable s'il se tait. L'assemblée de {{ epci.appellation }} l'approuve ensuite par délibération et l'adresse à "
        "chaque conseil municipal. {{ loi.schema_mutualisation_avis_et_decision }}"
    ),
    Texte("Objectifs politiques du mandat : [à compléter : objectifs arrêtés par les élus]. {{ marque.plan_conseille }}"),
    Titre("2. L'existant"),
    Texte("{{ territoire.presentation }}"),
    Si(
        "mutualisations",
        (
            Texte("Mutualisations en place, d'après le questionnaire {{ marque.rapport_et_projet }} :"),
            Tableau(
                "Mutualisations en place",
                "Une ligne par mutualisation : fonction, instrument, porteur, nombre de bénéficiaires, depuis quand.",
                ("Fonction", "Instrument", "Porteur", "Bénéficiaires", "Depuis"),
                (
                    (
                        "{{ existante.fonction }}",
                        "{{ existante.instrument }}",
                        "{{ existante.porteur }}",
                        "{{ existante.beneficiaires }}",
                        "{{ existante.depuis }}",
                    ),
                ),
                (3.0, 4.8, 3.2, 2.8, 2.0),
                nombres=(3, 4),
                boucle="existante in mutualisations",
            ),
        ),
        (Texte("Mutualisations en place : [à compléter : conventions existantes, parties, coût, conformité]. {{ marque.rapport_et_projet }}"),),
    ),
)

PROJET: tuple[Bloc, ...] = (
    Titre("3. Les fonctions étudiées"),
    Texte("Fonctions proposées pour le mandat, dans l'ordre de priorité {{ marque.plan_conseille }} :"),
    Tableau(
        "Fonctions du schéma",
        "Une ligne par fonction : instrument, nombre de communes, date d'effet, statut de la décision.",
        ("Fonction", "Instrument", "Communes", "Date d'effet", "Statut"),
        (
            (
                "{{ action.fonction }}",
                "{{ action.instrument }}",
                "{{ action.communes }}",
                "{{ action.date_effet }}",
                "{{ action.statut }}",
            ),
        ),
        (4.2, 4.2, 2.2, 2.8, 2.4),
        nombres=(2,),
        boucle="action in actions",
    ),
    Si(
        "ecartees",
        (
            Texte("Fonctions écartées à ce stade :"),
            Pour("ecartee in ecartees", (Puce("{{ ecartee }}"),)),
        ),
    ),
    Titre("4. Scénarios et priorités"),
    Texte("Le statu quo suit la tendance : il n'est pas gratuit. Scénario retenu par fonction : voir les fiches. {{ marque.plan_conseille }}"),
    Titre("5. Fiches actions"),
    Pour(
        "action in actions",
        (
            Titre("{{ action.fonction }}", 2),
            Puce("Parties : {{ action.parties }}."),
            Puce("Instrument : {{ action.instrument }}, {{ action.fondement }}."),
            Puce("Coût annuel en régime de croisière : {{ action.cout }}."),
            Puce("Clé de répartition : {{ action.cle }}."),
            Puce("Date d'effet : {{ action.date_effet }}."),
            Puce("Risques et freins à traiter : {{ action.risques }}"),
        ),
    ),
)

EFFETS: tuple[Bloc, ...] = (
    Titre("6. Impact prévisionnel sur les effectifs"),
    Texte("De l'établissement et des communes concernées. {{ marque.effectifs }}"),
    Tableau(
        "Impact prévisionnel sur les effectifs",
        "Par fonction, en équivalents temps plein : effectif actuel de l'EPCI et des communes concernées, et effectif du "
        "service en régime de croisière.",
        ("Fonction", "EPCI aujourd'hui (ETP)", "Communes concernées aujourd'hui (ETP)", "Service en croisière (ETP)", "Écart (ETP)"),
        (
            (
                "{{ impact.fonction }}",
                "{{ impact.etp_epci }}",
                "{{ impact.etp_communes }}",
                "{{ impact.etp_service }}",
                "{{ impact.etp_ecart }}",
            ),
        ),
        (3.8, 3.0, 3.6, 2.8, 2.6),
        nombres=(1, 2, 3, 4),
        boucle="impact in impacts",
        pied=("Ensemble", "{{ ensemble.etp_epci }}", "{{ ensemble.etp_communes }}", "", ""),
    ),
    Texte("{{ remarques.effectifs }}"),
    Titre("7. Impact prévisionnel sur les dépenses de fonctionnement"),
    Texte("De l'établissement et des communes concernées. {{ marque.depenses_de_fonctionnement }}"),
    Tableau(
        "Impact prévisionnel sur les dépenses de fonctionnement",
        "Par fonction, en euros par an : dépense actuelle de l'EPCI et des communes concernées, dépense du service en "
        "régime de croisière, écart.",
        ("Fonction", "EPCI aujourd'hui", "Communes concernées aujourd'hui", "Service en croisière", "Écart"),
        (
            (
                "{{ impact.fonction }}",
                "{{ impact.cout_epci }}",
                "{{ impact.cout_communes }}",
                "{{ impact.cout_service }}",
                "{{ impact.cout_ecart }}",
            ),
        ),
        (3.8, 3.0, 3.6, 2.8, 2.6),
        nombres=(1, 2, 3, 4),
        boucle="impact in impacts",
        pied=("Ensemble", "{{ ensemble.cout_epci }}", "{{ ensemble.cout_communes }}", "", ""),
    ),
    Texte("{{ remarques.depenses }}"),
    Titre("8. Effets sur l'attribution de compensation, le CIF et la DGF"),
    Texte("{{ remarques.dotations }} {{ marque.plan_conseille }}"),
)

SUITE: tuple[Bloc, ...] = (
    Titre("9. Gouvernance et dialogue social"),
    Texte(
        "Comité de pilotage d'élus, comité technique, concertation avec les organisations syndicales : "
        "[à compléter : composition et calendrier]. {{ marque.plan_conseille }}"
    ),
    Texte(
        "Pour chaque service commun, la fiche d'impact et la convention passent devant chaque comité social territorial "
        "compétent avant les délibérations. {{ loi.service_commun_avis_du_comite_social }}"
    ),
    Titre("10. Feuille de route et compte rendu"),
    Tableau(
        "Feuille de route",
        "Une ligne par étape : ce qui se fait et quand.",
        ("Étape", "Échéance"),
        (("{{ etape.quoi }}", "{{ etape.quand }}"),),
        (8.8, 7.0),
        boucle="etape in feuille_de_route",
    ),
    Texte(
        "Chaque année, lors du débat d'orientation budgétaire ou, à défaut, du vote du budget, l'avancement du schéma est "
        "présenté à l'assemblée. {{ loi.schema_mutualisation_suivi }}"
    ),
    Texte(
        "Indicateurs suivis : effectifs, coût du service, contributions, qualité rendue, entrées et sorties. "
        "{{ marque.plan_conseille }}"
    ),
)

BLOCS: tuple[Bloc, ...] = (*CADRE, *PROJET, *EFFETS, *SUITE, *RELEVE)

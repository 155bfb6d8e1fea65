"""Délibération-type, de l'EPCI ou d'une commune : service commun, groupement de commandes, ou autre instrument."""

from __future__ import annotations

from mutunb.actes.blocs import Bloc, Puce, Si, Tableau, Texte, Titre
from mutunb.actes.textes.cadre_acte import AVERTISSEMENT, RELEVE

ACTE = "deliberation"
TITRE = "Délibération"

TETE: tuple[Bloc, ...] = (
    Titre("Délibération", 0),
    Texte("{{ assemblee.nom }} — {{ assemblee.collectivite }}", "Sous-titre d'acte"),
    *AVERTISSEMENT,
    Titre("Séance"),
    Tableau(
        "Séance et vote",
        "Références de la séance, membres en exercice, présents, quorum et décompte du vote.",
        ("Objet", "Valeur"),
        (
            ("Numéro de la délibération", "[à compléter : numéro de la délibération]"),
            ("Date de la séance", "[à compléter : date de la séance]"),
            ("Date d'envoi de la convocation", "[à compléter : date d'envoi de la convocation]"),
            ("Membres en exercice / présents / pouvoirs", "[à compléter : nombre de membres en exercice, présents et pouvoirs]"),
            ("Président de séance et secrétaire", "[à compléter : président de séance et secrétaire]"),
            ("Rapporteur", "[à compléter : rapporteur]"),
        ),
        (6.3, 9.5),
    ),
    Texte("{{ assemblee.convocation }} {{ loi.seances_assemblees }}"),
    Texte("Objet : {{ assemblee.objet }}."),
    Titre("Exposé des motifs"),
    Texte(
        "{{ assemblee.rapporteur }} expose que {{ service.raison }} Les parties envisagées sont : {{ service.parties }}. "
        "{{ marque.visas_et_expose }}"
    ),
    Si(
        "instrument.service_commun",
        (
            Texte(
                "Coût du service : {{ finances.cout }}. Clé de répartition : {{ finances.cle }}. {{ marque.visas_et_expose }}"
            ),
            Texte(
                "Pour les agents : {{ effectifs.resume }} La fiche d'impact décrit les effets sur leur situation ; elle est "
                "annexée à la convention. {{ marque.visas_et_expose }}"
            ),
        ),
    ),
)

VISAS: tuple[Bloc, ...] = (
    Titre("Visas"),
    Texte("Vu le code général des collectivités territoriales ;", "Visa"),
    Texte("Vu les textes qui fondent l'acte ({{ instrument.fondement }}) ; {{ marque.visas_et_expose }}", "Visa"),
    Si("epci.reserve", (Texte("{{ epci.reserve }}", "Visa"),)),
    Si(
        "instrument.service_commun",
        (
            Texte("Vu le code général de la fonction publique ;", "Visa"),
            Texte("Vu la fiche d'impact et le projet de convention annexés ;", "Visa"),
            Texte("Vu l'avis de chaque comité social territorial compétent {{ marque.avis_du_comite_social }} :", "Visa"),
            Tableau(
                "Avis des comités sociaux territoriaux",
                "Une ligne par comité : lequel, pour quels employeurs, date et sens de l'avis.",
                ("Comité", "Employeurs concernés", "Date et sens de l'avis"),
                (("{{ comite.nom }}", "{{ comite.employeurs }}", "{{ comite.avis }}"),),
                (4.4, 6.8, 4.6),
                boucle="comite in comites",
            ),
        ),
        (
            Si(
                "instrument.groupement",
                (Texte("Vu le projet de convention constitutive annexé ; {{ marque.ordre_des_actes_du_groupement }}", "Visa"),),
                (
                    Si(
                        "instrument.avis_cst",
                        (Texte("Vu l'avis du comité social territorial du [à compléter : date de l'avis du comité social territorial] ;", "Visa"),),
                    ),
                    Texte("Vu le projet d'acte annexé ([à compléter : convention ou acte à joindre]) ;", "Visa"),
                ),
            ),
        ),
    ),
    Texte("Considérant que {{ service.interet }} ;", "Visa"),
)

DECISION: tuple[Bloc, ...] = (
    Titre("Décision"),
    Texte("Après en avoir délibéré, {{ assemblee.nom_dans_la_phrase }} :"),
    Si(
        "instrument.service_commun",
        (
            Puce("Approuve la création du service commun « {{ fonction.libelle }} » à compter du {{ service.date_effet }}. {{ marque.approbation }}"),
            Si(
                "service.gere_par_epci",
                (Puce("Prend acte que {{ epci.appellation }} en est gestionnaire. {{ loi.service_commun_qui_gere }}"),),
                (
                    Si(
                        "assemblee.est_epci",
                        (Puce("Choisit {{ service.gestionnaire }} pour gérer le service, à titre dérogatoire. {{ marque.choix_du_gestionnaire }}"),),
                        (Puce("Prend acte du choix de {{ service.gestionnaire }} comme gestionnaire. {{ marque.choix_du_gestionnaire }}"),),
                    ),
                ),
            ),
            Puce("Approuve la convention et ses annexes, et autorise {{ assemblee.executif }} à la signer. {{ marque.approbation }}"),
            Si(
                "assemblee.est_gestionnaire",
                (
                    Puce(
                        "Crée les emplois nécessaires à l'accueil des agents transférés ([à compléter : emplois créés, "
                        "grades et quotités]) et ouvre les crédits correspondants. {{ marque.creation_des_emplois }}"
                    ),
                ),
                (
                    Puce(
                        "Dit que la suppression des emplois quittés fera l'objet d'une délibération distincte, après "
                        "avis du comité social territorial compétent. {{ marque.suppression_des_emplois }}"
                    ),
                ),
            ),
            Si(
                "finances.par_ac",
                (
                    Puce(
                        "Décide que les effets financiers sont imputés sur l'attribution de compensation, pour "
                        "{{ assemblee.montant }}, la révision étant délibérée {{ assemblee.majorite_ac }} "
                        "{{ loi.attribution_compensation }}"
                    ),
                ),
                (Puce("Inscrit au budget {{ assemblee.inscription }}. {{ marque.execution }}"),),
            ),
        ),
        (
            Si(
                "instrument.groupement",
                (
                    Puce("Approuve la constitution du groupement de commandes et sa convention constitutive. {{ marque.approbation }}"),
                    Puce(
                        "Accepte que {{ groupement.coordonnateur }} en soit coordonnateur, avec les missions que la "
                        "convention énumère. {{ marque.approbation }}"
                    ),
                    Si(
                        "groupement.confie_a_epci and assemblee.est_epci",
                        (
                            Puce(
                                "Constate que les statuts prévoient expressément cette faculté ([à compléter : date de "
                                "l'arrêté préfectoral portant cette clause statutaire]). "
                                "{{ loi.groupement_commandes_epci_quatre_conditions_reunies }}"
                            ),
                        ),
                    ),
                    Puce("Autorise {{ assemblee.executif }} à signer la convention, avant tout lancement de consultation. {{ marque.ordre_des_actes_du_groupement }}"),
                    Si(
                        "groupement.cao_a_designer",
                        (
                            Puce(
                                "Désigne, parmi les membres de sa commission d'appel d'offres, [à compléter : titulaire et "
                                "suppléant à la commission du groupement]. "
                                "{{ loi.groupement_commandes_commission_d_appel_d_offres_cgct_art_l_1414_3 }}"
                            ),
                        ),
                    ),
                ),
                (
                    Puce("Approuve le recours à l'instrument suivant : {{ instrument.libelle }}. {{ marque.approbation }}"),
                    Puce("Autorise {{ assemblee.executif }} à signer l'acte correspondant. {{ marque.approbation }}"),
                    Puce("{{ instrument.conditions }} {{ marque.visas_et_expose }}"),
                ),
            ),
        ),
    ),
    Puce("Charge {{ assemblee.executif }} de l'exécution de la présente délibération. {{ marque.execution }}"),
    Titre("Vote"),
    Texte(
        "Pour : [à compléter : voix pour]. Contre : [à compléter : voix contre]. Abstentions : "
        "[à compléter : abstentions]."
    ),
    Titre("Caractère exécutoire et recours"),
    Texte(
        "La délibération est exécutoire après sa publication et sa transmission au représentant de l'État, le "
        "[à compléter : date de transmission et de publication]. {{ loi.seances_assemblees }}"
    ),
    Texte(
        "Elle peut être contestée devant le tribunal administratif de [à compléter : tribunal compétent] dans les deux "
        "mois de sa publication. {{ marque.execution }}"
    ),
    Texte("{{ assemblee.executif_majuscule }} : [à compléter : nom et signature de l'exécutif]"),
)

BLOCS: tuple[Bloc, ...] = (*TETE, *VISAS, *DECISION, *RELEVE)

"""Convention de service commun (CGCT, art. L.5211-4-2) : parties, effectifs, argent, vie de la convention."""

from __future__ import annotations

from mutunb.actes.blocs import Bloc, Puce, Si, Tableau, Texte, Titre
from mutunb.actes.textes.cadre_acte import AVERTISSEMENT, RELEVE, SIGNATURES, liste
from mutunb.actes.textes.convention_service_commun_vie import VIE

ACTE = "convention_service_commun"
TITRE = "Convention de service commun"

PARTIES: tuple[Bloc, ...] = (
    Titre("Convention de service commun", 0),
    Texte("{{ fonction.libelle }} — {{ epci.nom }}", "Sous-titre d'acte"),
    *AVERTISSEMENT,
    Titre("Parties"),
    Texte("Entre les soussignés {{ marque.parties }} :"),
    Texte(
        "{{ epci.le_nom_majuscule }}, établissement public de coopération intercommunale à fiscalité propre, SIREN {{ epci.siren }}, "
        "dont le siège est situé {{ epci.siege }}, représentée par {{ epci.executif }}, {{ epci.nom_executif }}, "
        "agissant en vertu de la délibération {{ epci.deliberation }}, ci-après « {{ epci.appellation }} »,"
    ),
    Texte("et les communes membres suivantes, chacune représentée par son maire en vertu de la délibération indiquée :"),
    Tableau(
        "Communes parties à la convention",
        "Une ligne par commune : nom, SIREN, maire et délibération.",
        ("Commune", "SIREN", "Maire", "Délibération"),
        (("{{ commune.nom }}", "{{ commune.siren }}", "{{ commune.maire }}", "{{ commune.deliberation }}"),),
        (4.8, 2.2, 4.0, 4.8),
        boucle="commune in communes",
    ),
    Si(
        "etablissements",
        (
            Texte("et les établissements publics rattachés suivants :"),
            liste("etablissement in etablissements", "{{ etablissement }}"),
        ),
    ),
    Titre("Visas"),
    Texte("Vu le code général des collectivités territoriales, notamment son article L.5211-4-2 ;", "Visa"),
    Texte("Vu le code général de la fonction publique ; {{ marque.visas }}", "Visa"),
    Si("epci.reserve", (Texte("{{ epci.reserve }}", "Visa"),)),
    Texte("Vu la fiche d'impact annexée, décrivant les effets sur la situation des agents ; {{ marque.annexes }}", "Visa"),
    Texte("Vu l'avis de chaque comité social territorial compétent {{ loi.service_commun_avis_du_comite_social }} :", "Visa"),
    Tableau(
        "Avis des comités sociaux territoriaux",
        "Une ligne par comité : lequel, pour quels employeurs, date et sens de l'avis.",
        ("Comité", "Employeurs concernés", "Date et sens de l'avis"),
        (("{{ comite.nom }}", "{{ comite.employeurs }}", "{{ comite.avis }}"),),
        (4.4, 6.8, 4.6),
        boucle="comite in comites",
    ),
    Texte("Vu les délibérations concordantes des parties ; {{ loi.service_commun_forme_de_la_decision }}", "Visa"),
    Si(
        "finances.par_ac",
        (
            Texte(
                "Vu le rapport de la commission locale d'évaluation des charges transférées, transmis pour information "
                "([à compléter : date du rapport de la CLECT]) ; {{ marque.visas }}",
                "Visa",
            ),
        ),
    ),
    Texte("Il est convenu ce qui suit."),
    Titre("Article 1 — Objet et missions"),
    Texte(
        "Les parties créent un service commun « {{ fonction.libelle }} ». Il exerce des missions fonctionnelles, en "
        "dehors des compétences transférées à {{ epci.appellation }}. {{ marque.missions }}"
    ),
    Texte("Le service accomplit, pour les parties, les missions suivantes (liste proposée, à arrêter) {{ marque.perimetre }} :"),
    liste("mission in fonction.missions", "{{ mission }}"),
    Titre("Article 2 — Missions exclues"),
    Texte(
        "Les missions que la loi réserve au centre de gestion restent hors du service, pour les communes et "
        "établissements qui lui sont affiliés d'office. {{ marque.missions_exclues }}"
    ),
    Si(
        "fonction.missions_exclues",
        (
            Texte("Sont ainsi exclues {{ loi.centre_de_gestion_a_laisser_hors_du_service_commun_l_452_38 }} :"),
            liste("mission in fonction.missions_exclues", "{{ mission }}"),
        ),
    ),
    Texte(
        "Parties affiliées d'office au centre de gestion : {{ affiliations }}. L'étendue exacte de l'exclusion est à "
        "sécuriser. {{ loi.centre_de_gestion_renvoi_perime }}"
    ),
    Titre("Article 3 — Qui fait quoi"),
    Texte(
        "Chaque exécutif garde son pouvoir de décision, son budget et ses signatures. Le service instruit, prépare et "
        "exécute ; la commune décide, transmet les pièces et vérifie le service fait. {{ marque.perimetre }}"
    ),
    Texte(
        "Le catalogue des prestations, les délais de réponse et le partage des tâches entre chaque mairie et le service "
        "figurent en annexe 3 ([à compléter : catalogue et niveaux de service]). {{ marque.perimetre }}"
    ),
    Titre("Article 4 — Gestionnaire"),
    Si(
        "service.gere_par_epci",
        (Texte("{{ epci.appellation|capitalize }} est gestionnaire du service commun. {{ marque.gestionnaire }}"),),
        (
            Texte(
                "Par dérogation, le service commun est géré par une commune, {{ service.gestionnaire }}, choisie par "
                "l'assemblée de {{ epci.appellation }} (délibération du [à compléter : date de la délibération de "
                "choix du gestionnaire]). {{ marque.gestionnaire }}"
            ),
        ),
    ),
)

AGENTS: tuple[Bloc, ...] = (
    Titre("Article 5 — Agents"),
    Texte(
        "Les fonctionnaires et agents contractuels qui remplissent en totalité leurs fonctions dans le service mis en "
        "commun sont transférés de plein droit au gestionnaire. {{ loi.service_commun_agents_occupes_a_temps_plein }}"
    ),
    Texte(
        "Ceux qui n'y remplissent qu'une partie de leurs fonctions sont de plein droit mis à sa disposition, à titre "
        "individuel et sans limitation de durée, pour la part de leur temps consacrée au service. "
        "{{ loi.service_commun_agents_occupes_en_partie }}"
    ),
    Texte("Le nombre d'agents transférés par chaque commune est le suivant {{ marque.effectifs_transferes }} :"),
    Tableau(
        "Effectifs par commune",
        "Une ligne par commune : fonctionnaires transférés, contractuels transférés, agents mis à disposition.",
        ("Commune", "Fonctionnaires transférés", "Contractuels transférés", "Agents mis à disposition"),
        (
            (
                "{{ commune.nom }}",
                "{{ commune.fonctionnaires }}",
                "{{ commune.contractuels }}",
                "{{ commune.mis_a_disposition }}",
            ),
        ),
        (5.3, 3.5, 3.5, 3.5),
        boucle="commune in communes",
        nombres=(1, 2, 3),
        pied=(
            "Ensemble",
            "{{ effectifs.fonctionnaires }}",
            "{{ effectifs.contractuels }}",
            "{{ effectifs.mis_a_disposition }}",
        ),
    ),
    Texte("{{ effectifs.remarque }}"),
    Si("effectifs.negociation", (Texte("{{ effectifs.negociation }} {{ loi.action_sociale_service_commun }}"),)),
    Texte(
        "La liste des postes, des cadres d'emplois et des quotités est jointe en annexe 2 ([à compléter : liste des "
        "postes, sans nom d'agent]). {{ marque.postes }}"
    ),
    Texte(
        "Les agents transférés conservent, s'ils y ont intérêt, leur régime indemnitaire et, à titre individuel, leurs "
        "avantages acquis. {{ loi.emplois_et_agents_changement_d_employeur }}"
    ),
    Titre("Article 6 — Autorité sur le service"),
    Texte(
        "En fonction de la mission réalisée, le service est placé sous l'autorité fonctionnelle du maire de la commune "
        "pour laquelle il agit, ou de l'exécutif de {{ epci.appellation }}. L'un et l'autre peuvent, par arrêté, sous "
        "leur surveillance et leur responsabilité, déléguer leur signature au chef du service commun, et à lui seul, "
        "pour l'exécution des missions qu'ils lui confient. {{ marque.autorite_fonctionnelle }}"
    ),
    Texte(
        "Le poste de chef du service commun est désigné en annexe 2 ; son remplacement en cas d'absence y est prévu "
        "([à compléter : poste de chef de service et intérim]). {{ marque.postes }}"
    ),
    Texte(
        "Le gestionnaire est l'employeur : il nomme, évalue, accorde les congés, forme et exerce le pouvoir "
        "disciplinaire. Il recueille l'avis des maires sur la manière de servir. {{ marque.autorite_hierarchique }}"
    ),
)

ANNEXES: tuple[Bloc, ...] = (
    Titre("Annexes"),
    Puce("Annexe 1 — Fiche d'impact et, s'il y en a, accords conclus avec les agents. {{ marque.annexes }}"),
    Puce("Annexe 2 — Postes, cadres d'emplois, quotités, chef du service. {{ marque.postes }}"),
    Puce("Annexe 3 — Catalogue, niveaux de service, partage des tâches. {{ marque.perimetre }}"),
    Puce("Annexe 4 — Coût de départ et calcul des contributions. {{ marque.modalites_financieres }}"),
    Puce("Annexe 5 — Données personnelles : clauses de l'article 28 ou accord de l'article 26. {{ marque.donnees_et_securite }}"),
)

BLOCS: tuple[Bloc, ...] = (*PARTIES, *AGENTS, *VIE, *SIGNATURES, *ANNEXES, *RELEVE)

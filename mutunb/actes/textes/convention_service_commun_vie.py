"""Convention de service commun, seconde moitié : argent, moyens, données, gouvernance, durée, sortie."""

from __future__ import annotations

from mutunb.actes.blocs import Bloc, Puce, Si, Tableau, Texte, Titre

ARGENT: tuple[Bloc, ...] = (
    Titre("Article 7 — Effets financiers"),
    Si(
        "finances.par_ac and finances.par_facture",
        (
            Texte(
                "Les effets financiers sont pris en compte pour une part par imputation sur l'attribution de "
                "compensation des communes, pour le reste par remboursement. {{ marque.effets_financiers }}"
            ),
            Texte("Partage entre les deux voies : [à compléter : part imputée sur l'attribution de compensation]. {{ marque.modalites_financieres }}"),
        ),
        (
            Si(
                "finances.par_ac",
                (
                    Texte(
                        "Les effets financiers sont pris en compte par imputation sur l'attribution de compensation de "
                        "chaque commune. {{ marque.effets_financiers }}"
                    ),
                ),
                (
                    Texte(
                        "Chaque {{ finances.debiteur }} rembourse au gestionnaire sa part du coût du service, sur la "
                        "base de l'état annuel prévu à l'article 8. {{ marque.effets_financiers }}"
                    ),
                ),
            ),
        ),
    ),
    Si(
        "finances.par_ac",
        (
            Texte(
                "Le calcul du coefficient d'intégration fiscale prend en compte cette imputation "
                "{{ loi.service_commun_argent }}. Aucun gain de dotation n'est promis par la présente convention. Le "
                "montant imputé reste le même tant qu'il n'est pas révisé par délibérations concordantes. "
                "{{ marque.modalites_financieres }}"
            ),
            Texte(
                "La révision du montant suit la procédure de l'article 1609 nonies C (V, 1° bis) du code général des "
                "impôts. {{ loi.attribution_compensation }}"
            ),
        ),
    ),
    Titre("Article 8 — Coût, clé et règlement"),
    Texte(
        "Coût de départ : {{ finances.cout }}. Il comprend le personnel, les fournitures, les contrats et le "
        "renouvellement des biens rattachés au service, sans marge. {{ marque.modalites_financieres }}"
    ),
    Si(
        "finances.part_epci",
        (Texte("Part que {{ epci.appellation }} garde à sa charge pour ses propres besoins : {{ finances.part_epci }}. {{ marque.modalites_financieres }}"),),
    ),
    Texte(
        "Clé de répartition : {{ finances.cle }}. Les parts qui en résultent au départ sont les suivantes "
        "{{ marque.modalites_financieres }} :"
    ),
    Tableau(
        "Répartition du coût entre les parties",
        "Une ligne par partie : base de la clé, part en pourcentage, contribution annuelle prévisionnelle.",
        ("Partie", "{{ finances.base_cle }}", "Part", "Contribution prévisionnelle"),
        (("{{ part.nom }}", "{{ part.base }}", "{{ part.part }}", "{{ part.montant }}"),),
        (5.3, 3.6, 2.5, 4.4),
        boucle="part in parts",
        nombres=(1, 2, 3),
        pied=("Ensemble", "{{ finances.total_base }}", "{{ finances.total_part }}", "{{ finances.total_montant }}"),
    ),
    Puce("Indexation : [à compléter : règle d'indexation du coût]. {{ marque.modalites_financieres }}"),
    Puce("Investissements : [à compléter : partage des investissements]. {{ marque.modalites_financieres }}"),
    Puce(
        "État annuel : le gestionnaire remet à chaque partie, avant la date d'adoption des budgets, le coût constaté, "
        "les volumes et la contribution prévue. {{ marque.modalites_financieres }}"
    ),
    Puce("Régularisation : l'écart entre le prévu et le constaté se règle l'année suivante. {{ marque.modalites_financieres }}"),
    Puce("Revoyure : la clé est réexaminée [à compléter : fréquence de la revoyure], et à chaque entrée ou sortie. {{ marque.modalites_financieres }}"),
    Texte(
        "La méthode du coût unitaire de l'article D.5211-16 se transpose au service commun sans s'y imposer. "
        "{{ reference.remboursement_mise_a_disposition_champ_pratique }}"
    ),
    Texte(
        "Si une partie assujettie à la TVA (régie, service industriel et commercial) recourt au service, elle fait "
        "l'objet d'une comptabilité distincte et le régime de TVA est examiné au préalable. {{ reference.tva }}"
    ),
)

CONDUITE: tuple[Bloc, ...] = (
    Titre("Article 9 — Moyens"),
    Texte(
        "Locaux, matériels, licences et contrats affectés au service : [à compléter : inventaire des moyens et des "
        "contrats transférés ou modifiés par avenant]. Un bien du gestionnaire que les communes utilisent aussi relève "
        "d'un règlement de mise à disposition. {{ marque.moyens }}"
    ),
    Titre("Article 10 — Données et sécurité"),
    Texte(
        "Chaque commune reste responsable des traitements de ses données ; le gestionnaire les traite pour son compte "
        "selon l'annexe 5. La qualification (sous-traitance ou responsabilité conjointe) est arrêtée au cas par cas. "
        "Les données d'une commune ne sont accessibles ni aux autres communes, ni à leurs élus ; les accès sont "
        "individuels et tracés. {{ marque.donnees_et_securite }}"
    ),
    Texte("Les archives produites pour une commune restent les siennes. {{ marque.donnees_et_securite }}"),
    Titre("Article 11 — Suivi"),
    Texte(
        "Un comité de suivi réunit un élu de chaque partie, [à compléter : nombre de réunions du comité] fois par an. Il "
        "examine le rapport annuel, propose les priorités et les évolutions de clé. Un comité technique prépare ses "
        "travaux. En cas de demandes concurrentes : [à compléter : règle d'arbitrage des priorités]. "
        "{{ marque.gouvernance }}"
    ),
    Titre("Article 12 — Entrée en vigueur et durée"),
    Texte(
        "La convention prend effet le {{ service.date_effet }}, une fois signée et les délibérations exécutoires, pour "
        "[à compléter : durée de la convention]. {{ marque.vie_de_la_convention }}"
    ),
    Texte(
        "Les délibérations qui l'approuvent sont publiées et transmises au représentant de l'État. "
        "{{ loi.seances_assemblees }}"
    ),
    Titre("Article 13 — Adhésion d'une commune"),
    Texte(
        "Une autre commune membre peut rejoindre le service par avenant approuvé par toutes les parties, après fiche "
        "d'impact et avis des comités sociaux territoriaux compétents. {{ marque.vie_de_la_convention }}"
    ),
    Titre("Article 14 — Retrait et fin"),
    Texte(
        "La loi ne règle pas le retour des agents transférés lorsqu'une commune se retire ; les parties conviennent donc "
        "de ce qui suit. {{ reference.sortie_service_commun_retour_des_agents }}"
    ),
    Puce(
        "Préavis : [à compléter : durée du préavis de retrait] (de 12 à 18 mois en pratique), avec effet au 31 décembre. "
        "{{ loi.sortie_service_commun_clauses_a_prevoir }}"
    ),
    Puce(
        "Agents transférés : reprise par volontariat, puis selon la commune d'origine ; l'affectation nouvelle demande "
        "l'accord de l'agent. Faute d'accord, les règles de suppression d'emploi s'appliquent, après avis du comité "
        "social territorial. {{ loi.sortie_service_commun_clauses_a_prevoir }}"
    ),
    Puce(
        "Agents mis à disposition : la mise à disposition prend fin avec la convention. "
        "{{ loi.sortie_service_commun_agents_mis_a_disposition }}"
    ),
    Puce(
        "Argent : la commune qui part supporte la part non amortie des investissements faits pour elle et les coûts "
        "que son départ laisse au service pendant [à compléter : durée de prise en charge des coûts échoués]. {{ loi.sortie_service_commun_clauses_a_prevoir }}"
    ),
    Si(
        "finances.par_ac",
        (Puce("Attribution de compensation : elle est rétablie par une révision inverse, délibérée dans les mêmes formes. {{ loi.sortie_service_commun_clauses_a_prevoir }}"),),
    ),
    Puce("Biens, licences, contrats : partage selon l'inventaire de l'article 9. Données : restituées dans un format réutilisable. {{ loi.sortie_service_commun_clauses_a_prevoir }}"),
    Texte(
        "La convention peut prendre fin par accord de toutes les parties, dans les mêmes conditions. "
        "{{ marque.vie_de_la_convention }}"
    ),
    Titre("Article 15 — Responsabilités, assurances, litiges"),
    Texte(
        "Le gestionnaire répond des dommages causés par le service et s'assure en conséquence ; chaque commune répond "
        "des décisions qu'elle prend. Les parties cherchent une solution amiable devant le comité de suivi avant de "
        "saisir le tribunal administratif de [à compléter : tribunal compétent]. {{ marque.vie_de_la_convention }}"
    ),
)

VIE: tuple[Bloc, ...] = (*ARGENT, *CONDUITE)

"""Convention constitutive de groupement de commandes (code de la commande publique, art. L.2113-6 et L.2113-7)."""

from __future__ import annotations

from mutunb.actes.blocs import Bloc, Puce, Si, Tableau, Texte, Titre
from mutunb.actes.textes.cadre_acte import AVERTISSEMENT, RELEVE, SIGNATURES, liste

ACTE = "convention_groupement_commandes"
TITRE = "Convention constitutive de groupement de commandes"

BLOCS: tuple[Bloc, ...] = (
    Titre("Convention constitutive de groupement de commandes", 0),
    Texte("{{ fonction.libelle }} — {{ epci.nom }}", "Sous-titre d'acte"),
    *AVERTISSEMENT,
    Texte(
        "Chaque assemblée délibère avant la signature, et la convention est signée avant la publication de la première "
        "consultation. {{ marque.ordre_des_actes }}"
    ),
    Titre("Article 1 — Objet et périmètre"),
    Texte(
        "Les membres constituent un groupement de commandes sur le fondement des articles L.2113-6 et L.2113-7 du code de "
        "la commande publique{{ groupement.autre_fondement }}. {{ marque.signature_et_regles }}"
    ),
    Texte("Achats concernés (proposition, à arrêter) {{ marque.objet }} :"),
    liste("segment in groupement.segments", "{{ segment }}"),
    Texte("Le groupement est [à compléter : ponctuel ou permanent]. {{ marque.objet }}"),
    Titre("Article 2 — Membres"),
    Tableau(
        "Membres du groupement",
        "Une ligne par membre : nom, SIREN, représentant, délibération.",
        ("Membre", "SIREN", "Représentant", "Délibération"),
        (("{{ membre.nom }}", "{{ membre.siren }}", "{{ membre.representant }}", "{{ membre.deliberation }}"),),
        (4.8, 2.2, 4.0, 4.8),
        boucle="membre in membres",
    ),
    Puce("Chaque membre transmet ses besoins, ses contrats en cours et leurs échéances dans les délais demandés. {{ marque.membres }}"),
    Puce("Chaque membre exécute le marché pour ce qui le concerne, sauf mission confiée au coordonnateur. {{ marque.coordonnateur }}"),
    Titre("Article 3 — Coordonnateur"),
    Texte("Le coordonnateur est {{ groupement.coordonnateur }}. {{ marque.coordonnateur }}"),
    Si(
        "groupement.confie_a_epci",
        (
            Texte(
                "L'établissement mène la passation, l'exécution, ou les deux, à titre gratuit, quelles que soient ses "
                "compétences ; ses statuts le prévoient expressément ([à compléter : date de l'arrêté préfectoral portant "
                "cette clause statutaire]). Les concessions et les syndicats sont exclus. "
                "{{ loi.groupement_commandes_epci_quatre_conditions_reunies }}"
            ),
        ),
    ),
    Texte("Missions confiées au coordonnateur {{ marque.signature_et_regles }} :"),
    Puce("Recenser les besoins et définir la stratégie d'achat."),
    Puce("Rédiger et publier la consultation, analyser les offres."),
    Puce("Signer et notifier les marchés au nom des membres : [à compléter : oui ou non]."),
    Puce("Conclure les avenants et suivre l'exécution : [à compléter : oui ou non, et pour quels marchés]."),
    Texte("L'étendue de ces missions est à arrêter par les membres. {{ marque.coordonnateur }}"),
    Titre("Article 4 — Commission d'appel d'offres"),
    Texte(
        "Commission compétente : [à compléter : commission du groupement ou du coordonnateur]. Celle du groupement réunit "
        "un élu de chaque membre doté d'une commission ; celle du coordonnateur suffit si la convention le dit. "
        "{{ loi.groupement_commandes_commission_d_appel_d_offres_cgct_art_l_1414_3 }}"
    ),
    Texte("La convention dit laquelle. {{ marque.commission_d_appel_d_offres }}"),
    Titre("Article 5 — Frais"),
    Si(
        "groupement.confie_a_epci",
        (Texte("Les missions de l'établissement sont gratuites. {{ loi.groupement_commandes_epci_quatre_conditions_reunies }}"),),
        (
            Texte(
                "Frais du coordonnateur : [à compléter : gratuité ou partage des frais, et clé]. "
                "{{ loi.groupement_commandes_frais_du_coordonnateur }}"
            ),
        ),
    ),
    Texte("Chaque membre paie ses propres commandes. {{ marque.argent_et_risques }}"),
    Titre("Article 6 — Responsabilités et contentieux"),
    Texte(
        "Les membres ne sont solidaires que des opérations qu'ils mènent ensemble et en leur nom. "
        "{{ loi.groupement_commandes_responsabilite }}"
    ),
    Texte(
        "Contentieux et indemnités : [à compléter : qui agit en justice et comment se partagent les indemnités]. "
        "{{ marque.argent_et_risques }}"
    ),
    Titre("Article 7 — Durée, adhésion, retrait"),
    Texte("La convention prend effet le {{ service.date_effet }}, pour [à compléter : durée de la convention]. {{ marque.objet }}"),
    Texte(
        "Un acheteur peut adhérer par avenant ; il ne profite pas des marchés déjà lancés. "
        "{{ reference.groupement_commandes_arriver_apres_le_lancement }}"
    ),
    Texte(
        "Un membre peut se retirer avec un préavis de [à compléter : préavis de retrait], sans effet sur les marchés en "
        "cours auxquels il est engagé ; conséquences financières : [à compléter : conséquences financières du retrait]. "
        "{{ marque.membres }}"
    ),
    Titre("Article 8 — Données"),
    Texte(
        "Le coordonnateur publie les données essentielles des marchés qu'il notifie et remet à chaque membre les pièces "
        "qui le concernent. {{ marque.donnees }}"
    ),
    *SIGNATURES,
    *RELEVE,
)

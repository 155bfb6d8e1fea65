"""Fiche d'impact (CGCT, art. L.5211-4-2, al. 2) : ce qui change pour les agents, sans en nommer aucun."""

from __future__ import annotations

from mutunb.actes.blocs import Bloc, Puce, Si, Tableau, Texte, Titre
from mutunb.actes.textes.cadre_acte import AVERTISSEMENT, RELEVE

ACTE = "fiche_impact"
TITRE = "Fiche d'impact"

_COLONNES = ("Objet", "Aujourd'hui", "Après la mise en commun", "Ce qui est garanti")
_LARGEURS = (3.6, 4.2, 4.2, 3.8)


def _grille(titre: str, *lignes: tuple[str, str, str, str]) -> Tableau:
    """Grille avant / après."""
    description = f"{titre} : pour chaque objet, la situation d'aujourd'hui, celle d'après et ce qui est garanti."
    return Tableau(titre, description, _COLONNES, lignes, _LARGEURS)


def _ligne(objet: str, garanti: str = "—") -> tuple[str, str, str, str]:
    court = f"{objet[:1].lower()}{objet[1:]}"
    return (objet, f"[à compléter : {court}, avant]", f"[à compléter : {court}, après]", garanti)


BLOCS: tuple[Bloc, ...] = (
    Titre("Fiche d'impact", 0),
    Texte("Service commun « {{ fonction.libelle }} » — {{ epci.nom }}", "Sous-titre d'acte"),
    *AVERTISSEMENT,
    Titre("1. À quoi sert cette fiche"),
    Texte(
        "Elle décrit les effets de la mise en commun sur l'organisation et les conditions de travail, sur la "
        "rémunération et sur les droits acquis des agents. Elle est annexée à la convention, comme les accords conclus, "
        "et soumise avec elle à l'avis de chaque comité social territorial compétent, avant les délibérations. "
        "{{ marque.quatre_effets }}"
    ),
    Texte(
        "Elle ne nomme aucun agent. Les situations individuelles font l'objet d'un entretien et d'une note remise au seul "
        "intéressé. {{ marque.accompagnement_et_synthese }}"
    ),
    Titre("2. Agents concernés"),
    Tableau(
        "Agents concernés par employeur",
        "Une ligne par employeur : fonctionnaires et contractuels transférés, agents mis à disposition.",
        ("Employeur actuel", "Fonctionnaires transférés", "Contractuels transférés", "Agents mis à disposition"),
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
    Texte("Agents déjà employés par le gestionnaire dans cette fonction : {{ effectifs.gestionnaire }}."),
    Texte("Répartition par catégorie et par genre : {{ effectifs.categories }}. {{ marque.accompagnement_et_synthese }}"),
    Titre("3. Effets sur l'organisation"),
    Texte(
        "Les agents occupés à temps plein changent d'employeur au {{ service.date_effet }} ; les autres restent employés "
        "par leur commune. {{ marque.emploi }}"
    ),
    _grille(
        "Emploi",
        ("Employeur", "La commune d'origine", "{{ service.gestionnaire }} (agents transférés)", "Transfert de plein droit"),
        _ligne("Poste et intitulé"),
        _ligne("Supérieur hiérarchique direct"),
        _ligne("Quotité de travail"),
    ),
    Titre("4. Effets sur les conditions de travail"),
    Texte("Lieu, trajets, temps de travail, matériel, prévention. {{ marque.lieu_et_temps }}"),
    _grille(
        "Lieu et temps de travail",
        _ligne("Lieu de travail et trajets", "Indemnité de mobilité possible (facultative)"),
        _ligne("Horaires, cycle, jours de réduction"),
        _ligne("Astreintes et télétravail"),
        _ligne("Congés et compte épargne-temps"),
    ),
    Texte(
        "L'indemnité de mobilité est facultative ; elle se décide par délibération, dans la limite de plafonds qui "
        "dépendent de l'allongement du trajet. {{ reference.indemnite_mobilite }}"
    ),
    _grille(
        "Conditions de travail",
        _ligne("Matériel et logiciels"),
        _ligne("Hygiène, sécurité, risques psychosociaux"),
        _ligne("Formation"),
        _ligne("Comité social et commissions paritaires"),
        _ligne("Protection fonctionnelle"),
    ),
    Texte("Ces rubriques sont d'usage. {{ marque.conditions_de_travail }}"),
    Titre("5. Effets sur la rémunération"),
    _grille(
        "Rémunération et avantages",
        _ligne("Traitement : grade et échelon"),
        _ligne("Nouvelle bonification indiciaire"),
        _ligne("Régime indemnitaire (IFSE, CIA)", "Conservé si l'agent y a intérêt (transfert)"),
        _ligne("Treizième mois et avantages collectifs", "Avantages acquis, à titre individuel (transfert)"),
        _ligne("Action sociale (CNAS, titres-restaurant)"),
        _ligne("Protection sociale complémentaire"),
    ),
    Texte(
        "L'agent transféré conserve, s'il y a intérêt, son régime indemnitaire et, à titre individuel, ses avantages "
        "acquis. {{ loi.emplois_et_agents_changement_d_employeur }}"
    ),
    Texte(
        "Le gestionnaire doit avoir délibéré sur le régime indemnitaire des cadres d'emplois qu'il accueille. Rapprocher "
        "les montants est un choix, pas une obligation. {{ loi.emplois_et_agents_regime_indemnitaire_rifseep }}"
    ),
    Texte("Les montants individuels n'apparaissent pas dans cette fiche. {{ marque.remuneration_et_avantages }}"),
    Titre("6. Effets sur les droits acquis"),
    Texte(
        "L'affiliation à la caisse de retraite ne change pas ; seul l'employeur change. La situation des stagiaires et des "
        "agents à temps non complet est à vérifier. {{ loi.emplois_et_agents_retraite }}"
    ),
    Texte("L'avis des commissions paritaires n'est plus demandé avant le transfert. {{ reference.service_commun_commissions_paritaires }}"),
    Texte("Droits acquis propres au territoire : [à compléter : accords locaux et avantages acquis avant transfert]."),
    Titre("7. Accompagnement et calendrier"),
    Puce("Entretien avec chaque agent avant le dépôt du dossier au comité : [à compléter : calendrier des entretiens]."),
    Puce("Formation aux outils du service : [à compléter : plan de formation]."),
    Puce("Dépôt du dossier, avis des comités, délibérations : {{ service.calendrier }}."),
    Texte("Ces mesures sont recommandées. {{ marque.accompagnement_et_synthese }}"),
    Titre("8. Données à réunir"),
    Puce("Effectifs et quotités par commune (rapport social unique). {{ marque.donnees_a_reunir }}"),
    Puce("Grille du régime indemnitaire de chaque commune, cadre d'emplois par cadre d'emplois."),
    Puce("Distances entre les sites, règlements du temps de travail."),
    Si("effectifs.manquants", (Texte("Employeurs dont les effectifs n'ont pas été reçus : {{ effectifs.manquants }}."),)),
    *RELEVE,
)

"""Communication annuelle au conseil sur l'avancement de la mutualisation (CGCT, art. L.5211-39-1)."""

from __future__ import annotations

from mutunb.actes.blocs import Bloc, Pour, Puce, Tableau, Texte, Titre
from mutunb.actes.textes.cadre_acte import AVERTISSEMENT, RELEVE

ACTE = "communication_annuelle"
TITRE = "Communication annuelle au conseil"

CADRE: tuple[Bloc, ...] = (
    Titre("Mutualisation des services : communication au conseil", 0),
    Texte("{{ epci.nom }}, exercice {{ exercice.annee }}", "Sous-titre d'acte"),
    *AVERTISSEMENT,
    Titre("Objet"),
    Texte(
        "Le président présente à l'assemblée l'avancement de la mutualisation des services entre {{ epci.le_nom }} et ses communes "
        "membres. {{ marque.objet }}"
    ),
    Texte(
        "Moment : débat d'orientation budgétaire ou, à défaut, vote du budget, le [à compléter : date de la séance]. "
        "{{ loi.schema_mutualisation_suivi }}"
    ),
    Texte("{{ exercice.reserve }}"),
)

CONTENU: tuple[Bloc, ...] = (
    Titre("Les services suivis"),
    Texte("Par service, budgets de {{ epci.appellation }} et des communes réunis. {{ marque.contenu_conseille }}"),
    Tableau(
        "Services suivis",
        "Une ligne par service : coût de l'exercice, effectif, ce qu'on peut en dire face à la tendance.",
        ("Service", "Coût", "Effectif", "Face au coût sans projet"),
        (("{{ suivi.fonction }}", "{{ suivi.cout }}", "{{ suivi.etp }}", "{{ suivi.lecture }}"),),
        (4.4, 2.6, 2.4, 6.4),
        nombres=(1, 2),
        boucle="suivi in services",
    ),
    Pour(
        "rubrique in rubriques",
        (
            Titre("{{ rubrique.titre }}", 2),
            Pour("phrase in rubrique.phrases", (Puce("{{ phrase }}"),)),
        ),
    ),
    Titre("Incidents, entrées et sorties"),
    Texte("[à compléter : incidents de l'exercice, communes entrées ou sorties, suites données]. {{ marque.contenu_conseille }}"),
    Titre("Documents voisins"),
    Texte(
        "À rapprocher du rapport d'orientation budgétaire, du rapport social unique et de la notification de la dotation "
        "d'intercommunalité. {{ marque.documents_voisins }}"
    ),
    Texte("Le rapport d'activité est adressé aux communes avant le 30 septembre. {{ marque.rapport_d_activite }}"),
    Texte("L'assemblée prend acte de cette communication : [à compléter : délibération prenant acte, n° et date]."),
)

BLOCS: tuple[Bloc, ...] = (*CADRE, *CONTENU, *RELEVE)

"""Ce que tous les actes partagent : l'avertissement en tête, le relevé de ce qui manque en fin."""

from __future__ import annotations

from mutunb.actes.blocs import Bloc, Pour, Puce, SautDePage, Si, Tableau, Texte, Titre
from mutunb.actes.mise_en_page import PROJET

ENCADRE = "Encadré de projet"
ANNEXE = "Annexe technique"

AVERTISSEMENT: tuple[Bloc, ...] = (
    Texte(f"{PROJET}. {{{{ avertissement.points }}}}", ENCADRE),
    Si("avertissement.fictif", (Texte("{{ avertissement.fictif }}", ENCADRE),)),
    Si("avertissement.proposition", (Texte("{{ avertissement.proposition }}", ENCADRE),)),
    Texte(
        "Les marques entre crochets disent ce qu'un texte impose et ce qui n'est que recommandé. Avant la signature, "
        "retirez cet encadré, les marques (style « Marque ») et le relevé qui suit les signatures.",
        ENCADRE,
    ),
)

RELEVE: tuple[Bloc, ...] = (
    SautDePage(),
    Titre("Relevé de travail, à retirer avant signature"),
    Titre("Points à compléter : {{ nombre_points }}", 2),
    Si(
        "points",
        (
            Tableau(
                "Points à compléter",
                "Chaque point à compléter, la partie de l'acte où il apparaît d'abord et le nombre d'endroits.",
                ("N°", "À compléter", "Où", "Fois"),
                (("{{ point.rang }}", "{{ point.libelle }}", "{{ point.endroit }}", "{{ point.fois }}"),),
                (1.2, 8.4, 4.8, 1.4),
                nombres=(0, 3),
                boucle="point in points",
            ),
        ),
        (Texte("Aucun."),),
    ),
    Si(
        "decisions",
        (
            Titre("Ce qui est décidé, ce qui est proposé", 2),
            Tableau(
                "Décisions et propositions",
                "Pour chaque choix : ce qui est retenu, s'il est décidé ou seulement proposé, et la raison.",
                ("Choix", "Retenu", "Statut", "Raison"),
                (("{{ choix.objet }}", "{{ choix.retenu }}", "{{ choix.statut }}", "{{ choix.motif }}"),),
                (2.6, 5.6, 2.2, 5.4),
                boucle="choix in decisions",
            ),
        ),
    ),
    Si(
        "sources_chiffres",
        (
            Titre("D'où viennent les chiffres", 2),
            Pour("phrase in sources_chiffres", (Texte("{{ phrase }}", ANNEXE),)),
        ),
    ),
    Titre("Textes cités et points de droit ouverts", 2),
    Pour("phrase in textes_cites", (Texte("{{ phrase }}", ANNEXE),)),
    Pour("phrase in reserves", (Texte("{{ phrase }}", ANNEXE),)),
)

SIGNATURES: tuple[Bloc, ...] = (
    Texte(
        "Fait à [à compléter : lieu de signature], le [à compléter : date de signature], en "
        "[à compléter : nombre d'exemplaires] exemplaires."
    ),
    Tableau(
        "Signatures",
        "Une ligne par partie : la collectivité et le cadre de signature de son exécutif.",
        ("Pour", "Qualité", "Signature"),
        (("{{ signataire.nom }}", "{{ signataire.qualite }}", ""),),
        (6.0, 3.5, 6.3),
        boucle="signataire in signataires",
        hauteur=1.5,
    ),
)


def liste(boucle: str, balise: str) -> Pour:
    """Liste à puces d'une suite de textes."""
    return Pour(boucle, (Puce(balise),))

"""Le compte rendu annuel au conseil : les constats du bilan, rubrique par rubrique, en texte simple."""

from __future__ import annotations

from mutunb.calculs.bilan_annuel import Bilan
from mutunb.calculs.constats_bilan import bilan_cout, bilan_dotations, bilan_ecarts, bilan_gains, bilan_qualitatif, lecons
from mutunb.calculs.constats_suivi import suivi_alertes
from mutunb.calculs.paragraphes import en_clair


def titre_compte_rendu(bilan: Bilan) -> str:
    """« Mutualisation des services : communication au conseil, exercice 2029 »."""
    prevision = ", prévision à la clôture" if bilan.bord.est_prolonge else ""
    return f"Mutualisation des services : communication au conseil, exercice {bilan.annee}{prevision}"


def rubriques(bilan: Bilan) -> list[tuple[str, list[str]]]:
    """Rubriques du compte rendu : titre, phrases sans mise en forme ; aucune sans suivi.

    Contenu conseillé (usage, niveau B) : coûts, écarts, gains face à l'objectif, qualité, effets sur l'AC et le CIF, suites.
    """
    if not bilan.est_suivi:
        return []
    parties = [
        ("Ce que le service a coûté", bilan_cout(bilan)),
        ("Pourquoi le coût a changé", bilan_ecarts(bilan)),
        ("Gains réalisés face à l'objectif", bilan_gains(bilan)),
        ("Qualité rendue et usage", [*suivi_alertes(bilan.bord), *bilan_qualitatif(bilan)]),
        ("Attribution de compensation, CIF et dotation", bilan_dotations(bilan)),
        ("Suites", lecons(bilan)),
    ]
    return [(titre, [en_clair(ligne) for ligne in lignes]) for titre, lignes in parties if lignes]

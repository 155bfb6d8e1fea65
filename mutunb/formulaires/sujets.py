"""Un formulaire par sujet : poids des priorités, hypothèses du modèle, décisions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from mutunb.dossier import Dossier
from mutunb.erreurs import ErreurUsage
from mutunb.formulaires.lot import Phrase, en_lot

if TYPE_CHECKING:
    from mutunb.formulaires.base import Formulaire

#: sujet → fichier du dossier client qu'il écrit
SUJETS: Mapping[str, str] = MappingProxyType(
    {"poids": "decisions.yaml", "hypotheses": "hypotheses.yaml", "decisions": "decisions.yaml"}
)


def formulaire(sujet: str, dossier: Dossier) -> Formulaire | Phrase:
    """Formulaire d'un sujet (``poids``, ``hypotheses``, ``decisions``), ou en lot une phrase qui en tient lieu.

    Parameters
    ----------
    sujet : str
    dossier : Dossier

    Raises
    ------
    ErreurUsage
        Sujet inconnu, avec les noms voisins.

    Examples
    --------
    >>> from mutunb.dossier import ouvrir
    >>> "decisions.yaml" in formulaire("poids", ouvrir("247900798")).texte
    True
    """
    if sujet not in SUJETS:
        raise ErreurUsage.nom_inconnu("formulaire", sujet, SUJETS)
    if en_lot():
        return Phrase(
            "Ce formulaire ne s'affiche que dans JupyterLab. Ici, les carnets suivent ce que le dossier du territoire porte "
            f"dans {SUJETS[sujet]}, et à défaut les valeurs de référence."
        )
    return _construire(sujet, dossier)


def _construire(sujet: str, dossier: Dossier) -> Formulaire:
    from mutunb.formulaires.decisions import FormulaireDecisions
    from mutunb.formulaires.hypotheses import FormulaireHypotheses
    from mutunb.formulaires.poids import FormulairePoids

    classes = {"poids": FormulairePoids, "hypotheses": FormulaireHypotheses, "decisions": FormulaireDecisions}
    return classes[sujet](dossier)

"""Les phrases de périmètre et de source que portent les tableaux, tirées du millésime du territoire."""

from __future__ import annotations

from mutunb import formats
from mutunb.territoires import Origine, Territoire

NATURES = {
    "CC": "communautés de communes",
    "CA": "communautés d'agglomération",
    "CU": "communautés urbaines",
    "METRO": "métropoles",
    "MET69": "métropoles",
}
REGIMES = {"FPU": "fiscalité professionnelle unique", "FA": "fiscalité additionnelle"}
INVENTES = "chiffres inventés pour le territoire fictif"


def comptes(territoire: Territoire) -> str:
    """Source des comptes : OFGL d'après la DGFiP, avec l'exercice."""
    return _source(territoire, f"OFGL d'après DGFiP, comptes {territoire.millesime.comptes}")


def population(territoire: Territoire) -> str:
    """Source des populations et du périmètre."""
    return _source(territoire, f"DGCL et INSEE, périmètre au {formats.date(territoire.millesime.perimetre)}")


def dotations(territoire: Territoire) -> str:
    """Source du CIF et du potentiel fiscal."""
    return _source(territoire, f"DGCL, critères de répartition de la DGF {territoire.millesime.dgf}")


def est_fictif(territoire: Territoire) -> bool:
    """Vrai pour le territoire d'exemple, dont les chiffres sont inventés."""
    return territoire.origine == Origine.FICTIF


def _source(territoire: Territoire, publique: str) -> str:
    return f"{INVENTES} ; ailleurs, {publique}" if est_fictif(territoire) else publique


def estimation(territoire: Territoire) -> str:
    """Source d'un effectif ou d'un coût estimé."""
    return f"estimation d'après {comptes(territoire)}, et les ratios détaillés avec les effectifs"


FORMES_AVEC_ARTICLE = ("CC ", "CA ", "CU ", "Métropole", "Eurométropole", "Communauté")


def le_nom(territoire: Territoire) -> str:
    """« la CC du Thouarsais », « Brest Métropole »."""
    nom = territoire.nom
    return f"la {nom}" if nom.startswith(FORMES_AVEC_ARTICLE) else nom


def de_nom(territoire: Territoire) -> str:
    """« de la CC du Thouarsais », « de Brest Métropole », « d'Orléans Métropole »."""
    nom = le_nom(territoire)
    return f"d'{nom}" if nom[0] in "AEIOUYÉÈÊÎÔaeiouéèê" else f"de {nom}"


def perimetre_bloc(territoire: Territoire) -> str:
    """« la CC du Thouarsais et ses 24 communes »."""
    combien = len(territoire.communes)
    return f"{le_nom(territoire)} et {'sa commune' if combien == 1 else f'ses {combien} communes'}"


def perimetre_communes(territoire: Territoire) -> str:
    """« les 24 communes de la CC du Thouarsais »."""
    return f"les {len(territoire.communes)} communes {de_nom(territoire)}"

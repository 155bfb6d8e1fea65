"""La marque de chaque clause : imposée par un texte (et lequel), ou recommandée ; « à vérifier » si la preuve manque.

Les clauses viennent de ``data/referentiel/droit/actes.yaml``, les règles de ``data/referentiel/droit``.
"""

from __future__ import annotations

import re
import unicodedata

from mutunb import referentiel
from mutunb.referentiel import Clause, EntreeDroit
from mutunb.referentiel.niveaux import MENTIONS, est_a_verifier

#: ce qui se reconnaît dans un texte rendu, pour le mettre en petit
MOTIF = re.compile(r"\[(?:imposé par la |recommandé|règle à vérifier|référence)[^\[\]]*\]")
_JURISPRUDENCE = ("CE,", "CAA,", "Cass.")


def nom_simple(titre: str) -> str:
    """Nom d'une clause dans un modèle : sans accent ni ponctuation.

    Examples
    --------
    >>> nom_simple("Commission d'appel d'offres")
    'commission_d_appel_d_offres'
    """
    lettres = unicodedata.normalize("NFKD", titre).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "_", lettres).strip("_")


def marques_de_l_acte(acte: str) -> dict[str, str]:
    """Marque de chaque clause d'un acte, par nom simple.

    Examples
    --------
    >>> marques_de_l_acte("convention_service_commun")["perimetre"]
    '[recommandé ; à vérifier]'
    """
    contenu = referentiel.actes()[acte]
    texte = referentiel.droit(contenu.droit).texte
    return {nom_simple(clause.titre): _marque(clause, texte) for clause in contenu.clauses}


def marques_du_droit() -> dict[str, str]:
    """Marque de chaque entrée de droit (par son nom) et de chacune de ses règles (``<entrée>_<sujet>``)."""
    marques = {}
    for nom, entree in referentiel.droits().items():
        marques[nom] = _imposee(entree.texte, entree.niveau)
        for point in entree.points:
            marques[f"{nom}_{nom_simple(point.sujet)}"] = _imposee(entree.texte, point.niveau)
    return marques


def references_du_droit() -> dict[str, str]:
    """Comme :func:`marques_du_droit`, pour ce qu'un texte éclaire sans l'imposer : faculté, silence, doctrine."""
    return {nom: re.sub(r"^\[imposé par la (?:loi|jurisprudence)", "[référence", m) for nom, m in marques_du_droit().items()}


def reserves(droits: tuple[str, ...]) -> tuple[str, ...]:
    """Points de droit ouverts des entrées nommées, une phrase chacun, sans doublon."""
    numeros = dict.fromkeys(numero for nom in droits for numero in referentiel.droit(nom).points_a_verifier)
    points = [referentiel.points_a_verifier()[numero] for numero in numeros]
    return tuple(f"{point.id} : {point.sujet}. {point.pourquoi}" for point in points)


def versions(droits: tuple[str, ...]) -> tuple[str, ...]:
    """Textes cités, avec la date à laquelle ils ont été relus."""
    return tuple(_version(referentiel.droit(nom)) for nom in dict.fromkeys(droits))


def _version(entree: EntreeDroit) -> str:
    return f"{entree.texte} ({entree.libelle}) : {entree.verification}"


def _marque(clause: Clause, texte: str) -> str:
    if clause.portee == "impose":
        return _imposee(clause.article or texte, clause.niveau)
    return f"[recommandé{' ; à vérifier' if clause.a_verifier else ''}]"


def _imposee(article: str, niveau: str) -> str:
    """Une règle lue est imposée ; une règle d'usage, même rattachée à un article, reste à vérifier."""
    if niveau not in ("A", "A15"):
        return f"[règle à vérifier : {article}]"
    origine = "jurisprudence" if article.startswith(_JURISPRUDENCE) else "loi"
    mention = f" ; {MENTIONS[niveau]}" if est_a_verifier(niveau) else ""
    return f"[imposé par la {origine} : {article}{mention}]"

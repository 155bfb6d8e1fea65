"""La page d'une étape : les carnets exécutés, assemblés en un seul fichier HTML autonome."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup
from nbformat import NotebookNode

from mutunb.erreurs import ErreurDonnees
from mutunb.execution.fragments import Releve, fragment, tableaux_defilants
from mutunb.execution.gabarits import page
from mutunb.execution.moteur import Statut, etiquettes
from mutunb.execution.parcours import Carnet, Etape
from mutunb.execution.prose import NIVEAU_CARNET, Ancres, Prose, Titre, separer_titre

if TYPE_CHECKING:
    from mutunb.territoires import Territoire

Profil = Literal["client", "consultant"]
PROFILS: tuple[Profil, ...] = ("client", "consultant")
ETIQUETTE_METHODE = "methode"
DONNEES_IMAGE = re.compile(r"data:image/[^\"']*")
#: ancres que le gabarit pose lui-même
ANCRES_DU_GABARIT = frozenset(
    {"contenu", "l-essentiel", "sommaire", "donnees-et-millesimes", "limites-connues", "legende", "statuts", "niveaux",
     "glossaire"}
)


@dataclass(frozen=True)
class Section:
    """Un carnet dans la page.

    Attributes
    ----------
    question : str
        Question du parcours ; vide quand l'introduction du carnet la pose déjà.
    phrase, detail : str
        Pourquoi la section manque, et la trace (profil consultant).
    sommaire : tuple of Titre
        Sous-titres annoncés par le sommaire.
    alertes : tuple of str
        Ce que la page ne montre pas tel quel.
    """

    ancre: str
    titre: str
    statut: Statut
    question: str = ""
    html: Markup = Markup()
    phrase: str = ""
    detail: str = ""
    sommaire: tuple[Titre, ...] = ()
    alertes: tuple[str, ...] = ()


def section(carnet: Carnet, execute: NotebookNode, profil: Profil, carnets: Collection[str] = ()) -> Section:
    """Section d'un carnet exécuté jusqu'au bout.

    Parameters
    ----------
    carnet : Carnet
        Entrée du parcours.
    execute : NotebookNode
        Carnet exécuté.
    profil : str
        ``client`` : ni code ni cellules ``methode`` ; ``consultant`` : code replié, méthode en encadré.
    carnets : collection of str
        Carnets de la même page, pour les liens.

    Raises
    ------
    ErreurDonnees
        Une sortie ne peut pas entrer dans la page (script, requête, image sans texte de remplacement).
    """
    ancres = Ancres(set(ANCRES_DU_GABARIT) | set(carnets))
    prose, releve = Prose(ancres, carnet.id, carnets), Releve([])
    cellules, titre, chapo = _sans_titre(execute.cells)
    morceaux = []
    for rang, cellule in enumerate(cellules, start=1):
        try:
            morceaux.append(_cellule(cellule, profil, prose, releve))
        except ErreurDonnees as refus:
            raise ErreurDonnees(f"dans la cellule {rang}, {refus}") from refus
    return Section(
        ancre=carnet.id,
        titre=titre or carnet.titre,
        statut="produit",
        question="" if chapo else carnet.question,
        html=Markup("\n".join(filter(None, morceaux))),
        sommaire=tuple(t for t in prose.titres if t.niveau == NIVEAU_CARNET + 1),
        alertes=tuple(releve.alertes),
    )


def section_absente(carnet: Carnet, statut: Statut, phrase: str, detail: str = "") -> Section:
    """Section d'un carnet en échec ou sans objet : une phrase, jamais un vide."""
    return Section(carnet.id, carnet.titre, statut, carnet.question, phrase=phrase, detail=detail)


def page_etape(
    etape: Etape,
    territoire: Territoire,
    sections: Sequence[Section],
    synthese: Mapping[str, Any] | None,
    defauts: Iterable[Mapping[str, Any]],
    glossaire: Mapping[str, str],
    profil: Profil,
    edition: datetime.date,
) -> str:
    """Page HTML de l'étape : synthèse, sommaire, sections, annexes."""
    texte = " ".join([str(synthese or ""), *(str(section.html) for section in sections)])
    return page(
        "etape.html.j2",
        territoire,
        profil,
        edition,
        etape=etape,
        sections=sections,
        synthese=synthese,
        defauts=list(defauts),
        glossaire=termes_employes(glossaire, texte),
    )


def termes_employes(glossaire: Mapping[str, str], texte: str) -> dict[str, str]:
    """Les seuls termes du glossaire que la page emploie ; un sigle se reconnaît à ses majuscules."""
    sans_images = DONNEES_IMAGE.sub("", texte)
    minuscules = sans_images.lower()
    if len(minuscules) != len(sans_images):  # une lettre rare change de longueur : les places ne se correspondent plus
        minuscules = sans_images
    return {terme: sens for terme, sens in glossaire.items() if _est_employe(terme, sans_images, minuscules)}


def _est_employe(terme: str, texte: str, minuscules: str) -> bool:
    """Cherche le terme tel quel, puis vérifie que c'est un mot entier : dix fois plus vite qu'un motif sans égard à la casse."""
    ou, quoi = (texte, terme) if terme.isupper() else (minuscules, terme.lower())
    motif, place = _motif(terme), ou.find(quoi)
    while place >= 0:
        if motif.match(texte, place):
            return True
        place = ou.find(quoi, place + 1)
    return False


@functools.cache
def _motif(terme: str) -> re.Pattern[str]:
    """Le terme en mot entier, au pluriel près."""
    sigle = terme.isupper()
    return re.compile(rf"(?<!\w){re.escape(terme)}(?:s|x)?(?!\w)", 0 if sigle else re.IGNORECASE)


def _sans_titre(cellules: Sequence[NotebookNode]) -> tuple[list[NotebookNode], str | None, bool]:
    """Cellules sans le titre de premier niveau qui ouvre le carnet, ce titre, et s'il est suivi d'un chapô."""
    cellules = list(cellules)
    for rang, cellule in enumerate(cellules):
        if cellule.cell_type == "markdown":
            titre, reste = separer_titre(cellule.source)
            if titre is not None:
                cellules[rang] = NotebookNode(cellule, source=reste)
            return cellules, titre, bool(titre is not None and reste.strip())
    return cellules, None, False


def _cellule(cellule: NotebookNode, profil: Profil, prose: Prose, releve: Releve) -> str:
    methode = ETIQUETTE_METHODE in etiquettes(cellule)
    if methode and profil == "client":
        return ""
    if cellule.cell_type == "markdown":
        html = tableaux_defilants(prose.html(cellule.source), prose)
    elif cellule.cell_type == "code":
        sorties = [fragment(sortie, prose, releve) for sortie in cellule.outputs]
        html = "\n".join(filter(None, [_code(cellule, profil), *sorties]))
    else:
        html = f'<pre class="texte" tabindex="0">{escape(cellule.source)}</pre>' if cellule.source.strip() else ""
    if methode and html:
        return f'<div class="methode"><p class="etiquette-methode">Méthode</p>{html}</div>'
    return html


def _code(cellule: NotebookNode, profil: Profil) -> str:
    if profil != "consultant" or not cellule.source.strip():
        return ""
    code = escape(cellule.source)
    return f'<details class="code"><summary>Code</summary><pre tabindex="0"><code>{code}</code></pre></details>'

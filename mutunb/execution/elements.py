"""Ce qu'un carnet déclare en plus de ce qu'il montre : les éléments du type ``application/vnd.mutunb.v1+json``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, Any, Literal

from nbformat import NotebookNode
from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator, StringConstraints, ValidationError
from pydantic import model_validator

from mutunb import formats
from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import montrer, refus
from mutunb.referentiel.constats import constats_de

TYPE_RESULTATS = "application/vnd.mutunb.v1+json"
#: ce que le protocole de Jupyter fait d'un nombre non fini
NON_FINIS = ("nan", "inf", "-inf")
CHIFFRES_SYNTHESE = 5
CONSTATS_SYNTHESE = 3


def _valeur(valeur: Any) -> str | int | float | bool | None:
    """Scalaire JSON ; NaN et infini deviennent ``None``, tels quels ou sous la forme textuelle que Jupyter leur donne."""
    if valeur in NON_FINIS or (isinstance(valeur, float) and not math.isfinite(valeur)):
        return None
    if valeur is None or isinstance(valeur, str | int | float | bool):
        return valeur
    raise refus(montrer(valeur), "un nombre, un texte ou rien", "Donnez une valeur simple.")


def _unite(code: Any) -> str:
    if code not in formats.unites_connues():
        connues = ", ".join(sorted(formats.unites_connues()))
        raise refus(montrer(code), "un code d'unité connu", f"Codes possibles : {connues}.")
    return code


def _au_nombre_de(attendu: int) -> Callable[[tuple], tuple]:
    def verifier(objets: tuple) -> tuple:
        if len(objets) != attendu:
            raise refus(f"{len(objets)} éléments", f"{attendu} éléments", "La synthèse tient sur un écran.")
        return objets

    return verifier


Valeur = Annotated[Any, PlainValidator(_valeur)]
Unite = Annotated[str, PlainValidator(_unite)]
Identifiant = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
Texte = Annotated[str, StringConstraints(min_length=1)]
Statut = Literal["constate", "declare", "estime", "hypothese", "mixte"]


class Element(BaseModel):
    """Base des éléments : figés, sans clé inconnue."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tableau(Element):
    """Un tableau montré : valeurs brutes, et tout ce qu'il faut pour les lire."""

    genre: Literal["tableau"]
    id: Identifiant
    titre: Texte
    colonnes: tuple[str, ...]
    libelles: dict[str, str]
    unites: dict[str, Unite]
    statuts: dict[str, Statut] = {}
    lignes: tuple[tuple[Valeur, ...], ...]
    perimetre: Texte
    source: Texte
    note: str | None = None
    total: bool = False
    masques: tuple[tuple[int, int], ...] = ()

    @model_validator(mode="after")
    def _rectangle(self) -> Tableau:
        largeur = len(self.colonnes)
        if len(set(self.colonnes)) != largeur or any(len(ligne) != largeur for ligne in self.lignes):
            raise refus("des lignes inégales ou des colonnes en double", f"{largeur} valeurs par ligne, une par colonne",
                        "Alignez « lignes » sur « colonnes ».")
        if any(self.lignes[ligne][colonne] is not None for ligne, colonne in self.masques):
            raise refus("une valeur sous un masque", "rien", "Une cellule masquée ne porte pas de valeur.")
        for nom in ("libelles", "unites"):
            manques = [colonne for colonne in self.colonnes if colonne not in getattr(self, nom)]
            if manques:
                raise refus(f"rien pour {', '.join(manques)}", f"« {nom} » pour chaque colonne", "Complétez-les.")
        return self


class Indicateur(Element):
    """Un chiffre seul."""

    genre: Literal["indicateur"]
    id: Identifiant
    libelle: Texte
    valeur: Valeur
    unite: Unite
    statut: Statut
    source: Texte


class Figure(Element):
    """Une image montrée ; ``alt`` dit ce qu'elle montre à qui ne la voit pas."""

    genre: Literal["figure"]
    id: Identifiant
    titre: Texte
    alt: Texte
    source: Texte


class Recommandation(BaseModel):
    """Une recommandation classée ; ses autres clés sont libres."""

    model_config = ConfigDict(frozen=True, extra="allow")

    genre: Literal["recommandation"]
    id: Identifiant
    rang: int
    texte: Texte


class Chiffre(Element):
    """Un chiffre de la synthèse, déjà mis en forme."""

    libelle: Texte
    affichage: Texte
    precision: str = ""
    statut: Statut
    source: Texte


class Synthese(Element):
    """Le premier écran : cinq chiffres, trois constats, la décision attendue."""

    genre: Literal["synthese"]
    titre: Texte
    chiffres: Annotated[tuple[Chiffre, ...], AfterValidator(_au_nombre_de(CHIFFRES_SYNTHESE))]
    constats: Annotated[tuple[Texte, ...], AfterValidator(_au_nombre_de(CONSTATS_SYNTHESE))]
    decision: Texte


class Defaut(Element):
    """Un défaut connu des données, porté jusqu'au livrable."""

    genre: Literal["defaut"]
    id: Identifiant
    gravite: Texte
    phrase: Texte


class SansObjet(Element):
    """Le carnet ne s'applique pas à ce territoire ; ``phrase`` dit pourquoi."""

    genre: Literal["sans_objet"]
    phrase: Texte


class Releve(Element):
    """Le relevé d'un destinataire, à écrire dans ses propres fichiers ; ``id`` est son SIREN.

    Ni ``resultats.json`` ni le carnet livré ne le portent : ils circulent entre toutes les communes.
    """

    genre: Literal["releve"]
    id: Annotated[str, StringConstraints(pattern=r"^\d{9}$")]
    destinataire: Texte
    exercice: int
    provisoire: bool
    titre: Texte
    phrases: tuple[Texte, ...]
    tableaux: tuple[Tableau, ...]


GENRES = {
    "tableau": Tableau,
    "indicateur": Indicateur,
    "figure": Figure,
    "recommandation": Recommandation,
    "synthese": Synthese,
    "defaut": Defaut,
    "sans_objet": SansObjet,
    "releve": Releve,
}
UnElement = Tableau | Indicateur | Figure | Recommandation | Synthese | Defaut | SansObjet | Releve


def lire(carnet: NotebookNode, nom: str) -> tuple[UnElement, ...]:
    """Éléments déclarés par un carnet exécuté, dans l'ordre des cellules.

    Raises
    ------
    ErreurDonnees
        Tous les éléments mal formés et tous les identifiants en double du carnet.
    """
    lus: list[UnElement] = []
    constats: list[Constat] = []
    for rang, brut in enumerate(_bruts(carnet), start=1):
        element, defauts = _un_element(brut, f"{nom}, élément n° {rang}")
        constats += defauts
        if element is not None:
            lus.append(element)
    constats += doublons(lus, nom)
    if constats:
        raise ErreurDonnees.de_constats(f"Résultats du carnet {nom}", constats)
    return tuple(lus)


def doublons(elements: Iterable[UnElement], nom: str, deja: Iterable[tuple[str, str]] = ()) -> list[Constat]:
    """Un constat par identifiant employé deux fois pour le même genre (``deja`` : pris par les carnets précédents)."""
    vus, constats = set(deja), []
    for element in elements:
        marque = cle(element)
        if marque in vus and element.genre != "defaut":
            ou = f"{nom}, {element.genre} « {marque[1]} »"
            constats.append(Constat(ou, "un identifiant déjà pris", "un identifiant unique", "Renommez l'un des deux."))
        vus.add(marque)
    return constats


def cle(element: UnElement) -> tuple[str, str]:
    """Ce qui rend un élément unique : son genre et son identifiant (une étape n'a qu'une synthèse)."""
    return element.genre, getattr(element, "id", "")


def sortie_elements(sortie: NotebookNode) -> list[dict[str, Any]]:
    """Éléments bruts portés par une sortie de cellule ; liste vide si elle n'en porte pas."""
    contenu = sortie.get("data", {}).get(TYPE_RESULTATS) or []
    return list(contenu) if isinstance(contenu, list | tuple) else [contenu]


def _bruts(carnet: NotebookNode) -> Iterator[Any]:
    for cellule in carnet.cells:
        for sortie in cellule.get("outputs", []):
            yield from sortie_elements(sortie)


def _un_element(brut: Any, ou: str) -> tuple[UnElement | None, list[Constat]]:
    genre = brut.get("genre") if isinstance(brut, dict) else None
    modele = GENRES.get(genre)
    if modele is None:
        return None, [Constat(ou, montrer(genre), "un genre connu", f"Genres possibles : {', '.join(GENRES)}.")]
    try:
        return modele.model_validate(brut), []
    except ValidationError as erreur:
        return None, constats_de(erreur, f"{ou} ({genre} « {brut.get('id', '')} »)", modele)


def json_strict(valeur: Any) -> Any:
    """La même valeur, faite de types JSON : les nombres non finis deviennent ``None``, les tuples des listes."""
    if isinstance(valeur, dict):
        return {str(nom): json_strict(contenu) for nom, contenu in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [json_strict(contenu) for contenu in valeur]
    return None if isinstance(valeur, float) and not math.isfinite(valeur) else valeur

"""Les objets du questionnaire : champs, feuilles, gabarits."""

from __future__ import annotations

import datetime
import functools
import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

from mutunb.erreurs import ErreurUsage
from mutunb.referentiel.champs import Entree, Texte

TypeChamp = Literal[
    "texte", "entier", "decimal", "montant", "part", "date", "annee", "booleen", "liste", "liste_multiple", "siren"
]
Destinataire = Literal["epci", "commune"]
#: longueur d'un nom d'onglet admise par les tableurs
LONGUEUR_ONGLET = 31
#: types dont la valeur lue est un nombre
NOMBRES = frozenset({"entier", "decimal", "montant", "part", "annee"})
#: ce que vaut un booléen, et comment il s'écrit dans le classeur
BOOLEEN: Mapping[str, str] = {"oui": "Oui", "non": "Non", "ne_sait_pas": "Ne sait pas"}
#: sépare les valeurs d'une liste multiple
SEPARATEUR = ";"
#: marque d'un champ obligatoire dans un en-tête
MARQUE_OBLIGATOIRE = "*"
_PARENTHESES = re.compile(r"[(\[][^)\]]*[)\]]")
_HORS_MOT = re.compile(r"[^a-z0-9%€]+")


def forme_simple(texte: object) -> str:
    """Le texte sans casse, accent, astérisque ni ponctuation, pour comparer ce que l'on a écrit de plusieurs façons.

    Examples
    --------
    >>> forme_simple("  Coût employeur\\u00a0(€/an) * ")
    'cout employeur € an'
    """
    return _forme_simple(str(texte))


@functools.lru_cache(maxsize=4096)
def _forme_simple(texte: str) -> str:
    nu = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "oe")).casefold()
    return _HORS_MOT.sub(" ", "".join(lettre for lettre in nu if not unicodedata.combining(lettre))).strip()


def sans_parentheses(texte: str) -> str:
    """Le texte privé de ce qui est entre parenthèses ou crochets."""
    return _PARENTHESES.sub(" ", texte)


class Champ(Entree):
    """Une colonne du questionnaire.

    Parameters
    ----------
    nom : str
        Nom de la colonne, le même dans le classeur (ligne technique), la table lue et le code.
    type : str
        ``texte``, ``entier``, ``decimal``, ``montant``, ``part`` (saisie de 0 à 100, gardée de 0 à 1), ``date``,
        ``annee``, ``booleen``, ``liste``, ``liste_multiple`` ou ``siren``.
    liste : str, optional
        Liste de valeurs ; sur un ``texte``, elle suggère sans obliger.
    valeurs, libelles : tuple of str
        Codes permis et ce que le classeur en montre, dans le même ordre ; vides sans liste.
    min, max : float, optional
        Bornes de la valeur gardée (donc de 0 à 1 pour une part).
    a_defaut : str, optional
        Champ de la même feuille qui dispense de celui-ci, même obligatoire.
    exemple : optional
        Valeur telle qu'on la saisit (40 pour une part de 40 %).
    alias : tuple of str
        Autres en-têtes acceptés à la lecture.
    """

    nom: Texte
    libelle: Texte
    type: TypeChamp
    unite: str = ""
    liste: str = ""
    valeurs: tuple[str, ...] = ()
    libelles: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    obligatoire: bool = False
    a_defaut: str = ""
    aide: str = ""
    exemple: datetime.date | int | float | str | None = None
    alias: tuple[Texte, ...] = ()

    @property
    def entete(self) -> str:
        """En-tête du classeur : libellé, unité s'il ne la dit pas déjà, astérisque si le champ est obligatoire."""
        deja_dite = forme_simple(self.unite) in forme_simple(self.libelle).split()
        unite = f" ({self.unite})" if self.unite and not deja_dite else ""
        return f"{self.libelle}{unite}{f' {MARQUE_OBLIGATOIRE}' if self.obligatoire else ''}"

    @property
    def ferme(self) -> bool:
        """Vrai si seules les valeurs de la liste conviennent."""
        return self.type in ("liste", "liste_multiple", "booleen") and bool(self.valeurs)

    @property
    def noms_acceptes(self) -> tuple[str, ...]:
        """Toutes les façons d'écrire l'en-tête de ce champ."""
        return (self.nom, self.libelle, self.entete, *self.alias)

    def code_de(self, saisie: object) -> str | None:
        """Code de la liste que désigne une saisie (code ou libellé, casse et accents indifférents), ou ``None``."""
        return self._codes.get(forme_simple(saisie))

    def libelle_de(self, code: str) -> str:
        """Ce que le classeur montre pour un code ; le code lui-même s'il est inconnu."""
        return dict(zip(self.valeurs, self.libelles, strict=True)).get(code, code)

    @cached_property
    def _codes(self) -> dict[str, str]:
        codes = {forme_simple(libelle): code for code, libelle in zip(self.valeurs, self.libelles, strict=True)}
        return codes | {forme_simple(code): code for code in self.valeurs}


class Feuille(Entree):
    """Une feuille du classeur : un grain, une clé, des champs dans l'ordre.

    ``sensible`` : ses lignes décrivent des postes et ne sortent jamais d'un livrable diffusé.
    ``destinataires`` : qui la remplit quand chaque entité reçoit son classeur.
    """

    nom: Texte
    libelle: Texte
    grain: Texte
    cle: Annotated[tuple[Texte, ...], Field(min_length=1)]
    sensible: bool = False
    destinataires: Annotated[tuple[Destinataire, ...], Field(min_length=1)] = ("epci", "commune")
    champs: Annotated[tuple[Champ, ...], Field(min_length=1)]

    @property
    def colonnes(self) -> list[str]:
        """Noms des champs, dans l'ordre."""
        return [champ.nom for champ in self.champs]

    @property
    def obligatoires(self) -> tuple[Champ, ...]:
        """Champs sans lesquels une ligne est en erreur."""
        return tuple(champ for champ in self.champs if champ.obligatoire)

    def champ(self, nom: str) -> Champ:
        """Champ ``nom`` ; :class:`ErreurUsage` avec les voisins s'il n'existe pas."""
        trouve = next((champ for champ in self.champs if champ.nom == nom), None)
        if trouve is None:
            raise ErreurUsage.nom_inconnu(f"champ de {self.nom}", nom, self.colonnes)
        return trouve

    def champ_de(self, entete: object) -> Champ | None:
        """Champ que désigne un en-tête (nom, libellé, avec ou sans unité, alias), ou ``None``."""
        return self._par_entete.get(forme_simple(entete))

    @cached_property
    def par_entete_nu(self) -> Mapping[str, Champ]:
        """Champ par en-tête réduit et privé de ses parenthèses ; ceux que deux champs se disputent n'y sont pas."""
        trouves: dict[str, dict[str, Champ]] = {}
        for champ in self.champs:
            for nom in champ.noms_acceptes:
                trouves.setdefault(forme_simple(sans_parentheses(nom)), {})[champ.nom] = champ
        return MappingProxyType({forme: [*champs.values()][0] for forme, champs in trouves.items() if len(champs) == 1 and forme})

    @cached_property
    def _par_entete(self) -> dict[str, Champ]:
        return {forme_simple(nom): champ for champ in self.champs for nom in champ.noms_acceptes}


class Indicateur(Entree):
    """Une colonne de gabarit qui devient une ligne d'activité."""

    fonction: Texte
    indicateur: Texte
    unite: Texte


class Traduction(Entree):
    """Une colonne de gabarit lue dans ``champ``, ses valeurs traduites ; une valeur hors de la table reste absente."""

    champ: Texte
    valeurs: Mapping[str, str]


class Gabarit(Entree):
    """Comment lire un gabarit CSV : sa feuille, ce qu'on en ignore (et pourquoi), ce qu'on en transforme.

    Une colonne qui n'est ni un champ, ni un alias, ni ici, est inconnue. ``feuille`` vide : hors questionnaire,
    ``motif`` dit pourquoi.
    """

    fichier: Texte
    feuille: str = ""
    motif: str = ""
    ignorees: Mapping[str, Texte] = {}
    indicateurs: Mapping[str, Indicateur] = {}
    traductions: Mapping[str, Traduction] = {}


class Questionnaire(Entree):
    """Toutes les feuilles, dans l'ordre du classeur ; ``classeur`` : le nom du fichier dont elles sont le modèle."""

    version: Annotated[int, Field(ge=1)]
    classeur: Texte = "classeur de collecte"
    listes: Mapping[str, Mapping[str, str]]
    feuilles: Annotated[tuple[Feuille, ...], Field(min_length=1)]
    gabarits: tuple[Gabarit, ...] = ()

    @property
    def noms(self) -> list[str]:
        """Noms des feuilles, dans l'ordre."""
        return [feuille.nom for feuille in self.feuilles]

    def feuille(self, nom: str) -> Feuille:
        """Feuille ``nom`` ; :class:`ErreurUsage` avec les voisines si elle n'existe pas."""
        trouvee = next((feuille for feuille in self.feuilles if feuille.nom == nom), None)
        if trouvee is None:
            raise ErreurUsage.nom_inconnu("feuille", nom, self.noms)
        return trouvee

    def feuille_de(self, onglet: object) -> Feuille | None:
        """Feuille que désigne un nom d'onglet (nom ou libellé, casse et accents indifférents), ou ``None``."""
        voulu = forme_simple(onglet)
        return next((f for f in self.feuilles if voulu in (forme_simple(f.nom), forme_simple(f.libelle))), None)

    def gabarit(self, fichier: str) -> Gabarit | None:
        """Gabarit CSV de ce nom de fichier, ou ``None``."""
        return next((gabarit for gabarit in self.gabarits if gabarit.fichier == fichier), None)

    def colonnes_de_gabarit(self, feuille: str) -> Mapping[str, Indicateur | Traduction | str]:
        """Colonnes que les gabarits CSV d'une feuille transforment ou écartent (motif), par en-tête réduit."""
        return self._gabarits_par_feuille.get(feuille, {})

    @cached_property
    def _gabarits_par_feuille(self) -> dict[str, dict[str, Indicateur | Traduction | str]]:
        colonnes: dict[str, dict[str, Indicateur | Traduction | str]] = {}
        for gabarit in self.gabarits:
            for source in (gabarit.ignorees, gabarit.traductions, gabarit.indicateurs):
                formes = {forme_simple(entete): sort for entete, sort in source.items()}
                colonnes.setdefault(gabarit.feuille, {}).update(formes)
        return colonnes

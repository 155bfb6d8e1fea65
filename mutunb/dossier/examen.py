"""Examiner une collecte : ce que voit un contrôle, ce qu'il relève, et le registre des contrôles."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import pandas as pd

from mutunb.dossier.collecte import Collecte
from mutunb.dossier.liste_controles import ControleDossier
from mutunb.dossier.questionnaire import questionnaire
from mutunb.dossier.reponses import du_territoire
from mutunb.formats import ABSENT
from mutunb.referentiel import Hypothese
from mutunb.territoires import Territoire


@dataclass(frozen=True)
class Releve:
    """Ce qu'un contrôle a trouvé : lignes et champs en cause, et de quoi remplir sa phrase.

    ``lignes`` sont des étiquettes de l'index de la table ``feuille`` ; vides quand rien n'est à montrer dans un
    classeur (une absence de réponse). ``feuille`` est vide quand toutes sont en cause.
    """

    feuille: str
    lignes: tuple[Hashable, ...] = ()
    champs: tuple[str, ...] = ()
    textes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Examen:
    """La collecte, le territoire, les hypothèses et le jour de référence, vus par un contrôle.

    ``tables`` garde les tables déjà lues, d'un contrôle à l'autre.
    """

    collecte: Collecte
    territoire: Territoire
    hypotheses: Mapping[str, Hypothese]
    jour: datetime.date
    controle: ControleDossier | None = None
    tables: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def table(self, feuille: str) -> pd.DataFrame:
        """Lignes d'une feuille, en copie (vide si elle manque)."""
        if feuille not in self.tables:
            self.tables[feuille] = self.collecte.table(feuille)
        return self.tables[feuille].copy(deep=False)

    def seuil(self, nom: str) -> float:
        """Valeur du seuil ``nom`` du contrôle."""
        return float(self.controle.seuils[nom].valeur)

    @cached_property
    def noms(self) -> Mapping[str, str]:
        """Nom de chaque entité connue, par SIREN : celles du territoire, puis celles que la collecte déclare."""
        entites = self.table("entites").dropna(subset=["siren", "nom"])
        declarees = dict(zip(entites["siren"], entites["nom"], strict=True))
        return MappingProxyType(declarees | self.du_territoire)

    @cached_property
    def du_territoire(self) -> Mapping[str, str]:
        """Nom de l'EPCI et de ses communes, par SIREN."""
        return MappingProxyType(du_territoire(self.territoire))

    def nom(self, siren: object) -> str:
        """Nom d'une entité, ou son SIREN si elle est inconnue."""
        return self.noms.get(siren, ABSENT if pd.isna(siren) else f"SIREN {siren}")


#: ce que fait un contrôle : lire l'examen, rendre ce qu'il relève
FonctionControle = Callable[[Examen], Iterable[Releve]]
_REGISTRE: dict[str, FonctionControle] = {}


def controle(fonction: FonctionControle) -> FonctionControle:
    """Enregistre une fonction de contrôle sous son nom, qui est l'identifiant du contrôle."""
    if fonction.__name__ in _REGISTRE:
        raise ValueError(f"contrôle « {fonction.__name__} » écrit deux fois")
    _REGISTRE[fonction.__name__] = fonction
    return fonction


def registre() -> Mapping[str, FonctionControle]:
    """Fonctions de contrôle, par identifiant."""
    return MappingProxyType(_REGISTRE)


def libelle_fonction(code: object) -> str:
    """Libellé d'une fonction, ou « fonction n.d. »."""
    return _libelle("effectifs", "fonction", code, f"fonction {ABSENT}")


def libelle_champ(feuille: str, champ: str) -> str:
    """Libellé d'un champ du questionnaire."""
    return questionnaire().feuille(feuille).champ(champ).libelle


def _libelle(feuille: str, champ: str, code: object, sinon: str) -> str:
    return sinon if pd.isna(code) else questionnaire().feuille(feuille).champ(champ).libelle_de(str(code))


def enumerer(textes: Iterable[object]) -> str:
    """Textes distincts, dans l'ordre, séparés par des virgules."""
    return ", ".join(dict.fromkeys(map(str, textes)))


def lignes_de(table: pd.DataFrame) -> Iterator[pd.Series]:
    """Les lignes d'une table, une à une ; chacune porte son étiquette (``ligne.name``)."""
    for _, ligne in table.iterrows():
        yield ligne

"""Le tableau de résultats : des données qui ne se séparent pas de leur titre, unités, périmètre, source et statut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs.arrondis import ARRONDIS
from mutunb.erreurs import Constat, ErreurDonnees

#: statut d'un chiffre → mot affiché
STATUTS = MappingProxyType(
    {"constate": "constaté", "declare": "déclaré", "estime": "estimé", "hypothese": "hypothèse", "mixte": "mixte"}
)


@dataclass(frozen=True)
class Tableau:
    """Données et tout ce qu'il faut pour les lire ; refuse d'exister s'il manque quelque chose.

    Parameters
    ----------
    id : str
        Identifiant stable (``[a-z0-9_]``), clé dans ``resultats.json``.
    titre, perimetre, source : str
        Phrases affichées avec le tableau.
    donnees : pandas.DataFrame
        Valeurs brutes ; absent = NaN ou None. Copiées à la construction.
    unites : Mapping[str, str]
        Code d'unité de chaque colonne (:func:`mutunb.formats.unites_connues`).
    libelles : Mapping[str, str]
        En-tête affiché de chaque colonne.
    statuts : Mapping[str, str] | str
        Statut par colonne chiffrée, ou un seul pour toutes (:data:`STATUTS`).
    note : str
        Réserve de lecture affichée sous le tableau.
    total : bool
        Vrai si la dernière ligne est un total.
    masque : DataFrame, optional
        Vrai là où la valeur est cachée au client (:mod:`mutunb.calculs.masquage`), mêmes lignes et colonnes que
        ``donnees`` ; une colonne absente n'est pas masquée. Cachée partout, sauf dans :meth:`en_clair`.
    sensible : bool
        Vrai si une ligne décrit un poste ou un agent : le tableau ne se montre qu'au consultant.
    arrondis : Mapping[str, str]
        Arrondi de diffusion d'une colonne (:data:`mutunb.calculs.arrondis.ARRONDIS`) ; le consultant lit la valeur exacte.

    Raises
    ------
    ErreurDonnees
        Tous les manques à la fois.
    """

    id: str
    titre: str
    donnees: pd.DataFrame
    unites: Mapping[str, str]
    libelles: Mapping[str, str]
    perimetre: str
    source: str
    statuts: Mapping[str, str] | str
    note: str = ""
    total: bool = False
    masque: pd.DataFrame | None = None
    sensible: bool = False
    arrondis: Mapping[str, str] = field(default_factory=dict)
    _statuts: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "donnees", self.donnees.reset_index(drop=True).copy())
        if self.masque is not None:
            masque = self.masque.reset_index(drop=True).reindex(columns=self.donnees.columns, fill_value=False)
            object.__setattr__(self, "masque", masque.astype(bool) if masque.to_numpy().any() else None)
        statuts = self.statuts
        if isinstance(statuts, str):
            statuts = {colonne: statuts for colonne in self.colonnes_chiffrees}
        object.__setattr__(self, "_statuts", dict(statuts))
        constats = list(self._constats())
        if constats:
            raise ErreurDonnees.de_constats(f"Tableau « {self.id or '?'} » incomplet", constats)

    def _constats(self):
        for nom in ("id", "titre", "perimetre", "source"):
            if not getattr(self, nom):
                yield Constat(nom, "rien", "un texte", "Renseignez-le : un tableau sans lui ne se lit pas.")
        if self.masque is not None and len(self.masque) != len(self.donnees):
            trouve, attendu = f"{len(self.masque)} lignes", f"{len(self.donnees)} lignes"
            yield Constat("masque", trouve, attendu, "Donnez une marque par ligne du tableau.")
        for colonne in self.donnees.columns:
            if self.unites.get(colonne) not in formats.unites_connues():
                yield Constat(
                    f"unité de « {colonne} »",
                    repr(self.unites.get(colonne)),
                    "un code de mutunb.formats",
                    "Donnez l'unité de la colonne (« texte » si ce n'est pas un nombre).",
                )
            if not self.libelles.get(colonne):
                yield Constat(f"libellé de « {colonne} »", "rien", "un en-tête", "Donnez l'en-tête affiché.")
        for colonne in self.colonnes_chiffrees:
            if self._statuts.get(colonne) not in STATUTS:
                yield Constat(
                    f"statut de « {colonne} »",
                    repr(self._statuts.get(colonne)),
                    ", ".join(STATUTS),
                    "Dites si le chiffre est constaté, déclaré, estimé ou hypothèse.",
                )

    @property
    def colonnes_chiffrees(self) -> list[str]:
        """Colonnes qui portent un nombre, donc un statut."""
        return [c for c in self.donnees.columns if self.unites.get(c, "texte") != "texte"]

    def statut(self, colonne: str) -> str:
        """Code de statut d'une colonne chiffrée."""
        return self._statuts[colonne]

    def reduit(self, colonnes: Sequence[str]) -> Tableau:
        """Le même tableau, restreint à ces colonnes dans cet ordre."""
        colonnes = list(colonnes)
        return replace(
            self,
            donnees=self.donnees[colonnes],
            statuts={c: s for c, s in self._statuts.items() if c in colonnes},
            masque=None if self.masque is None else self.masque[colonnes],
            arrondis={c: a for c, a in self.arrondis.items() if c in colonnes},
        )

    def est_masquee(self, ligne: int, colonne: str) -> bool:
        """Vrai si la cellule est cachée au client."""
        return self.masque is not None and bool(self.masque.at[ligne, colonne])

    def publiables(self) -> pd.DataFrame:
        """Données sans les valeurs masquées (NaN, ou ``None`` pour un texte) : ce qu'une figure ou une phrase peut lire."""
        return self.donnees.copy() if self.masque is None else self.donnees.mask(self.masque)

    def en_clair(self) -> Tableau:
        """Le même tableau sans masque ni arrondi : pour le consultant seulement."""
        return replace(self, statuts=self._statuts, masque=None, arrondis={})

    def arrondi(self) -> Tableau:
        """Le même tableau, ses colonnes arrondies comme il se diffuse, et sans les valeurs masquées."""
        donnees = self.publiables()
        for colonne, arrondi in self.arrondis.items():
            donnees[colonne] = donnees[colonne].astype(float).map(ARRONDIS[arrondi])
        return replace(self, donnees=donnees, statuts=self._statuts, arrondis={})

    def element(self) -> dict:
        """Élément JSON du contrat de résultats (``genre: tableau``), valeurs brutes, ``None`` si absent ou masqué.

        ``masques`` donne la place (ligne, colonne, depuis 0) des cellules masquées ; la clé manque s'il n'y en a pas.
        """
        colonnes = list(self.donnees.columns)
        lignes = [
            [
                None if self.est_masquee(rang, colonne) else _brut(valeur, self.unites[colonne])
                for colonne, valeur in zip(colonnes, ligne, strict=True)
            ]
            for rang, ligne in enumerate(self.donnees.itertuples(index=False, name=None))
        ]
        masques = {} if self.masque is None else {"masques": np.argwhere(self.masque.to_numpy()).tolist()}
        return masques | {
            "genre": "tableau",
            "id": self.id,
            "titre": self.titre,
            "colonnes": colonnes,
            "libelles": {c: self.libelles[c] for c in colonnes},
            "unites": {c: self.unites[c] for c in colonnes},
            "statuts": {c: self._statuts[c] for c in self.colonnes_chiffrees},
            "lignes": lignes,
            "perimetre": self.perimetre,
            "source": self.source,
            "note": self.note,
            "total": self.total,
        }


def _brut(valeur: object, unite: str) -> object:
    """Valeur JSON : texte tel quel, nombre fini, ou ``None``."""
    if unite == "texte":
        return None if valeur is None or valeur != valeur else str(valeur)
    if formats.est_absent(valeur):
        return None
    reel = float(valeur)  # type: ignore[arg-type]
    return int(reel) if reel.is_integer() else reel


@dataclass(frozen=True)
class Indicateur:
    """Un chiffre seul, avec son unité, son statut et sa source."""

    id: str
    libelle: str
    valeur: float | str | None
    unite: str
    statut: str
    source: str

    def element(self) -> dict:
        """Élément JSON du contrat de résultats (``genre: indicateur``)."""
        return {
            "genre": "indicateur",
            "id": self.id,
            "libelle": self.libelle,
            "valeur": _brut(self.valeur, self.unite),
            "unite": self.unite,
            "statut": self.statut,
            "source": self.source,
        }

    def __str__(self) -> str:
        return formats.valeur(self.valeur, self.unite)

"""Examiner un exercice de suivi : ce que voit un contrôle, et le registre des contrôles du suivi."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import pandas as pd

from mutunb import chemins, formats, referentiel
from mutunb.dossier.decisions import Decisions
from mutunb.dossier.examen import Releve
from mutunb.dossier.liste_controles import ControleDossier, lire_controles
from mutunb.dossier.modele_suivi import modele_suivi
from mutunb.dossier.reponses import du_territoire
from mutunb.dossier.suivi import ExerciceSuivi
from mutunb.territoires import Territoire

_FICHIER = "controles_suivi.yaml"


@dataclass(frozen=True)
class ExamenSuivi:
    """Un exercice de suivi, le territoire et les décisions, vus par un contrôle."""

    suivi: ExerciceSuivi
    territoire: Territoire
    decisions: Decisions
    controle: ControleDossier | None = None

    def table(self, feuille: str) -> pd.DataFrame:
        """Lignes d'une feuille, en copie (vide si elle manque)."""
        return self.suivi.table(feuille)

    def seuil(self, nom: str) -> float:
        """Valeur du seuil ``nom`` du contrôle."""
        return float(self.controle.seuils[nom].valeur)

    @cached_property
    def noms(self) -> Mapping[str, str]:
        """Nom de l'EPCI et de ses communes, par SIREN."""
        return MappingProxyType(du_territoire(self.territoire))

    def nom(self, siren: object) -> str:
        """Nom d'une entité, ou son SIREN si elle est inconnue."""
        return self.noms.get(siren, formats.ABSENT if pd.isna(siren) else f"SIREN {siren}")


FonctionControleSuivi = Callable[[ExamenSuivi], Iterable[Releve]]
_REGISTRE: dict[str, FonctionControleSuivi] = {}


def controle_suivi(fonction: FonctionControleSuivi) -> FonctionControleSuivi:
    """Enregistre un contrôle du suivi sous le nom de sa fonction."""
    if fonction.__name__ in _REGISTRE:
        raise ValueError(f"contrôle « {fonction.__name__} » écrit deux fois")
    _REGISTRE[fonction.__name__] = fonction
    return fonction


def registre_suivi() -> Mapping[str, FonctionControleSuivi]:
    """Fonctions de contrôle du suivi, par identifiant."""
    return MappingProxyType(_REGISTRE)


def controles_du_suivi() -> Mapping[str, ControleDossier]:
    """Contrôles du suivi (``controles_suivi.yaml``), par identifiant, dans l'ordre du fichier.

    Examples
    --------
    >>> controles_du_suivi()["periodicite_trop_longue"].seuils["maximum"].valeur
    12
    """
    return lire_controles(chemins.referentiel() / _FICHIER, modele_suivi)


def libelle_de_fonction(code: object) -> str:
    """Libellé court d'une fonction, entre guillemets."""
    connue = referentiel.fonctions().get(code)
    return f"« {connue.libelle_court if connue else code} »"


def jour(moment: object) -> str:
    """Date en français ; « n.d. » si elle manque."""
    return formats.ABSENT if pd.isna(moment) else formats.date(pd.Timestamp(moment).date())


def decimal(nombre: float) -> str:
    """Nombre sans décimale inutile."""
    return formats.nombre(nombre, 0 if round(nombre, 1).is_integer() else 1)

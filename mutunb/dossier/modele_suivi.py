"""Le modèle du classeur de suivi (``suivi.yaml``), avec les listes que tient le reste du référentiel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from mutunb import chemins, referentiel
from mutunb.dossier.questionnaire import SEPARATEUR, Questionnaire, forme_simple, lire_questionnaire
from mutunb.referentiel.identifiants import TRANSVERSAL

_FICHIER = "suivi.yaml"
_ENSEMBLE = "Ensemble des services"
#: groupe d'un indicateur du référentiel → groupe du suivi, quand le nom change
GROUPES: Mapping[str, str] = {"economie_efficience": "economie", "rh_climat": "climat"}


def modele_suivi() -> Questionnaire:
    """Feuilles du classeur de suivi, lues une fois.

    Examples
    --------
    >>> modele_suivi().feuille("unites").champ("mois_presence").entete
    "Mois de présence dans l'année"
    """
    return _lu(chemins.referentiel() / _FICHIER)


@cache
def _lu(chemin: Path) -> Questionnaire:
    return lire_questionnaire(chemin, _listes())


def groupe_de(indicateur: str) -> str | None:
    """Groupe du suivi d'un indicateur du référentiel ; ``None`` pour un indicateur libre."""
    connus = {i.id: i.groupe for fonction in referentiel.fonctions().values() for i in fonction.indicateurs}
    return GROUPES.get(connus[indicateur], connus[indicateur]) if indicateur in connus else None


def _listes() -> dict[str, dict[str, str]]:
    fonctions = referentiel.fonctions()
    libelles = {nom: fonction.libelle_court for nom, fonction in fonctions.items()}
    unites = [(u.id, u.libelle, f.libelle_court) for f in fonctions.values() for u in f.unites_oeuvre]
    indicateurs = [(i.id, i.libelle, f.libelle_court) for f in fonctions.values() for i in f.indicateurs]
    return {
        "fonction_support": libelles,
        "fonction_suivie": libelles | {TRANSVERSAL: _ENSEMBLE},
        "unite_oeuvre": _distincts(unites),
        "indicateur": _distincts(indicateurs),
        "tache": _distincts((t.id, t.libelle, t.id) for t in referentiel.taches().values()),
    }


def _distincts(entrees: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Code → libellé ; un libellé que plusieurs codes portent, ou que sa ponctuation rendrait illisible, est précisé."""
    entrees = [(code, libelle.replace(SEPARATEUR, ","), precision) for code, libelle, precision in entrees]
    formes = [forme_simple(libelle) for _, libelle, _ in entrees]
    return {
        code: libelle if formes.count(forme_simple(libelle)) == 1 else f"{libelle} ({precision})"
        for code, libelle, precision in entrees
    }

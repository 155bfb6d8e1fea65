"""Les repères : des ordres de grandeur publiés, chacun avec unité, année, source et niveau de preuve."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo, field_validator

from mutunb.erreurs import Constat
from mutunb.referentiel.champs import (
    Annee,
    CodeUnite,
    Connus,
    Entree,
    IdFonction,
    IdSource,
    Nombre,
    Prose,
    ProseLibre,
    Texte,
    refus,
    verifier_ordre,
)
from mutunb.referentiel.lecture import fige, lire_lignes, nom_court, valider
from mutunb.referentiel.niveaux import Niveau, est_a_verifier

_CHIFFRES = ("bas", "central", "haut", "annee")


class Repere(Entree):
    """Un ordre de grandeur extérieur au territoire étudié.

    Parameters
    ----------
    id, indicateur, perimetre : str
        Identifiant, ce qui est mesuré, sur qui.
    fonction : str
        Fonction concernée, ou ``transversal``.
    bas, central, haut : float or None
        Bornes et valeur, dans ``unite`` ; au moins une est renseignée.
    annee : int or None
        Année de la valeur ; ``None`` si la source ne la dit pas.
    """

    id: Texte
    fonction: IdFonction
    indicateur: Prose
    perimetre: Prose
    bas: Nombre | None
    central: Nombre | None
    haut: Nombre | None
    unite: CodeUnite
    annee: Annee | None
    source: IdSource
    niveau: Niveau
    remarque: ProseLibre = ""

    @field_validator("central", "haut")
    @classmethod
    def _ordre(cls, valeur: float | None, info: ValidationInfo) -> float | None:
        return verifier_ordre(valeur, info)

    @field_validator("haut")
    @classmethod
    def _un_chiffre(cls, haut: float | None, info: ValidationInfo) -> float | None:
        lus = [info.data.get(nom, 0) for nom in ("bas", "central")]
        if haut is None and lus == [None, None]:
            raise refus("rien", "bas, central ou haut", "Renseignez au moins une valeur, ou retirez le repère.")
        return haut

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)


def lire(dossier: Path, connus: Connus) -> Mapping[str, Repere]:
    """Repères de ``reperes.csv``, par identifiant."""
    chemin = dossier / "reperes.csv"
    lignes, constats = lire_lignes(chemin, Repere.model_fields)
    lus: dict[str, Repere] = {}
    for numero, ligne in lignes:
        endroit = f"{nom_court(chemin)}, ligne {numero}, {ligne['id'] or 'sans id'}"
        repere, defauts = valider(_types(ligne), Repere, connus, endroit)
        constats += defauts
        if repere is not None and repere.id in lus:
            constats.append(Constat(endroit, "un identifiant déjà pris", "un identifiant unique", "Renommez l'un."))
        elif repere is not None:
            lus[repere.id] = repere
    return fige("Repères", lus, constats)


def _types(ligne: dict[str, str]) -> dict[str, Any]:
    return {nom: _nombre(texte) if nom in _CHIFFRES else texte for nom, texte in ligne.items()}


def _nombre(texte: str) -> int | float | str | None:
    """Nombre d'une case ; une case vide est une absence, un texte reste tel quel pour être signalé."""
    for lire_nombre in (int, float):
        try:
            return lire_nombre(texte)
        except ValueError:
            continue
    return texte.strip() or None

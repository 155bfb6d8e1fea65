"""Les paires de contrats que le consultant a validées ou écartées (``rapprochements.yaml`` du dossier client)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from mutunb import chemins
from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.lecture import lire_yaml

FICHIER = "rapprochements.yaml"
ENTETE = """\
# Paires de contrats rapprochés : decision oui (même achat) ou non, auteur (fonction, jamais un nom), date AAAA-MM-JJ.
# Un contrat s'écrit « SIREN de l'acheteur / référence ».
"""
ATTENDU = "paire (deux contrats « SIREN / référence »), decision (oui ou non), auteur, date (AAAA-MM-JJ)"


def _oui_non(valeur: Any) -> Any:
    """YAML lit parfois oui et non comme des booléens selon l'outil qui a écrit le fichier."""
    return {True: "oui", False: "non"}.get(valeur, valeur) if isinstance(valeur, bool) else valeur


class Rapprochement(BaseModel):
    """Une paire de contrats, ce qu'on en a décidé, qui et quand.

    Parameters
    ----------
    paire : tuple of str
        Deux identifiants de contrat différents (:func:`identifiant`), rangés.
    decision : str
        ``oui`` (même achat) ou ``non``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    paire: Annotated[tuple[str, ...], Field(min_length=2, max_length=2)]
    decision: Annotated[Literal["oui", "non"], BeforeValidator(_oui_non)]
    auteur: Annotated[str, Field(min_length=1)]
    date: datetime.date

    @field_validator("paire")
    @classmethod
    def _deux_contrats(cls, paire: tuple[str, ...]) -> tuple[str, ...]:
        if paire[0] == paire[1]:
            raise ValueError("deux fois le même contrat")
        return tuple(sorted(paire))


def identifiant(siren: object, reference: object) -> str:
    """Identifiant d'un contrat dans une paire : « SIREN / référence ».

    Examples
    --------
    >>> identifiant("217903293", "2023-07")
    '217903293 / 2023-07'
    """
    return f"{siren} / {str(reference).strip()}"


def fichier(siren: str) -> Path:
    """Chemin de ``rapprochements.yaml`` dans le dossier d'un client."""
    return chemins.territoires() / siren / FICHIER


def lire_rapprochements(chemin: Path) -> tuple[Rapprochement, ...]:
    """Paires décidées, dans l'ordre du fichier ; vide si le fichier n'existe pas.

    Raises
    ------
    ErreurDonnees
        Tous les défauts du fichier à la fois : clé manquante, décision inconnue, paire décidée deux fois autrement.
    """
    if not chemin.is_file():
        return ()
    lu, defauts_d_ecriture = lire_yaml(chemin)
    if defauts_d_ecriture:
        raise ErreurDonnees.de_constats(f"Rapprochements de contrats ({chemin})", defauts_d_ecriture)
    brut = lu or []
    if not isinstance(brut, list):
        raise ErreurDonnees(f"{chemin.name} : une liste de paires est attendue (« - paire: [a, b] »).")
    lues: list[Rapprochement] = []
    constats: list[Constat] = []
    for rang, contenu in enumerate(brut, start=1):
        try:
            lues.append(Rapprochement.model_validate(contenu))
        except ValidationError as erreur:
            constats += [_constat(chemin, rang, defaut) for defaut in erreur.errors()]
    constats += _contradictions(chemin, lues)
    if constats:
        raise ErreurDonnees.de_constats(f"Rapprochements de contrats ({chemin})", constats)
    return tuple(lues)


def inscrire(chemin: Path, nouvelles: Iterable[Rapprochement]) -> tuple[Rapprochement, ...]:
    """Ajoute des décisions au fichier ; une paire déjà décidée prend la nouvelle décision. Rend le contenu écrit."""
    par_paire: dict[tuple[str, ...], Rapprochement] = {r.paire: r for r in lire_rapprochements(chemin)}
    par_paire |= {r.paire: r for r in nouvelles}
    contenu = [{**r.model_dump(), "paire": list(r.paire)} for r in par_paire.values()]
    texte = yaml.safe_dump(contenu, allow_unicode=True, sort_keys=False, width=100) if contenu else ""
    chemins.ecrire(chemin, ENTETE + texte)
    return tuple(par_paire.values())


def _contradictions(chemin: Path, lues: list[Rapprochement]) -> list[Constat]:
    vues: dict[tuple[str, ...], str] = {}
    constats = []
    for r in lues:
        if vues.setdefault(r.paire, r.decision) != r.decision:
            constats.append(
                Constat(f"{chemin.name}, {' et '.join(r.paire)}", "oui et non", "une seule décision", "Gardez la dernière.")
            )
    return constats


def _constat(chemin: Path, rang: int, defaut: Mapping[str, Any]) -> Constat:
    cle = ".".join(str(morceau) for morceau in defaut["loc"])
    trouve = "rien" if defaut["type"] == "missing" else repr(defaut.get("input"))
    return Constat(f"{chemin.name}, entrée {rang}{f', {cle}' if cle else ''}", trouve, ATTENDU, "Complétez ou corrigez.")

"""Les sources : qui l'a écrit, quand, où le relire, et avec quel niveau de preuve."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from mutunb.referentiel.champs import Connus, Entree, Prose, Texte, refus
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau, est_a_verifier

_DATE = re.compile(r"\d{4}(-\d{2}){0,2}|\d{4}-\d{4}")
_SEPARATEUR = " ; "


def _date_ecrite(texte: str) -> str:
    if texte and not _DATE.fullmatch(texte):
        formes = "AAAA, AAAA-MM, AAAA-MM-JJ ou AAAA-AAAA"
        raise refus(f"« {texte} »", formes, "Laissez vide une date inconnue.")
    fin = texte[-4:] if len(texte) == len("AAAA-AAAA") else texte
    if fin > datetime.date.today().isoformat()[: len(fin)]:
        raise refus(f"« {texte} »", "une date passée", "Une source ne peut pas être datée de l'avenir.")
    return texte


def _adresses_web(texte: str) -> str:
    for adresse in filter(None, texte.split(_SEPARATEUR)):
        if not re.match(r"https?://\S+$", adresse):
            remede = f"Séparez plusieurs adresses par « {_SEPARATEUR} » ; laissez vide si aucune n'est stable."
            raise refus(f"« {adresse} »", "une adresse http(s)", remede)
    return texte


class Source(Entree):
    """Une source citée par le référentiel.

    Parameters
    ----------
    id, auteur, titre : str
        Identifiant et mention affichée.
    date : str
        ``AAAA``, ``AAAA-MM``, ``AAAA-MM-JJ``, ``AAAA-AAAA`` ; vide si inconnue.
    adresse : str
        Adresse, ou plusieurs séparées par « ; » ; vide si aucune n'est stable.
    niveau : str
        Niveau de preuve (:data:`mutunb.referentiel.niveaux.SENS`).
    """

    id: Texte
    auteur: Prose
    titre: Prose
    date: Annotated[str, AfterValidator(_date_ecrite)]
    adresse: Annotated[str, AfterValidator(_adresses_web)]
    niveau: Niveau

    @property
    def adresses(self) -> tuple[str, ...]:
        """Les adresses, une par une."""
        return tuple(filter(None, self.adresse.split(_SEPARATEUR)))

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)

    @property
    def mention(self) -> str:
        """« Auteur, Titre, date »."""
        return ", ".join(filter(None, [self.auteur, self.titre, self.date]))


def lire(dossier: Path) -> Mapping[str, Source]:
    """Sources de ``sources.yaml``, par identifiant."""
    return fige("Sources", *lire_entrees(dossier / "sources.yaml", Source, Connus()))

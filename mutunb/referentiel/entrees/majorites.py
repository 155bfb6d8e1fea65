"""Les majorités : qui doit dire oui, dans quelle proportion, et ce que vaut le silence."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import PlainValidator, model_validator

from mutunb.referentiel.champs import Connus, Entree, IdsSource, Prose, ProseLibre, Texte, montrer, refus
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau, est_a_verifier


def _part(valeur: Any) -> Fraction | None:
    if valeur is None or isinstance(valeur, Fraction):
        return valeur
    try:
        part = Fraction(valeur) if isinstance(valeur, str) else None
    except (ValueError, ZeroDivisionError):
        part = None
    if part is None or not 0 < part <= 1:
        raise refus(montrer(valeur), "une fraction entre guillemets, comme « 2/3 »", "Écrivez-la de 0 à 1.")
    return part


def _conseil(valeur: Any) -> Fraction | str | None:
    return valeur if valeur == "majorite_simple" else _part(valeur)


Part = Annotated[Fraction | None, PlainValidator(_part)]


class Majorite(Entree):
    """Une majorité à réunir.

    Parameters
    ----------
    part_forte, part_faible : Fraction
        Part forte des communes et plus de la part faible de la population ; ou part faible des communes et part forte de
        la population. Vides quand chaque commune doit accepter.
    commune_la_plus_peuplee : Fraction
        Part de la population au-delà de laquelle l'accord de la commune la plus peuplée est requis ; vide : jamais.
    conseil_epci : Fraction or str
        Part des voix exprimées du conseil communautaire, ou « majorite_simple » ; vide : il ne vote pas.
    accord_de_chacune, refus_isole : bool
        Chaque commune doit accepter ; celle qui refuse reste dehors, sans arrêter les autres.
    silence : str
        Ce que vaut une commune qui n'a pas délibéré dans le délai.
    """

    id: Texte
    libelle: Prose
    texte: Prose
    droit: Texte
    part_forte: Part = None
    part_faible: Part = None
    commune_la_plus_peuplee: Part = None
    accord_de_chacune: bool = False
    refus_isole: bool = False
    conseil_epci: Annotated[Fraction | str | None, PlainValidator(_conseil)] = None
    silence: Literal["favorable", "defavorable"]
    delai_mois: int | None = None
    arrete_prefectoral: bool = False
    remarque: ProseLibre = ""
    niveau: Niveau
    source: IdsSource

    @model_validator(mode="after")
    def _une_seule_regle(self) -> Majorite:
        if self.accord_de_chacune == (self.part_forte is not None) or (self.part_forte is None) != (self.part_faible is None):
            remede = "Donnez part_forte et part_faible, ou accord_de_chacune: true."
            raise refus("les deux règles, ou aucune", "une seule règle de majorité", remede)
        return self

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)


def lire(dossier: Path, connus: Connus) -> Mapping[str, Majorite]:
    """Majorités de ``droit/majorites.yaml``."""
    return fige("Majorités", *lire_entrees(dossier / "droit" / "majorites.yaml", Majorite, connus))

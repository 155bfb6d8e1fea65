"""Remplir les gabarits de page : un seul style, une seule mention des sources, un seul vocabulaire de statuts."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mutunb import formats
from mutunb.erreurs import ErreurDonnees
from mutunb.execution.innocuite import suspects
from mutunb.execution.manifeste import version_mutunb
from mutunb.execution.typographie import insecables
from mutunb.referentiel.niveaux import SENS

if TYPE_CHECKING:
    from mutunb.territoires import Territoire

DOSSIER = Path(__file__).with_name("gabarit")
LIBELLES_STATUTS = MappingProxyType(
    {"constate": "constaté", "declare": "déclaré", "estime": "estimé", "hypothese": "hypothèse", "mixte": "mixte"}
)
SENS_STATUTS = MappingProxyType(
    {
        "constate": "relevé dans un compte, un contrat ou une base publique",
        "declare": "donné par la collectivité dans le questionnaire",
        "estime": "calculé en appliquant un ratio à une activité ; à lire avec sa fourchette basse et haute",
        "hypothese": "choisi faute de donnée, avec un auteur et une raison",
        "mixte": "réunit des chiffres de statuts différents",
    }
)
REGIMES = MappingProxyType({"FPU": "fiscalité professionnelle unique", "FA": "fiscalité additionnelle"})
ORIGINES = MappingProxyType(
    {
        "echantillon": "échantillon de territoires réels livré avec mutunb",
        "national": "référentiel national",
        "fictif": "exemple inventé, livré avec mutunb",
    }
)


@functools.cache
def environnement_gabarits() -> Environment:
    """Gabarits du dossier, échappement automatique, variable oubliée refusée."""
    return Environment(
        loader=FileSystemLoader(DOSSIER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(gabarit: str, territoire: Territoire, profil: str, edition: datetime.date, **contenu: Any) -> str:
    """Page HTML autonome.

    Raises
    ------
    ErreurDonnees
        La page porterait un script ou une requête : elle n'est pas rendue.
    """
    html = environnement_gabarits().get_template(gabarit).render(
        style=Markup((DOSSIER / "style.css").read_text(encoding="utf-8")),
        territoire=vue_territoire(territoire),
        profil=profil,
        edition=formats.date(edition),
        version=version_mutunb(),
        mention_sources=mention_sources(territoire),
        libelles_statuts=LIBELLES_STATUTS,
        statuts=SENS_STATUTS,
        niveaux=SENS,
        **contenu,
    )
    html = insecables(html)
    trouves = suspects(html, page=True)
    if trouves:
        raise ErreurDonnees(f"La page {gabarit} porte {', '.join(trouves[:3])} ; elle n'est pas écrite.")
    return html


def mention_sources(territoire: Territoire) -> str:
    """Mention obligatoire des sources et de la licence."""
    fictif = "Territoire fictif : ses chiffres sont inventés. Comparables et normes : " if _est_fictif(territoire) else ""
    return (
        f"{fictif}Sources : DGCL, INSEE, OFGL (comptes DGFiP {territoire.millesime.comptes}), BANATIC, DECP, "
        "IGN ADMIN EXPRESS — Licence Ouverte 2.0 ; traitements du projet."
    )


def _est_fictif(territoire: Territoire) -> bool:
    return str(territoire.origine) == "fictif"


def vue_territoire(territoire: Territoire) -> Mapping[str, Any]:
    """Ce qu'une page dit du territoire, déjà en français."""
    millesime = territoire.millesime
    resume = [
        formats.pluriel(len(territoire.communes), "commune"),
        f"{formats.nombre(territoire.epci['pop_municipale_2025'])} habitants",
        REGIMES.get(territoire.regime_fiscal, territoire.regime_fiscal),
        f"département {territoire.departement}",
        f"SIREN {territoire.siren}",
    ]
    return {
        "nom": territoire.nom,
        "siren": territoire.siren,
        "fictif": _est_fictif(territoire),
        "resume": " · ".join(resume),
        "millesime": str(millesime),
        "perimetre": formats.date(millesime.perimetre),
        "population_annee": f"{millesime.population}, en vigueur en {millesime.perimetre.year}",
        "comptes": millesime.comptes,
        "dgf": millesime.dgf,
        "origine": ORIGINES.get(str(territoire.origine), str(territoire.origine)),
    }

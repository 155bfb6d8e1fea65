"""Fabrique de territoires fictifs pour les tests : quelques communes décrites en une ligne chacune."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb import chemins, referentiel
from mutunb.dossier import Dossier
from mutunb.territoires import Territoire, schema
from mutunb.territoires.modeles import Origine

MONTANTS = tuple(schema.MONTANTS)


def commune(nom: str, population: int, personnel: float, achats: float, **autres) -> dict:
    """Une commune : frais de personnel et achats (€/an) ; les autres montants valent 0 sauf précision."""
    ligne = dict.fromkeys(MONTANTS, 0.0)
    ligne |= {"frais_personnel": personnel, "achats_charges_externes": achats, "dep_fonctionnement": personnel + achats}
    ligne |= {"nom": nom, "pop_municipale_2025": population, "pop_totale_2025": population, "lat": 47.0, "lon": 0.5}
    return ligne | {"ofgl_qualite": "ok", "ofgl_pop_totale": population, "ofgl_couverture_pop": 1.0} | autres


def sans_comptes(nom: str, population: int) -> dict:
    """Une commune dont les comptes manquent à la source."""
    vide = dict.fromkeys(MONTANTS, np.nan)
    return commune(nom, population, 0, 0) | vide | {"ofgl_qualite": "absent", "ofgl_couverture_pop": 0.0}


def territoire(communes: list[dict], nature: str = "CC", regime: str = "FPU", **epci) -> Territoire:
    """Territoire fictif ; ``epci`` remplace des colonnes de la ligne d'EPCI."""
    table = pd.DataFrame(communes)
    table["insee"] = [f"99{i:03d}" for i in range(len(table))]
    table["siren"] = [f"2199{i:05d}" for i in range(len(table))]
    table = table.reindex(columns=schema.noms(schema.COMMUNES))
    population = table["pop_municipale_2025"].sum()
    ligne = dict.fromkeys(schema.noms((*schema.EPCI, *schema.EPCI_CALCULEES)), np.nan)
    ligne |= dict.fromkeys(MONTANTS, 0.0)
    ligne |= {f"communes_{m}": table[m].astype(float).sum(min_count=1) for m in schema.MONTANTS_SOMMES}
    ligne |= {
        "epci_siren": "200000000",
        "nom": "CC d'Essai",
        "nature": nature,
        "regime_fiscal": regime,
        "dep_siege": "99",
        "nb_communes": len(table),
        "pop_municipale_2025": population,
        "pop_totale_2025": population,
        "communes_couverture_pop": table.loc[table["ofgl_qualite"] != "absent", "pop_totale_2025"].sum() / population,
        "ofgl_couverture_pop": 1.0,
        "part_ville_centre": table["pop_municipale_2025"].max() / population,
        "communes_moins_1000": (table["pop_municipale_2025"] < 1000).mean(),
    }
    ligne |= epci
    return Territoire(
        siren="200000000",
        nom="CC d'Essai",
        nature=nature,
        regime_fiscal=regime,
        departement="99",
        epci=pd.Series(ligne),
        communes=table,
        contours=None,
        origine=Origine.ECHANTILLON,
        dossier=chemins.echantillon(),
    )


def dossier(communes: list[dict], **options) -> Dossier:
    """Dossier fictif, avec les hypothèses du référentiel."""
    return Dossier(territoire(communes, **options), referentiel.hypotheses())

"""La liste des territoires disponibles, pour choisir celui qu'on étudie."""

from __future__ import annotations

from mutunb import territoires
from mutunb.calculs.tableau import Tableau


def tableau_territoires(texte: str = "", departement: str | None = None, nature: str | None = None) -> Tableau:
    """EPCI disponibles dans les données en place, filtrés par nom ou SIREN, département ou nature."""
    table = territoires.chercher(texte, departement=departement, nature=nature)
    table = table[table["detail"] == "complet"]
    colonnes = ["siren", "nom", "nature", "regime_fiscal", "departement", "nb_communes", "population"]
    return Tableau(
        id="territoires",
        titre="Territoires disponibles",
        donnees=table[colonnes],
        unites={
            **dict.fromkeys(("siren", "nom", "nature", "regime_fiscal", "departement"), "texte"),
            "nb_communes": "nombre",
            "population": "habitants",
        },
        libelles={
            "siren": "SIREN",
            "nom": "EPCI",
            "nature": "Nature",
            "regime_fiscal": "Régime fiscal",
            "departement": "Département",
            "nb_communes": "Communes",
            "population": "Population municipale",
        },
        perimetre="EPCI à fiscalité propre des données en place",
        source="DGCL et INSEE",
        statuts="constate",
    )

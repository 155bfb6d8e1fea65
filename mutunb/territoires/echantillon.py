"""Extraire l'échantillon embarqué d'un dossier national : les mêmes fichiers à chaque fois.

``python -m mutunb.territoires.echantillon --depuis ../shared/donnees``
"""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from mutunb import chemins
from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires import notice, schema
from mutunb.territoires.indicateurs import groupes
from mutunb.territoires.magasin import Magasin, magasin
from mutunb.territoires.magasin_echantillon import COMPARABLE, COMPLET, SEPARATEUR, TABLES
from mutunb.territoires.millesime import ecrire_millesime
from mutunb.territoires.voisinage import distances

#: SIREN → ce que l'EPCI apporte à l'échantillon
TERRITOIRES = {
    "247900798": "CC en fiscalité professionnelle unique, CIF connu",
    "200069755": "plus de cinquante communes, CIF connu, une commune nouvelle aux comptes partiels",
    "244600573": "la plus petite population des EPCI de France, rurale, en fiscalité additionnelle, sans CIF",
    "246700967": "fiscalité additionnelle avec CIF connu, ville-centre marquée",
    "241200641": "une commune sans comptes : couverture insuffisante, sans CIF",
    "200069052": "CA de plus de cinquante communes, CIF connu",
    "200067635": "CA sans CIF, sans ville-centre dominante",
    "200067825": "CA sans CIF, ville-centre très dominante",
    "242500361": "CU aux nombreuses petites communes, CIF connu",
    "242900314": "métropole de taille moyenne, huit communes",
    "243300316": "grande métropole, ville-centre minoritaire",
    "200046977": "métropole à statut particulier, comparée aux métropoles",
    "249740119": "La Réunion : trois communes très peuplées",
    "249730052": "Guyane : population des comptes à vérifier, solde « AC + DSC (OFGL) » absent",
    "200050532": "Mayotte : deux communes",
}
#: comparables embarqués pour chaque territoire
NOMBRE_COMPARABLES = 12


def extraire(depuis: Path, vers: Path) -> list[Path]:
    """Écrit l'échantillon tiré du dossier national ``depuis`` et rend les chemins des fichiers écrits."""
    national = magasin(depuis)
    tous = national.epci()
    _controler(tous, national)
    normes = national.normes()
    tables = {
        "epci": _epci(tous, normes),
        "communes": pd.concat([national.communes(siren) for siren in TERRITOIRES]).sort_values("insee"),
        "ept": national.ept().rename(columns={"siren": "ept_siren"}),
        "normes": normes,
    }
    ecrits = [chemins.ecrire(vers / f"{nom}.csv", _en_csv(table, TABLES[nom])) for nom, table in tables.items()]
    ecrits.append(ecrire_millesime(vers, national.millesime))
    texte = notice.rediger(tables["epci"], TERRITOIRES, national.millesime)
    return [*ecrits, chemins.ecrire(vers / notice.NOM, texte)]


def _controler(tous: pd.DataFrame, national: Magasin) -> None:
    presents = set(tous.loc[tous["detail"] == COMPLET, "epci_siren"])
    constats = [
        Constat("epci", f"aucun EPCI {siren}", f"l'EPCI choisi pour ceci : {raison}",
                "Choisissez un autre EPCI dans TERRITOIRES.")
        for siren, raison in TERRITOIRES.items() if siren not in presents
    ]
    if constats:
        raise ErreurDonnees.de_constats(f"Dossier de données {national.dossier}", constats)


def _epci(tous: pd.DataFrame, normes: pd.DataFrame) -> pd.DataFrame:
    """Lignes des territoires de l'échantillon et de leurs plus proches comparables nationaux."""
    comparables = {proche for siren in TERRITOIRES for proche in plus_proches(siren, tous, normes)}
    lignes = tous[tous["epci_siren"].isin(comparables | set(TERRITOIRES))].copy()
    lignes["detail"] = lignes["epci_siren"].isin(TERRITOIRES).map({True: COMPLET, False: COMPARABLE})
    return lignes.sort_values(["detail", "epci_siren"], ascending=[False, True])


def plus_proches(siren: str, tous: pd.DataFrame, normes: pd.DataFrame) -> list[str]:
    """SIREN des EPCI du même groupe les plus proches, à poids égaux des critères."""
    epci = tous[tous["epci_siren"] == siren].iloc[0]
    groupe = groupes(epci.to_frame().T).iloc[0]
    ecarts_types = normes[normes["groupe"] == groupe].set_index("indicateur")["ecart_type"]
    return distances(epci, tous[groupes(tous) == groupe], ecarts_types).head(NOMBRE_COMPARABLES).index.tolist()


def _en_csv(table: pd.DataFrame, colonnes: tuple[schema.Colonne, ...]) -> str:
    """CSV à point-virgule et point décimal ; un nombre entier s'écrit sans décimale, une absence ne s'écrit pas."""
    entiers = {colonne.nom: "Int64" for colonne in colonnes if colonne.genre == "entier"}
    texte = table[schema.noms(colonnes)].astype(entiers).to_csv(sep=SEPARATEUR, index=False, lineterminator="\n")
    return str(texte)


@click.command(help="Extrait l'échantillon embarqué d'un dossier de données nationales.")
@click.option("--depuis", type=click.Path(path_type=Path), required=True, help="Dossier national (Parquet).")
@click.option("--vers", type=click.Path(path_type=Path), help="Dossier à écrire (data/public/echantillon).")
def principal(depuis: Path, vers: Path | None) -> None:
    """Ligne de commande de l'extraction."""
    for chemin in extraire(depuis, vers or chemins.echantillon()):
        click.echo(f"{chemin} : {chemin.stat().st_size / 1000:.0f} ko")


if __name__ == "__main__":
    principal()

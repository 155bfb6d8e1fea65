"""Écrire, au format des exports officiels et sous leurs noms, les données réelles d'un jeu déjà au schéma."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import xlsxwriter

from mutunb.territoires import schema
from mutunb.territoires.connecteurs import ofgl
from mutunb.territoires.exports import exports

Tables = Mapping[str, pd.DataFrame]
MILLESIME = "2025"
ENTETES_DGCL = (
    "dept", "siren", "raison_sociale", "nature_juridique", "mode_financ", "nb_membres", "total_pop_tot",
    "total_pop_mun", "dep_com", "insee", "siren_membre", "nom_membre", "ptot_2025", "pmun_2025",
)


def chemins_officiels(dossier: Path) -> dict[str, Path]:
    """Identifiant d'export → chemin officiel dans ``dossier``."""
    return {export.id: dossier / export.nom_fichier(MILLESIME) for export in exports()}


def ecrire_exports(dossier: Path, tables: Tables) -> None:
    """Tous les exports officiels d'un jeu au schéma (``epci``, ``communes``, ``communes_contours``, ``ept``)."""
    dossier.mkdir(parents=True, exist_ok=True)
    chemins = chemins_officiels(dossier)
    ecrire_classeur(chemins["composition"], [ENTETES_DGCL, *lignes_dgcl(tables)], "Epcicom2025")
    ecrire_communes(chemins["communes"], tables["communes"])
    ecrire_comptes(chemins["ofgl_communes"], tables["communes"], "communes")
    ept = tables["ept"].rename(columns={"ept_siren": "epci_siren"}).assign(nom_long=lambda t: t["nom"], nature="EPT")
    ecrire_comptes(chemins["ofgl_epci"], pd.concat([tables["epci"], ept]), "epci")
    ecrire_dotations(chemins["dotations"], tables["epci"])
    ecrire_ept(chemins["ept"], tables)
    ecrire_contours(chemins["contours"], tables["communes_contours"])


def lignes_dgcl(tables: Tables) -> list[tuple[object, ...]]:
    """Une ligne « epcicom » par commune membre ; les codes sont en texte, les populations en nombres."""
    membres = tables["communes"].dropna(subset="epci_siren")
    jointes = membres.merge(tables["epci"], on="epci_siren", suffixes=("", "_epci"))
    return [
        (c.dep_siege, c.epci_siren, c.nom_epci, c.nature, c.regime_fiscal, int(c.nb_communes),
         int(c.pop_totale_2025_epci), int(c.pop_municipale_2025_epci), c.dep, c.insee, c.siren, c.nom,
         int(c.pop_totale_2025), int(c.pop_municipale_2025))
        for c in jointes.itertuples()
    ]


def ecrire_classeur(chemin: Path, lignes: list[tuple[object, ...]], feuille: str, titre: int = 0) -> Path:
    """Classeur d'une feuille ; ``titre`` lignes de titre précèdent le tableau."""
    with xlsxwriter.Workbook(str(chemin)) as classeur:
        page = classeur.add_worksheet(feuille)
        for rang in range(titre):
            page.write(rang, 0, f"Ligne de titre {rang + 1}")
        for rang, ligne in enumerate(lignes):
            page.write_row(rang + titre, 0, ["" if valeur is None else valeur for valeur in ligne])
    return chemin


def ecrire_communes(chemin: Path, communes: pd.DataFrame) -> None:
    """Réponse de l'API Géo."""
    fiches = [
        {"nom": c.nom, "code": c.insee, "siren": c.siren, "codeDepartement": c.dep, "codeRegion": c.reg,
         "population": int(c.pop_municipale_2026)}
        for c in communes.itertuples()
    ]
    chemin.write_text(json.dumps(fiches, ensure_ascii=False), encoding="utf-8")


def ecrire_comptes(chemin: Path, table: pd.DataFrame, niveau: str) -> None:
    """Export OFGL long ; une commune de plusieurs budgets les a tous, le premier portant les montants."""
    identite = {
        "communes": {"siren": "siren", "insee": "com_code", "nom": "com_name", "reg": "reg_code",
                     "ofgl_nomenclature": "nomen", "ofgl_nb_budgets_principaux": "budgets"},
        "epci": {"epci_siren": "siren", "nom_long": "epci_name", "nature": "nat_juridique"},
    }[niveau]
    longue = table.melt([*identite, "ofgl_pop_totale"], list(schema.MONTANTS), "colonne", "montant")
    longue = longue.dropna(subset="montant").rename(columns={**identite, "ofgl_pop_totale": "ptot"})
    longue["agregat"] = longue["colonne"].map(ofgl.AGREGATS)
    longue["exer"] = "2024"
    if niveau == "communes":
        longue["type_de_budget"] = ofgl.BUDGET_PRINCIPAL
        seconds = longue[longue["budgets"] > 1]
        fondatrices = [
            seconds[seconds["budgets"] > rang].assign(montant=0, ptot=0, lbudg=f"FONDATRICE {rang + 1}")
            for rang in (1, 2)
        ]
        longue = pd.concat([longue.assign(lbudg=longue["com_name"]), *fondatrices])
    else:
        longue = longue.assign(montant_bp=longue["montant"], montant_ba=0.0)
    longue.drop(columns=["colonne", "budgets"], errors="ignore").to_csv(
        chemin, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n"
    )


def ecrire_dotations(chemin: Path, epci: pd.DataFrame) -> None:
    """Export long des dotations des groupements ; noms de variables plausibles, l'export réel n'a pas été vu."""
    variables = {
        "cif_2025": "Coefficient d'intégration fiscale",
        "potentiel_fiscal_2025": "Potentiel fiscal",
        "potentiel_fiscal_hab_2025": "Potentiel fiscal par habitant",
        "pop_dgf_2025": "Population DGF",
    }
    longue = epci.melt(["epci_siren"], list(variables), "colonne", "valeur").dropna(subset="valeur")
    longue["variable"] = longue["colonne"].map(variables)
    longue = longue.rename(columns={"epci_siren": "siren"}).assign(exercice="2025-01-01", categorie="Critères")
    longue[["exercice", "siren", "categorie", "variable", "valeur"]].to_csv(chemin, sep=";", index=False)


def ecrire_ept(chemin: Path, tables: Tables) -> None:
    """Archive de l'INSEE : cinq lignes de titre, puis CODGEO, LIBGEO, EPT, LIBEPT."""
    noms = tables["ept"].set_index("ept_siren")["nom"]
    membres = tables["communes"].dropna(subset="ept_siren")
    lignes = [(c.insee, c.nom, c.ept_siren, noms[c.ept_siren]) for c in membres.itertuples()]
    classeur = chemin.with_suffix(".xlsx")
    ecrire_classeur(classeur, [("CODGEO", "LIBGEO", "EPT", "LIBEPT"), *lignes], "Composition_communale", titre=5)
    with zipfile.ZipFile(chemin, "w") as archive:
        archive.write(classeur, classeur.name)
    classeur.unlink()


def ecrire_contours(chemin: Path, contours: pd.DataFrame) -> None:
    """FeatureCollection à propriété ``code``."""
    objets = [
        {"type": "Feature", "properties": {"code": c.insee}, "geometry": json.loads(c.geometry_geojson)}
        for c in contours.itertuples()
    ]
    chemin.write_text(json.dumps({"type": "FeatureCollection", "features": objets}), encoding="utf-8")

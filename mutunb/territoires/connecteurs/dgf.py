"""DGF des EPCI : fiche individuelle recopiée dans le gabarit, ou export OFGL des dotations (format long).

Éprouvé sur un vrai extrait des dotations des communes (même forme longue) et sur le gabarit de fiche. Les noms
exacts des variables de ``dotations-gfp`` n'ont pas pu être vus : elles sont reconnues par leurs mots, et une
variable absente ou ambiguë est dite, jamais devinée.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires.connecteurs import valeurs
from mutunb.territoires.connecteurs.lecture import Colonne, cle, table_csv

QUOI_FICHE = "le gabarit de fiche DGF (fiche_dgf_epci.csv)"
QUOI_DOTATIONS = "un export OFGL des dotations (data.ofgl.fr, « dotations-gfp » ou « dotations-communes »)"

FICHE = (
    Colonne("epci_siren", ("epci_siren",)),
    Colonne("exercice", ("exercice",)),
    Colonne("cif", ("cif",)),
    Colonne("cif_moyen_categorie", ("cif_moyen_categorie",), obligatoire=False),
    Colonne("potentiel_fiscal_eur", ("potentiel_fiscal_eur",)),
    Colonne("potentiel_fiscal_hab_eur", ("potentiel_fiscal_hab_eur",)),
    Colonne("dotation_interco_eur", ("dotation_interco_eur",), obligatoire=False),
    Colonne("population_dgf", ("population_dgf",)),
    Colonne("source", ("source",), obligatoire=False),
)
DOTATIONS = (
    Colonne("exercice", ("exercice", "exer")),
    Colonne("siren", ("siren", "siren_epci", "Code Siren"), obligatoire=False),
    Colonne("insee", ("code_insee", "com_code"), obligatoire=False),
    Colonne("nom", ("commune", "nom_gfp", "epci_name", "nom"), obligatoire=False),
    Colonne("categorie", ("categorie",), obligatoire=False),
    Colonne("variable", ("variable",)),
    Colonne("valeur", ("valeur",)),
)
#: critère → motif sur le nom de variable réduit (sans accent, ponctuation en « _ »)
CRITERES = {
    "cif": re.compile(r"(?:cif|coefficient_d_integration_fiscale)(?:_final|_definitif)?(?:_(?:de_l_annee_)?n)?"),
    "potentiel_fiscal_eur": re.compile(r"potentiel_fiscal(?:_final|_total|_du_groupement|_de_l_epci)?"),
    "potentiel_fiscal_hab_eur": re.compile(r"potentiel_fiscal(?:_final)?_(?:par_)?hab(?:itant)?(?:_final)?"),
    "population_dgf": re.compile(r"population_dgf(?:_(?:totale|du_groupement|de_l_annee_n))?"),
}


def lire_fiche(chemin: Path) -> pd.DataFrame:
    """Fiches DGF saisies : une ligne par EPCI et exercice ; ``cif`` de 0 à 1, montants en euros."""
    brut = table_csv(chemin, FICHE, QUOI_FICHE)
    constats: list[Constat] = []
    ou = f"{chemin}, colonne"
    siren = valeurs.lire(brut["epci_siren"], valeurs.siren, f"{ou} epci_siren", "neuf chiffres", constats, True)
    table = pd.DataFrame({
        "epci_siren": siren,
        "exercice": valeurs.lire(brut["exercice"], valeurs.exercice, f"{ou} exercice", "une année", constats, True),
    })
    attendu = "un coefficient de 0 à 1, ou un pourcentage avec %"
    for colonne in ("cif", "cif_moyen_categorie"):
        lus = valeurs.lire(brut[colonne], _coefficient, f"{ou} {colonne}", attendu, constats)
        table[colonne] = lus.astype("float64")
    for colonne in ("potentiel_fiscal_eur", "potentiel_fiscal_hab_eur", "dotation_interco_eur", "population_dgf"):
        table[colonne] = valeurs.lire_nombres(brut[colonne], f"{ou} {colonne}", constats)
    table["source"] = brut["source"].str.strip().replace("", None)
    constats += _fiches_en_double(table, chemin)
    if constats:
        raise ErreurDonnees.de_constats(f"{chemin}, fiche DGF", constats)
    return table.astype({"exercice": "int64"}).reset_index(drop=True)


def lire_dotations(chemin: Path) -> pd.DataFrame:
    """Export long : ``siren`` ou ``insee``, ``nom``, ``exercice``, ``categorie``, ``variable``, ``valeur``."""
    brut = table_csv(chemin, DOTATIONS, QUOI_DOTATIONS)
    constats: list[Constat] = []
    ou = f"{chemin}, colonne"
    insee = valeurs.lire(brut["insee"], valeurs.insee, f"{ou} code_insee", "un code INSEE", constats)
    table = pd.DataFrame({
        "siren": valeurs.lire(brut["siren"], valeurs.siren, f"{ou} siren", "neuf chiffres", constats).astype("str"),
        "insee": insee.astype("str"),
        "nom": brut["nom"].str.replace(r"\s*\([0-9AB]{2,3}\)$", "", regex=True),
        "exercice": valeurs.lire(brut["exercice"], valeurs.exercice, f"{ou} exercice", "une année", constats, True),
        "categorie": brut["categorie"],
        "variable": brut["variable"].str.strip(),
        "valeur": valeurs.lire_nombres(brut["valeur"], f"{ou} valeur", constats),
    })
    if constats:
        raise ErreurDonnees.de_constats(f"{chemin}, export des dotations", constats)
    return table.astype({"exercice": "int64"}).reset_index(drop=True)


def criteres_epci(dotations: pd.DataFrame, exercice: int) -> pd.DataFrame:
    """Une ligne par EPCI : ``epci_siren``, ``cif``, ``potentiel_fiscal_eur``, ``potentiel_fiscal_hab_eur``,
    ``population_dgf`` ; vide là où l'export ne dit rien. Deux variables pour un critère : erreur."""
    lignes = dotations[dotations["exercice"].eq(exercice) & dotations["siren"].notna()]
    retenues = {critere: _variable(lignes["variable"], critere) for critere in CRITERES}
    table = pd.DataFrame(index=pd.Index(sorted(lignes["siren"].unique()), name="epci_siren"))
    for critere, variable in retenues.items():
        choisies = lignes[lignes["variable"].eq(variable)].dropna(subset="valeur").drop_duplicates(["siren", "valeur"])
        if choisies["siren"].duplicated().any():
            fautif = choisies.loc[choisies["siren"].duplicated(), "siren"].iloc[0]
            raise ErreurDonnees(
                f"Export des dotations {exercice} : plusieurs valeurs de « {variable} » pour l'EPCI {fautif}. "
                "Gardez une seule catégorie de dotation dans l'export."
            )
        table[critere] = choisies.set_index("siren")["valeur"]
    return table.dropna(how="all").reset_index()


def _variable(variables: pd.Series, critere: str) -> str | None:
    trouvees = sorted({nom for nom in variables.unique() if CRITERES[critere].fullmatch(cle(nom))})
    if len(trouvees) > 1:
        raise ErreurDonnees(
            f"Export des dotations : plusieurs variables pour « {critere} » ({', '.join(trouvees)}). "
            "Gardez-en une seule dans l'export."
        )
    return trouvees[0] if trouvees else None


def _coefficient(valeur: object) -> float:
    texte = str(valeur).strip()
    lu = valeurs.nombre(texte.rstrip("%").strip()) / (100 if texte.endswith("%") else 1)
    if not 0 <= lu <= 1:
        raise ValueError(texte)
    return lu


def _fiches_en_double(table: pd.DataFrame, chemin: Path) -> list[Constat]:
    doubles = table[table.duplicated(["epci_siren", "exercice"]) & table["epci_siren"].notna()]
    return [
        Constat(f"{chemin}, ligne {ligne}", f"une seconde fiche pour l'EPCI {siren}", "une fiche par EPCI et exercice",
                "Gardez la plus récente.")
        for ligne, siren in doubles["epci_siren"].items()
    ]

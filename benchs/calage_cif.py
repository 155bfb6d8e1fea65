"""Caler l'approximation du CIF sur les CIF publiés : ``python -m benchs.calage_cif DOSSIER_NATIONAL``.

Trois coefficients (DGF, compensations, autres impôts et taxes de l'EPCI) sont choisis pour que le CIF approché retrouve le CIF
publié, par moindres carrés robustes. L'erreur se mesure par validation croisée à cinq plis : chaque EPCI est jugé par des
coefficients calés sans lui. Champ : fiscalité professionnelle unique, hors Grand Paris et Lyon, comptes complets.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy.optimize import least_squares

EXCLUS = ("200054781", "200046977")  # Métropole du Grand Paris, Métropole de Lyon
PLIS, GRAINE = 5, 20_260_101
COUVERTURE = 0.95
DEPART = (0.5, 0.5, 0.8)


def lire_epci(dossier: Path) -> pd.DataFrame:
    """EPCI du champ : CIF publié, comptes de l'EPCI, impôts locaux des communes (€)."""
    requete = f"""
        select e.epci_siren, e.nature, e.cif_2025, e.impots_locaux, e.impots_taxes, e.dgf, e.concours_etat, c.communes
        from '{dossier / "epci.parquet"}' e
        join (select epci_siren, sum(impots_locaux) communes from '{dossier / "communes.parquet"}' group by 1) c
        using (epci_siren)
        where e.regime_fiscal = 'FPU' and e.cif_2025 is not null and e.epci_siren not in {EXCLUS}
          and e.communes_couverture_pop >= {COUVERTURE} and e.ofgl_couverture_pop >= {COUVERTURE}
        order by e.epci_siren"""
    return duckdb.connect().execute(requete).df().dropna()


def numerateur(coefficients: np.ndarray, table: pd.DataFrame) -> pd.Series:
    """Numérateur approché (€), coefficients de la DGF, des compensations et des autres impôts."""
    coefficient_dgf, coefficient_compensations, coefficient_autres = coefficients
    autres = table["impots_taxes"] - table["impots_locaux"]
    compensations = table["concours_etat"] - table["dgf"]
    return table["impots_locaux"] + coefficient_autres * autres + coefficient_dgf * table["dgf"] + coefficient_compensations * compensations


def cif_approche(coefficients: np.ndarray, table: pd.DataFrame) -> pd.Series:
    """CIF approché."""
    haut = numerateur(coefficients, table)
    return haut / (haut + table["communes"])


def caler(table: pd.DataFrame) -> np.ndarray:
    """Les trois coefficients qui retrouvent le mieux les CIF publiés."""
    return least_squares(lambda coefficients: cif_approche(coefficients, table) - table["cif_2025"], DEPART, loss="soft_l1", f_scale=0.03).x


def valider(table: pd.DataFrame) -> pd.DataFrame:
    """CIF approché et dénominateur de chaque EPCI, par des coefficients calés sans lui."""
    ordre = np.random.default_rng(GRAINE).permutation(len(table))
    morceaux = []
    for pli in range(PLIS):
        juges = ordre[pli::PLIS]
        reste, essai = table.iloc[np.setdiff1d(ordre, juges)], table.iloc[juges]
        coefficients = caler(reste)
        centre = numerateur(coefficients, essai) + essai["communes"]
        par_communes = essai["communes"] / (1 - essai["cif_2025"])
        morceaux.append(essai.assign(approche=cif_approche(coefficients, essai), ecart_denominateur=centre / par_communes - 1))
    return pd.concat(morceaux).sort_index()


def mesurer(dossier: Path) -> dict[str, float]:
    """Coefficients calés, nombre d'EPCI, corrélation, erreurs (moyenne, 90 % des cas) et part tombant à 0,06 près."""
    table = lire_epci(dossier)
    coefficient_dgf, coefficient_compensations, coefficient_autres = caler(table)
    juges = valider(table)
    erreurs = (juges["approche"] - juges["cif_2025"]).abs()
    return {
        "coefficient_dgf": coefficient_dgf,
        "coefficient_compensations": coefficient_compensations,
        "coefficient_autres_impots": coefficient_autres,
        "epci": len(table),
        "correlation": float(np.corrcoef(juges["approche"], juges["cif_2025"])[0, 1]),
        "erreur_moyenne": float(erreurs.mean()),
        "erreur_90": float(erreurs.quantile(0.9)),
        "part_dans_la_marge": float((erreurs <= 0.06).mean()),
        "erreur_denominateur": float(juges["ecart_denominateur"].abs().quantile(0.9)),
    }


if __name__ == "__main__":
    chemin = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/public/national")
    for nom, mesure in mesurer(chemin).items():
        sys.stdout.write(f"{nom} = {mesure:.4f}\n")

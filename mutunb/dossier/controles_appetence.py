"""Contrôle de l'enquête d'appétence : maire et direction, confrontés."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mutunb import formats
from mutunb.dossier.examen import Examen, Releve, controle, libelle_champ, libelle_fonction

#: la direction : le DGS, à défaut le secrétaire de mairie
_DIRECTION = ("dgs", "secretaire")
#: l'élu : le maire, ou le président de l'EPCI
_ELUS = {"maire": "le maire", "president": "le président"}
_NOTES = ("interet", "satisfaction", "importance")


@controle
def maire_et_direction_en_ecart(examen: Examen) -> Iterator[Releve]:
    """Fonctions que le maire et la direction d'une même entité notent à plus de deux points d'écart."""
    appetence = examen.table("appetence").dropna(subset=["siren", "fonction", "repondant"])
    notes = appetence.groupby(["siren", "fonction"])[list(_NOTES)]
    etendue = (notes.transform("max") - notes.transform("min")).max(axis=1)
    eloignes = appetence[etendue > examen.seuil("ecart")]
    for (siren, fonction), lignes in eloignes.groupby(["siren", "fonction"], sort=False):
        maires, directions = lignes[lignes["repondant"].isin(_ELUS)], _direction(lignes)
        if maires.empty or directions.empty:
            continue
        maire, direction = maires.iloc[0], directions.iloc[0]
        for champ in _NOTES:
            if abs(maire[champ] - direction[champ]) > examen.seuil("ecart"):
                textes = {
                    "elu": _ELUS[maire["repondant"]],
                    "maire": formats.nombre(maire[champ]),
                    "direction": formats.nombre(direction[champ]),
                    "champ": libelle_champ("appetence", champ),
                    "fonction": libelle_fonction(fonction),
                    "entite": examen.nom(siren),
                    "ecart": formats.nombre(examen.seuil("ecart")),
                }
                yield Releve("appetence", (maire.name, direction.name), (champ,), textes)


def _direction(lignes: pd.DataFrame) -> pd.DataFrame:
    for repondant in _DIRECTION:
        trouvees = lignes[lignes["repondant"] == repondant]
        if not trouvees.empty:
            return trouvees
    return lignes.iloc[:0]

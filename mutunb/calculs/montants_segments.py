"""Les montants d'achat par segment, tels qu'ils peuvent se montrer aux communes."""

from __future__ import annotations

import pandas as pd

from mutunb.calculs.contrats import DEJA_EN_COMMUN, Contrats
from mutunb.calculs.diffusion import montants_diffusables, porteurs
from mutunb.calculs.masquage import TOTAL

NON_CLASSE = "Non classé"
A_GROUPER, EN_COMMUN = "a_grouper", "en_commun"


def montants_par_segment(contrats: Contrats) -> pd.DataFrame:
    """Montant annuel (€ HT) de chaque segment, « Non classé » compris, puis « Total ».

    ``a_grouper`` : ce que rien ne groupe encore ; un montant qui laisserait deviner celui d'une commune est absent, sauf
    si le dossier en permet la diffusion. ``en_commun`` : ce qui s'achète déjà avec d'autres, donné seulement si le
    dossier permet la diffusion, car la différence avec un total en dirait trop.
    """
    table = contrats.en_cours.assign(segment=contrats.en_cours["segment"].fillna(NON_CLASSE))
    segments = sorted(set(table["segment"]))
    communs = table["cadre"].isin(DEJA_EN_COMMUN)
    colonnes = {A_GROUPER: _montants(contrats, table[~communs], segments)}
    if contrats.diffusion:
        colonnes[EN_COMMUN] = _montants(contrats, table[communs], segments)
    return pd.DataFrame(colonnes)


def _montants(contrats: Contrats, table: pd.DataFrame, segments: list[str]) -> pd.Series:
    par_segment = table[table["montant_eur"].notna()].set_index("siren").groupby("segment")["montant_eur"]
    montants = par_segment.sum().reindex(segments).to_frame("montant")
    connus = pd.Series({segment: porteurs(m, contrats.communes) for segment, m in par_segment}, dtype=object)
    sirens = connus.reindex(segments).to_frame("montant").astype("object")
    sirens = sirens.map(lambda s: s if isinstance(s, frozenset) else frozenset())
    return montants_diffusables(montants, sirens, contrats.communes, contrats.diffusion)["montant"].reindex([*segments, TOTAL])

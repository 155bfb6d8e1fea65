"""Le premier 1er janvier atteignable : délai de montage d'usage d'un instrument, élections des comités sociaux évitées."""

from __future__ import annotations

import datetime

from mutunb import formats, referentiel
from mutunb.calculs.entrees import entier
from mutunb.calculs.entrees import jour as lire_jour

#: délai de montage d'un instrument que le référentiel ne date pas : celui du service commun, le plus long d'usage
DELAI_PRUDENT_MOIS = 14
#: délai le plus long qu'on compte (un siècle)
MOIS_MAX = 1_200


def premier_janvier(instrument: str, reference: datetime.date) -> tuple[datetime.date, str]:
    """Premier 1er janvier atteignable et sa raison : délai d'usage de l'instrument, élections des comités évitées.

    Examples
    --------
    >>> premier_janvier("SC", datetime.date(2025, 12, 31))[0], premier_janvier("GC", datetime.date(2025, 12, 31))[0]
    (datetime.date(2028, 1, 1), datetime.date(2027, 1, 1))
    """
    reference = lire_jour(reference, "la date de référence")
    pret = plus_tard(reference, delai_mois(instrument))
    date = pret if (pret.month, pret.day) == (1, 1) else datetime.date(pret.year + 1, 1, 1)
    motif = f"Premier 1er janvier après {delai_mois(instrument)} mois de montage, comptés du {formats.date(reference)}"
    if referentiel.instrument(instrument).avis_cst != "non" and _en_elections(date - datetime.timedelta(days=1)):
        date = datetime.date(date.year + 1, 1, 1)
        motif += ", et hors de la période d'élections des comités sociaux"
    return date, f"{motif}."


def delai_mois(instrument: str) -> int:
    """Délai de montage d'usage (mois, borne haute, niveau B).

    Examples
    --------
    >>> delai_mois("SC"), delai_mois("GC")
    (14, 4)
    """
    comparaison = referentiel.instrument(instrument).comparaison
    return int(comparaison.delai_montage_mois.haut) if comparaison else DELAI_PRUDENT_MOIS


def _en_elections(jour: datetime.date) -> bool:
    return any(f.contient(jour) for f in referentiel.fenetres().values() if "comite" in f.etapes and not f.annuelle)


def plus_tard(depart: datetime.date, mois: int) -> datetime.date:
    """Même quantième ``mois`` plus tard, ramené au dernier jour du mois s'il n'existe pas.

    Examples
    --------
    >>> plus_tard(datetime.date(2027, 12, 31), 2)
    datetime.date(2028, 2, 29)
    """
    depart, mois = lire_jour(depart), entier(mois, "le nombre de mois", -MOIS_MAX, MOIS_MAX)
    annee, rang = divmod(depart.year * 12 + depart.month - 1 + mois, 12)
    suivant = datetime.date(annee + (rang == 11), (rang + 1) % 12 + 1, 1)
    return min(datetime.date(annee, rang + 1, 1) + datetime.timedelta(days=depart.day - 1), suivant - datetime.timedelta(days=1))

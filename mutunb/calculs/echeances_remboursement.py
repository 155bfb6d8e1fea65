"""Les échéances légales d'un remboursement : annoncer le coût unitaire à temps, et rembourser au moins chaque année."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from mutunb import formats, referentiel
from mutunb.calculs.monnaie import Nombre, exact
from mutunb.calculs.premier_janvier import plus_tard

ENTREE = "remboursement_mise_a_disposition"
TENUE, MANQUEE, A_DIRE = "tenue", "non tenue", "à renseigner"
MOIS_PAR_AN = 12


@dataclass(frozen=True)
class Echeance:
    """Une échéance : ce qu'elle demande, ce qui est noté, le verdict (``tenue``, ``non tenue``, ``à renseigner``)."""

    id: str
    regle: str
    note: str
    verdict: str
    article: str


def controler_notification(
    notification: datetime.date | None,
    vote_budget: datetime.date | None = None,
    signature: datetime.date | None = None,
    exercice: int | None = None,
) -> Echeance:
    """Le coût unitaire a-t-il été annoncé à temps ?

    Parameters
    ----------
    notification, vote_budget : date, optional
        Jour de l'annonce aux communes ; jour d'adoption du budget (l'annonce doit le précéder).
    signature : date, optional
        Signature de la convention, la première année : l'annonce suit alors dans les trois mois, dernier jour compris.
    exercice : int, optional
        Exercice suivi : une signature plus ancienne que l'année d'avant n'est plus celle d'une première année.

    Notes
    -----
    CGCT, art. D.5211-16 et L.1612-2.

    Examples
    --------
    >>> jour = datetime.date
    >>> controler_notification(jour(2029, 3, 27), jour(2029, 3, 27)).verdict
    'non tenue'
    >>> controler_notification(jour(2028, 2, 29), signature=jour(2027, 11, 30)).verdict
    'tenue'
    """
    droit = referentiel.droit(ENTREE)
    if signature is not None and (exercice is None or signature.year >= exercice - 1):
        delai = int(droit.valeur("notification_premiere_annee"))
        limite = plus_tard(signature, delai)
        regle = f"Annoncer le coût unitaire dans les {delai} mois de la signature, la première année"
        verdict = A_DIRE if notification is None else TENUE if notification <= limite else MANQUEE
        note = f"annoncé le {formats.date(notification)} ; limite : {formats.date(limite)}"
        return Echeance("notification", regle, note, verdict, droit.texte)
    verdict = A_DIRE
    if notification is not None and vote_budget is not None:
        verdict = TENUE if notification < vote_budget else MANQUEE
    note = f"annoncé le {formats.date(notification)} ; budget voté le {formats.date(vote_budget)}"
    return Echeance("notification", "Annoncer le coût unitaire avant l'adoption du budget", note, verdict, droit.texte)


def controler_periodicite(mois: Nombre | None) -> Echeance:
    """Rembourse-t-on au moins une fois par an ? ``mois`` : intervalle entre deux remboursements.

    Examples
    --------
    >>> controler_periodicite(12).verdict, controler_periodicite(13).verdict, controler_periodicite(None).verdict
    ('tenue', 'non tenue', 'à renseigner')
    """
    droit = referentiel.droit(ENTREE)
    limite = int(droit.valeur("periodicite_max")) * MOIS_PAR_AN
    absent = mois is None or mois != mois
    verdict = A_DIRE if absent else TENUE if 0 < exact(mois, "la périodicité") <= limite else MANQUEE
    note = formats.ABSENT if absent else f"tous les {formats.nombre(mois)} mois"
    return Echeance("periodicite", f"Rembourser au moins tous les {limite} mois", note, verdict, droit.texte)

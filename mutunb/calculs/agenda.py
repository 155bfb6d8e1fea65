"""Les séances d'un projet : dates saisies par le consultant, périodes à éviter, et ce que vaut une date supposée.

Une séance saisie fait foi. Au-delà ou en deçà des dates saisies, la séance est supposée : le jour ouvré que donne la durée
de la tâche, hors des périodes à éviter (élections professionnelles, réinstallation des assemblées, été).
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from mutunb import referentiel
from mutunb.calculs.jours import UN_JOUR, jour_ouvre_precedent, jour_ouvre_suivant
from mutunb.dossier.decisions_calendrier import DecisionCalendrier
from mutunb.referentiel import Fenetre

#: tâche qui finit un jour de séance → genre de période à éviter
SEANCES = MappingProxyType({"T11a": "comite", "T11b": "comite", "T11c": "comite", "T13": "conseil"})


def _delai_francs(identifiant: str) -> int:
    valeurs = {v.id: v for v in referentiel.droit("seances_assemblees").valeurs}
    return int(valeurs[identifiant].historique[-1].valeur)


def francs_epci() -> int:
    """Jours francs de convocation à l'EPCI et dans les communes de 3 500 habitants et plus."""
    return _delai_francs("convocation_epci_et_grandes_communes")


def francs_petites() -> int:
    """Jours francs de convocation dans les communes plus petites."""
    return _delai_francs("convocation_petites_communes")


@dataclass(frozen=True)
class Agenda:
    """Dates de séance par tâche, et règles de report.

    Attributes
    ----------
    seances : Mapping[str, tuple of date]
        Tâche (``T11a``, ``T11b``, ``T11c``, ``T13``) → dates saisies, croissantes.
    departement : str
        Pour les jours fériés.
    """

    seances: Mapping[str, tuple[datetime.date, ...]] = field(default_factory=dict)
    departement: str = ""

    def avancer(self, tache: str, debut: int, duree: int) -> int:
        """Jour (ordinal) où finit au plus tôt une tâche commencée le jour ``debut``."""
        if tache not in SEANCES:
            return debut + duree
        saisies = [s.toordinal() for s in self.seances.get(tache, ()) if s.toordinal() >= debut + preavis(tache)]
        return saisies[0] if saisies else self._supposee(tache, debut + max(duree, preavis(tache)), 1)

    def reculer(self, tache: str, fin: int, duree: int) -> int:
        """Jour (ordinal) où commence au plus tard une tâche qui doit finir le jour ``fin``."""
        if tache not in SEANCES:
            return fin - duree
        saisies = self._saisies_avant(tache, fin)
        return saisies[-1] - preavis(tache) if saisies else self._supposee(tache, fin, -1) - max(duree, preavis(tache))

    def derniere(self, tache: str, fin: int) -> int:
        """Dernière séance possible au plus tard le jour ``fin`` : saisie, sinon supposée."""
        if tache not in SEANCES:
            return fin
        saisies = self._saisies_avant(tache, fin)
        return saisies[-1] if saisies else self._supposee(tache, fin, -1)

    def est_saisie(self, tache: str, jour: int) -> bool:
        """Vrai si ce jour est une séance que le consultant a saisie."""
        return any(s.toordinal() == jour for s in self.seances.get(tache, ()))

    def fenetre(self, tache: str, jour: datetime.date) -> Fenetre | None:
        """Période à éviter où tombe cette séance, ou ``None``."""
        genre = SEANCES.get(tache)
        return next((f for f in referentiel.fenetres().values() if genre in f.etapes and f.contient(jour)), None)

    def _saisies_avant(self, tache: str, fin: int) -> list[int]:
        return [s.toordinal() for s in self.seances.get(tache, ()) if s.toordinal() <= fin]

    def _supposee(self, tache: str, jour: int, sens: int) -> int:
        """Jour ouvré le plus proche dans le sens donné, hors période à éviter."""
        date = datetime.date.fromordinal(jour)
        while True:
            date = (jour_ouvre_suivant if sens > 0 else jour_ouvre_precedent)(date, self.departement)
            fenetre = self.fenetre(tache, date)
            if fenetre is None:
                return date.toordinal()
            debut, fin = fenetre.bornes(date.year)
            date = fin + UN_JOUR if sens > 0 else debut - UN_JOUR


def preavis(tache: str) -> int:
    """Jours entre l'avis rendu et la séance qui suit : la convocation de l'assemblée (jours francs, plus un)."""
    return francs_epci() + 1 if tache == "T13" else 0


def agenda_de(saisi: DecisionCalendrier, departement: str = "") -> Agenda:
    """Agenda d'après les dates saisies dans ``decisions.yaml``.

    Examples
    --------
    >>> agenda_de(DecisionCalendrier(conseils=["2027-06-24"])).seances["T13"]
    (datetime.date(2027, 6, 24),)
    """
    dates: dict[str, Sequence[datetime.date]] = {
        "T11a": saisi.cst, "T11b": saisi.cst_communes, "T11c": saisi.cst_cdg, "T13": saisi.conseils,
    }  # fmt: skip
    return Agenda(MappingProxyType({tache: tuple(sorted(d)) for tache, d in dates.items() if d}), departement)

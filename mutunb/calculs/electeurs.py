"""Les communes appelées à se prononcer : leur population, leur vote, et la majorité qu'elles réunissent ou non."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from mutunb.calculs.entrees import dictionnaire, est_absent, montrer
from mutunb.calculs.monnaie import Nombre, positif
from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel import Majorite

FAVORABLE, DEFAVORABLE, SILENCE, SANS_AVIS = "favorable", "defavorable", "silence", "sans_avis"
#: ce qu'on peut écrire du vote d'une commune ; ``None`` ou absente : elle n'a pas encore délibéré, le délai court
VOTES: Mapping[object, str] = MappingProxyType(
    {
        FAVORABLE: FAVORABLE, "pour": FAVORABLE, "oui": FAVORABLE, True: FAVORABLE,
        DEFAVORABLE: DEFAVORABLE, "contre": DEFAVORABLE, "non": DEFAVORABLE, False: DEFAVORABLE,
        SILENCE: SILENCE, SANS_AVIS: SANS_AVIS, "abstention": SANS_AVIS,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Electeurs:
    """Les communes d'un vote, les plus peuplées d'abord (à égalité, par nom)."""

    regle: Majorite
    populations: Mapping[str, Fraction]
    positions: Mapping[str, str | None]

    @classmethod
    def lire(cls, regle: Majorite, populations: Mapping[str, Nombre], votes: Mapping[str, object]) -> Electeurs:
        """Communes et votes contrôlés, tous les défauts à la fois."""
        constats, lues, positions = [], {}, {}
        populations = dictionnaire(populations, "les populations", "commune → habitants")
        votes = {c: None if est_absent(v) else v for c, v in dictionnaire(votes, "les votes", "commune → vote").items()}
        for commune, habitants in populations.items():
            try:
                lues[commune] = positif(habitants, f"la population de {commune}", strict=True)
            except ErreurDonnees:
                remede = "Donnez la population légale de chaque commune : une absence n'est pas un zéro."
                constats.append(Constat(f"population de {commune}", montrer(habitants), "un nombre d'habitants", remede))
        for commune, vote in votes.items():
            if commune not in populations:
                remede = "Retirez ce vote, ou ajoutez la population de la commune."
                constats.append(Constat(f"vote de {commune}", "une commune sans population", "une commune du vote", remede))
            elif vote is not None and not (isinstance(vote, Hashable) and vote in VOTES):
                remede = "Écrivez favorable, defavorable, sans_avis ou silence ; rien si elle n'a pas délibéré."
                constats.append(Constat(f"vote de {commune}", montrer(vote), "un vote connu", remede))
            else:
                positions[commune] = None if vote is None else VOTES[vote]
        if not populations:
            constats.append(Constat("populations", "rien", "au moins une commune", "Donnez les communes du vote."))
        if constats:
            raise ErreurDonnees.de_constats(f"Vote « {regle.libelle} »", constats)
        ordre = sorted(lues, key=lambda commune: (-lues[commune], str(commune)))
        return cls(regle, {commune: lues[commune] for commune in ordre}, positions)

    @cached_property
    def total(self) -> Fraction:
        """Habitants de toutes les communes du vote."""
        return sum(self.populations.values(), Fraction(0))

    @cached_property
    def favorables(self) -> list[str]:
        """Communes qui acceptent, silence compris quand il vaut accord."""
        acquis = {FAVORABLE, SILENCE} if self.regle.silence == FAVORABLE else {FAVORABLE}
        return [commune for commune in self.populations if self.positions.get(commune) in acquis]

    @cached_property
    def attente(self) -> list[str]:
        """Communes qui n'ont pas encore délibéré."""
        return [commune for commune in self.populations if self.positions.get(commune) is None]

    @cached_property
    def plus_peuplee(self) -> str | None:
        """Commune dont l'accord est requis : la plus peuplée, au-delà de la part fixée ; ``None`` sinon.

        À égalité de population au sommet, aucune n'est la plus peuplée.
        """
        seuil, noms = self.regle.commune_la_plus_peuplee, list(self.populations)
        egalite = len(noms) > 1 and self.populations[noms[0]] == self.populations[noms[1]]
        if seuil is None or egalite or self.populations[noms[0]] <= seuil * self.total:
            return None
        return noms[0]

    def population(self, communes: Sequence[str]) -> Fraction:
        """Habitants de ces communes."""
        return sum((self.populations[commune] for commune in communes), Fraction(0))

    def voie(self, favorables: Sequence[str]) -> str | None:
        """Par où ces communes réunissent la majorité ; ``None`` si elles ne la réunissent pas."""
        return self.voie_de(len(favorables), self.population(favorables), self.plus_peuplee in favorables)

    def voie_de(self, nombre: int, habitants: Fraction, plus_peuplee_accepte: bool) -> str | None:
        """:meth:`voie`, pour tant de communes et tant d'habitants."""
        if self.regle.accord_de_chacune:
            return "toutes" if nombre == len(self.populations) else None
        if self.plus_peuplee is not None and not plus_peuplee_accepte:
            return None
        forte, faible = self.regle.part_forte, self.regle.part_faible
        if nombre >= forte * len(self.populations) and habitants > faible * self.total:
            return "communes"
        return "population" if nombre >= faible * len(self.populations) and habitants >= forte * self.total else None

    def ralliements(self) -> tuple[str, ...]:
        """Plus petite réunion de communes en attente qui suffit : les plus peuplées servent toujours au moins autant."""
        acquises = self.favorables
        return next(
            tuple(self.attente[:k]) for k in range(len(self.attente) + 1) if self.voie([*acquises, *self.attente[:k]])
        )

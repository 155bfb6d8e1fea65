"""Le résultat d'un examen : instruments admis, refusés, alertes, et les voies financières qui leur sont ouvertes."""

from __future__ import annotations

from dataclasses import dataclass

from mutunb import referentiel
from mutunb.calculs.conditions_eligibilite import Faits
from mutunb.referentiel.identifiants import INSTRUMENTS

#: instruments dont le coût peut s'imputer sur l'attribution de compensation, en FPU
IMPUTABLES = {"SC": ("ac", "mixte", "facture"), "SCC": ("facture", "ac", "mixte"), "TR": ("ac",)}


@dataclass(frozen=True)
class Admis:
    """Un instrument possible : son rang (1 d'abord), pourquoi, sous quelle réserve, et ce qui le fonde."""

    code: str
    libelle: str
    rang: int
    motif: str
    reserve: str
    article: str
    regles: tuple[str, ...]
    niveau: str
    source: tuple[str, ...]


@dataclass(frozen=True)
class Refus:
    """Ce qui est refusé : un instrument (``code``), ou une partie (``code`` vide, ``objet`` la nomme), et l'article."""

    code: str
    objet: str
    titre: str
    raison: str
    article: str
    niveau: str
    source: tuple[str, ...]
    regle: str


@dataclass(frozen=True)
class Alerte:
    """Un point de vigilance : ce qu'il faut faire, et pour quels instruments (tous si vide)."""

    titre: str
    texte: str
    article: str
    instruments: tuple[str, ...]
    niveau: str
    source: tuple[str, ...]
    regle: str


@dataclass(frozen=True)
class Examen:
    """Résultat de :func:`mutunb.calculs.instruments.examiner`.

    Attributes
    ----------
    faits : Faits
        Les faits reçus.
    admis : tuple of Admis
        Instruments possibles, le meilleur rang d'abord.
    refuses : tuple of Refus
        Instruments interdits, un refus par instrument et par règle ; puis les parties interdites (imputation, missions).
    alertes : tuple of Alerte
    regles : tuple of str
        Règles déclenchées, dans l'ordre du référentiel.
    """

    faits: Faits
    admis: tuple[Admis, ...]
    refuses: tuple[Refus, ...]
    alertes: tuple[Alerte, ...]
    regles: tuple[str, ...]

    @property
    def recommande(self) -> str | None:
        """Code du premier instrument admis ; ``None`` si aucun ne l'est."""
        return self.admis[0].code if self.admis else None

    @property
    def codes_admis(self) -> tuple[str, ...]:
        """Codes admis, le meilleur d'abord."""
        return tuple(admis.code for admis in self.admis)

    @property
    def codes_refuses(self) -> tuple[str, ...]:
        """Codes interdits, dans l'ordre du catalogue."""
        refuses = {refus.code for refus in self.refuses}
        return tuple(code for code in INSTRUMENTS if code in refuses)

    def refus_de(self, code: str) -> tuple[Refus, ...]:
        """Raisons qui interdisent cet instrument ; vide s'il n'est pas interdit."""
        return tuple(refus for refus in self.refuses if refus.code == code)

    def modes_financiers(self, code: str) -> tuple[str, ...]:
        """Voies financières ouvertes à cet instrument : ``ac``, ``mixte``, ``facture``, la plus usuelle d'abord."""
        return modes_financiers(code, self.faits.regime_fiscal)


def modes_financiers(code: str, regime_fiscal: str) -> tuple[str, ...]:
    """Voies ouvertes à un instrument : « ac » (imputation), « mixte », « facture » ; la facture seule en FA.

    Notes
    -----
    CGCT, art. L.5211-4-2, al. 2 ; CGI, art. 1609 nonies C (niveau A) ; service commun géré par une commune : effet à
    étudier (V6), la facture passe d'abord (B).

    Examples
    --------
    >>> modes_financiers("SC", "FPU"), modes_financiers("SC", "FA"), modes_financiers("MADD", "FPU")
    (('ac', 'mixte', 'facture'), ('facture',), ('facture',))
    """
    referentiel.instrument(code)
    return IMPUTABLES.get(code, ("facture",)) if regime_fiscal == "FPU" else ("facture",)

"""L'argent d'un acte : la voie (attribution de compensation ou remboursement), le coût, la clé, la part de chacun."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from mutunb import formats
from mutunb.actes.manques import a_completer
from mutunb.calculs.cles import CLES
from mutunb.calculs.cout_service import CoutService
from mutunb.dossier import Dossier

if TYPE_CHECKING:
    from mutunb.calculs.projet import Choix
    from mutunb.calculs.repartition_service import RepartitionService

#: clé → colonne de la situation, libellé de la base, format
BASES = {
    "population": ("population", "Population municipale", formats.nombre),
    "unites": ("unites", "Unités d'œuvre par an", formats.nombre),
    "etp_origine": ("etp", "ETP d'origine", formats.etp),
    "depense": ("depense_fonctionnement_eur", "Dépense de fonctionnement", formats.euros),
    "potentiel_fiscal": ("potentiel_fiscal_eur", "Potentiel fiscal", formats.euros),
}
CONTRIBUTION = "contribution"
PART_EPCI = "part gardée par l'EPCI, avant répartition entre les communes"


@dataclass(frozen=True)
class Voies:
    """Les voies financières ouvertes ; en fiscalité additionnelle, le remboursement est la seule."""

    par_ac: bool
    par_facture: bool


def voies(dossier: Dossier, mode: str) -> Voies:
    """Voies d'un mode (« ac », « facture », « mixte ») ; jamais d'attribution de compensation en fiscalité additionnelle."""
    if dossier.territoire.regime_fiscal != "FPU":
        return Voies(par_ac=False, par_facture=True)
    return Voies(par_ac=mode in ("ac", "mixte"), par_facture=mode in ("facture", "mixte"))


def cout_ecrit(cout: CoutService | None, agents: int | None, seuil: int) -> str:
    """Coût annuel du service, tel que l'acte peut le dire.

    Un coût déclaré que portent moins de ``seuil`` agents ne s'écrit pas : il rendrait une rémunération.
    """
    if cout is None:
        return a_completer("coût annuel de départ du service")
    if not cout.est_connu:
        return a_completer("coût annuel de départ du service, effectifs et charges à recueillir")
    if cout.statut != "estime" and (agents is None or agents < seuil):
        return a_completer(f"coût annuel de départ, non écrit ici : moins de {seuil} agents le portent")
    reserve = "" if cout.entites_connues == cout.entites else (
        f", pour {cout.entites_connues} des {cout.entites} parties, les autres étant "
        f"{a_completer('coût des parties dont les charges ne sont pas connues')}"
    )
    if cout.statut == "estime":
        ordre = f"entre {_arrondi(cout.bas_eur)} et {_arrondi(cout.haut_eur)}"
        return f"{ordre} par an, estimation sur comptes publics {a_completer('coût constaté, à la place de cette estimation')}{reserve}"
    nature = "déclaré par les parties" if cout.statut == "declare" else "en partie déclaré, en partie estimé"
    return f"environ {_arrondi(cout.central_eur)} par an, {nature}{reserve}"


def cle_ecrite(choix: Choix) -> str:
    """Clé de répartition, dite « proposition » tant qu'elle n'est pas décidée."""
    return proposee(CLES[choix.cle].lower(), choix, "cle")


def proposee(texte: str, choix: Choix, champ: str) -> str:
    """Le texte, suivi de « (proposition) » si le choix vient de mutunb et non du client."""
    return texte if choix.origines.get(champ) == "decide" else f"{texte} (proposition)"


def repartition(
    situation: pd.DataFrame, choix: Choix, cout: CoutService | None, montrer: bool, service: RepartitionService | None = None
) -> tuple[list[dict], dict[str, str]]:
    """Lignes du tableau de répartition et son pied (base de la clé, parts, contributions).

    L'EPCI est une ligne quand la clé est ce qui mesure l'usage du service. Sinon, la clé ne partage qu'entre communes ce que
    l'usage ne laisse pas à l'EPCI : sa part est dite à côté, en proposition. Les montants sont ceux de la répartition du
    service (carnet « qui paie »), jamais d'un autre calcul ; un usage déclaré par des entités ne se laisse pas déduire.
    """
    colonne, base, ecrire = BASES.get(choix.cle, (None, "Base de la clé", str))
    parties = situation[situation["siren"].isin(choix.perimetre)]
    repartie = service is not None and service.est_calculee and choix.cle in service.cles
    avec_epci = repartie and colonne == service.usage
    if not avec_epci:
        parties = parties[parties["genre"].eq("commune")]
    poids = parties[colonne].astype(float) if colonne else pd.Series(float("nan"), index=parties.index)
    calculable = repartie and montrer and cout is not None and cout.est_connu and (avec_epci or not service.usage_declare)
    montants = service.parts(choix.cle) if calculable else {}
    sommes = parties["siren"].map(montants).astype(float)
    parts = _parts(poids if colonne else sommes)
    sans_base = "—" if parts is not None else a_completer(f"base de la clé ({base[:1].lower()}{base[1:]})")
    lignes = [
        {
            "siren": partie["siren"],
            "nom": partie["nom"],
            "base": sans_base if pd.isna(poids[rang]) else ecrire(poids[rang]),
            "part": a_completer("part de chaque partie") if parts is None else formats.pourcent(parts[rang], 2),
            "montant": a_completer(CONTRIBUTION) if pd.isna(sommes[rang]) else _arrondi(sommes[rang]),
        }
        for rang, partie in parties.iterrows()
    ]
    pied = {
        "base_cle": base,
        "total_base": ecrire(poids.sum()) if parts is not None and colonne else "—",
        "total_part": formats.pourcent(1, 2) if parts is not None else "—",
        "total_montant": _arrondi(sommes.sum()) if calculable else "—",
        "part_epci": "" if avec_epci else _part_epci(service, choix.cle) if calculable else a_completer(PART_EPCI),
    }
    return lignes, pied


def _part_epci(service: RepartitionService, cle: str) -> str:
    """Ce que l'usage laisse à l'EPCI avant que la clé partage le reste."""
    part = service.table.loc[service.table["genre"].eq("epci"), f"part_{cle}_eur"].sum()
    if not part > 0:
        return "aucune, l'EPCI n'ayant pas d'usage connu du service (proposition)"
    return f"environ {_arrondi(part)} par an, selon l'usage qu'il fait du service (proposition)"


def _arrondi(montant: float) -> str:
    """Deux chiffres significatifs, en euros entiers : une contribution se lit sans « k€ »."""
    return formats.euros_exacts(formats.environ(montant))


def _parts(poids: pd.Series) -> pd.Series | None:
    if poids.empty or poids.isna().any() or poids.lt(0).any() or not poids.sum() > 0:
        return None
    return poids / poids.sum()

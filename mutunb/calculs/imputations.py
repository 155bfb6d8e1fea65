"""Ce que le projet imputerait sur l'attribution de chaque commune : ses parts des services retenus en mode « ac ».

La part de l'EPCI n'en fait pas partie ; un service facturé non plus ; un service mixte n'impute que sa part fixe.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mutunb.calculs.projet import Projet
from mutunb.calculs.repartitions import Repartitions, repartir_services
from mutunb.dossier import Dossier


@dataclass(frozen=True)
class Imputations:
    """Parts imputées d'un projet.

    Attributes
    ----------
    parts_eur : Mapping[str, float]
        SIREN de commune → part imputée (€/an, coût central) ; vide si rien ne s'impute ou ne se chiffre.
    fourchette_eur : tuple of float
        Total imputé au coût bas et au coût haut (€/an).
    imputees, facturees, non_chiffrees : tuple of str
        Fonctions imputées ; facturées ; imputées mais dont le coût n'est pas connu.
    incompletes : frozenset of str
        Communes d'un périmètre dont une part au moins manque, faute de coût connu.
    annee_service : int, optional
        Année où démarre le premier service imputé : l'attribution ne baisse pas avant.
    publiables : bool
        Faux si une part, ou le total, laisse deviner un effectif ou un coût déclaré : réservé alors au consultant.
    """

    dossier: Dossier
    parts_eur: Mapping[str, float]
    fourchette_eur: tuple[float, float]
    imputees: tuple[str, ...]
    facturees: tuple[str, ...]
    non_chiffrees: tuple[str, ...]
    incompletes: frozenset[str]
    annee_service: int | None
    publiables: bool

    @property
    def total_eur(self) -> float:
        """Total imputé (€/an, coût central)."""
        return float(sum(self.parts_eur.values()))


def rassembler_imputations(repartitions: Repartitions | Projet, part_fixe: float = 0.3) -> Imputations:
    """Somme, commune par commune, des parts des services que le projet impute (€/an).

    Parameters
    ----------
    repartitions : Repartitions, or Projet
        Répartitions déjà calculées, ou le projet à répartir.
    part_fixe : float
        Part du service imputée quand le mode est « mixte » (0 à 1) : la base stable, le reste étant facturé.

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> imputations = rassembler_imputations(projeter(ouvrir("247900798")))
    >>> round(sum(imputations.parts_eur.values()) - imputations.total_eur, 6)
    0.0
    """
    if isinstance(repartitions, Projet):
        repartitions = repartir_services(repartitions, part_fixe)
    projet = repartitions.projet
    modes = {fonction: choix.mode_financier for fonction, choix in projet.choix.items()}
    facteurs = {f: {"ac": 1.0, "mixte": part_fixe}[mode] for f, mode in modes.items() if mode in ("ac", "mixte")}
    services = [s for s in repartitions.calculees if s.fonction in facteurs]
    parts: dict[str, float] = {}
    bas = haut = 0.0
    for service in services:
        siennes = {s: p * facteurs[service.fonction] for s, p in service.parts().items() if s != projet.dossier.territoire.siren}
        parts |= {siren: parts.get(siren, 0.0) + part for siren, part in siennes.items()}
        total, cout = sum(siennes.values()), service.cout
        bas += total * cout.bas_eur / cout.central_eur
        haut += total * cout.haut_eur / cout.central_eur
    imputees = tuple(s.fonction for s in services)
    perimetres = {siren for f in imputees for siren in set(projet.perimetre(f)) - set(repartitions.services[f].parts())}
    return Imputations(
        dossier=projet.dossier,
        parts_eur=MappingProxyType(parts),
        fourchette_eur=(bas, haut),
        imputees=imputees,
        facturees=tuple(f for f, mode in modes.items() if mode == "facture"),
        non_chiffrees=tuple(f for f in facteurs if f not in imputees),
        incompletes=frozenset(perimetres - {projet.dossier.territoire.siren}),
        annee_service=min((projet.choix[f].date_effet.year for f in imputees), default=None),
        publiables=not any(
            repartitions.parts_confidentielles(s) or s.retenue in repartitions.cles_confidentielles(s) for s in services
        ),
    )

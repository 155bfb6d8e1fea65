"""Ce que coûte le rapprochement des régimes indemnitaires vers le haut, chaque année.

Formule : pour chaque employeur d'origine, ETP transférés × max(0, régime visé − régime actuel) × (1 + taux de charges).
S'aligner est un choix, non une obligation : l'agent transféré garde son régime s'il y a intérêt (CGFP, L.714-11), mais
l'alignement se fait souvent vers le haut (constat du Sénat).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mutunb.calculs.effectifs import estimer_effectifs
from mutunb.calculs.entrees import dictionnaire, nombre, nombre_ou_absent
from mutunb.calculs.personnel import TRANSFERT, Personnel
from mutunb.calculs.situation import SUFFIXES, situation_de
from mutunb.erreurs import Constat, ErreurDonnees

HYPOTHESE = "ecart_regime_indemnitaire"
MAXIMUM = "maximum"


@dataclass(frozen=True)
class Convergence:
    """Coût annuel d'une convergence.

    Attributes
    ----------
    cible_eur : float
        Régime visé, en €/ETP/an.
    par_employeur : dict
        Employeur → coût annuel (€) ; NaN si son régime ou ses ETP manquent.
    total_eur : float
        Somme ; NaN si un employeur manque.
    absents : tuple of str
        Employeurs dont une donnée manque.
    """

    cible_eur: float
    par_employeur: dict[str, float]
    total_eur: float
    absents: tuple[str, ...]


def cout_convergence(
    regimes: Mapping[str, float | None],
    etp: Mapping[str, float | None],
    cible: float | str = MAXIMUM,
    taux_charges: float = 0.0,
) -> Convergence:
    """Coût annuel (€) pour amener chaque agent transféré au régime visé, sans baisser personne.

    Parameters
    ----------
    regimes : Mapping
        Employeur → régime indemnitaire moyen (€/ETP/an) ; ``None`` ou NaN si inconnu.
    etp : Mapping
        Employeur → ETP transférés ; 0 pour l'employeur d'accueil.
    cible : float or str
        Régime visé, ou ``"maximum"`` : le plus élevé de ceux qui sont connus.
    taux_charges : float
        Cotisations patronales sur les primes, en part (0,1 pour 10 %).

    Raises
    ------
    ErreurDonnees
        Employeurs différents d'une table à l'autre, montants négatifs, aucun régime connu.

    Examples
    --------
    >>> cout_convergence({"EPCI": 4000, "A": 3000, "B": 4500}, {"EPCI": 0, "A": 2, "B": 1}, cible=4000).par_employeur
    {'EPCI': 0.0, 'A': 2000.0, 'B': 0.0}
    """
    regimes, etp = (
        {nom: nombre_ou_absent(v, f"{quoi} de {nom}") for nom, v in dictionnaire(table, quoi, "employeur → nombre").items()}
        for table, quoi in ((regimes, "le régime"), (etp, "les ETP"))
    )
    taux_charges = nombre(taux_charges, "le taux de charges")
    constats = list(_defauts(regimes, etp, taux_charges))
    connus = [r for r in regimes.values() if not math.isnan(r)]
    if cible == MAXIMUM and not connus:
        constats.append(Constat("régimes", "aucun montant", "un montant au moins", "Collectez les grilles indemnitaires."))
    if constats:
        raise ErreurDonnees.de_constats("Convergence des régimes indemnitaires", constats)
    vise = max(connus) if cible == MAXIMUM else nombre(cible, "le régime visé (un montant, ou « maximum »)")
    couts = {
        nom: math.nan if math.isnan(regime) else etp[nom] * max(0.0, vise - regime) * (1 + taux_charges)
        for nom, regime in regimes.items()
    }
    absents = tuple(nom for nom, cout in couts.items() if math.isnan(cout))
    return Convergence(vise, couts, math.nan if absents else sum(couts.values()), absents)


def _defauts(regimes: Mapping[str, float], etp: Mapping[str, float], taux: float):
    if set(regimes) != set(etp):
        ecart = ", ".join(sorted(set(regimes) ^ set(etp)))
        yield Constat("employeurs", ecart, "les mêmes dans les deux tables", "Donnez un régime et des ETP par employeur.")
    for table, titre in ((regimes, "régime"), (etp, "ETP")):
        for nom, montant in table.items():
            if montant < 0:
                yield Constat(f"{titre}, {nom}", f"{montant:g}", "un nombre positif ou nul", "Corrigez la valeur.")
    if taux < 0:
        yield Constat("taux de charges", f"{taux:g}", "une part positive", "Écrivez 0,1 pour 10 %.")


@dataclass(frozen=True)
class ConvergenceEstimee:
    """Ordre de grandeur annuel (€), faute de grilles : ETP transférés × écart supposé.

    Attributes
    ----------
    bas_eur, central_eur, haut_eur : float
        ``bas`` et ``central`` sont NaN quand les transferts ne sont pas connus : seule une borne haute se calcule.
    etp_bas, etp_haut : float
        ETP retenus pour les bornes.
    declaree : bool
        Vrai si les ETP transférés viennent du questionnaire.
    """

    bas_eur: float
    central_eur: float
    haut_eur: float
    etp_bas: float
    etp_haut: float
    declaree: bool


def estimer_convergence(personnel: Personnel) -> ConvergenceEstimee:
    """Coût annuel estimé : sur les agents transférés déclarés ; à défaut, borne haute si tous les ETP communaux l'étaient."""
    ecart = personnel.projet.dossier.hypotheses[HYPOTHESE]
    if personnel.est_declare:
        etp = personnel.etp(TRANSFERT)
        return ConvergenceEstimee(etp * ecart.bas, etp * ecart.central, etp * ecart.haut, etp, etp, True)
    haut = etp_communaux(personnel)
    return ConvergenceEstimee(math.nan, math.nan, haut * ecart.haut, math.nan, haut, False)


def etp_communaux(personnel: Personnel, borne: str = "haut") -> float:
    """ETP estimés des employeurs non gestionnaires dans les fonctions où l'employeur peut changer ; NaN si rien n'est estimé."""
    connus = [etp for etp in etp_par_fonction(personnel, borne).values() if not math.isnan(etp)]
    return sum(connus) if connus else math.nan


def etp_par_fonction(personnel: Personnel, borne: str = "haut") -> dict[str, float]:
    """ETP (déclarés ou estimés) des employeurs d'origine, par fonction où l'employeur peut changer ; NaN si inconnus."""
    effectifs = estimer_effectifs(personnel.projet.dossier)
    etp = {}
    for fonction, accueil in personnel.gestionnaires.items():
        table = situation_de(effectifs, fonction)
        voulues = table["siren"].isin(personnel.projet.choix[fonction].perimetre) & table["siren"].ne(accueil)
        etp[fonction] = float(table.loc[voulues, f"etp{SUFFIXES[borne]}"].sum(min_count=1))
    return etp


def fonctions_inconnues(personnel: Personnel) -> list[str]:
    """Fonctions dont personne ne connaît les ETP d'origine : aucun chiffre ne les compte."""
    return [fonction for fonction, etp in etp_par_fonction(personnel).items() if math.isnan(etp)]

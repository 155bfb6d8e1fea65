"""Le coût annuel du service mis en commun, une fois installé : ce que les clés répartissent et ce que l'AC impute.

Coût = coût actuel des entités du périmètre + charges que la mise en commun ajoute chaque année (alignement indemnitaire,
action sociale, encadrement, pilotage) − économies budgétaires décidées. Ni la transition, ni les coûts échoués n'y sont :
ils finissent. En euros d'aujourd'hui, sans la hausse tendancielle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mutunb.calculs.assiette import Assiette
from mutunb.calculs.ligne import COUT, Ligne
from mutunb.erreurs import ErreurUsage

if TYPE_CHECKING:
    from mutunb.calculs.projet import Projet

BORNES = ("bas", "central", "haut")
SANS_EQUIPE = (
    "l'instrument ne met en commun que des contrats : il n'y a pas de service dont le coût se répartisse, seulement des "
    "frais de coordination que la convention peut partager"
)
#: postes dont le montant ne dépend pas de la taille du service
POSTES_FIXES = frozenset({"pilotage_service"})
SANS_COUT = (
    "aucune entité du périmètre n'a de coût connu pour cette fonction : elle ne s'estime pas sur les comptes publics, il "
    "faut la feuille « effectifs » du questionnaire"
)


@dataclass(frozen=True)
class CoutService:
    """Coût annuel d'un service mis en commun, en régime de croisière (€/an).

    Attributes
    ----------
    fonction : str
    bas_eur, central_eur, haut_eur : float
        NaN si aucun coût n'est connu.
    etp : float
        ETP du service (somme des entités, moins les départs non remplacés, plus le renfort du scénario).
    fixe_eur : float
        Part du coût central qui ne dépend pas de la taille (pilotage).
    eur_par_etp : float
        Reste du coût central par ETP : ``central = fixe + eur_par_etp × etp``.
    statut : str
        ``declare``, ``estime`` ou ``mixte`` ; ``hypothese`` si rien n'est connu.
    detail : DataFrame
        ``poste, libelle, bas_eur, central_eur, haut_eur`` (€/an ; une économie est négative).
    motif_absence : str
        Ce qu'il faut collecter quand le coût est NaN ; vide sinon.
    entites_connues, entites : int
        Entités du périmètre dont le coût est connu, sur leur nombre ; les autres ne sont pas dans le total.
    """

    fonction: str
    bas_eur: float
    central_eur: float
    haut_eur: float
    etp: float
    fixe_eur: float
    eur_par_etp: float
    statut: str
    detail: pd.DataFrame
    motif_absence: str = ""
    entites_connues: int = 0
    entites: int = 0

    @property
    def est_connu(self) -> bool:
        """Vrai si un coût a pu être établi ou estimé."""
        return bool(np.isfinite(self.central_eur))


def cout_service(projet: Projet, fonction: str) -> CoutService:
    """Coût annuel (€/an) du service mis en commun, en régime de croisière, dans le périmètre et le scénario du choix.

    Raises
    ------
    ErreurUsage
        Fonction que le projet n'a pas retenue.

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> cout_service(projeter(ouvrir("247900798")), "juridique").est_connu
    False
    """
    from mutunb.calculs.fondation import fonder

    if fonction not in projet.choix:
        raise ErreurUsage.nom_inconnu("fonction retenue", fonction, projet.choix)
    service = fonder(projet).service(fonction, projet.choix[fonction].scenario)
    return cout_en_croisiere(service.assiette, service.lignes, service.etp)


def cout_en_croisiere(assiette: Assiette, lignes: Sequence[Ligne], etp: float) -> CoutService:
    """Coût d'un service à partir de son assiette et des lignes récurrentes d'un scénario (coûts et économies ``GA``)."""
    detail = _detail(assiette, [li for li in lignes if li.nature == "recurrent" and li.famille in (COUT, "GA")])
    connu = bool(np.isfinite(assiette.cout())) and not assiette.sans_agents
    bas, central, haut = (float(detail[f"{b}_eur"].sum()) if connu else np.nan for b in BORNES)
    fixe = float(detail.loc[detail["poste"].isin(POSTES_FIXES), "central_eur"].sum())
    return CoutService(
        assiette.fonction,
        bas,
        central,
        haut,
        etp=etp if connu else np.nan,
        fixe_eur=fixe if connu else np.nan,
        eur_par_etp=(central - fixe) / etp if connu and etp > 0 else np.nan,
        statut=assiette.statut if connu else "hypothese",
        detail=detail,
        motif_absence="" if connu else SANS_EQUIPE if assiette.sans_agents else SANS_COUT,
        entites_connues=int(assiette.connues.sum()),
        entites=len(assiette.table),
    )


def _detail(assiette: Assiette, lignes: Sequence[Ligne]) -> pd.DataFrame:
    actuel = {"poste": "actuel", "libelle": "Coût actuel des entités du périmètre"}
    actuel |= {f"{b}_eur": assiette.cout(b) for b in BORNES}
    autres = []
    for ligne in lignes:
        signe = 1 if ligne.famille == COUT else -1
        bornes = (ligne.bas, ligne.central, ligne.haut) if signe > 0 else (ligne.haut, ligne.central, ligne.bas)
        montants = dict(zip((f"{b}_eur" for b in BORNES), (signe * m for m in bornes), strict=True))
        autres.append({"poste": ligne.poste, "libelle": ligne.libelle, **montants})
    table = pd.DataFrame([actuel, *autres])
    return table.groupby(["poste", "libelle"], sort=False, as_index=False).sum(min_count=1)

"""Les effectifs déclarés et ce qu'on en montre : le seul endroit où un ETP par entité et par fonction se masque.

Hors du profil consultant, une cellule déclarée que portent moins d'agents que le seuil du dossier, ou qu'un seul poste
domine (:mod:`mutunb.calculs.dominance`), ne se montre pas ; ni ce qui permettrait de la recalculer. Les totaux montrés
ailleurs (EPCI, communes, communes sous un poste entier, total des quatre fonctions) sont masqués avec elle. Une
estimation tirée des comptes publics n'est pas une donnée de personne : elle reste visible, et n'entre dans aucun calcul.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from mutunb import referentiel
from mutunb.calculs.additions import Additions
from mutunb.calculs.dominance import est_dominee
from mutunb.calculs.effectifs import FONCTIONS_ESTIMEES, Effectifs
from mutunb.calculs.suppression import Cle
from mutunb.dossier import Dossier

FONDATRICES = tuple(f.id for f in referentiel.fonctions().values() if f.famille == "pilier")
COMMUNES, SOUS_UN, UN_ET_PLUS, HORS_SOUS_UN = "communes", "sous un poste", "un poste et plus", "hors communes sous un poste"
TOUTES: Cle = ()


def seuil_agents(dossier: Dossier) -> int:
    """Nombre d'agents sous lequel une case ne se montre pas."""
    return dossier.reglages.seuil_confidentialite


def cle(fonction: str, groupe: object = None) -> Cle:
    """Cellule d'une fonction : son total, ou la part d'une entité ou d'un groupe d'entités."""
    return (("fonction", fonction),) if groupe is None else (("fonction", fonction), ("groupe", str(groupe)))


@dataclass(frozen=True)
class EffectifsPublies:
    """Ce qu'un lecteur autre que le consultant ne doit pas lire.

    Attributes
    ----------
    etp : DataFrame of bool
        Entité × fonction (fondatrices).
    totaux, communes, sous_un, comparables : Series of bool
        Par fonction : total, total des communes, ETP des communes sous un poste, total déclaré que la comparaison montre.
    quatre : bool
        Vrai si le total des quatre fonctions estimées en dirait trop.
    effectif : Series of bool
        Effectif total de chaque entité ; ``effectif_total`` et ``effectif_communes`` pour les sommes.
    """

    etp: pd.DataFrame
    totaux: pd.Series
    communes: pd.Series
    sous_un: pd.Series
    comparables: pd.Series
    quatre: bool
    effectif: pd.Series
    effectif_total: bool
    effectif_communes: bool


@lru_cache(maxsize=8)
def effectifs_publies(effectifs: Effectifs) -> EffectifsPublies:
    """Cellules d'effectifs à masquer, tous tableaux réunis (voir :class:`EffectifsPublies`)."""
    effectif = _effectifs_totaux(effectifs)
    cellules = _cellules(effectifs, effectif)
    masquees = _additions(effectifs, cellules).masquees(seuil_agents(effectifs.dossier))
    rangs, fonctions = effectifs.entites.index, list(FONDATRICES)
    par_fonction = lambda groupe=None: pd.Series({f: cle(f, groupe) in masquees for f in fonctions})  # noqa: E731
    totaux, communes = par_fonction(), par_fonction(COMMUNES)
    return EffectifsPublies(
        etp=pd.DataFrame({f: [cle(f, rang) in masquees for rang in rangs] for f in fonctions}, index=rangs),
        totaux=totaux,
        communes=communes,
        sous_un=par_fonction(SOUS_UN) | (communes & pd.Series({f: _toutes_sous_un(effectifs, cellules, f) for f in fonctions})),
        comparables=totaux | pd.Series({f: not _meme_ensemble(effectifs, f) for f in fonctions}),
        quatre=TOUTES in masquees,
        effectif=pd.Series([cle("effectif", rang) in effectif for rang in rangs], index=rangs),
        effectif_total=cle("effectif") in effectif,
        effectif_communes=cle("effectif", COMMUNES) in effectif,
    )


def _effectifs_totaux(effectifs: Effectifs) -> frozenset[Cle]:
    """Effectifs totaux déclarés à masquer ; sans nombre d'agents, les ETP en tiennent lieu."""
    entites, additions = effectifs.entites, Additions()
    declares = entites["effectif_declare"].dropna()
    parties = {rang: additions.poser(cle("effectif", rang), etp, etp) for rang, etp in declares.items()}
    communes = [rang for rang in declares.index if effectifs.communes[rang]]
    additions.sommer(cle("effectif", COMMUNES), [parties[rang] for rang in communes])
    ailleurs = [parties[rang] for rang in declares.index if rang not in communes]
    additions.sommer(cle("effectif"), [cle("effectif", COMMUNES), *ailleurs])
    return additions.masquees(seuil_agents(effectifs.dossier))


def _cellules(effectifs: Effectifs, effectif: frozenset[Cle]) -> pd.DataFrame:
    """Cellules à protéger : ``fonction, entite, etp, agents, dominee``.

    Une estimation tirée d'un effectif déclaré et masqué en est une aussi : elle lui est proportionnelle.
    """
    lignes = []
    for rang, entite in effectifs.entites.iterrows():
        derivee = cle("effectif", rang) in effectif
        for fonction in FONDATRICES:
            etp = np.nan if effectifs.declares is None else effectifs.declares.etp.at[rang, fonction]
            if np.isfinite(etp):
                agents = effectifs.declares.agents.at[rang, fonction]
                lignes.append((fonction, rang, etp, agents, _dominee(effectifs, rang, fonction)))
            elif derivee and fonction in FONCTIONS_ESTIMEES and fonction != "achats":
                etp = effectifs.etp["central"].at[rang, fonction]
                lignes.append((fonction, rang, etp, entite["effectif_declare"], True))
    return pd.DataFrame(lignes, columns=["fonction", "entite", "etp", "agents", "dominee"]).dropna(subset="etp")


def _dominee(effectifs: Effectifs, rang: int, fonction: str) -> bool:
    """Vrai si un seul poste fait presque tout l'ETP de la cellule."""
    postes = effectifs.declares.postes
    return est_dominee(postes.loc[postes["entite"].eq(rang) & postes["fonction"].eq(fonction), "etp"])


def _additions(effectifs: Effectifs, cellules: pd.DataFrame) -> Additions:
    additions = Additions()
    for fonction, bloc in cellules.groupby("fonction"):
        for ligne in bloc.itertuples():
            additions.poser(cle(fonction, ligne.entite), ligne.etp, ligne.agents, ligne.dominee)
        _groupes(additions, effectifs, fonction, bloc["entite"].tolist())
    estimees = [cle(f) for f in FONCTIONS_ESTIMEES]
    additions.sommer(TOUTES, estimees)
    return additions


def _groupes(additions: Additions, effectifs: Effectifs, fonction: str, rangs: list[int]) -> None:
    """Les sommes montrées d'une fonction : communes, communes sous un poste, ensemble, et leurs différences."""
    communes = [r for r in rangs if effectifs.communes[r]]
    autres = [r for r in rangs if r not in communes]
    parts = lambda retenus: [cle(fonction, r) for r in retenus]  # noqa: E731
    additions.sommer(cle(fonction, COMMUNES), parts(communes))
    additions.sommer(cle(fonction), [cle(fonction, COMMUNES), *parts(autres)])
    if fonction not in FONCTIONS_ESTIMEES:
        return
    central = effectifs.etp["central"][fonction]
    sous = [r for r in communes if central[r] < effectifs.seuil_plein]
    pleines = [r for r in communes if r not in sous]
    if sous and pleines:  # sinon, la même somme que le total des communes
        additions.sommer(cle(fonction, SOUS_UN), parts(sous))
        additions.sommer(cle(fonction, UN_ET_PLUS), parts(pleines))
        additions.additionner(cle(fonction, COMMUNES), [cle(fonction, SOUS_UN), cle(fonction, UN_ET_PLUS)])
        additions.sommer(cle(fonction, HORS_SOUS_UN), [cle(fonction, UN_ET_PLUS), *parts(autres)])
        additions.additionner(cle(fonction), [cle(fonction, SOUS_UN), cle(fonction, HORS_SOUS_UN)])


def _toutes_sous_un(effectifs: Effectifs, cellules: pd.DataFrame, fonction: str) -> bool:
    """Vrai si chaque commune déclarée est sous un poste : la somme montrée est celle de toutes les communes."""
    rangs = [r for r in cellules.loc[cellules["fonction"].eq(fonction), "entite"] if effectifs.communes[r]]
    central = effectifs.etp["central"].get(fonction)
    return bool(rangs) and central is not None and bool((central[rangs] < effectifs.seuil_plein).all())


def _meme_ensemble(effectifs: Effectifs, fonction: str) -> bool:
    """Vrai si la comparaison porte sur toutes les entités déclarées : son total n'est pas un sous-total de plus."""
    if effectifs.declares is None or fonction not in FONCTIONS_ESTIMEES:
        return True
    declare = effectifs.declares.etp[fonction].notna()
    return bool((effectifs.estimes["central"][fonction].notna() | ~declare).all())


def note_masque(dossier: Dossier) -> str:
    """Pourquoi une case est masquée, pour qui lit la page : « Masqué : moins de 5 agents, ou ce qui permettrait… »."""
    return f"Masqué : moins de {seuil_agents(dossier)} agents, ou ce qui permettrait de recalculer une case masquée."


def etendre(masques: Iterable[bool], colonnes: Iterable[str]) -> pd.DataFrame:
    """Le même masque de lignes pour plusieurs colonnes."""
    return pd.DataFrame(dict.fromkeys(colonnes, list(masques)))

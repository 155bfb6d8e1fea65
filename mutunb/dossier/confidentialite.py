"""Ce qui sort d'un dossier, et pour qui : rien d'un poste au client, rien des finances d'une commune aux autres sans accord.

Le profil vient de ``MUTUNB_PROFIL`` ; sans elle, c'est le client : un oubli cache, il ne montre pas. Le masquage des
petits effectifs se calcule dans :mod:`mutunb.calculs.masquage` ; ici, ce qu'on a le droit de montrer.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

import pandas as pd

from mutunb.dossier.modeles_questionnaire import forme_simple
from mutunb.dossier.questionnaire import questionnaire
from mutunb.dossier.reglages import Reglages
from mutunb.erreurs import ErreurUsage

VARIABLE = "MUTUNB_PROFIL"
CLIENT, CONSULTANT = "client", "consultant"
PROFILS = (CLIENT, CONSULTANT)
RESERVE = "Lignes au niveau du poste : réservées au consultant, elles ne sortent pas dans un livrable diffusé."
RESERVE_SENSIBLE = "Réservé au consultant : ces lignes désigneraient une personne, ou les faiblesses d'une entité."
#: champs qui désignent un poste dans une feuille sensible, et les noms qu'un calcul pourrait leur donner
_CHAMPS_DE_POSTE = frozenset({"poste"})
_AUTRES_NOMS = ("agent", "matricule", "repere_poste", "nom_agent")
#: entités au moins pour qu'un total ne rende pas à l'une le montant de l'autre
ENTITES_MIN = 3

T = TypeVar("T")


def profil() -> str:
    """Profil en cours : ``client`` (sauf mention contraire) ou ``consultant``.

    Raises
    ------
    ErreurUsage
        ``MUTUNB_PROFIL`` inconnu : rien ne se montre dans le doute.
    """
    lu = os.environ.get(VARIABLE) or CLIENT
    if lu not in PROFILS:
        raise ErreurUsage.nom_inconnu("profil", lu, PROFILS)
    return lu


def est_consultant() -> bool:
    """Vrai si tout peut se montrer."""
    return profil() == CONSULTANT


@cache
def colonnes_de_poste() -> frozenset[str]:
    """Noms de colonne qui désignent un poste, alias du questionnaire compris (forme simple)."""
    champs = (c for f in questionnaire().feuilles if f.sensible for c in f.champs if c.nom in _CHAMPS_DE_POSTE)
    noms = [nom for champ in champs for nom in champ.noms_acceptes]
    return frozenset(map(forme_simple, [*noms, *_AUTRES_NOMS]))


def decrit_des_postes(objet: Any) -> bool:
    """Vrai si une ligne de la table (ou du tableau) est un poste : colonne qui le désigne, ou tableau dit sensible."""
    if getattr(objet, "sensible", False):
        return True
    donnees = objet if isinstance(objet, pd.DataFrame) else objet.donnees
    noms = [*donnees.columns, *(nom for nom in donnees.index.names if nom is not None)]
    libelles = getattr(objet, "libelles", {})
    noms += [libelles[colonne] for colonne in donnees.columns if colonne in libelles]
    return any(forme_simple(nom) in colonnes_de_poste() for nom in noms)


def pour_client(tableau: T) -> T:
    """La table ou le tableau tel que le client peut le recevoir : sans aucune ligne s'il décrit des postes.

    Parameters
    ----------
    tableau : DataFrame or Tableau
        Une table, ou un objet figé qui porte ``donnees`` et ``note`` ; il n'est pas modifié.

    Returns
    -------
    Même type ; les colonnes restent, et la note d'un tableau vidé dit pourquoi il l'est.

    Examples
    --------
    >>> len(pour_client(pd.DataFrame({"poste": ["P01"], "cout_eur": [46_500]})))
    0
    >>> len(pour_client(pd.DataFrame({"fonction": ["paie"], "cout_eur": [460_000]})))
    1
    """
    if not decrit_des_postes(tableau):
        return tableau
    if isinstance(tableau, pd.DataFrame):
        return tableau.iloc[:0].copy()
    if not is_dataclass(tableau) or isinstance(tableau, type):
        raise TypeError(f"{type(tableau).__name__} : une table ou un tableau est attendu.")
    return replace(tableau, donnees=tableau.donnees.iloc[:0], masque=None, total=False, note=RESERVE_SENSIBLE if tableau.sensible else RESERVE)


def masque_financier(
    donnees: pd.DataFrame,
    entite: str,
    montants: Sequence[str],
    reglages: Reglages,
    destinataire: str | None = None,
    publics: Collection[str] = (),
    total: bool = False,
) -> pd.DataFrame:
    """Montants d'une entité à cacher aux autres : vrai là où il faut masquer (à donner à ``Tableau.masque``).

    Parameters
    ----------
    donnees : DataFrame
        Une ligne par entité, plus une ligne de total si ``total``.
    entite : str
        Colonne qui nomme l'entité.
    montants : sequence of str
        Colonnes financières déclarées par les entités ; les comptes publics n'en sont pas.
    reglages : Reglages
        Le dossier dit si les finances circulent (``diffusion_financiere``).
    destinataire : str, optional
        Entité à qui la page est destinée : elle voit ses propres montants.
    publics : collection of str
        Entités dont les montants se montrent à toutes (l'EPCI).
    total : bool
        Vrai si la dernière ligne est un total ; il est caché si moins de trois entités cachées le composent, car l'une
        en déduirait l'autre.

    Examples
    --------
    >>> couts = pd.DataFrame({"commune": ["A", "B"], "cout": [10, 20]})
    >>> masque_financier(couts, "commune", ["cout"], Reglages(siren="200000000", nom="CC"), "A")["cout"].tolist()
    [False, True]
    """
    masque = pd.DataFrame(False, index=donnees.index, columns=donnees.columns)
    if reglages.diffusion_financiere:
        return masque
    lignes = donnees.index[:-1] if total else donnees.index
    visibles = {*publics, *([destinataire] if destinataire else [])}
    cachees = [ligne for ligne in lignes if donnees.at[ligne, entite] not in visibles]
    for colonne in montants:
        chiffrees = [ligne for ligne in cachees if pd.notna(donnees.at[ligne, colonne])]
        masque.loc[chiffrees, colonne] = True
        if total and 0 < len(chiffrees) < ENTITES_MIN:
            masque.loc[donnees.index[-1], colonne] = True
    return masque

"""La même application sous plusieurs écritures : « e.magnus », « E-Magnus (Berger Levrault) », « EMAGNUS v5 »."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz

from mutunb.calculs.mots import premier, raison_sociale
from mutunb.dossier.modeles_questionnaire import forme_simple

VERSION = re.compile(r"v\d+|(?:19|20)\d\d|version|release")
GENERIQUES = frozenset(
    "abonnement application comptabilite de des du et etat gestion la le licence logiciel module paie pack progiciel rh saas "
    "suite web".split()
)
#: deux écritures s'accordent à partir de cette ressemblance ; les noms courts, à l'identique seulement
ACCORD, LETTRES_MIN = 88, 5
#: un sigle de module (GF, RH, GRH) ne fait pas une autre application
LETTRES_MODULE = 3


@dataclass(frozen=True)
class Ecriture:
    """Un nom d'application réduit à ses mots propres, et son éditeur comparable (vide s'il est inconnu)."""

    mots: frozenset[str]
    editeur: str

    @property
    def serre(self) -> str:
        """Les mots, collés : « e magnus » et « emagnus » s'y ressemblent."""
        return "".join(sorted(self.mots, key=lambda m: (len(m), m)))


def lire_ecriture(application: object, editeur: object) -> Ecriture:
    """Écriture comparable d'une application.

    Examples
    --------
    >>> lire_ecriture("E-Magnus v5 (Berger Levrault)", "BERGER-LEVRAULT").serre
    'emagnus'
    """
    maison = raison_sociale(editeur)
    texte = forme_simple(application) if premier([application]) else ""
    mots = [m for m in texte.split() if not VERSION.fullmatch(m)]
    propres = [m for m in mots if m not in maison.split() and m not in GENERIQUES]
    return Ecriture(frozenset(propres or mots or maison.split()), maison)


def est_la_meme(une: Ecriture, autre: Ecriture) -> bool:
    """Vrai si deux écritures désignent la même application ; deux éditeurs différents en font deux."""
    if _editeurs_opposes(une.editeur, autre.editeur):
        return False
    if une.serre == autre.serre:
        return True
    if min(len(une.serre), len(autre.serre)) < LETTRES_MIN or _chiffres(une) != _chiffres(autre):
        return False
    meme_maison = bool(une.editeur) and bool(autre.editeur)
    inclus = une.mots < autre.mots or autre.mots < une.mots
    modules = all(len(mot) <= LETTRES_MODULE for mot in une.mots ^ autre.mots)
    return fuzz.ratio(une.serre, autre.serre) >= ACCORD or (inclus and (meme_maison or modules))


def _chiffres(ecriture: Ecriture) -> frozenset[str]:
    """Mots qui portent un chiffre : « Office 365 » n'est pas « Office »."""
    return frozenset(m for m in ecriture.mots if any(c.isdigit() for c in m))


def _editeurs_opposes(un: str, autre: str) -> bool:
    if not un or not autre or set(un.split()) <= set(autre.split()) or set(autre.split()) <= set(un.split()):
        return False
    return fuzz.ratio(un.replace(" ", ""), autre.replace(" ", "")) < ACCORD


def nommer_solutions(applications: pd.DataFrame) -> pd.Series:
    """Nom commun de chaque application, domaine par domaine : l'écriture la plus fréquente parmi celles qui s'accordent.

    Parameters
    ----------
    applications : DataFrame
        Colonnes ``domaine``, ``application``, ``editeur``.
    """
    noms = pd.Series(None, index=applications.index, dtype="object")
    for _, bloc in applications.groupby("domaine"):
        grappes: list[tuple[Ecriture, list[int]]] = []
        lues = {i: lire_ecriture(a, e) for i, a, e in zip(bloc.index, bloc["application"], bloc["editeur"], strict=True)}
        # les écritures dont l'éditeur est connu d'abord : elles séparent mieux
        for i in sorted(lues, key=lambda i: (not lues[i].editeur, len(lues[i].mots), i)):
            grappe = next((membres for modele, membres in grappes if est_la_meme(modele, lues[i])), None)
            if grappe is None:
                grappes.append((lues[i], [i]))
            else:
                grappe.append(i)
        for _, membres in grappes:
            ecritures = Counter(str(bloc.at[i, "application"]).strip() for i in sorted(membres))
            noms[membres] = ecritures.most_common(1)[0][0]
    return noms

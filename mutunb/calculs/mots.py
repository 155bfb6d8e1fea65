"""Les mots d'un libellé, ramenés à une forme comparable : casse, accents, pluriels, mots vides, formes juridiques."""

from __future__ import annotations

from collections.abc import Iterable

from mutunb.dossier.modeles_questionnaire import forme_simple

VIDES = frozenset(
    "a au aux avec d dans de des du en et l la le les leur leurs ou par pour sa ses son sur un une n no lot lots the".split()
)
INVARIABLES = frozenset({"acces", "bois", "repas", "travaux"})
FORMES_JURIDIQUES = frozenset(
    "sa sas sasu sarl eurl scop snc sci spa gmbh ltd inc se ets etablissements societe ste groupe france cie".split()
)


def mots(libelle: object) -> tuple[str, ...]:
    """Mots d'un libellé, dans l'ordre, au singulier, sans mot vide ; vide si le libellé est absent.

    Examples
    --------
    >>> mots("Maintenance des Ascenseurs, et des chaudières")
    ('maintenance', 'ascenseur', 'chaudiere')
    """
    if libelle is None or libelle != libelle:
        return ()
    return tuple(singulier(mot) for mot in forme_simple(libelle).split() if mot not in VIDES)


def singulier(mot: str) -> str:
    """Le mot au singulier, à la louche : « locaux » → « local », « photocopieurs » → « photocopieur »."""
    if mot in INVARIABLES:
        return mot
    if len(mot) > 4 and mot.endswith("aux") and not mot.endswith("eaux"):
        return f"{mot[:-3]}al"
    return mot[:-1] if len(mot) > 3 and mot[-1] in "sx" and not mot.endswith("ss") else mot


def raison_sociale(nom: object) -> str:
    """Nom d'entreprise comparable : sans casse, accent, ponctuation ni forme juridique ; vide s'il est absent.

    Examples
    --------
    >>> raison_sociale("S.A.S. Bureautique de l'Ouest") == raison_sociale("BUREAUTIQUE DE L OUEST")
    True
    """
    if nom is None or nom != nom:
        return ""
    serres = forme_simple(str(nom).replace(".", "")).split()
    gardes = [mot for mot in serres if mot not in FORMES_JURIDIQUES]
    return " ".join(gardes or serres)


def premier(valeurs: Iterable[object]) -> object:
    """Première valeur présente, ou ``None``."""
    return next((v for v in valeurs if v is not None and v == v and v != ""), None)

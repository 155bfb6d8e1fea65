"""Deux objets de contrat désignent-ils le même achat ? Une note de 0 à 100, sans tenir compte de l'ordre des mots.

Les mots qui font la différence pèsent plein ; ceux que l'on trouve dans tous les marchés (« maintenance », « fourniture »)
pèsent peu, sans quoi « maintenance des ascenseurs » ressemblerait à « maintenance des copieurs ».
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz

from mutunb.calculs.mots import mots

#: mots qui ne disent pas ce qu'on achète
GENERIQUES = frozenset(
    """abonnement accord achat acquisition action annee annuel annuelle assistance bon cadre collecte commande commune
    communal communaute communautaire conclusion contrat convention divers diverse entretien equipement exploitation
    fourniture gestion groupement installation intercommunal livraison location mairie maintenance maintien marche
    materiel mise multiservice objet passation periodique petit pluriannuel preventif preventive corrective prestation
    public publique realisation reglementaire relatif relative renouvellement reparation service site suivi territoire
    travaux verification ville""".split()
)
POIDS_GENERIQUE = 0.25
#: façons de dire la même chose
SYNONYMES = {
    "photocopieur": "copieur", "photocopieuse": "copieur", "photocopie": "copieur", "multifonction": "copieur",
    "reprographie": "copieur", "progiciel": "logiciel", "gsm": "mobile", "voiture": "vehicule", "automobile": "vehicule",
    "auto": "vehicule", "menage": "nettoyage", "menager": "nettoyage", "menagere": "nettoyage", "chaudiere": "chauffage",
    "alimentaire": "denree", "alimentation": "denree", "telecom": "telecommunication", "elevateur": "ascenseur",
    "electrique": "electricite", "vetement": "habillement", "pc": "ordinateur",
}  # fmt: skip
#: mots qui disent ce qu'on fait de l'objet ; deux natures étrangères l'une à l'autre séparent deux achats
NATURES = {
    "travaux": ("travaux", "construction", "renovation", "refection", "rehabilitation", "amenagement", "extension"),
    "etude": ("etude", "audit", "diagnostic", "amo", "oeuvre", "ouvrage", "conseil"),
    "formation": ("formation", "stage"),
    "assurance": ("assurance",),
    "acquisition": ("achat", "acquisition", "fourniture", "location", "livraison", "renouvellement"),
    "entretien": ("maintenance", "entretien", "reparation", "verification", "depannage"),
}
PARTICULIERES = frozenset({"travaux", "etude", "formation", "assurance"})
#: ce que garde la note quand les natures se contredisent
RESTE_PARTICULIERE, RESTE_USAGE = 0.6, 0.75
#: deux mots s'accordent à partir de cette ressemblance (faute de frappe) ; les mots courts, à l'identique seulement
ACCORD, LETTRES_MIN = 88, 6


@dataclass(frozen=True)
class Objet:
    """Un objet de contrat réduit à ses mots comparables et à sa nature."""

    mots: frozenset[str]
    natures: frozenset[str]

    @property
    def distinctifs(self) -> frozenset[str]:
        """Mots qui disent ce qu'on achète."""
        return self.mots - GENERIQUES


@cache
def lire_objet(texte: str) -> Objet:
    """Objet lu : mots au singulier, sans accent, synonymes ramenés à un seul, nombres laissés de côté."""
    lus = [mot for mot in mots(texte) if not mot.isdigit()]
    natures = {nature for nature, termes in NATURES.items() if set(termes) & set(lus)}
    return Objet(frozenset(SYNONYMES.get(mot, mot) for mot in lus), frozenset(natures))


@cache
def s_accordent(un: str, autre: str) -> bool:
    """Vrai pour deux mots égaux, ou longs et à une faute de frappe près (« imprimante » et « imprimente »)."""
    if un == autre:
        return True
    return min(len(un), len(autre)) >= LETTRES_MIN and fuzz.ratio(un, autre) >= ACCORD


def ressemblance(un: str, autre: str) -> float:
    """Ressemblance de deux objets de contrat, de 0 (rien de commun) à 100 (même achat).

    Moyenne de ce qu'ils ont en commun et de ce que le plus court retrouve dans l'autre ; réduite quand les natures se
    contredisent (acheter et entretenir, assurer et louer, fournir et construire).

    Examples
    --------
    >>> ressemblance("Location de copieurs", "PHOTOCOPIEURS (location)")
    100.0
    >>> ressemblance("Maintenance des ascenseurs", "Maintenance des copieurs") < 30
    True
    """
    a, b = lire_objet(un), lire_objet(autre)
    if not a.mots or not b.mots:
        return 0.0
    communs_a = {mot for mot in a.mots if any(s_accordent(mot, m) for m in b.mots)}
    communs_b = {mot for mot in b.mots if any(s_accordent(mot, m) for m in a.mots)}
    partage = (_poids(communs_a) + _poids(communs_b)) / (_poids(a.mots) + _poids(b.mots))
    courts = min((a.distinctifs, communs_a), (b.distinctifs, communs_b), key=lambda c: (len(c[0]), len(c[0] & c[1])))
    retrouve = len(courts[0] & courts[1]) / len(courts[0]) if courts[0] else partage
    return 100 * _accord_des_natures(a.natures, b.natures) * (partage + retrouve) / 2


def _poids(ensemble: set[str] | frozenset[str]) -> float:
    return sum(POIDS_GENERIQUE if mot in GENERIQUES else 1.0 for mot in sorted(ensemble))


def _accord_des_natures(a: frozenset[str], b: frozenset[str]) -> float:
    if (a & PARTICULIERES) != (b & PARTICULIERES):
        return RESTE_PARTICULIERE
    return RESTE_USAGE if a and b and not a & b else 1.0

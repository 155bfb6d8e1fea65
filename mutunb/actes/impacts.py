"""Les deux effets que la loi demande au schéma : sur les effectifs et sur les dépenses, de l'EPCI et des communes.

Jamais commune par commune. Quand trop peu d'agents portent un chiffre de l'EPCI ou des communes, les deux se réunissent ;
quand trop peu le portent ensemble, il ne s'écrit pas : par différence, il rendrait une rémunération.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from mutunb import formats, referentiel
from mutunb.actes import objets_acte
from mutunb.actes.manques import a_completer
from mutunb.calculs.cout_service import CoutService
from mutunb.calculs.declarations import feuille

if TYPE_CHECKING:
    from mutunb.calculs.projet import Choix, Projet

GENRES = {"epci": "epci", "commune": "communes"}
REUNI = "réuni avec les communes"


@dataclass(frozen=True)
class Mesure:
    """Ce qu'on additionne : colonnes de la situation, façons d'écrire, et ce qui manque quand rien n'est connu."""

    nom: str
    colonne: str
    statut: str
    ecrire: Any
    ecrire_environ: Any
    manque: str


ETP = Mesure("etp", "etp", "statut_etp", formats.etp, formats.environ_nombre, "effectif actuel, à recueillir")
COUT = Mesure("cout", "cout_eur", "statut_cout", formats.euros, formats.environ_euros, "dépense actuelle, à recueillir")


def impact(choix: Choix, cout: CoutService | None, situations: pd.DataFrame, agents: Porteurs) -> dict[str, str]:
    """Ligne d'une fonction : aujourd'hui (EPCI, communes concernées), le service en croisière, l'écart."""
    dedans = situations[situations["siren"].isin(choix.perimetre)]
    ligne = {"fonction": referentiel.fonction(choix.fonction).libelle_court}
    ligne |= _aujourd_hui(dedans, agents, ETP) | _aujourd_hui(dedans, agents, COUT)
    if choix.instrument not in objets_acte.SERVICE_COMMUN:
        sans = "pas d'équipe nouvelle"
        return ligne | {"etp_service": sans, "etp_ecart": "0", "cout_service": sans, "cout_ecart": a_completer("effet attendu")}
    if cout is None or not cout.est_connu:
        return ligne | {
            "etp_service": a_completer("effectif du service"),
            "etp_ecart": a_completer("écart d'effectif"),
            "cout_service": a_completer("coût du service"),
            "cout_ecart": a_completer("écart de dépense"),
        }
    montrer = cout.statut == "estime" or agents.suffisent(agents.ensemble)
    return ligne | {
        "etp_service": formats.environ_nombre(cout.etp),
        "etp_ecart": _signe(cout.etp - dedans["etp"].sum(min_count=1), formats.environ_nombre),
        "cout_service": formats.environ_euros(cout.central_eur) if montrer else agents.tu,
        "cout_ecart": _signe(cout.central_eur - dedans["cout_eur"].sum(min_count=1), formats.environ_euros) if montrer else agents.tu,
    }


def ensemble(projet: Projet, situations: Mapping[str, pd.DataFrame], agents: Mapping[str, Porteurs]) -> dict[str, str]:
    """Total de toutes les fonctions, pour l'EPCI et pour les communes ; « non publié » s'il rendrait la seule ligne tue."""
    dedans = {nom: situations[nom][situations[nom]["siren"].isin(choix.perimetre)] for nom, choix in projet.choix.items()}
    total = {}
    for mesure in (ETP, COUT):
        caches = sum(_fragile(dedans[nom], agents[nom], mesure) for nom in dedans)
        for genre, nom_genre in GENRES.items():
            lignes = [table[table["genre"].eq(genre)] for table in dedans.values()]
            toutes = pd.concat(lignes) if lignes else pd.DataFrame()
            complet = len(toutes) and toutes[mesure.colonne].notna().all()
            ecrit = "incomplet" if not complet else "non publié" if caches == 1 else _somme(toutes, mesure)
            total[f"{mesure.nom}_{nom_genre}"] = ecrit
    return total


def _aujourd_hui(dedans: pd.DataFrame, agents: Porteurs, mesure: Mesure) -> dict[str, str]:
    groupes = {nom: dedans[dedans["genre"].eq(genre)] for genre, nom in GENRES.items()}
    if not _fragile(dedans, agents, mesure):
        return {f"{mesure.nom}_{nom}": _somme(groupe, mesure) for nom, groupe in groupes.items()}
    if not agents.suffisent(agents.ensemble):
        return {f"{mesure.nom}_{nom}": agents.tu for nom in groupes}
    return {f"{mesure.nom}_epci": REUNI, f"{mesure.nom}_communes": f"{_somme(dedans, mesure)}, EPCI compris"}


def _fragile(dedans: pd.DataFrame, agents: Porteurs, mesure: Mesure) -> bool:
    """Vrai si l'EPCI ou les communes ont déclaré ce chiffre et que trop peu d'agents le portent."""
    for genre, nom in GENRES.items():
        groupe = dedans[dedans["genre"].eq(genre)]
        declare = groupe.loc[groupe[mesure.colonne].notna(), mesure.statut].ne("estime").any()
        if declare and 0 < getattr(agents, nom) < agents.seuil:
            return True
    return False


@dataclass(frozen=True)
class Porteurs:
    """Agents déclarés qui portent un coût : EPCI, communes ; trop peu, et le coût rendrait une rémunération."""

    epci: int
    communes: int
    seuil: int

    @property
    def ensemble(self) -> int:
        """EPCI et communes."""
        return self.epci + self.communes

    @property
    def tu(self) -> str:
        """Ce qui s'écrit à la place du montant."""
        return f"non publié (moins de {self.seuil} agents)"

    def suffisent(self, combien: int) -> bool:
        """Vrai si un montant porté par autant d'agents peut s'écrire."""
        return combien >= self.seuil


def porteurs(projet: Projet, choix: Choix) -> Porteurs:
    """Agents déclarés dans une fonction, côté EPCI et côté communes."""
    lues = feuille(projet.dossier, "effectifs")
    siren, seuil = projet.dossier.territoire.siren, projet.dossier.reglages.seuil_confidentialite
    if lues is None:
        return Porteurs(0, 0, seuil)
    postes = lues[lues["fonction"].eq(choix.fonction) & lues["siren"].isin(choix.perimetre)].drop_duplicates(["siren", "poste"])
    epci = int(postes["siren"].eq(siren).sum())
    return Porteurs(epci, len(postes) - epci, seuil)


def _signe(ecart: float, ecrire: Any) -> str:
    """Écart arrondi, précédé de son signe."""
    if pd.isna(ecart):
        return formats.ABSENT
    texte = ecrire(abs(ecart))
    return texte if texte in ("0", formats.euros(0)) else f"{'+' if ecart > 0 else '−'}{texte}"


def _somme(groupe: pd.DataFrame, mesure: Mesure) -> str:
    """Somme d'un groupe, arrondie si elle est en partie estimée ; dit combien d'entités y sont."""
    if groupe.empty:
        return "non partie"
    connues = groupe[mesure.colonne].notna()
    if not connues.any():
        return a_completer(mesure.manque)
    declare = groupe.loc[connues, mesure.statut].eq("declare").all()
    texte = (mesure.ecrire if declare else mesure.ecrire_environ)(groupe[mesure.colonne].sum())
    return texte if connues.all() else f"{texte} ({int(connues.sum())} entités sur {len(groupe)})"

"""Les agents que le projet concerne : qui change d'employeur, qui est mis à disposition, qui reste.

Règle du service commun (CGCT, L.5211-4-2) : l'agent qui y consacre tout son temps est transféré de plein droit à
l'employeur qui le gère ; celui qui n'y consacre qu'une partie est mis à disposition de plein droit, pour cette part, sans
limitation de durée (niveau B). Un temps plein partagé entre plusieurs services communs est à examiner : la loi ne dit pas
si les parts s'ajoutent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb.calculs.declarations import feuille, noms_des_entites
from mutunb.calculs.entrees import dictionnaire, nombre_ou_absent
from mutunb.calculs.projet import Choix, Projet
from mutunb.calculs.taches import SERVICES, TRANSFERTS

TRANSFERT, DISPOSITION, EXAMEN, ACCUEIL, INCONNU = "transfert", "mise_a_disposition", "a_examiner", "deja_chez_le_gestionnaire", "inconnu"
#: situation → ce qu'on en dit en tête de colonne
SITUATIONS: Mapping[str, str] = {
    TRANSFERT: "Transférés de plein droit",
    DISPOSITION: "Mis à disposition",
    EXAMEN: "À examiner (plusieurs services)",
    ACCUEIL: "Déjà chez le gestionnaire",
    INCONNU: "Part du temps inconnue",
}
#: l'employeur change si la fonction occupe tout le temps de l'agent
CHANGE_EMPLOYEUR = SERVICES | TRANSFERTS
#: mise à disposition des agents de l'EPCI, ou de ceux des communes
DE_L_EPCI, DES_COMMUNES = frozenset({"MADD"}), frozenset({"MADA", "SU"})
TEMPS_PLEIN = 1 - 1e-6
FONCTIONNAIRES = frozenset({"titulaire", "stagiaire"})


@dataclass(frozen=True)
class Personnel:
    """Agents concernés par les fonctions retenues.

    Attributes
    ----------
    projet : Projet
    agents : DataFrame
        Une ligne par poste concerné : ``siren, nom, poste, fonctions, part, etp, situation, categorie, statut``. Donnée
        sensible : ne se montre qu'au consultant. Vide sans questionnaire.
    entites : DataFrame
        Une ligne par employeur du périmètre : ``siren, nom, genre, repondu`` et le nombre d'agents par situation (NaN si
        l'employeur n'a pas répondu).
    gestionnaires : Mapping[str, str]
        Fonction → SIREN de l'employeur d'accueil, pour celles où l'employeur peut changer.
    """

    projet: Projet
    agents: pd.DataFrame
    entites: pd.DataFrame
    gestionnaires: Mapping[str, str]

    @property
    def est_declare(self) -> bool:
        """Vrai si un employeur au moins a rempli la feuille des effectifs."""
        return bool(self.entites["repondu"].any())

    @property
    def muets(self) -> int:
        """Employeurs du périmètre qui n'ont pas répondu."""
        return int((~self.entites["repondu"]).sum())

    def combien(self, situation: str) -> int | None:
        """Agents dans cette situation, chez les employeurs qui ont répondu ; ``None`` sans réponse."""
        return int(self.entites[situation].sum()) if self.est_declare else None

    def etp(self, situation: str) -> float:
        """ETP consacrés aux fonctions retenues par les agents de cette situation ; NaN sans réponse."""
        return float(self.agents.loc[self.agents["situation"].eq(situation), "etp"].sum()) if self.est_declare else np.nan

    @property
    def concerne_du_personnel(self) -> bool:
        """Vrai si un instrument retenu touche à l'emploi des agents."""
        return any(role_des_agents(c.instrument) for c in self.projet.choix.values())


def role_des_agents(instrument: str) -> str:
    """Ce que l'instrument fait des agents : ``employeur`` (transfert ou mise à disposition), ``disposition``, ou rien.

    Examples
    --------
    >>> role_des_agents("SC"), role_des_agents("MADD"), role_des_agents("GC")
    ('employeur', 'disposition', '')
    """
    if instrument in CHANGE_EMPLOYEUR:
        return "employeur"
    return "disposition" if instrument in DE_L_EPCI | DES_COMMUNES else ""


def situation_agent(parts: Mapping[str, float], employeur_est_gestionnaire: bool = False) -> str:
    """Situation d'un agent d'après la part de son temps dans chaque service mis en commun.

    Parameters
    ----------
    parts : Mapping
        Service → part du temps de travail de l'agent (0 à 1) ; NaN si inconnue.
    employeur_est_gestionnaire : bool
        Vrai si son employeur est déjà celui qui gère ces services.

    Examples
    --------
    >>> situation_agent({"si": 1.0}), situation_agent({"si": 0.4}), situation_agent({"si": 0.6, "finances": 0.4})
    ('transfert', 'mise_a_disposition', 'a_examiner')
    """
    parts = {s: nombre_ou_absent(p, f"la part de {s}") for s, p in dictionnaire(parts, "les parts", "service → part du temps").items()}
    if employeur_est_gestionnaire:
        return ACCUEIL
    if any(part >= TEMPS_PLEIN for part in parts.values()):
        return TRANSFERT
    if any(np.isnan(part) for part in parts.values()):
        return INCONNU
    return EXAMEN if sum(parts.values()) >= TEMPS_PLEIN else DISPOSITION


def recenser_personnel(projet: Projet) -> Personnel:
    """Agents concernés, employeur par employeur, d'après la feuille « effectifs » du questionnaire."""
    dossier = projet.dossier
    perimetre = list(dict.fromkeys(s for c in projet.choix.values() for s in c.perimetre))
    noms = noms_des_entites(dossier)
    lues = feuille(dossier, "effectifs")
    dedans = None if lues is None else lues[lues["siren"].isin(perimetre)]
    gestionnaires = {f: gestionnaire(projet, c) for f, c in projet.choix.items() if role_des_agents(c.instrument) == "employeur"}
    agents = _agents(projet, dedans, gestionnaires, noms)
    repondants = set() if dedans is None else set(dedans["siren"])
    compte = agents.groupby(["siren", "situation"]).size().unstack(fill_value=0).reindex(columns=list(SITUATIONS), fill_value=0)
    entites = pd.DataFrame({"siren": perimetre, "nom": [noms.get(s, s) for s in perimetre]})
    entites["genre"] = np.where(entites["siren"].eq(dossier.territoire.siren), "epci", "commune")
    entites["repondu"] = entites["siren"].isin(repondants)
    for situation in SITUATIONS:
        nombres = entites["siren"].map(compte[situation]).astype(float).fillna(0.0)
        entites[situation] = nombres.where(entites["repondu"])
    return Personnel(projet, agents, entites, gestionnaires)


def gestionnaire(projet: Projet, choix: Choix) -> str:
    """SIREN de l'employeur d'accueil : l'EPCI, ou la commune la plus peuplée du périmètre si une commune gère (supposé)."""
    territoire = projet.dossier.territoire
    if choix.instrument != "SCC":
        return territoire.siren
    communes = territoire.communes[territoire.communes["siren"].isin(choix.perimetre)]
    return str(communes.loc[communes["pop_municipale_2025"].astype(float).idxmax(), "siren"])


COLONNES_AGENTS = ("siren", "nom", "poste", "fonctions", "part", "etp", "situation", "categorie", "statut")


def _agents(
    projet: Projet, lues: pd.DataFrame | None, gestionnaires: Mapping[str, str], noms: Mapping[str, str]
) -> pd.DataFrame:
    if lues is None:
        return pd.DataFrame(columns=list(COLONNES_AGENTS))
    lignes = []
    for (siren, poste), siennes in lues.groupby(["siren", "poste"], sort=True):
        employeur, disposition = _parts(projet, siennes, str(siren))
        if not employeur and not disposition:
            continue
        concernees = {**disposition, **employeur}
        chez_lui = {f: p for f, p in employeur.items() if gestionnaires[f] == siren}
        ailleurs = {f: p for f, p in employeur.items() if f not in chez_lui}
        if ailleurs:
            situation = situation_agent(ailleurs)
        else:
            situation = DISPOSITION if disposition else ACCUEIL
        premiere = siennes.iloc[0]
        temps = premiere["quotite"] if pd.notna(premiere["quotite"]) else premiere["etp_poste"]
        part = sum(concernees.values())
        identite = (siren, noms.get(siren, siren), poste, tuple(concernees))
        lignes.append((*identite, part, part * temps, situation, premiere["categorie"], premiere["statut"]))
    return pd.DataFrame(lignes, columns=list(COLONNES_AGENTS))


def _parts(projet: Projet, siennes: pd.DataFrame, siren: str) -> tuple[dict[str, float], dict[str, float]]:
    """Parts du temps d'un agent dans les fonctions qui changent l'employeur, et dans celles qui mettent à disposition."""
    employeur, disposition = {}, {}
    est_epci = siren == projet.dossier.territoire.siren
    for fonction, part in siennes.groupby("fonction", sort=False)["part_temps"].sum(min_count=1).items():
        choix = projet.choix.get(fonction)
        if choix is None or siren not in choix.perimetre:
            continue
        if choix.instrument in CHANGE_EMPLOYEUR:
            employeur[fonction] = float(part)
        elif choix.instrument in (DE_L_EPCI if est_epci else DES_COMMUNES):
            disposition[fonction] = float(part)
    return employeur, disposition


def par_statut(personnel: Personnel, situation: str = TRANSFERT) -> dict[str, int]:
    """Fonctionnaires et contractuels d'une situation : la convention doit dire combien d'agents elle transfère de chaque."""
    statuts = personnel.agents.loc[personnel.agents["situation"].eq(situation), "statut"]
    fonctionnaires = int(statuts.isin(FONCTIONNAIRES).sum())
    inconnus = int(statuts.isna().sum())
    return {"fonctionnaires": fonctionnaires, "contractuels": len(statuts) - fonctionnaires - inconnus, "inconnus": inconnus}

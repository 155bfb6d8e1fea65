"""Ce que les décisions du client ont changé : champ par champ, la recommandation et ce qui est décidé."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from mutunb.calculs.projet import CHAMPS, Projet, projeter
from mutunb.dossier.decisions import Decisions

COLONNES = ("fonction", "champ", "recommande", "retenu", "etat", "auteur", "date", "motif")
CONFIRME, MODIFIE, NON_SUIVI, AJOUTEE, ECARTEE = "confirmé", "modifié", "non suivi", "fonction ajoutée", "fonction écartée"


def ecarts_decisions(projet: Projet) -> pd.DataFrame:
    """Une ligne par champ décidé : ``fonction, champ, recommande, retenu`` (valeurs brutes), ``etat, auteur, date, motif``.

    ``etat`` : « confirmé », « modifié », « non suivi » (le droit l'interdit ; ``motif`` dit pourquoi), « fonction ajoutée »
    ou « fonction écartée ». Vide si le client n'a rien décidé.
    """
    sans = projeter(replace(projet.dossier, decisions=Decisions()))
    lignes = [ligne for fonction in projet.dossier.decisions.fonctions for ligne in _lignes(projet, sans, fonction)]
    return pd.DataFrame(lignes, columns=list(COLONNES))


def _lignes(projet: Projet, sans: Projet, fonction: str) -> list[dict]:
    decision = projet.dossier.decisions.de(fonction)
    signature = {"fonction": fonction, "auteur": decision.auteur, "date": decision.date, "motif": decision.motif}
    choix, recommande = projet.choix.get(fonction), sans.choix.get(fonction)
    if choix is None:
        return [signature | {"champ": "retenue", "recommande": recommande is not None, "retenu": False, "etat": ECARTEE}]
    lignes = []
    if recommande is None:
        lignes.append(signature | {"champ": "retenue", "recommande": False, "retenu": True, "etat": AJOUTEE})
    for champ in CHAMPS:
        conseille = getattr(recommande, champ) if recommande else None
        retenu = getattr(choix, champ)
        if champ in choix.non_suivies:
            lignes.append(signature | {"champ": champ, "recommande": conseille, "retenu": retenu, "etat": NON_SUIVI,
                                       "motif": choix.non_suivies[champ]})  # fmt: skip
        elif choix.est_decide(champ):
            etat = CONFIRME if retenu == conseille else MODIFIE
            lignes.append(signature | {"champ": champ, "recommande": conseille, "retenu": retenu, "etat": etat})
    return lignes

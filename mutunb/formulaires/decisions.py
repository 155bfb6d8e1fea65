"""Le formulaire des décisions : fonction par fonction, ce qui est retenu, avec qui, sous quelle forme, selon quelle clé."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import ipywidgets as W

from mutunb import formats, referentiel
from mutunb.calculs.cles import CLES
from mutunb.calculs.projet import CHAMPS, Choix, essayer, projeter
from mutunb.calculs.tableaux_instruments import VOIES
from mutunb.dossier import Dossier
from mutunb.dossier.decisions import DecisionFonction
from mutunb.erreurs import ErreurDonnees
from mutunb.formulaires.base import Formulaire, tableau_avant_apres
from mutunb.formulaires.champs import DISPOSITION, LARGEUR, champs, commande
from mutunb.formulaires.enregistrement import ecrire_decisions, signature

SANS_DECISION = "Suivre la recommandation"
LIBELLES = {
    "retenue": "Fonction retenue",
    "perimetre": "Périmètre",
    "instrument": "Instrument",
    "cle": "Clé de répartition",
    "scenario": "Scénario",
    "date_effet": "Date d'effet",
    "mode_financier": "Voie financière",
}
SCENARIOS = {"prudent": "Prudent", "cible": "Cible", "etendu": "Étendu"}


class FormulaireDecisions(Formulaire):
    """Décisions d'une fonction ; l'avant/après montre ce que le projet en retient, et ce que le droit refuse."""

    titre = "Décisions"
    mode_emploi = (
        "Une fonction à la fois. Un champ laissé sur « Suivre la recommandation » n'est pas décidé. Pour le périmètre, Ctrl "
        "ou Maj choisit plusieurs entités ; aucune : la recommandation. Si le droit interdit une décision, l'avant/après le dit."
    )

    def construire(self) -> list[W.Widget]:
        """La fonction, puis un champ par décision."""
        self.projet = projeter(self.dossier)
        rangees = self.projet.priorites.table["fonction"]
        options = [(referentiel.fonction(f).libelle, f) for f in rangees]
        self.fonction = W.Dropdown(options=options, description="Fonction", style=LARGEUR, layout=DISPOSITION)
        self._champs = champs(DecisionFonction, ("retenue", "instrument", "cle", "scenario", "date_effet", "mode_financier"))
        libelles = {
            "instrument": {code: f"{i.libelle} ({code})" for code, i in referentiel.instruments().items()},
            "cle": CLES,
            "scenario": SCENARIOS,
            "mode_financier": VOIES,
        }
        self.commandes = {
            nom: commande(champ, LIBELLES[nom], None if champ.facultatif else True, libelles.get(nom), SANS_DECISION)
            for nom, champ in self._champs.items()
        }
        entites = [(nom, siren) for siren, nom in noms_des_entites(self.dossier).items()]
        self.entites = W.SelectMultiple(
            options=entites, description=LIBELLES["perimetre"], rows=8, style=LARGEUR, layout=DISPOSITION
        )
        self.fonction.observe(lambda _: self.regler(self._montrer), names="value")
        self._montrer()
        return [self.fonction, self.commandes["retenue"], self.entites, *list(self.commandes.values())[1:]]

    def surveillees(self) -> list[W.Widget]:
        """Tous les champs de décision."""
        return [*self.commandes.values(), self.entites]

    @property
    def valeurs(self) -> dict[str, Any]:
        """Champs saisis ; ``None`` pour ce qui suit la recommandation."""
        return {nom: c.value for nom, c in self.commandes.items()} | {"perimetre": self.entites.value or None}

    @property
    def decide_quelque_chose(self) -> bool:
        """Vrai si un champ au moins s'écarte de la recommandation."""
        return any(valeur is not None for nom, valeur in self.valeurs.items() if nom != "retenue") or not self.valeurs["retenue"]

    def comparaison(self) -> str:
        """Ce que le projet retient pour la fonction, avant et après."""
        fonction = self.fonction.value
        ecrite = self.dossier.decisions.de(fonction)
        avant = essayer(self.projet, fonction, ecrite)
        apres = essayer(self.projet, fonction, self._essai())
        noms = noms_des_entites(self.dossier)
        lignes = [(LIBELLES[champ], _dire(avant, champ, noms), _dire(apres, champ, noms)) for champ in CHAMPS]
        lignes.insert(0, (LIBELLES["retenue"], "oui" if avant else "non", "oui" if apres else "non"))
        refus = [] if apres is None else [(f"{LIBELLES[c]} : non suivi", "", motif) for c, motif in apres.non_suivies.items()]
        return tableau_avant_apres(f"Ce que le projet retient : {referentiel.fonction(fonction).libelle_court}", [*lignes, *refus])

    def remettre(self) -> None:
        """Rien de décidé pour cette fonction : tout suit la recommandation."""
        for nom, champ in self._champs.items():
            self.commandes[nom].value = None if champ.facultatif else True
        self.entites.value = ()

    def ecrire(self) -> tuple[Path, Dossier]:
        """Bloc de la fonction dans ``decisions.yaml`` ; retiré si plus rien n'y est décidé."""
        fonction, bloc = self.fonction.value, None
        if self.decide_quelque_chose:
            ancienne = self.dossier.decisions.de(fonction)
            ecrits = {n: v for n, v in self.valeurs.items() if v is not None or (ancienne and getattr(ancienne, n) is not None)}
            bloc = {**ecrits, **signature(self.auteur.value, self.motif.value)}
            if bloc.get("date_effet") and bloc["date_effet"] < bloc["date"]:
                raise ErreurDonnees("La date d'effet est passée : une décision ne prend pas effet avant d'être prise.")
        chemin = ecrire_decisions(self.dossier, {fonction: bloc})
        fonctions = {f: d for f, d in self.dossier.decisions.fonctions.items() if f != fonction}
        if bloc:
            fonctions[fonction] = DecisionFonction(**bloc)
        decisions = self.dossier.decisions.model_copy(update={"fonctions": MappingProxyType(fonctions)})
        relu = replace(self.dossier, decisions=decisions)
        self.projet = projeter(relu)
        return chemin, relu

    def _essai(self) -> DecisionFonction | None:
        if not self.decide_quelque_chose:
            return None
        marque = {"auteur": "essai", "date": datetime.date.today(), "motif": "essai"}
        return DecisionFonction.model_construct(**self.valeurs, **marque)

    def _montrer(self) -> None:
        """Met à l'écran la décision écrite de la fonction choisie, ou rien de décidé."""
        ecrite = self.dossier.decisions.de(self.fonction.value)
        self.remettre()
        if ecrite is not None:
            for nom, saisie in self.commandes.items():
                saisie.value = getattr(ecrite, nom)
            self.entites.value = tuple(ecrite.perimetre or ())
        self.motif.value = ecrite.motif if ecrite is not None else ""


def noms_des_entites(dossier: Dossier) -> Mapping[str, str]:
    """SIREN → nom, l'EPCI d'abord."""
    communes = dossier.territoire.communes
    return {dossier.territoire.siren: dossier.territoire.nom, **dict(zip(communes["siren"], communes["nom"], strict=True))}


def _dire(choix: Choix | None, champ: str, noms: Mapping[str, str]) -> str:
    if choix is None:
        return "sans objet"
    valeur = getattr(choix, champ)
    textes = {"cle": CLES, "scenario": SCENARIOS, "mode_financier": VOIES}
    if champ == "perimetre":
        texte = "toutes les entités" if len(valeur) == len(noms) else formats.pluriel(len(valeur), "entité")
    elif champ == "instrument":
        texte = referentiel.instrument(valeur).libelle
    else:
        texte = formats.date(valeur) if champ == "date_effet" else textes[champ].get(valeur, str(valeur))
    return f"{texte} ({'décidé' if choix.est_decide(champ) else 'recommandé'})"

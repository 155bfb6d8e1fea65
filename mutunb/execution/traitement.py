"""Traiter les carnets d'une étape : exécuter, lire ce qu'ils déclarent, préparer leur section de page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees
from mutunb.execution import elements, export, moteur
from mutunb.execution.commande import Commande
from mutunb.execution.elements import UnElement
from mutunb.execution.export import Profil, Section
from mutunb.execution.moteur import Execution, Statut
from mutunb.execution.parcours import Carnet, Etape, Parcours
from mutunb.territoires import Territoire

if TYPE_CHECKING:
    from mutunb.execution.conduite import Seance

Annonce = Callable[[str], None]


@dataclass(frozen=True)
class CarnetTraite:
    """Un carnet exécuté, ce qu'il déclare et sa section de page."""

    carnet: Carnet
    execution: Execution
    section: Section
    elements: tuple[UnElement, ...] = ()

    @property
    def statut(self) -> Statut:
        """Statut final : celui de la section, qui tient compte de la lecture des résultats."""
        return self.section.statut


def traiter(
    parcours: Parcours,
    etape: Etape,
    territoire: Territoire,
    parametres: Mapping[str, Mapping[str, Any]],
    commande: Commande,
    annoncer: Annonce,
) -> list[CarnetTraite]:
    """Carnets de l'étape, traités dans l'ordre ; un échec n'arrête pas les suivants."""
    variables = {"MUTUNB_RACINE": str(chemins.racine()), "MUTUNB_PROFIL": commande.profil}
    if territoire.dossier is not None:  # les carnets lisent les données que la commande a lues
        variables["MUTUNB_DONNEES"] = str(territoire.dossier)
    freres = [carnet.id for carnet in etape.carnets]
    traites: list[CarnetTraite] = []
    with moteur.ouvrir_seance(commande.moteur) as seance:
        for rang, carnet in enumerate(etape.carnets, start=1):
            annoncer(f"{rang}/{len(freres)} {carnet.titre}")
            execution = _executer(parcours.chemin(carnet), parametres[carnet.id], variables, commande, seance)
            pris = {elements.cle(e) for t in traites for e in t.elements}
            traites.append(_traiter_un(carnet, execution, commande.profil, freres, pris))
            retirer_releves(execution.carnet)
    return traites


def _executer(
    chemin: Path, parametres: Mapping[str, Any], variables: Mapping[str, str], commande: Commande, seance: Seance | None
) -> Execution:
    """Exécution du carnet ; un carnet illisible devient un échec parmi d'autres."""
    reglages = commande.delais, commande.moteur, commande.memoire_mo
    try:
        return moteur.executer(chemin, parametres, variables, *reglages, seance)
    except ErreurDonnees as refus:
        return Execution(nbformat.v4.new_notebook(), "echec", 0.0, str(refus), parametres=dict(parametres))


def _traiter_un(
    carnet: Carnet, execution: Execution, profil: Profil, freres: Sequence[str], pris: set[tuple[str, str]]
) -> CarnetTraite:
    retirer_chemins(execution.carnet)
    if profil == "client":
        retirer_methode(execution.carnet)
        retirer_traces(execution.carnet)
    if execution.statut == "echec":
        return _echec(carnet, execution, profil)
    try:
        lus = elements.lire(execution.carnet, carnet.id)
        constats = elements.doublons(lus, carnet.id, pris)
        if constats:
            raise ErreurDonnees.de_constats("Résultats déjà donnés par un autre carnet", constats)
        sans_objet = next((e for e in lus if isinstance(e, elements.SansObjet)), None)
        if sans_objet:
            return CarnetTraite(carnet, execution, export.section_absente(carnet, "sans_objet", sans_objet.phrase))
        return CarnetTraite(carnet, execution, export.section(carnet, execution.carnet, profil, freres), lus)
    except ErreurDonnees as refus:
        return _echec(carnet, replace(execution, statut="echec", phrase=str(refus)), profil)


def retirer_methode(execute: nbformat.NotebookNode) -> None:
    """Vide les sorties des cellules ``methode`` : ce que la page du client tait ne sort ni en JSON, ni en tableur, ni en carnet."""
    for cellule in execute.cells:
        if cellule.cell_type == "code" and export.ETIQUETTE_METHODE in cellule.metadata.get("tags", []):
            cellule.outputs = []


def retirer_releves(execute: nbformat.NotebookNode) -> None:
    """Ôte les relevés du carnet livré, une fois lus : il circule, et chaque relevé n'est que pour son destinataire."""
    for cellule in execute.cells:
        for sortie in cellule.get("outputs", []):
            declares = elements.sortie_elements(sortie)
            if any(isinstance(e, dict) and e.get("genre") == "releve" for e in declares):
                sortie["data"][elements.TYPE_RESULTATS] = [e for e in declares if e.get("genre") != "releve"]


def retirer_chemins(execute: nbformat.NotebookNode) -> None:
    """Ôte ce que papermill note de la machine et du carnet d'origine : chemins, variables d'environnement, carnet entier."""
    notes = execute.metadata.get("papermill", {})
    for nom in ("input_path", "output_path", "environment_variables", "exception"):
        notes.pop(nom, None)


def retirer_traces(execute: nbformat.NotebookNode) -> None:
    """Ôte les traces d'erreur : elles citent le code, des chemins de la machine et parfois une valeur."""
    for cellule in execute.cells:
        for sortie in cellule.get("outputs", []):
            if sortie.output_type == "error":
                sortie.traceback = []


def _echec(carnet: Carnet, execution: Execution, profil: Profil) -> CarnetTraite:
    detail = execution.detail if profil == "consultant" else ""
    execution = replace(execution, detail=detail)
    return CarnetTraite(carnet, execution, export.section_absente(carnet, "echec", execution.phrase, detail))

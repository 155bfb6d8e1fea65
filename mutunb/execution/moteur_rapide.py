"""Le moteur papermill « mutunb » : les cellules d'un carnet dans un processus dédoublé d'une souche toute prête.

papermill garde la main (paramètres, progression, fichier de sortie) et nbclient traduit les messages du noyau en sorties :
un carnet exécuté ici a les sorties qu'il aurait avec le moteur d'origine, flux consécutifs réunis.
"""

from __future__ import annotations

import base64
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from papermill.engines import Engine, NotebookExecutionManager
from papermill.execute import remove_error_markers
from papermill.parameterize import parameterize_notebook

from mutunb.execution.conduite import Conduite, Noyau, Seance

NOM = "mutunb"
NOYAU, LANGAGE = "python3", "python"
#: sortie → champs de son message
CHAMPS = {
    "execute_result": ("metadata", "data", "execution_count"),
    "display_data": ("metadata", "data"),
    "stream": ("name", "text"),
    "error": ("ename", "evalue", "traceback"),
}
ETIQUETTE_ERREUR_PERMISE = "raises-exception"


class MoteurMutunb(Engine):
    """Moteur papermill, nom ``mutunb`` (:mod:`mutunb.execution.entree_papermill`)."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        execution_timeout: float | None = None,
        conduite: Conduite | None = None,
        minuter: bool = True,
        **reste: Any,
    ) -> None:
        """Exécute les cellules dans l'ordre et s'arrête à la première erreur.

        Parameters
        ----------
        execution_timeout : float, optional
            Délai d'une cellule, en secondes.
        conduite : Conduite, optional
            Environnement, dossier, délai du carnet ; ceux du processus par défaut (``papermill --engine mutunb``).
        minuter : bool
            Note au carnet, comme papermill, l'heure de chaque cellule.

        Raises
        ------
        DeadKernelError, CellTimeoutError, TimeoutError
            Le noyau est mort ; une cellule, le carnet, ont dépassé leur délai.
        """
        with contextlib.ExitStack() as pile:
            if conduite is None:
                conduite = pile.enter_context(Seance()).conduite(Path.cwd())
            conduite.carnet = nb_man.nb  # papermill ne rend rien d'un carnet arrêté : on garde ce qui est fait
            noyau = pile.enter_context(conduite.noyau())
            nb_man.nb.metadata["language_info"] = noyau.langage
            noyau.reutilisable = _executer(nb_man, noyau, execution_timeout, minuter)


def executer_carnet(
    origine: NotebookNode, parametres: Mapping[str, Any], conduite: Conduite, delai_cellule_s: float
) -> None:
    """Ce que fait ``papermill.execute_notebook``, sans relire ni réécrire le carnet en chemin ; il reste à ``conduite``.

    Les écritures de papermill, même sans fichier de sortie, coûtent autant que tout le reste de son travail.
    """
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # nos phrases remplacent les siennes
    carnet = nbformat.v4.upgrade(origine) or origine
    carnet.metadata.setdefault("papermill", NotebookNode())
    for cellule in carnet.cells:
        cellule.metadata.setdefault("tags", [])
    if parametres:
        carnet = parameterize_notebook(carnet, dict(parametres), kernel_name=NOYAU, language=LANGAGE, engine_name=NOM)
    carnet = remove_error_markers(carnet)
    MoteurMutunb.execute_notebook(
        carnet, NOYAU, progress_bar=False, execution_timeout=delai_cellule_s, conduite=conduite, minuter=False
    )


class _Traducteur(NotebookClient):
    """nbclient, pour ce qu'il sait mieux que personne : tenir les sorties d'une cellule à jour des messages reçus."""

    def __init__(self, carnet: NotebookNode):
        super().__init__(carnet)
        self.reset_execution_trackers()
        self.output_hook_stack = defaultdict(list)
        self.clear_before_next_output = False
        self.kc = _Muet()
        self.numero = 0

    def output(self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int) -> NotebookNode | None:
        """Ajoute la sortie ; nbclient ferait de même, en la validant contre un schéma à chaque fois."""
        champs = CHAMPS.get(msg["msg_type"])
        if champs is None:
            return None
        if self.clear_before_next_output:
            outs[:] = []
            self.clear_display_id_mapping(cell_index)
            self.clear_before_next_output = False
        if display_id:
            self._display_id_map.setdefault(display_id, {}).setdefault(cell_index, []).append(len(outs))
        contenu = {nom: msg["content"][nom] for nom in champs}
        outs.append(nbformat.from_dict({"output_type": msg["msg_type"], **contenu}))
        return outs[-1]

    def suivre(self, message: dict[str, Any], cellule: NotebookNode, rang: int) -> None:
        """Applique un message à la cellule."""
        message["buffers"] = [base64.b64decode(tampon) for tampon in message["buffers"]]
        with contextlib.suppress(CellExecutionComplete):
            self.process_message(message, cellule, rang)


class _Muet:
    """Client de noyau sourd : par lot, aucun composant interactif ne répond."""

    def __getattr__(self, nom: str) -> Any:
        return lambda *args, **kwargs: self


def _executer(nb_man: NotebookExecutionManager, noyau: Noyau, delai_s: float | None, minuter: bool) -> bool:
    """Exécute les cellules ; vrai si toutes sont allées à leur terme sans erreur."""
    traducteur = _Traducteur(nb_man.nb)
    for rang, cellule in enumerate(nb_man.nb.cells):
        echec = False
        if minuter:
            nb_man.cell_start(cellule, rang)
        try:
            if cellule.cell_type == "code" and cellule.source.strip():
                echec = _cellule(traducteur, cellule, rang, noyau, delai_s)
            if echec:
                nb_man.cell_exception(cellule, rang)
        finally:
            if minuter:
                nb_man.cell_complete(cellule, rang)
        if echec:
            return False
    return True


def _cellule(traducteur: _Traducteur, cellule: NotebookNode, rang: int, noyau: Noyau, delai_s: float | None) -> bool:
    """Exécute une cellule ; vrai si elle se termine par une erreur."""
    traducteur.numero += 1
    cellule.outputs, cellule.execution_count = [], traducteur.numero
    cellule.metadata["execution"] = {}
    noyau.executer(cellule.source, cellule.get("id", str(rang)))
    terme = None if delai_s is None else time.monotonic() + delai_s
    reponse: dict[str, Any] = {}
    try:
        while True:
            message = noyau.recevoir(None if terme is None else max(terme - time.monotonic(), 0))
            if message["msg_type"] == "execute_reply":
                reponse = message["content"]
                cellule.metadata["execution"]["shell.execute_reply"] = message["header"]["date"]
                continue
            traducteur.suivre(message, cellule, rang)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
    finally:
        cellule.outputs = reunir_flux(cellule.outputs)
    cellule.execution_count = reponse.get("execution_count", cellule.execution_count)
    return reponse.get("status") == "error" and ETIQUETTE_ERREUR_PERMISE not in cellule.metadata.get("tags", [])


def reunir_flux(sorties: list[NotebookNode]) -> list[NotebookNode]:
    """Sorties dont les flux consécutifs de même nom ne font qu'un : leur découpage ne dépend que de l'horloge."""
    reunies: list[NotebookNode] = []
    for sortie in sorties:
        derniere = reunies[-1] if reunies else None
        if derniere is not None and sortie.output_type == derniere.output_type == "stream" and sortie.name == derniere.name:
            derniere.text += sortie.text
        else:
            reunies.append(sortie)
    return reunies

"""Exécuter un carnet par papermill, sous deux délais, avec un statut et une phrase à nous.

Deux moteurs, mêmes sorties : ``mutunb`` (un processus dédoublé d'une souche, rapide) et ``papermill`` (un noyau Jupyter
par carnet, partout). Le premier par défaut là où un processus se dédouble sûrement.
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import re
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import nbformat
from nbformat import NotebookNode

from mutunb import formats
from mutunb.erreurs import ErreurDonnees
from mutunb.execution import zygote
from mutunb.execution.noyau import Noyaux, environnement

if TYPE_CHECKING:
    from mutunb.execution.conduite import Seance

Statut = Literal["produit", "echec", "sans_objet"]
Moteur = Literal["mutunb", "papermill"]
MOTEURS = ("mutunb", "papermill")
DELAI_CELLULE_S = 300
DELAI_CARNET_S = 900
#: temps laissé à nbclient pour se rendre compte que son noyau est mort
SURSIS_S = 10
ETIQUETTE_PARAMETRES = "parameters"
ETIQUETTE_INJECTES = "injected-parameters"
ETIQUETTE_ERREUR_PAPERMILL = "papermill-error-cell-tag"
ERREURS_EXPLIQUEES = ("ErreurDonnees", "ErreurUsage", "ErreurMutunb")
COULEURS_TERMINAL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True)
class Delais:
    """Temps accordés, en secondes : à chaque cellule, et au carnet entier (garde-fou mural)."""

    cellule_s: float = DELAI_CELLULE_S
    carnet_s: float = DELAI_CARNET_S


@dataclass(frozen=True)
class Execution:
    """Un carnet exécuté, jusqu'au bout ou jusqu'à l'erreur.

    Attributes
    ----------
    statut : str
        ``produit`` ou ``echec`` ; ``sans_objet`` se décide à la lecture des résultats.
    phrase : str
        Ce qui s'est passé, en une phrase ; vide si tout va bien.
    cellule : int, optional
        Rang (1 = première) de la cellule fautive dans le carnet d'origine.
    detail : str
        Trace de l'erreur, pour le manifeste.
    duree_s : float
    """

    carnet: NotebookNode
    statut: Statut
    duree_s: float
    phrase: str = ""
    cellule: int | None = None
    detail: str = ""
    parametres: Mapping[str, Any] = field(default_factory=dict)


def executer(
    chemin: Path,
    parametres: Mapping[str, Any],
    variables: Mapping[str, str] | None = None,
    delais: Delais = Delais(),
    moteur: Moteur | None = None,
    memoire_mo: int = 0,
    seance: Seance | None = None,
) -> Execution:
    """Exécute le carnet dans son dossier ; ne lève pas d'erreur quand le carnet échoue.

    Parameters
    ----------
    chemin : Path
        Carnet d'origine ; il n'est pas modifié.
    parametres : Mapping
        Valeurs déjà validées ; papermill les écrit après la cellule ``parameters``.
    variables : Mapping, optional
        Variables d'environnement imposées au noyau.
    delais : Delais
    moteur : str, optional
        ``mutunb`` ou ``papermill`` ; :func:`moteur_par_defaut` sinon.
    memoire_mo : int
        Mémoire accordée au carnet, en mégaoctets (moteur ``mutunb``) ; 0 : sans limite.
    seance : Seance, optional
        Celle des carnets d'une même étape (moteur ``mutunb``).
    """
    debut = time.monotonic()
    origine = lire_carnet(chemin)
    if parametres:
        _verifier_cellule_parametres(origine, chemin)
    if (moteur or moteur_par_defaut()) == "mutunb":
        execute, cause, propos = _par_la_souche(origine, chemin.parent, parametres, variables, delais, memoire_mo, seance)
    else:
        execute, cause, propos = _par_papermill(origine, chemin.parent, parametres, variables, delais)
    duree = time.monotonic() - debut
    cellule, phrase, detail = _diagnostic(execute, cause, delais)
    statut: Statut = "echec" if phrase else "produit"
    detail = "\n".join(filter(None, [detail, propos])) if phrase else ""
    return Execution(execute, statut, duree, phrase, cellule, detail, dict(parametres))


def ouvrir_seance(moteur: Moteur | None = None) -> contextlib.AbstractContextManager[Seance | None]:
    """De quoi exécuter plusieurs carnets de suite, par ``with`` ; sans effet avec ``papermill``."""
    if (moteur or moteur_par_defaut()) != "mutunb":
        return contextlib.nullcontext()
    from mutunb.execution.conduite import Seance

    return Seance()


def moteur_par_defaut() -> Moteur:
    """``mutunb`` là où un processus se dédouble sûrement (Linux), ``papermill`` ailleurs."""
    return "mutunb" if zygote.possible() else "papermill"


def lire_carnet(chemin: Path) -> NotebookNode:
    """Carnet au format 4, à l'appelant ; :class:`ErreurDonnees` s'il est absent ou illisible."""
    try:
        etat = chemin.stat()
        return nbformat.from_dict(json.loads(_texte_du_carnet(chemin, etat.st_size, etat.st_mtime_ns)))
    except FileNotFoundError as cause:
        raise ErreurDonnees(f"Carnet absent : {chemin}. Rétablissez-le.") from cause
    except Exception as cause:
        raise ErreurDonnees(f"Carnet illisible : {chemin} ({cause}). Enregistrez-le de nouveau avec Jupyter.") from cause


@functools.lru_cache(maxsize=64)
def _texte_du_carnet(chemin: Path, taille: int, modifie: int) -> str:
    """Le carnet contrôlé par nbformat, lignes réunies ; relu seulement s'il a changé."""
    return json.dumps(nbformat.read(chemin, as_version=4))


def etiquettes(cellule: NotebookNode) -> list[str]:
    """Étiquettes (tags) d'une cellule."""
    return list(cellule.get("metadata", {}).get("tags", []))


def _verifier_cellule_parametres(carnet: NotebookNode, chemin: Path) -> None:
    combien = sum(ETIQUETTE_PARAMETRES in etiquettes(cellule) for cellule in carnet.cells)
    if combien != 1:
        mention = f"« {ETIQUETTE_PARAMETRES} »"
        trouve = formats.pluriel(combien, f"cellule étiquetée {mention}", f"cellules étiquetées {mention}")
        raise ErreurDonnees(f"{chemin.name} : {trouve} ; il en faut une et une seule. Corrigez l'étiquette des cellules.")


def _sous_delai(
    origine: NotebookNode, sortie: Path, parametres: Mapping[str, Any], noyaux: Noyaux, delais: Delais
) -> BaseException | None:
    """Lance papermill dans un fil surveillé ; rend ce qui l'a arrêté, ou ``None``.

    nbclient peut attendre sans fin un noyau figé : passé le délai, on tue le noyau, puis on abandonne le fil.
    """
    causes: list[BaseException] = []

    def travailler() -> None:
        try:
            _papermill(origine, sortie, parametres, delais, kernel_manager_class=noyaux.classe())
        except BaseException as cause:  # noqa: BLE001 — tout ce qui arrête le carnet devient un statut
            causes.append(cause)

    fil = threading.Thread(target=travailler, name="mutunb-carnet", daemon=True)
    fil.start()
    try:
        fil.join(delais.carnet_s)
        if fil.is_alive():
            noyaux.tuer()
            fil.join(SURSIS_S)
            return TimeoutError()
    finally:
        noyaux.tuer()
    return causes[0] if causes else None


def _par_la_souche(
    origine: NotebookNode,
    dossier: Path,
    parametres: Mapping[str, Any],
    variables: Mapping[str, str] | None,
    delais: Delais,
    memoire_mo: int,
    seance: Seance | None,
) -> tuple[NotebookNode, BaseException | None, str]:
    """Exécute par le moteur rapide ; rend le carnet, ce qui l'a arrêté et ce que le noyau a dit hors du carnet."""
    from mutunb.execution.carnet_sobre import est_sobre
    from mutunb.execution.conduite import Seance
    from mutunb.execution.moteur_rapide import executer_carnet

    with contextlib.nullcontext(seance) if seance else Seance() as ouverte:
        conduite = ouverte.conduite(dossier, variables, delais.carnet_s, memoire_mo, est_sobre(origine))
        cause = None
        try:
            executer_carnet(origine, parametres, conduite, delais.cellule_s)
        except Exception as arret:  # noqa: BLE001 — tout arrêt devient un statut et une phrase
            cause = arret
        return origine if conduite.carnet is None else _nettoyer(conduite.carnet), cause, conduite.propos()


def _par_papermill(
    origine: NotebookNode, dossier: Path, parametres: Mapping[str, Any], variables: Mapping[str, str] | None, delais: Delais
) -> tuple[NotebookNode, BaseException | None, str]:
    """Exécute par papermill et un noyau Jupyter ; rend la même chose."""
    with tempfile.TemporaryDirectory(prefix="mutunb-") as brouillon:
        sortie = Path(brouillon, "carnet.ipynb")
        noyaux = Noyaux(dossier, environnement(Path(brouillon, "ipython"), variables), Path(brouillon))
        cause = _sous_delai(origine, sortie, parametres, noyaux, delais)
        return _relire(sortie, origine), cause, noyaux.propos()


def _papermill(
    origine: NotebookNode, sortie: Path, parametres: Mapping[str, Any], delais: Delais, **options: Any
) -> None:
    import papermill

    for journal in ("papermill", "asyncio"):
        logging.getLogger(journal).setLevel(logging.CRITICAL)  # nos phrases remplacent les leurs
    papermill.execute_notebook(
        origine,
        str(sortie).replace("{", "{{").replace("}", "}}"),  # papermill passe ce chemin par str.format
        parameters=dict(parametres),
        kernel_name="python3",
        language="python",
        progress_bar=False,
        execution_timeout=delais.cellule_s,
        **options,
    )


def _relire(sortie: Path, origine: NotebookNode) -> NotebookNode:
    """Carnet tel que papermill l'a laissé, sans ses annonces d'erreur ; l'original s'il n'a rien pu écrire."""
    try:
        carnet = nbformat.read(sortie, as_version=4)
    except Exception:  # noqa: BLE001 — fichier absent ou coupé par l'arrêt du noyau
        return origine
    return _nettoyer(carnet)


def _nettoyer(carnet: NotebookNode) -> NotebookNode:
    carnet.cells = [cellule for cellule in carnet.cells if ETIQUETTE_ERREUR_PAPERMILL not in etiquettes(cellule)]
    carnet.metadata.get("papermill", {}).pop("output_path", None)  # dossier temporaire, sans intérêt
    return carnet


def _diagnostic(
    carnet: NotebookNode, cause: BaseException | None, delais: Delais
) -> tuple[int | None, str, str]:
    """Cellule fautive, phrase et trace ; phrase vide si le carnet est allé au bout sans erreur."""
    rang = 0
    derniere = None
    for cellule in carnet.cells:
        rang += ETIQUETTE_INJECTES not in etiquettes(cellule)
        if cellule.cell_type != "code" or not cellule.source.strip():
            continue
        erreur = next((s for s in cellule.outputs if s.output_type == "error"), None)
        if erreur is not None and erreur.ename != "KeyboardInterrupt":
            return rang, _phrase_erreur(erreur), COULEURS_TERMINAL.sub("", "\n".join(erreur.traceback))
        if erreur is not None or cellule.get("execution_count") is None or _interrompue(cellule, cause):
            return rang, _phrase_arret(cause, delais), repr(cause) if cause else ""
        derniere = rang
    if cause is not None:
        return derniere, _phrase_arret(cause, delais), repr(cause)
    return None, "", ""


def _interrompue(cellule: NotebookNode, cause: BaseException | None) -> bool:
    """Vrai si la cellule tournait encore quand le carnet a été arrêté."""
    return cause is not None and "shell.execute_reply" not in cellule.metadata.get("execution", {})


def _phrase_erreur(erreur: NotebookNode) -> str:
    if erreur.ename in ERREURS_EXPLIQUEES:
        return COULEURS_TERMINAL.sub("", erreur.evalue).strip()
    return f"une erreur technique ({erreur.ename}) l'a arrêtée ; le détail est dans le manifeste."


def _phrase_arret(cause: BaseException | None, delais: Delais) -> str:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    if isinstance(cause, TimeoutError) and not isinstance(cause, CellTimeoutError):
        return f"le carnet a dépassé son délai de {_secondes(delais.carnet_s)}."
    if isinstance(cause, CellTimeoutError):
        return f"une cellule a dépassé son délai de {_secondes(delais.cellule_s)}."
    if isinstance(cause, DeadKernelError):
        return "le noyau de calcul s'est arrêté (mémoire insuffisante, le plus souvent)."
    if cause is None:
        return "le carnet s'est arrêté avant sa dernière cellule."
    return f"le carnet n'a pas pu être exécuté ({type(cause).__name__}) ; le détail est dans le manifeste."


def _secondes(duree: float) -> str:
    return formats.pluriel(int(duree), "seconde") if duree >= 1 else "moins d'une seconde"

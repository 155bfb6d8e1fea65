"""Purger un client : ses dossiers, ses livrables, ses lignes des rapports de lot et du portefeuille, ses restes d'écriture."""

from __future__ import annotations

import datetime
import json
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutunb import chemins, formats
from mutunb.dossier import purge
from mutunb.erreurs import ErreurDonnees
from mutunb.execution import portefeuille
from mutunb.execution.rapport_lot import BilanLot, Issue

_LIGNE_DE_TACHE = re.compile(r"\s+(\d{9})\s")


@dataclass(frozen=True)
class Purge:
    """Ce qu'il y a à effacer d'un client.

    Attributes
    ----------
    traces : tuple
        Couples (racine, trace) : dossiers et restes à effacer.
    rapports : tuple of Path
        Rapports de lot qui citent le client.
    portefeuille : tuple of Path
        Fichiers du portefeuille, à refaire sans lui.
    a_la_main : tuple of Path
        Carnets de la méthode enregistrés avec ses résultats : à vider dans JupyterLab.
    """

    siren: str
    sorties: Path
    traces: tuple[tuple[Path, purge.Trace], ...]
    rapports: tuple[Path, ...]
    portefeuille: tuple[Path, ...]
    a_la_main: tuple[Path, ...]

    @property
    def est_vide(self) -> bool:
        """Vrai si rien n'est à effacer."""
        return not (self.traces or self.rapports or self.portefeuille)

    def __str__(self) -> str:
        lignes = [f"  {_decrire(trace)}" for _, trace in self.traces]
        lignes += [f"  {rapport} : ses lignes" for rapport in self.rapports]
        lignes += [f"  {fichier} : refait sans lui" for fichier in self.portefeuille]
        return "\n".join(lignes) or f"Aucune trace de {self.siren}."


def prevoir(saisie: str, sorties: Path | None = None) -> Purge:
    """Ce qu'une purge effacerait ; n'efface rien.

    Raises
    ------
    ErreurUsage
        SIREN mal formé.
    """
    siren, vers = purge.exiger_siren(saisie), sorties or chemins.sorties()
    racines = dict.fromkeys((chemins.territoires(), vers))
    traces = [(racine, trace) for racine in racines for trace in purge.traces(racine, siren)]
    provisoire = Path(tempfile.gettempdir())
    traces += [(provisoire, trace) for trace in purge.brouillons(siren)]
    traces += [(vers, trace) for trace in _restes_de_rapports(vers)]
    rapports = purge.cite(_lisibles(vers, "lot-*.json", "lot-*.txt"), siren)
    reunis = [vers / nom for nom in (portefeuille.NOM_TABLE, portefeuille.NOM_PAGE) if (vers / nom).is_file()]
    ouverts = purge.cite(_lisibles(chemins.carnets(), "**/*.ipynb", "**/.ipynb_checkpoints/*"), siren)
    return Purge(siren, vers, tuple(traces), tuple(rapports), tuple(reunis), tuple(ouverts))


def purger(prevue: Purge, donnees: Path | None = None) -> None:
    """Efface ce qui est prévu ; le portefeuille est refait avec les territoires qui restent, ou effacé s'il n'en reste pas."""
    for fichier in prevue.portefeuille:  # d'abord : une purge interrompue ne laisse pas d'agrégat qui le contienne
        fichier.unlink(missing_ok=True)
    for racine, trace in prevue.traces:
        purge.effacer(trace, racine)
    for rapport in sorted(prevue.rapports, key=lambda chemin: chemin.suffix):  # le JSON avant le texte, qui en découle
        _NETTOYAGES[rapport.suffix](rapport, prevue.siren)
    if prevue.portefeuille:
        _refaire_portefeuille(prevue.sorties, donnees)


def _refaire_portefeuille(sorties: Path, donnees: Path | None) -> None:
    try:
        reuni = portefeuille.reunir(sorties, donnees)
    except ErreurDonnees:  # plus aucun territoire : plus de portefeuille
        return
    portefeuille.ecrire(reuni, sorties, datetime.date.today())


def _nettoyer_json(rapport: Path, siren: str) -> None:
    """Rapport sans les tâches du client ; son texte est récrit de même. Un rapport illisible s'efface."""
    try:
        contenu = json.loads(rapport.read_text("utf-8"))
        gardees = [tache for tache in contenu["taches"] if tache["siren"] != siren]
        bilan = _bilan(contenu, gardees)
    except (ValueError, KeyError, TypeError):
        rapport.unlink()
        return
    sorts = {sort: sum(tache["sort"] == sort for tache in gardees) for sort in sorted({t["sort"] for t in gardees})}
    document = {**contenu, "demandees": bilan.demandees, "sorts": sorts, "taches": gardees}
    chemins.ecrire(rapport, json.dumps(document, ensure_ascii=False, indent=1))
    if (texte := rapport.with_suffix(".txt")).is_file():
        chemins.ecrire(texte, f"{bilan}\n")


def _bilan(contenu: dict[str, Any], gardees: list[dict[str, Any]]) -> BilanLot:
    retirees = len(contenu["taches"]) - len(gardees)
    depart = datetime.datetime.fromisoformat(contenu["depart"])
    issues = tuple(Issue(**tache) for tache in gardees)
    return BilanLot(issues, depart, contenu["duree_s"], contenu["interrompu"], contenu["demandees"] - retirees)


def _nettoyer_texte(rapport: Path, siren: str) -> None:
    """Rapport sans les lignes du client, suites comprises, quand il n'y a plus de JSON dont le tirer."""
    if not purge.cite([rapport], siren):
        return
    gardees, a_lui = [], False
    for ligne in rapport.read_text("utf-8").splitlines():
        if trouve := _LIGNE_DE_TACHE.match(ligne):
            a_lui = trouve[1] == siren
        if not a_lui and siren not in ligne:
            gardees.append(ligne)
    chemins.ecrire(rapport, "\n".join(gardees) + "\n")


_NETTOYAGES: dict[str, Callable[[Path, str], None]] = {".json": _nettoyer_json, ".txt": _nettoyer_texte}


def _restes_de_rapports(sorties: Path) -> list[purge.Trace]:
    """Rapports et portefeuilles dont l'écriture a été interrompue : ils peuvent citer n'importe quel client."""
    restes = [f for motif in (".lot-*", ".index.html.*", ".portefeuille.*") for f in _lisibles(sorties, f"{motif}{purge.SUFFIXE_PROVISOIRE}")]
    return [purge.Trace(f, 1, f.stat().st_size) for f in restes]


def _lisibles(dossier: Path, *motifs: str) -> list[Path]:
    return sorted({f for motif in motifs for f in dossier.glob(motif) if f.is_file() and not f.is_symlink()})


def _decrire(trace: purge.Trace) -> str:
    if trace.est_lien:
        return f"{trace.chemin} : le lien seulement ; ce qu'il désigne ({trace.chemin.readlink()}) reste à effacer à la main"
    return f"{trace.chemin} : {formats.pluriel(trace.fichiers, 'fichier')}, {formats.nombre(trace.octets / 1000)} ko"

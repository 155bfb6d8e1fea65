"""Le rapport d'un lot : ce qui est produit, ce qui a échoué et pourquoi, en JSON et en texte."""

from __future__ import annotations

import datetime
import json
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from mutunb import chemins, formats

Sort = Literal["produit", "repris", "echec"]
VERSION = 1
AU_CLAVIER = "par Ctrl-C"


@dataclass(frozen=True)
class Issue:
    """Ce qu'est devenue une tâche.

    Attributes
    ----------
    sort : str
        ``produit``, ``repris`` (déjà fait des mêmes entrées) ou ``echec``.
    phrase : str
        Pourquoi, en une phrase.
    duree_s, calcul_s : float
        Temps écoulé ; temps de processeur de l'ouvrier, de sa souche et de ses carnets.
    memoire_mo, octets : float, int
        Plus forte mémoire de l'ouvrier et de sa souche jusque-là ; taille des fichiers écrits.
    """

    siren: str
    etape: str
    sort: Sort
    phrase: str = ""
    nom: str = ""
    duree_s: float = 0.0
    calcul_s: float = 0.0
    memoire_mo: float = 0.0
    octets: int = 0


@dataclass(frozen=True)
class BilanLot:
    """Un lot, fini ou interrompu ; ``interrompu`` dit par quoi, vide sinon."""

    issues: tuple[Issue, ...]
    depart: datetime.datetime
    duree_s: float
    interrompu: str
    demandees: int

    @property
    def echecs(self) -> list[Issue]:
        """Tâches en échec, par SIREN."""
        return sorted((i for i in self.issues if i.sort == "echec"), key=lambda i: (i.siren, i.etape))

    @property
    def est_complet(self) -> bool:
        """Vrai si tout est produit et rien n'a été interrompu."""
        return not self.interrompu and not self.echecs and len(self.issues) == self.demandees

    def ecrire(self, sorties: Path) -> tuple[Path, Path]:
        """Écrit ``lot-AAAAMMJJ-HHMM.json`` et ``.txt`` ; rend leurs chemins."""
        base = f"lot-{self.depart.astimezone():%Y%m%d-%H%M}"
        contenu = {
            "version": VERSION,
            "depart": self.depart.isoformat(timespec="seconds"),
            "duree_s": round(self.duree_s, 1),
            "interrompu": self.interrompu,
            "demandees": self.demandees,
            "sorts": dict(sorted(Counter(i.sort for i in self.issues).items())),
            "taches": [_arrondie(i) for i in sorted(self.issues, key=lambda i: (i.siren, i.etape))],
        }
        fichiers = sorties / f"{base}.json", sorties / f"{base}.txt"
        chemins.ecrire(fichiers[0], json.dumps(contenu, ensure_ascii=False, indent=1))
        chemins.ecrire(fichiers[1], str(self) + "\n")
        return fichiers

    def __str__(self) -> str:
        return "\n".join([_titre(self), *_chiffres(self.issues), *_liste_echecs(self.echecs)])


def _arrondie(issue: Issue) -> dict:
    return {nom: round(v, 2) if isinstance(v, float) else v for nom, v in asdict(issue).items()}


def _titre(bilan: BilanLot) -> str:
    comptes = Counter(issue.sort for issue in bilan.issues)
    morceaux = [formats.pluriel(comptes["produit"], "étape produite", "étapes produites")]
    if comptes["repris"]:
        morceaux.append(formats.pluriel(comptes["repris"], "étape déjà faite", "étapes déjà faites"))
    morceaux.append(formats.pluriel(comptes["echec"], "échec"))
    restantes = bilan.demandees - len(bilan.issues)
    if restantes:
        morceaux.append(formats.pluriel(restantes, "étape non traitée", "étapes non traitées"))
    fin = f"Lot interrompu ({bilan.interrompu})" if bilan.interrompu else "Lot terminé"
    return f"{fin} en {_duree(bilan.duree_s)} : {', '.join(morceaux)}."


def _chiffres(issues: Sequence[Issue]) -> list[str]:
    faites = [issue for issue in issues if issue.sort == "produit"]
    if not faites:
        return []
    durees = sorted(issue.duree_s for issue in faites)
    return [
        f"Par territoire et étape : {formats.nombre(statistics.median(durees), 1)} s en médiane, "
        f"{formats.nombre(durees[-1], 1)} s au plus.",
        f"Fichiers écrits : {formats.nombre(sum(i.octets for i in faites) / 1e6)} Mo ; "
        f"mémoire d'un ouvrier : {formats.nombre(max(i.memoire_mo for i in faites))} Mo au plus.",
    ]


def _liste_echecs(echecs: Sequence[Issue]) -> list[str]:
    if not echecs:
        return []
    return ["", "Échecs", *(f"  {i.siren}  {i.etape:<12}  {i.phrase}" for i in echecs)]


def _duree(secondes: float) -> str:
    minutes, reste = divmod(round(secondes), 60)
    return f"{minutes} min {reste:02d} s" if minutes else f"{reste} s"

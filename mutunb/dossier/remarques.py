"""Ce qu'il y a à dire d'un fichier reçu : problèmes de lecture, conflits et contrôles, rapportés à ses cellules.

Un classeur annoté repart vers la mairie qui l'a rempli : une remarque n'y dit rien de ce qu'un autre fichier contient.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mutunb.dossier.collecte import Collecte, Conflit
from mutunb.dossier.controles import ConstatDossier
from mutunb.dossier.fusion import montrer
from mutunb.dossier.questionnaire import questionnaire
from mutunb.erreurs import Constat

_ADRESSES = re.compile(r"\b[A-Z]{1,3}[1-9]\d*\b")
_LIGNE = re.compile(r"ligne (\d+)")
_COLONNE = re.compile(r"colonne ([A-Z]{1,3})")


@dataclass(frozen=True)
class Remarque:
    """Une remarque sur un fichier : l'onglet et les cellules (vides si elle porte sur le fichier), et ses textes."""

    gravite: str
    ou: str
    trouve: str
    attendu: str
    remede: str
    onglet: str = ""
    adresses: tuple[str, ...] = ()

    @property
    def phrase(self) -> str:
        """Le texte du commentaire d'une cellule."""
        return f"{self.gravite.capitalize()}. Trouvé : {self.trouve}. Attendu : {self.attendu}. {self.remede}"


def remarques_sur(fichier: str, collecte: Collecte, constats: Iterable[ConstatDossier]) -> list[Remarque]:
    """Remarques sur le fichier de ce nom : lecture, conflits, puis contrôles qui ne concernent que lui."""
    onglets = {onglet for nom, onglet, _ in collecte.emplacements if nom == fichier}
    lecture = (_de_lecture(constat, fichier, onglets) for constat in collecte.constats)
    return [
        *(remarque for remarque in lecture if remarque),
        *(remarque for conflit in collecte.conflits for remarque in _de_conflit(conflit, fichier, onglets)),
        *(remarque for constat in constats for remarque in _de_controle(constat, fichier)),
    ]


def _de_lecture(constat: Constat, fichier: str, onglets: Iterable[str]) -> Remarque | None:
    if constat.ou != fichier and not constat.ou.startswith(f"{fichier}, "):
        return None
    onglet, adresses, place = _situer(constat.ou.removeprefix(fichier).removeprefix(", "), onglets)
    return Remarque(constat.gravite, place, constat.trouve, constat.attendu, constat.remede, onglet, adresses)


def _situer(reste: str, onglets: Iterable[str]) -> tuple[str, tuple[str, ...], str]:
    """« Effectifs, cellule B12 » → onglet, adresses, texte ; un onglet inconnu reste un texte."""
    onglet = next((nom for nom in sorted(onglets, key=len, reverse=True) if f"{reste}, ".startswith(f"{nom}, ")), "")
    place = reste.removeprefix(onglet).removeprefix(", ") if onglet else ""
    adresses = tuple(_ADRESSES.findall(place)) if place.startswith("cellule") else ()
    if ligne := _LIGNE.match(place):
        adresses = (f"A{ligne[1]}",)
    elif colonne := _COLONNE.match(place):
        adresses = (f"{colonne[1]}1",)
    return onglet, adresses, reste or "(le fichier)"


def _de_conflit(conflit: Conflit, fichier: str, onglets: Iterable[str]) -> Iterator[Remarque]:
    """Un conflit, vu d'un fichier : sa propre valeur ; celle de l'autre fichier n'est pas répétée."""
    cotes = [(conflit.ou_retenue, conflit.retenue), (conflit.ou_ecartee, conflit.ecartee)]
    if all(ou.startswith(f"{fichier}, ") for ou, _ in cotes):
        constat = conflit.constat()
        trouve, remede = constat.trouve, constat.remede
    else:
        trouve, remede = "", "Confirmez votre valeur ou corrigez-la ; le porteur de l'étude tranchera."
    champ = questionnaire().feuille(conflit.feuille).champ(conflit.champ)
    for ou, valeur in cotes:
        if ou.startswith(f"{fichier}, "):
            onglet, adresses, place = _situer(ou.removeprefix(f"{fichier}, "), onglets)
            dit = trouve or f"« {montrer(valeur, champ)} » pour {champ.libelle}, une autre valeur dans un autre fichier reçu"
            yield Remarque("erreur", place, dit, "une seule valeur", remede, onglet, adresses)


def _de_controle(constat: ConstatDossier, fichier: str) -> Iterator[Remarque]:
    """Un constat de contrôle, s'il ne porte que sur ce fichier : une remarque par onglet."""
    if {cellule.fichier for cellule in constat.cellules} != {fichier}:
        return
    for onglet in dict.fromkeys(cellule.onglet for cellule in constat.cellules):
        cellules = [cellule for cellule in constat.cellules if cellule.onglet == onglet]
        adresses = tuple(cellule.adresse or f"A{cellule.ligne}" for cellule in cellules)
        ou = f"{onglet}, {', '.join(dict.fromkeys(adresses))}"
        yield Remarque(constat.gravite, ou, constat.trouve, constat.attendu, constat.remede, onglet, adresses)

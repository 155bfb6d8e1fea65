"""Vérifier un dossier : tous les constats, et les classeurs reçus rendus annotés."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mutunb import formats
from mutunb.dossier.annotation import annoter
from mutunb.dossier.fichiers_client import ANNOTES, RECUS, dossier_a_lire
from mutunb.dossier.fichiers_ignores import fichiers_ignores
from mutunb.dossier.gel import comparer
from mutunb.dossier.liste_controles import GRAVITES
from mutunb.dossier.ouverture import Dossier
from mutunb.dossier.remarques import remarques_sur
from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.invocation import commande


@dataclass(frozen=True)
class Verification:
    """Le résultat d'une vérification : constats (lecture, conflits, contrôles) et classeurs annotés."""

    dossier: Dossier
    constats: tuple[Constat, ...]
    annotes: tuple[Path, ...]

    @property
    def sans_erreur(self) -> bool:
        """Vrai si aucun constat n'est une erreur."""
        return not any(constat.gravite == "erreur" for constat in self.constats)

    def __str__(self) -> str:
        territoire, collecte = self.dossier.territoire, self.dossier.collecte
        constats = [f"  {constat.gravite.upper()} {constat}" for constat in self.constats]
        if collecte is None:
            phrase = f"{territoire.nom} : aucune réponse. Déposez les classeurs dans {self.dossier.chemin / RECUS}."
            return "\n".join([phrase, *constats, *self._suivis()])
        lignes = [f"{territoire.nom} : {formats.pluriel(len(collecte.fichiers), 'fichier')}, {self._bilan()}", *constats]
        if faites := len(self.dossier.corrections):
            lignes.append(f"  {formats.pluriel(faites, 'correction appliquée', 'corrections appliquées')}")
        return "\n".join([*lignes, *self._depuis_le_t0(), *self._suivis(), *(f"  relecture : {chemin}" for chemin in self.annotes)])

    def _depuis_le_t0(self) -> list[str]:
        t0 = self.dossier.t0
        if t0 is None:
            return []
        combien = len(comparer(t0, self.dossier.collecte))
        suite = formats.pluriel(combien, "changement") if combien else "aucun changement"
        return [f"  depuis le {t0.reference} : {suite} dans les réponses"]

    def _suivis(self) -> list[str]:
        suivi = self.dossier.suivi
        if suivi is None or not suivi.exercices:
            return []
        exercices = [f"{e.exercice}{'' if e.complet else ' (partiel)'}" for e in suivi.exercices.values()]
        return [f"  suivi : {formats.pluriel(len(exercices), 'exercice')}, {formats.liste(exercices)}"]

    def _bilan(self) -> str:
        nombres = {gravite: sum(constat.gravite == gravite for constat in self.constats) for gravite in GRAVITES}
        return ", ".join(formats.pluriel(nombre, gravite) for gravite, nombre in nombres.items())


def exiger_un_dossier(dossier: Dossier) -> None:
    """Refuse de travailler sur un territoire dont le dossier client n'a pas été créé."""
    siren = dossier.territoire.siren
    if not dossier_a_lire(siren).is_dir():
        raise ErreurDonnees(
            f"{dossier.territoire.nom} : pas encore de dossier client ({dossier.chemin}). "
            f"Créez-le, avec son questionnaire : {commande(f'dossier {siren}')}"
        )


def verifier(dossier: Dossier) -> Verification:
    """Contrôle un dossier ouvert et écrit une relecture de chaque fichier reçu dans ``annotes/``."""
    ignores = () if dossier.chemin is None else fichiers_ignores(dossier_a_lire(dossier.territoire.siren))
    if dossier.collecte is None:
        return Verification(dossier, _ranger((*ignores, *dossier.constats_suivi)), ())
    lecture = (*ignores, *dossier.collecte.constats, *(conflit.constat() for conflit in dossier.collecte.conflits))
    tous = _ranger((*lecture, *dossier.constats, *dossier.constats_suivi))
    sortie = dossier.chemin / ANNOTES
    annotes = tuple(
        annoter(chemin, remarques_sur(fichier.nom, dossier.collecte, dossier.constats), sortie / _sous_dossier(chemin, dossier))
        for chemin, fichier in zip(dossier.sources, dossier.collecte.fichiers, strict=True)
    )
    return Verification(dossier, tous, annotes)


def _ranger(constats: Iterable[Constat]) -> tuple[Constat, ...]:
    return tuple(sorted(constats, key=lambda constat: GRAVITES.index(constat.gravite)))


def _sous_dossier(chemin: Path, dossier: Dossier) -> Path:
    """Sous-dossier de ``recus`` d'où vient le fichier, repris dans ``annotes`` : deux homonymes ne s'écrasent pas."""
    recus = dossier.chemin / RECUS
    return chemin.parent.relative_to(recus) if chemin.is_relative_to(recus) else Path()

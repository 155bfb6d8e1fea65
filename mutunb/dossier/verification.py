"""Vérifier un dossier : tous les constats, et les classeurs reçus rendus annotés."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mutunb import formats
from mutunb.dossier.annotation import annoter
from mutunb.dossier.fichiers_client import ANNOTES, RECUS
from mutunb.dossier.liste_controles import GRAVITES
from mutunb.dossier.ouverture import Dossier
from mutunb.dossier.remarques import remarques_sur
from mutunb.erreurs import Constat


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
        if collecte is None:
            return f"{territoire.nom} : aucune réponse. Déposez les classeurs dans {self.dossier.chemin / RECUS}."
        lignes = [f"{territoire.nom} : {formats.pluriel(len(collecte.fichiers), 'fichier')}, {self._bilan()}"]
        lignes += [f"  {constat.gravite.upper()} {constat}" for constat in self.constats]
        if faites := len(self.dossier.corrections):
            lignes.append(f"  {formats.pluriel(faites, 'correction appliquée', 'corrections appliquées')}")
        return "\n".join(lignes + [f"  relecture : {chemin}" for chemin in self.annotes])

    def _bilan(self) -> str:
        nombres = {gravite: sum(constat.gravite == gravite for constat in self.constats) for gravite in GRAVITES}
        return ", ".join(formats.pluriel(nombre, gravite) for gravite, nombre in nombres.items())


def verifier(dossier: Dossier) -> Verification:
    """Contrôle un dossier ouvert et écrit une relecture de chaque fichier reçu dans ``annotes/``."""
    if dossier.collecte is None:
        return Verification(dossier, (), ())
    lecture = (*dossier.collecte.constats, *(conflit.constat() for conflit in dossier.collecte.conflits))
    tous = sorted((*lecture, *dossier.constats), key=lambda constat: GRAVITES.index(constat.gravite))
    sortie = dossier.chemin / ANNOTES
    annotes = tuple(
        annoter(chemin, remarques_sur(fichier.nom, dossier.collecte, dossier.constats), sortie / _sous_dossier(chemin, dossier))
        for chemin, fichier in zip(dossier.sources, dossier.collecte.fichiers, strict=True)
    )
    return Verification(dossier, tuple(tous), annotes)


def _sous_dossier(chemin: Path, dossier: Dossier) -> Path:
    """Sous-dossier de ``recus`` d'où vient le fichier, repris dans ``annotes`` : deux homonymes ne s'écrasent pas."""
    recus = dossier.chemin / RECUS
    return chemin.parent.relative_to(recus) if chemin.is_relative_to(recus) else Path()

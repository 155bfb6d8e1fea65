"""Ce que les évaluations publiées ont constaté de la mutualisation : à lire avant tout chiffre de gain."""

from __future__ import annotations

from pathlib import Path

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import Connus, Entree, IdSource, Prose, Texte, montrer
from mutunb.referentiel.lecture import lire_yaml, nom_court, valider
from mutunb.referentiel.niveaux import Niveau, est_a_verifier


class Evaluation(Entree):
    """Un constat publié, avec sa source."""

    id: Texte
    texte: Prose
    niveau: Niveau
    source: IdSource

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)


def lire(dossier: Path, connus: Connus) -> tuple[Evaluation, ...]:
    """Constats de ``evaluations.yaml``, dans l'ordre du fichier, qui est celui de l'affichage."""
    chemin = dossier / "evaluations.yaml"
    contenu, constats = lire_yaml(chemin)
    if not isinstance(contenu, list) and not constats:
        constats.append(Constat(nom_court(chemin), montrer(contenu), "une liste", "Écrivez un tiret par constat."))
    lues: dict[str, Evaluation] = {}
    for rang, corps in enumerate(contenu if isinstance(contenu, list) else [], start=1):
        endroit = f"{nom_court(chemin)}, n° {rang}"
        if not isinstance(corps, dict):
            constats.append(Constat(endroit, montrer(corps), "un bloc de clés", "Écrivez id, texte, niveau, source."))
            continue
        lue, defauts = valider(corps, Evaluation, connus, endroit)
        constats += defauts
        if lue is not None and lue.id in lues:
            constats.append(Constat(endroit, f"id : « {lue.id} »", "un identifiant unique", "Renommez l'un des deux."))
        elif lue is not None:
            lues[lue.id] = lue
    if constats:
        raise ErreurDonnees.de_constats("Évaluations publiées", constats)
    return tuple(lues.values())

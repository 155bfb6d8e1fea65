"""Le réseau d'un projet : des tâches, leurs durées, ce que chacune attend ; lu et contrôlé, tous les défauts à la fois."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from mutunb.calculs.entrees import dictionnaire, montrer
from mutunb.erreurs import Constat, ErreurDonnees, noms_proches

Jours = int | float
#: durée la plus longue qu'on compte (une centaine d'années)
JOURS_MAX = 36_500


@dataclass(frozen=True)
class Reseau:
    """Un graphe de tâches sans boucle.

    Attributes
    ----------
    noms : tuple of str
        Tâches, dans l'ordre reçu.
    durees : Mapping
        Tâche → durée en jours.
    devancieres : Mapping
        Tâche → (devancière → délai en jours après sa fin).
    suivantes : Mapping
        Tâche → tâches qui l'attendent.
    ordre : tuple of str
        Un ordre d'exécution : chaque tâche vient après ses devancières.
    """

    noms: tuple[str, ...]
    durees: Mapping[str, Jours]
    devancieres: Mapping[str, Mapping[str, Jours]]
    suivantes: Mapping[str, tuple[str, ...]]
    ordre: tuple[str, ...]


def lire_reseau(taches: Mapping[str, Any]) -> Reseau:
    """Réseau contrôlé d'après ``{id: (duree, devancieres)}`` (voir :func:`mutunb.calculs.ordonnancement.planifier`).

    Raises
    ------
    ErreurDonnees
        Tous les défauts : forme, durée, délai, devancière inconnue, boucle.

    Examples
    --------
    >>> lire_reseau({"b": (2, ["a"]), "a": (1, [])}).ordre
    ('a', 'b')
    """
    lues: dict[str, tuple[Jours, dict[str, Jours]]] = {}
    constats: list[Constat] = []
    taches = dictionnaire(taches, "les tâches", "tâche → (durée, [devancières])")
    for nom, tache in taches.items():
        duree, devancieres, defauts = _lire_tache(nom, tache)
        lues[nom] = (duree, devancieres)
        constats += [*defauts, *_inconnues(nom, devancieres, taches)]
    constats += _boucles({nom: [autre for autre in avant if autre in lues] for nom, (_, avant) in lues.items()})
    if constats:
        raise ErreurDonnees.de_constats("Réseau de tâches", constats)
    devancieres = {nom: avant for nom, (_, avant) in lues.items()}
    return Reseau(
        noms=tuple(lues),
        durees={nom: duree for nom, (duree, _) in lues.items()},
        devancieres=devancieres,
        suivantes={nom: tuple(n for n in lues if nom in devancieres[n]) for nom in lues},
        ordre=tuple(_ordre(devancieres)),
    )


def _lire_tache(nom: str, tache: Any) -> tuple[Jours, dict[str, Jours], list[Constat]]:
    if isinstance(tache, Mapping):
        tache = (tache.get("duree"), tache.get("predecesseurs", tache.get("devancieres", ())))
    if not isinstance(tache, Sequence) or isinstance(tache, str) or len(tache) != 2:
        remede = "Écrivez « {identifiant: (durée, [devancières])} »."
        return 0, {}, [Constat(f"tâche {nom}", montrer(tache), "une durée et des devancières", remede)]
    duree, avant = tache
    if avant is not None and (isinstance(avant, bytes) or not isinstance(avant, Iterable)):
        return 0, {}, [Constat(f"tâche {nom}, devancières", montrer(avant), "une liste de tâches", "Écrivez [] s'il n'y en a pas.")]
    constats = [] if _est_duree(duree) else [_mauvaise_duree(f"tâche {nom}, durée", duree)]
    devancieres: dict[str, Jours] = {}
    for lien in [avant] if isinstance(avant, str) else avant or ():
        autre, delai = (lien[0], lien[1]) if isinstance(lien, tuple | list) and len(lien) == 2 else (lien, 0)
        if not isinstance(autre, Hashable):
            remede = "Écrivez « tâche », ou (« tâche », délai)."
            constats.append(Constat(f"tâche {nom}", f"la devancière {montrer(autre)}", "une tâche du réseau", remede))
            continue
        if not _est_duree(delai):
            constats.append(_mauvaise_duree(f"tâche {nom}, délai après {autre}", delai))
            continue
        devancieres[autre] = max(delai, devancieres.get(autre, 0))
    return duree if _est_duree(duree) else 0, devancieres, constats


def _est_duree(valeur: Any) -> bool:
    nombre = isinstance(valeur, Real) and not isinstance(valeur, bool)
    return nombre and 0 <= valeur <= JOURS_MAX  # un NaN n'est entre aucune borne


def _mauvaise_duree(ou: str, trouve: Any) -> Constat:
    return Constat(ou, montrer(trouve), "un nombre de jours positif ou nul", "Corrigez la durée ; 0 pour un jalon.")


def _inconnues(nom: str, devancieres: Mapping[str, Jours], taches: Mapping[str, Any]) -> Iterator[Constat]:
    for autre in devancieres:
        if autre not in taches:
            proches = noms_proches(autre, map(str, taches))
            remede = f"Vouliez-vous dire : {', '.join(proches)} ?" if proches else "Ajoutez la tâche, ou retirez ce lien."
            yield Constat(f"tâche {nom}", f"la devancière « {autre} »", "une tâche du réseau", remede)


def _ordre(devancieres: Mapping[str, Mapping[str, Jours]]) -> Iterator[str]:
    """Ordre d'exécution, le plus proche possible de l'ordre reçu (sans boucle)."""
    suivantes: dict[str, list[str]] = {nom: [] for nom in devancieres}
    attendues = {nom: len(avant) for nom, avant in devancieres.items()}
    for nom, avant in devancieres.items():
        for autre in avant:
            suivantes[autre].append(nom)
    pretes = [nom for nom in devancieres if not attendues[nom]]
    for nom in pretes:  # la liste s'allonge pendant le parcours
        yield nom
        for apres in suivantes[nom]:
            attendues[apres] -= 1
            if not attendues[apres]:
                pretes.append(apres)


def _boucles(devancieres: Mapping[str, Sequence[str]]) -> list[Constat]:
    """Une boucle par groupe de tâches qui s'attendent mutuellement."""
    constats, reste = [], _sans_issue(devancieres)
    while reste:
        chemin = [next(n for n in devancieres if n in reste)]
        while (suite := next(n for n in devancieres[chemin[-1]] if n in reste)) not in chemin:
            chemin.append(suite)
        boucle = [*chemin[chemin.index(suite) :], suite][::-1]
        remede = "Retirez l'un de ces liens : ces tâches ne commenceraient jamais."
        constats.append(Constat("enchaînement", " → ".join(boucle), "un enchaînement sans boucle", remede))
        libres = {nom: [n for n in avant if n not in boucle] for nom, avant in devancieres.items() if nom not in boucle}
        devancieres, reste = libres, _sans_issue(libres)
    return constats


def _sans_issue(devancieres: Mapping[str, Sequence[str]]) -> set[str]:
    """Tâches qui ne peuvent jamais commencer : elles sont dans une boucle, ou après une."""
    graphe = {nom: dict.fromkeys(avant, 0) for nom, avant in devancieres.items()}
    return set(devancieres) - set(_ordre(graphe))

"""Contrôler une collecte : tous les contrôles de la liste, tous leurs constats, sans plafond."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

# chacun de ces modules enregistre ses contrôles à l'importation
from mutunb.dossier import (  # noqa: F401
    controles_appetence,
    controles_comptes,
    controles_contrats,
    controles_effectifs,
    controles_entites,
    controles_mutualisations,
    controles_saisie,
)
from mutunb.dossier.collecte import COLONNES_ORIGINE, Collecte
from mutunb.dossier.examen import Examen, Releve, registre
from mutunb.dossier.liste_controles import GRAVITES, ControleDossier, controles
from mutunb.dossier.questionnaire import Questionnaire, questionnaire
from mutunb.erreurs import Constat, ErreurUsage
from mutunb.formats import liste
from mutunb.referentiel import Hypothese
from mutunb.territoires import Territoire


@dataclass(frozen=True, order=True)
class Cellule:
    """Une cellule en cause : fichier reçu, onglet, numéro de ligne, adresse (« B12 », vide si inconnue) et champ."""

    fichier: str
    onglet: str
    ligne: int
    adresse: str
    champ: str


@dataclass(frozen=True)
class ConstatDossier(Constat):
    """Un constat de contrôle : celui de :class:`Constat`, avec l'identifiant du contrôle et les cellules en cause."""

    controle: str = ""
    feuille: str = ""
    cellules: tuple[Cellule, ...] = ()


def controler(
    collecte: Collecte,
    territoire: Territoire,
    hypotheses: Mapping[str, Hypothese],
    jour: datetime.date,
    ids: Collection[str] | None = None,
) -> tuple[ConstatDossier, ...]:
    """Constats des contrôles, des erreurs aux informations, puis par fichier, feuille et ligne.

    Parameters
    ----------
    collecte, territoire, hypotheses
        Ce que le client a répondu, ce que l'on sait de lui, les hypothèses en vigueur.
    jour : datetime.date
        Jour auquel on juge les dates (contrat échu, départ passé) : la date du T0, à défaut celle du jour.
    ids : collection of str, optional
        Contrôles à faire ; tous par défaut.
    """
    for id in ids or ():
        if id not in controles():
            raise ErreurUsage.nom_inconnu("contrôle", id, controles())
    examen, adresses = Examen(collecte, territoire, hypotheses, jour), Adresses(collecte)
    trouves = [
        constater(controle, releve, adresses)
        for controle in controles().values()
        if ids is None or controle.id in ids
        for releve in registre()[controle.id](replace(examen, controle=controle))
    ]
    return ranger(trouves, questionnaire().noms)


def ranger(constats: Iterable[ConstatDossier], feuilles: Sequence[str]) -> tuple[ConstatDossier, ...]:
    """Constats des erreurs aux informations, puis par fichier, feuille (dans l'ordre donné) et ligne."""
    return tuple(sorted(constats, key=lambda constat: _ordre(constat, feuilles)))


def constater(controle: ControleDossier, releve: Releve, adresses: Adresses) -> ConstatDossier:
    """Ce qu'un contrôle a relevé, en constat : où, trouvé, attendu, remède."""
    cellules = tuple(adresses.cellules(releve.feuille, releve.lignes, releve.champs))
    return ConstatDossier(
        ou=_endroit(releve, cellules, adresses.modele),
        trouve=controle.phrase.format(**releve.textes),
        attendu=controle.attendu.format(**releve.textes),
        remede=controle.remede.format(**releve.textes),
        gravite=controle.gravite,
        controle=controle.id,
        feuille=releve.feuille,
        cellules=cellules,
    )


class Adresses:
    """Cellules d'une collecte, l'origine de chaque ligne n'étant lue qu'une fois."""

    def __init__(self, collecte: Collecte) -> None:
        self._collecte, self.modele = collecte, collecte.modele
        self._origines: dict[str, dict[Hashable, tuple[str, str, int]]] = {}

    def cellules(
        self, feuille: str, etiquettes: Sequence[Hashable], champs: Sequence[str]
    ) -> Iterator[Cellule]:
        """Cellules des champs de ces lignes ; l'adresse est vide quand le fichier n'a pas la colonne."""
        if etiquettes and feuille not in self._origines:
            table = self._collecte.table(feuille)
            origines = zip(*(table[nom] for nom in COLONNES_ORIGINE), strict=True)
            self._origines[feuille] = dict(zip(table.index, origines, strict=True))
        for etiquette in etiquettes:
            fichier, onglet, ligne = self._origines[feuille][etiquette]
            places = self._collecte.emplacements.get((fichier, onglet, feuille), {})
            for champ in champs:
                yield Cellule(fichier, onglet, int(ligne), f"{places[champ]}{ligne}" if champ in places else "", champ)


def _endroit(releve: Releve, cellules: Sequence[Cellule], modele: Questionnaire) -> str:
    """« mairie.xlsx, Effectifs, cellules E4 et E7 » ; la feuille seule quand aucune cellule n'est en cause."""
    if not cellules and not releve.feuille:
        return "toutes les feuilles"
    if not cellules:
        return f"feuille {modele.feuille(releve.feuille).libelle}"
    par_onglet: dict[tuple[str, str], list[Cellule]] = {}
    for cellule in cellules:
        par_onglet.setdefault((cellule.fichier, cellule.onglet), []).append(cellule)
    return " ; ".join(f"{fichier}, {onglet}, {_places(lot)}" for (fichier, onglet), lot in par_onglet.items())


def _places(cellules: Sequence[Cellule]) -> str:
    genre = "cellule" if all(cellule.adresse for cellule in cellules) else "ligne"
    places = list(dict.fromkeys(c.adresse if genre == "cellule" else str(c.ligne) for c in cellules))
    return f"{genre}{'s' if len(places) > 1 else ''} {liste(places)}"


def _ordre(constat: ConstatDossier, feuilles: Sequence[str]) -> tuple[object, ...]:
    premiere = min(constat.cellules, default=Cellule("", "", 0, "", ""))
    return (
        GRAVITES.index(constat.gravite),
        not constat.cellules,
        premiere.fichier,
        feuilles.index(constat.feuille) if constat.feuille else -1,
        premiere.ligne,
        constat.controle,
        constat.ou,
        constat.trouve,
    )

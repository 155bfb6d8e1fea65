"""Le questionnaire : ce qu'on demande à un territoire, feuille par feuille, champ par champ.

``data/referentiel/questionnaire.yaml`` est la source unique : le classeur de collecte, sa lecture, ses contrôles
et sa documentation en descendent. Ce module le lit et le valide, tous les défauts à la fois.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mutunb import chemins
from mutunb.dossier.modeles_questionnaire import (
    BOOLEEN,
    LONGUEUR_ONGLET,
    MARQUE_OBLIGATOIRE,
    NOMBRES,
    SEPARATEUR,
    Champ,
    Feuille,
    Gabarit,
    Indicateur,
    Questionnaire,
    Traduction,
    forme_simple,
)
from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import Connus, montrer, voisins
from mutunb.referentiel.lecture import lire_bloc, valider

__all__ = [
    "BOOLEEN",
    "MARQUE_OBLIGATOIRE",
    "NOMBRES",
    "SEPARATEUR",
    "Champ",
    "Feuille",
    "Gabarit",
    "Indicateur",
    "Questionnaire",
    "Traduction",
    "forme_simple",
    "lire_questionnaire",
    "questionnaire",
]

_CLES = ("version", "classeur", "listes", "feuilles", "gabarits")
_BLOCS = ("listes", "feuilles", "gabarits")
_FICHIER = "questionnaire.yaml"


def questionnaire() -> Questionnaire:
    """Le questionnaire en vigueur, lu une fois ; :class:`ErreurDonnees` avec tous ses défauts.

    Examples
    --------
    >>> questionnaire().feuille("effectifs").champ("part_temps").entete
    'Part du temps du poste (%) *'
    """
    return _lu(chemins.referentiel() / _FICHIER)


@cache
def _lu(chemin: Path) -> Questionnaire:
    return lire_questionnaire(chemin)


def lire_questionnaire(chemin: Path, listes_communes: Mapping[str, Mapping[str, str]] | None = None) -> Questionnaire:
    """Questionnaire écrit dans ``chemin``.

    Parameters
    ----------
    listes_communes : Mapping, optional
        Listes (code → libellé) tenues ailleurs que dans le fichier, que ses champs peuvent citer.

    Raises
    ------
    ErreurDonnees
        Type, liste ou clé inconnus, alias en double dans une feuille, clé de feuille absente… tous à la fois.
    """
    contenu, constats = lire_bloc(chemin)
    blocs = {cle: _bloc(contenu.get(cle), f"{chemin.name}, {cle}", constats) for cle in _BLOCS}
    constats += _cles_inconnues(contenu, chemin.name)
    listes = _listes({**(listes_communes or {}), **blocs["listes"]}, f"{chemin.name}, listes", constats)
    feuilles = _feuilles(blocs["feuilles"], listes, f"{chemin.name}, feuilles", constats)
    gabarits = _gabarits(blocs["gabarits"], feuilles, f"{chemin.name}, gabarits", constats)
    entete = {cle: contenu[cle] for cle in ("version", "classeur") if cle in contenu}
    corps = {"version": None, **entete, "listes": listes, "feuilles": feuilles, "gabarits": gabarits}
    if not constats:
        lu, constats = valider(corps, Questionnaire, Connus(), chemin.name)
        if lu is not None:
            return lu
    raise ErreurDonnees.de_constats("Questionnaire", constats)


def _bloc(contenu: Any, ou: str, constats: list[Constat]) -> dict[str, Any]:
    if isinstance(contenu, dict) or contenu is None:
        return contenu or {}
    constats.append(Constat(ou, montrer(contenu), "un bloc de clés", "Écrivez une entrée par clé."))
    return {}


def _cles_inconnues(contenu: Mapping[str, Any], ou: str) -> Iterator[Constat]:
    for cle in contenu:
        if cle not in _CLES:
            remede = voisins(str(cle), _CLES, "Retirez cette clé.")
            yield Constat(ou, f"la clé « {cle} »", f"une clé connue ({', '.join(_CLES)})", remede)


def _listes(blocs: Mapping[str, Any], ou: str, constats: list[Constat]) -> dict[str, dict[str, str]]:
    """Listes « code: libellé » ; deux valeurs qui s'écrivent pareil ne pourraient pas être relues."""
    listes: dict[str, dict[str, str]] = {}
    for nom, brut in blocs.items():
        valeurs = _bloc(brut, f"{ou}, {nom}", constats)
        listes[nom] = {str(code): str(libelle) for code, libelle in valeurs.items()}
        vus: dict[str, str] = {}
        for code, libelle in listes[nom].items():
            for ecrit in {forme_simple(code), forme_simple(libelle)}:
                if vus.setdefault(ecrit, code) != code:
                    trouve = f"« {libelle} », déjà pris par « {vus[ecrit]} »"
                    constats.append(Constat(f"{ou}, {nom}, {code}", trouve, "un libellé unique", "Changez le libellé."))
            if SEPARATEUR in libelle:
                attendu = f"un libellé sans « {SEPARATEUR} », qui sépare les valeurs"
                constats.append(Constat(f"{ou}, {nom}, {code}", f"« {libelle} »", attendu, "Changez le libellé."))
    return listes


def _feuilles(
    blocs: Mapping[str, Any], listes: Mapping[str, Mapping[str, str]], ou: str, constats: list[Constat]
) -> list[Feuille]:
    feuilles = []
    for nom, brut in blocs.items():
        endroit = f"{ou}, {nom}"
        corps = _bloc(brut, endroit, constats)
        bruts = _bloc(corps.get("champs"), f"{endroit}, champs", constats)
        champs = _champs(bruts, listes, endroit, constats)
        feuille, defauts = valider({**corps, "nom": nom, "champs": champs}, Feuille, Connus(), endroit)
        constats += defauts
        if feuille is not None:
            constats += _incoherences(feuille, bruts, endroit)
            feuilles.append(feuille)
    return feuilles


def _champs(
    blocs: Mapping[str, Any], listes: Mapping[str, Mapping[str, str]], ou: str, constats: list[Constat]
) -> list[Champ]:
    champs = []
    for nom, brut in blocs.items():
        endroit = f"{ou}, {nom}"
        corps = {**_bloc(brut, endroit, constats), "nom": nom}
        choix = BOOLEEN if corps.get("type") == "booleen" else listes.get(str(corps.get("liste")), {})
        corps |= {"valeurs": tuple(choix), "libelles": tuple(choix.values())}
        champ, defauts = valider(corps, Champ, Connus(), endroit)
        constats += defauts
        if champ is not None:
            constats += _defauts_champ(champ, listes, endroit)
            champs.append(champ)
    return champs


def _defauts_champ(champ: Champ, listes: Mapping[str, Any], ou: str) -> Iterator[Constat]:
    if champ.liste and champ.liste not in listes:
        remede = voisins(champ.liste, listes, "Ajoutez cette liste à « listes ».")
        yield Constat(f"{ou}, liste", f"« {champ.liste} »", "une liste du questionnaire", remede)
    if champ.type == "liste" and not champ.liste:
        yield Constat(f"{ou}, liste", "rien", "le nom d'une liste", "Ajoutez « liste: … ».")
    if champ.min is not None and champ.max is not None and champ.min > champ.max:
        yield Constat(f"{ou}, max", f"{champ.max:g}", f"au moins {champ.min:g}", "Remettez les bornes dans l'ordre.")
    if champ.ferme and champ.exemple not in (None, ""):
        cites = str(champ.exemple).split(SEPARATEUR) if champ.type == "liste_multiple" else [champ.exemple]
        for cite in cites:
            if champ.code_de(cite) is None:
                remede = voisins(str(cite), champ.valeurs, "Citez une valeur de la liste.")
                yield Constat(f"{ou}, exemple", montrer(cite), f"une valeur de la liste {champ.liste}", remede)


def _incoherences(feuille: Feuille, ecrits: Iterable[str], ou: str) -> Iterator[Constat]:
    """Onglet trop long, clé ou champ de remplacement absents, en-têtes que deux champs se disputent.

    ``ecrits`` : noms de tous les champs du fichier, même défectueux, pour ne pas dire deux fois le même défaut.
    """
    if len(feuille.libelle) > LONGUEUR_ONGLET:
        attendu = f"{LONGUEUR_ONGLET} caractères au plus (nom d'onglet)"
        yield Constat(f"{ou}, libelle", f"{len(feuille.libelle)} caractères", attendu, "Raccourcissez le libellé.")
    renvois = [("cle", nom) for nom in feuille.cle]
    renvois += [(f"{champ.nom}, a_defaut", champ.a_defaut) for champ in feuille.champs if champ.a_defaut]
    for genre, nom in renvois:
        if nom not in ecrits:
            remede = voisins(nom, ecrits, "Ajoutez ce champ ou corrigez le nom.")
            yield Constat(f"{ou}, {genre}", f"« {nom} »", "un champ de la feuille", remede)
    proprietaires: dict[str, str] = {}
    for champ in feuille.champs:
        yield from _alias_repetes(champ, ou)
        for entete in dict.fromkeys(map(forme_simple, champ.noms_acceptes)):
            if proprietaires.setdefault(entete, champ.nom) != champ.nom:
                trouve = f"« {entete} », déjà pris par « {proprietaires[entete]} »"
                yield Constat(f"{ou}, {champ.nom}", trouve, "un en-tête propre à ce champ", "Renommez ou retirez l'alias.")


def _alias_repetes(champ: Champ, ou: str) -> Iterator[Constat]:
    formes = [forme_simple(alias) for alias in champ.alias]
    for rang, alias in enumerate(champ.alias):
        if formes[rang] in formes[:rang] or formes[rang] == forme_simple(champ.nom):
            trouve = f"« {alias} » une seconde fois"
            yield Constat(f"{ou}, {champ.nom}, alias", trouve, "une seule fois chaque en-tête", "Retirez cet alias.")


def _gabarits(
    blocs: Mapping[str, Any], feuilles: Iterable[Feuille], ou: str, constats: list[Constat]
) -> list[Gabarit]:
    par_nom = {feuille.nom: feuille for feuille in feuilles}
    gabarits = []
    for fichier, brut in blocs.items():
        endroit = f"{ou}, {fichier}"
        gabarit, defauts = valider(
            {**_bloc(brut, endroit, constats), "fichier": fichier}, Gabarit, Connus(), endroit
        )
        constats += defauts
        if gabarit is not None:
            constats += _renvois_gabarit(gabarit, par_nom, endroit)
            gabarits.append(gabarit)
    return gabarits


def _renvois_gabarit(gabarit: Gabarit, par_nom: Mapping[str, Feuille], ou: str) -> Iterator[Constat]:
    """Feuille, champs, fonctions, indicateurs et valeurs cités par un gabarit existent."""
    if not gabarit.feuille:
        if not gabarit.motif:
            yield Constat(f"{ou}, motif", "rien", "pourquoi ce gabarit est hors questionnaire", "Ajoutez « motif: … ».")
        return
    feuille = par_nom.get(gabarit.feuille)
    if feuille is None:
        remede = voisins(gabarit.feuille, par_nom, "Corrigez le nom de la feuille.")
        yield Constat(f"{ou}, feuille", f"« {gabarit.feuille} »", "une feuille du questionnaire", remede)
        return
    couples = [(c, "fonction", i.fonction) for c, i in gabarit.indicateurs.items()]
    couples += [(c, "indicateur", i.indicateur) for c, i in gabarit.indicateurs.items()]
    couples += [(c, t.champ, valeur) for c, t in gabarit.traductions.items() for valeur in t.valeurs.values()]
    for colonne, nom, valeur in couples:
        endroit = f"{ou}, {colonne}"
        if nom not in feuille.colonnes:
            remede = voisins(nom, feuille.colonnes, "Corrigez le nom du champ.")
            yield Constat(endroit, f"« {nom} »", f"un champ de {feuille.nom}", remede)
        elif (valeurs := feuille.champ(nom).valeurs) and valeur not in valeurs:
            remede = voisins(valeur, valeurs, "Corrigez la valeur ou complétez la liste.")
            yield Constat(endroit, f"« {valeur} »", f"une valeur de {nom}", remede)

"""Lire un fichier renvoyé par une mairie : .xlsx, .xls, .ods ou .csv, feuilles et colonnes dans le désordre compris."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from mutunb.dossier.classeur_collecte import PROPRIETE_TERRITOIRE, PROPRIETE_VERSION
from mutunb.dossier.ecriture_brute import est_vide
from mutunb.dossier.entetes import LIGNES_CHERCHEES, Reconnaissance, en_tetes_reconnus, reconnaitre
from mutunb.dossier.grille import OCTETS_MAX, Grille, lettres
from mutunb.dossier.lecture_feuille import lire_feuille
from mutunb.dossier.lecture_fichier import ouvrir_fichier
from mutunb.dossier.ligne_lue import LigneLue
from mutunb.dossier.questionnaire import Feuille, Questionnaire, forme_simple, questionnaire
from mutunb.erreurs import Constat
from mutunb.formats import liste

#: feuilles que le classeur propose avec des valeurs publiques : y figurer n'est pas y répondre
_PREREMPLIES = frozenset({"entites", "compensations", "dgf"})
_ONGLETS_ANNEXES = re.compile(r"(?:mode d emploi|lisez moi|lisezmoi|listes?|sommaire|notice|aide|synthese|relecture|mutunb.*)")
_NOMINATIF = re.compile(r"\b(?:nom|prenom|agent|matricule|nir|naissance|adresse)\b")


@dataclass
class Lecture:
    """Ce qu'un fichier a donné : lignes, constats, et la place des champs par (onglet, feuille)."""

    nom: str
    modele: Questionnaire = field(default_factory=questionnaire, repr=False)
    sha256: str = ""
    version: str | None = None
    date: str | None = None
    territoire: str | None = None
    lignes: list[LigneLue] = field(default_factory=list)
    constats: list[Constat] = field(default_factory=list)
    emplacements: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)


def lire_fichier(chemin: Path, nom: str | None = None, modele: Questionnaire | None = None) -> Lecture:
    """Lignes et constats d'un fichier ; tout ce qui ne va pas est un constat, jamais une exception.

    Parameters
    ----------
    nom : str, optional
        Nom à montrer dans les constats ; celui du fichier par défaut.
    modele : Questionnaire, optional
        Feuilles que l'on cherche ; celles du questionnaire par défaut.
    """
    lecture = Lecture(nom or chemin.name, modele or questionnaire())
    octets = _octets(chemin, lecture)
    if octets is None:
        return lecture
    lecture.sha256 = hashlib.sha256(octets).hexdigest()
    gabarit = lecture.modele.gabarit(chemin.name)
    if gabarit is not None and not gabarit.feuille:
        remede = "Fichier non lu : rien à corriger."
        lecture.constats.append(Constat(lecture.nom, "un fichier hors du questionnaire", gabarit.motif, remede, "alerte"))
        return lecture
    contenu = ouvrir_fichier(octets, lecture.nom, partial(en_tetes_reconnus, modele=lecture.modele))
    lecture.constats += contenu.constats
    lecture.version = contenu.proprietes.get(PROPRIETE_VERSION)
    lecture.territoire = contenu.proprietes.get(PROPRIETE_TERRITOIRE)
    lecture.date = contenu.proprietes.get("modified") or contenu.proprietes.get("created")
    reconnues = [_lire_grille(grille, lecture) for grille in contenu.grilles]
    _dire_le_vide(lecture, any(reconnues), bool(contenu.grilles))
    _marquer_les_specifiques(lecture.lignes)
    return lecture


def _marquer_les_specifiques(lignes: list[LigneLue]) -> None:
    """Un fichier qui ne répond que pour une entité fait foi sur elle, même si d'autres y sont pré-remplies."""
    repondues = [ligne for ligne in lignes if ligne.feuille not in _PREREMPLIES] or lignes
    sirens = {ligne.valeurs.get("siren") for ligne in repondues} - {None}
    for ligne in lignes:
        ligne.specifique = len(sirens) == 1 and ligne.valeurs.get("siren") in sirens


def _octets(chemin: Path, lecture: Lecture) -> bytes | None:
    try:
        if chemin.stat().st_size > OCTETS_MAX:
            remede = "Ne renvoyez que les feuilles demandées."
            lecture.constats.append(Constat(lecture.nom, "un fichier démesuré", "200 Mo au plus", remede))
            return None
        return chemin.read_bytes()
    except OSError as cause:
        trouve = f"un fichier que l'on ne peut pas ouvrir ({cause.strerror or type(cause).__name__})"
        lecture.constats.append(Constat(lecture.nom, trouve, "un fichier lisible", "Vérifiez le chemin et les droits."))
        return None


def _dire_le_vide(lecture: Lecture, reconnu: bool, ouvert: bool) -> None:
    """Un fichier dont rien n'est tiré ne passe pas inaperçu."""
    if ouvert and not reconnu:
        feuilles = liste([feuille.libelle for feuille in lecture.modele.feuilles])
        remede = f"Repartez du {lecture.modele.classeur}, sans toucher à la ligne des en-têtes."
        lecture.constats.append(Constat(lecture.nom, "aucune feuille reconnue", f"l'une des feuilles {feuilles}", remede))
    elif reconnu and not lecture.lignes:
        remede = "Vérifiez que c'est le bon fichier."
        lecture.constats.append(Constat(lecture.nom, "aucune ligne remplie", "des réponses", remede, "alerte"))


def _lire_grille(grille: Grille, lecture: Lecture) -> bool:
    """Lit un onglet ; vrai s'il porte une feuille du questionnaire."""
    annexe = _ONGLETS_ANNEXES.fullmatch(forme_simple(grille.onglet)) is not None
    lue = None if annexe else reconnaitre(grille, lecture.modele)
    if lue is None:
        lecture.constats += _onglet_inconnu(grille, lecture)
        return False
    onglet = grille.onglet or lue.feuille.libelle
    lecture.constats += _constats_de_colonnes(lue, f"{lecture.nom}, {onglet}")
    contenu = lire_feuille(grille, lue, lecture.nom)
    if grille.masquee and contenu.lignes:
        remede = "Ses lignes sont lues : vérifiez qu'elle n'est pas masquée pour être écartée."
        ou = f"{lecture.nom}, {onglet}"
        lecture.constats.append(Constat(ou, "une feuille masquée", "une feuille visible", remede, "alerte"))
    lecture.constats += contenu.constats
    lecture.lignes += contenu.lignes
    lecture.emplacements[(onglet, lue.feuille.nom)] = lue.places
    return True


def _onglet_inconnu(grille: Grille, lecture: Lecture) -> Iterator[Constat]:
    fichier, onglet = lecture.nom, grille.onglet or "première feuille"
    remplies = sum(sum(not est_vide(cellule) for cellule in rangee) >= 2 for rangee in grille.cellules)
    if not remplies:
        return
    feuille = lecture.modele.feuille_de(grille.onglet)
    if feuille is not None:
        remede = f"Remettez la ligne des en-têtes : {', '.join(champ.libelle for champ in feuille.champs[:4])}…"
        trouve = f"aucun en-tête reconnu dans les {LIGNES_CHERCHEES} premières lignes"
        yield Constat(f"{fichier}, {onglet}", trouve, "les en-têtes du classeur", remede)
    elif grille.onglet and not grille.masquee and not _ONGLETS_ANNEXES.fullmatch(forme_simple(grille.onglet)):
        remede = "Feuille ignorée : si elle contient des réponses, recopiez-les dans la feuille prévue."
        yield Constat(f"{fichier}, {onglet}", "une feuille hors du questionnaire", "une feuille du classeur", remede, "alerte")


def _constats_de_colonnes(lue: Reconnaissance, ou: str) -> Iterator[Constat]:
    yield from _colonnes_absentes(lue.feuille, lue, ou)
    for colonne, entete, nom in lue.voisines:
        libelle = lue.feuille.champ(nom).libelle
        remede = f"Lu comme « {libelle} » : corrigez l'en-tête s'il s'agit bien d'elle."
        yield Constat(f"{ou}, colonne {lettres(colonne)}", f"l'en-tête « {entete} »", f"« {libelle} »", remede, "alerte")
    for colonne, nom in lue.doubles:
        premiere = lettres(lue.places[nom])
        trouve = f"une seconde colonne « {lue.feuille.champ(nom).libelle} »"
        remede = f"Seule la colonne {premiere} est lue : réunissez-les."
        yield Constat(f"{ou}, colonne {lettres(colonne)}", trouve, "une colonne par champ", remede)
    for colonne, entete, motif in lue.ignorees:
        trouve = f"la colonne « {entete} »"
        remede = "Colonne non lue : rien à corriger."
        yield Constat(f"{ou}, colonne {lettres(colonne)}", trouve, f"rien ({motif})", remede, "alerte")
    for colonne, entete in lue.inconnues:
        yield _colonne_inconnue(lue.feuille, f"{ou}, colonne {lettres(colonne)}", entete)


def _colonnes_absentes(feuille: Feuille, lue: Reconnaissance, ou: str) -> Iterator[Constat]:
    remplacees = {traduction.champ for traduction in lue.traductions.values()}
    if lue.indicateurs:
        remplacees |= {"fonction", "indicateur"}
    for champ in feuille.obligatoires:
        if champ.nom in lue.places or champ.nom in remplacees or (champ.a_defaut and champ.a_defaut in lue.places):
            continue
        remede = f"Ajoutez la colonne « {champ.libelle} »."
        if champ.nom in feuille.cle:
            remede += " Sans elle, aucune ligne de la feuille ne peut être retenue."
        yield Constat(f"{ou}, ligne {lue.entete + 1}", "une colonne manquante", f"la colonne « {champ.libelle} »", remede)


def _colonne_inconnue(feuille: Feuille, ou: str, entete: str) -> Constat:
    if feuille.sensible and _NOMINATIF.search(forme_simple(entete)):
        remede = "Colonne non lue : supprimez-la, aucun nom d'agent ne doit être transmis."
        return Constat(ou, "une colonne qui semble nominative", "aucune donnée nominative", remede)
    remede = "Colonne non lue : si elle compte, dites-le dans la colonne Source."
    return Constat(ou, f"la colonne « {entete} »", "une colonne du questionnaire", remede, "alerte")

"""Lire les fichiers du référentiel : YAML et CSV, tous les défauts d'un fichier à la fois."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import Connus, Entree, montrer, voisins
from mutunb.referentiel.constats import constats_de

Objet = TypeVar("Objet", bound=Entree)
_Lecteur: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _SansDoublon(_Lecteur):
    """``yaml.safe_load`` qui relève les clés écrites deux fois, que YAML écraserait en silence."""

    def __init__(self, flux: str) -> None:
        super().__init__(flux)
        self.doublons: list[tuple[str, int]] = []

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        vues: set[str] = set()
        for cle in (cle for cle, _ in node.value if isinstance(cle, yaml.ScalarNode)):
            if cle.value in vues:
                self.doublons.append((cle.value, cle.start_mark.line + 1))
            vues.add(cle.value)
        return super().construct_mapping(node, deep)


def lire_yaml(chemin: Path) -> tuple[Any, list[Constat]]:
    """Contenu d'un fichier YAML et ses défauts d'écriture (illisible, clés en double)."""
    texte, constats = _texte(chemin)
    lecteur = _SansDoublon(texte)
    try:
        contenu = lecteur.get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as cause:
        marque = getattr(cause, "problem_mark", None)
        ou = f"{nom_court(chemin)}, ligne {marque.line + 1}" if marque else nom_court(chemin)
        remede = "Vérifiez l'indentation, les guillemets, les deux-points et les dates de cette zone."
        return None, [*constats, Constat(ou, "un passage illisible", "du YAML correct", remede)]
    remede = "Réunissez les deux blocs ou renommez l'un d'eux."
    for cle, ligne in lecteur.doublons:
        ou = f"{nom_court(chemin)}, ligne {ligne}"
        constats.append(Constat(ou, f"la clé « {cle} » une seconde fois", "une seule fois chaque clé", remede))
    return contenu, constats


def lire_bloc(chemin: Path) -> tuple[dict[str, Any], list[Constat]]:
    """Fichier YAML fait de clés au premier niveau ; un fichier vide ou une liste est un défaut."""
    contenu, constats = lire_yaml(chemin)
    if isinstance(contenu, dict) and contenu:
        return contenu, constats
    if not constats:
        remede = "Écrivez une entrée par clé : « identifiant: … »."
        constats = [Constat(nom_court(chemin), montrer(contenu), "un bloc de clés", remede)]
    return {}, constats


def lire_entrees(chemin: Path, modele: type[Objet], connus: Connus) -> tuple[dict[str, Objet], list[Constat]]:
    """Entrées « identifiant: {…} » d'un fichier, chacune validée par ``modele``, et tous les défauts."""
    contenu, constats = lire_bloc(chemin)
    lues: dict[str, Objet] = {}
    for cle, corps in contenu.items():
        endroit = f"{nom_court(chemin)}, {cle}"
        if not isinstance(corps, dict):
            constats.append(Constat(endroit, montrer(corps), "un bloc de clés", "Écrivez les clés de cette entrée."))
            continue
        objet, defauts = valider({"id": cle, **corps}, modele, connus, endroit)
        constats += defauts
        if objet is not None and corps.get("id", cle) != cle:
            remede = "Donnez le même identifiant à la clé et à « id », ou retirez « id »."
            constats.append(Constat(endroit, f"id : {montrer(corps['id'])}", f"« {cle} »", remede))
        elif objet is not None:
            lues[cle] = objet
    return lues, constats


def valider(
    corps: Mapping[str, Any], modele: type[Objet], connus: Connus, endroit: str
) -> tuple[Objet | None, list[Constat]]:
    """Objet ``modele`` construit sur ``corps``, ou ``None`` et la liste de ses défauts."""
    try:
        return modele.model_validate(dict(corps), context=connus), []
    except ValidationError as erreur:
        return None, constats_de(erreur, endroit, modele)


def lire_lignes(chemin: Path, colonnes: Iterable[str]) -> tuple[list[tuple[int, dict[str, str]]], list[Constat]]:
    """Lignes d'un CSV à point-virgule (numéro, valeurs) ; l'en-tête doit porter exactement ``colonnes``."""
    texte, constats = _texte(chemin)
    attendues = list(colonnes)
    lecteur = csv.DictReader(texte.splitlines(), delimiter=";", restkey="en trop")
    entete = list(lecteur.fieldnames or [])
    ou = f"{nom_court(chemin)}, en-tête"
    for nom in [nom for nom in entete if nom not in attendues]:
        remede = voisins(nom, attendues, "Retirez cette colonne.")
        constats.append(Constat(ou, f"la colonne « {nom} »", "une colonne connue", remede))
    for nom in [nom for nom in attendues if nom not in entete]:
        constats.append(Constat(ou, "rien", f"la colonne « {nom} »", "Ajoutez cette colonne."))
    if constats:
        return [], constats
    lignes = []
    for numero, ligne in enumerate(lecteur, start=2):
        if "en trop" in ligne or None in ligne.values():
            endroit = f"{nom_court(chemin)}, ligne {numero}"
            remede = "Mettez entre guillemets un texte qui contient un point-virgule."
            constats.append(Constat(endroit, "un autre nombre de cases", f"{len(attendues)} cases", remede))
        else:
            lignes.append((numero, ligne))
    return lignes, constats


def fichiers(dossier: Path, motif: str = "*.yaml") -> list[Path]:
    """Fichiers d'un sous-dossier, par ordre alphabétique ; un dossier vide ou absent est une erreur."""
    trouves = sorted(dossier.glob(motif))
    if not trouves:
        raise ErreurDonnees(f"{dossier} : aucun fichier {motif}. Vérifiez que le référentiel est complet.")
    return trouves


def reunir(lots: Iterable[tuple[Path, Iterable[str]]]) -> list[Constat]:
    """Constats pour les identifiants employés dans plusieurs fichiers."""
    lots = [(chemin, list(noms)) for chemin, noms in lots]
    compte = Counter(nom for _, noms in lots for nom in noms)
    return [
        Constat(f"{nom_court(chemin)}, {nom}", "un identifiant déjà pris", "un identifiant unique", "Renommez l'un.")
        for chemin, noms in lots
        for nom in noms
        if compte[nom] > 1
    ]


def fige(titre: str, objets: dict[str, Objet], constats: list[Constat]) -> Mapping[str, Objet]:
    """Les objets lus, en lecture seule ; :class:`ErreurDonnees` avec tous les constats s'il y en a."""
    if constats:
        raise ErreurDonnees.de_constats(titre, constats)
    return MappingProxyType(objets)


def nom_court(chemin: Path) -> str:
    """``droit/tva.yaml`` plutôt que le chemin entier."""
    return f"{chemin.parent.name}/{chemin.name}" if chemin.parent.name in ("droit", "fonctions") else chemin.name


def _texte(chemin: Path) -> tuple[str, list[Constat]]:
    try:
        return chemin.read_text(encoding="utf-8-sig"), []
    except FileNotFoundError as cause:
        remede = "Vérifiez que le référentiel est complet."
        raise ErreurDonnees(f"Fichier absent : {chemin}. {remede}") from cause
    except UnicodeDecodeError:
        remede = "Enregistrez-le en UTF-8."
        return "", [Constat(nom_court(chemin), "un autre encodage", "un fichier UTF-8", remede)]

"""Changer quelques valeurs d'un fichier YAML sans toucher au reste : commentaires, ordre et mise en page demeurent.

Le texte est retouché aux seuls endroits qui changent, d'après les positions que donne l'analyseur ; le résultat est relu
et comparé à ce qui était voulu avant d'être rendu.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import yaml

from mutunb.erreurs import ErreurDonnees

_MARQUE_FIN = "\n"


def changer(texte: str, bloc: str, valeurs: Mapping[str, Any]) -> str:
    """Texte où le bloc de premier niveau porte ces valeurs ; une clé absente de ``valeurs`` garde la sienne.

    Raises
    ------
    ErreurDonnees
        Fichier dont la forme ne se retouche pas sûrement (ancres, bloc en une ligne, texte illisible).
    """
    ancien = _lire(texte)
    voulu = {**ancien, bloc: {**(ancien.get(bloc) or {}), **valeurs}}
    neuf = _ajouter_bloc(texte, bloc, valeurs) if bloc not in ancien else _retoucher(texte, bloc, valeurs)
    return _verifie(neuf, voulu, bloc)


def retirer(texte: str, bloc: str, motif: str) -> str:
    """Texte où le bloc devient un commentaire, précédé de ``motif`` : ce qui était écrit se lit encore."""
    ancien = _lire(texte)
    if bloc not in ancien:
        return texte
    cle, noeud = _noeud(yaml.compose(texte, yaml.SafeLoader), bloc)
    debut = cle.start_mark.index
    fin = _fin(texte, cle, noeud)
    commente = "".join(f"# {ligne}\n" for ligne in [motif, *texte[debut:fin].splitlines()])
    neuf = texte[:debut] + commente.rstrip("\n") + texte[fin:]
    return _verifie(neuf, {nom: corps for nom, corps in ancien.items() if nom != bloc}, bloc)


def scalaire(valeur: Any) -> str:
    """Une valeur, en YAML sur une ligne."""
    if isinstance(valeur, list | tuple):
        return f"[{', '.join(scalaire(element) for element in valeur)}]"
    if isinstance(valeur, str):
        return yaml.safe_dump(valeur, allow_unicode=True, default_style='"', width=10**9).strip()
    if isinstance(valeur, datetime.date):
        return valeur.isoformat()
    if isinstance(valeur, float) and valeur.is_integer() and abs(valeur) < 10**15:
        valeur = int(valeur)
    return yaml.safe_dump(valeur, width=10**9).removesuffix("...\n").strip()


def _lire(texte: str) -> dict[str, Any]:
    try:
        contenu = yaml.safe_load(texte)
    except (yaml.YAMLError, ValueError) as cause:
        raise ErreurDonnees(f"Le fichier n'est pas du YAML lisible ({cause}). Corrigez-le avant d'enregistrer.") from cause
    if contenu is not None and not isinstance(contenu, dict):
        raise ErreurDonnees("Le fichier ne porte pas de blocs « nom: … ». Corrigez-le avant d'enregistrer.")
    return contenu or {}


def _verifie(neuf: str, voulu: Mapping[str, Any], bloc: str) -> str:
    try:
        fidele = _normal(_lire(neuf)) == _normal(voulu)
    except ErreurDonnees:
        fidele = False
    if not fidele:
        raise ErreurDonnees(
            f"Le bloc « {bloc} » est écrit d'une façon que le formulaire ne sait pas retoucher sans risque. Rien n'a été "
            "changé : écrivez ce bloc à la main, une clé par ligne."
        )
    return neuf


def _normal(objet: Any) -> Any:
    if isinstance(objet, Mapping):
        return {cle: _normal(corps) for cle, corps in objet.items()}
    return [_normal(element) for element in objet] if isinstance(objet, list | tuple) else objet


def _ajouter_bloc(texte: str, bloc: str, valeurs: Mapping[str, Any]) -> str:
    avant = texte if not texte or texte.endswith(_MARQUE_FIN) else texte + _MARQUE_FIN
    separation = _MARQUE_FIN if avant.strip() else ""
    return f"{avant}{separation}{bloc}:\n" + "".join(f"  {cle}: {scalaire(v)}\n" for cle, v in valeurs.items())


def _retoucher(texte: str, bloc: str, valeurs: Mapping[str, Any]) -> str:
    """Remplace, de la fin vers le début, les valeurs qui changent ; ajoute les clés nouvelles sous la dernière."""
    cle_bloc, corps = _noeud(yaml.compose(texte, yaml.SafeLoader), bloc)
    actuelles = _lire(texte)[bloc] or {}
    if not isinstance(corps, yaml.MappingNode) or corps.flow_style:
        fin = _fin(texte, cle_bloc, corps)
        lignes = "".join(f"\n  {cle}: {scalaire(v)}" for cle, v in {**actuelles, **valeurs}.items())
        return texte[: cle_bloc.end_mark.index] + ":" + lignes + texte[fin:]
    gestes: list[tuple[int, int, str]] = []
    presentes = {cle.value: (cle, noeud) for cle, noeud in corps.value}
    for nom, (cle, noeud) in presentes.items():
        if nom in valeurs and _normal(actuelles[nom]) != _normal(valeurs[nom]):
            gestes.append((cle.end_mark.index, _fin(texte, cle, noeud), f": {scalaire(valeurs[nom])}"))
    derniere_cle, dernier = corps.value[-1]
    marge, fin = " " * derniere_cle.start_mark.column, _fin(texte, derniere_cle, dernier)
    fin_de_ligne = texte.find("\n", fin) if "\n" in texte[fin:] else len(texte)
    ajouts = "".join(f"\n{marge}{nom}: {scalaire(v)}" for nom, v in valeurs.items() if nom not in presentes)
    for debut, fin, neuf in sorted([*gestes, (fin_de_ligne, fin_de_ligne, ajouts)], reverse=True):
        texte = texte[:debut] + neuf + texte[fin:]
    return texte


def _noeud(racine: yaml.MappingNode, nom: str) -> tuple[yaml.Node, yaml.Node]:
    return next((cle, noeud) for cle, noeud in racine.value if cle.value == nom)


def _fin(texte: str, cle: yaml.Node, noeud: yaml.Node) -> int:
    """Position qui suit le dernier caractère de la valeur ; sans les lignes vides ni les commentaires d'après."""
    if isinstance(noeud, yaml.CollectionNode) and not noeud.flow_style and noeud.value:
        dernier = noeud.value[-1]
        return _fin(texte, *dernier) if isinstance(noeud, yaml.MappingNode) else _fin(texte, cle, dernier)
    fin = max(noeud.end_mark.index, cle.end_mark.index + 1)
    if isinstance(noeud, yaml.ScalarNode) and noeud.style in ("|", ">"):
        return noeud.start_mark.index + len(texte[noeud.start_mark.index : fin].rstrip())
    if isinstance(noeud, yaml.ScalarNode) and not noeud.value and noeud.style is None:
        return cle.end_mark.index + 1 if noeud.end_mark.index <= cle.end_mark.index + 1 else fin
    return fin

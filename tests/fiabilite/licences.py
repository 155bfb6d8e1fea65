"""Licences de tout ce que mutunb installe, d'après les métadonnées ; ``python -m tests.fiabilite.licences`` récrit docs/licences.md."""

from __future__ import annotations

import importlib.metadata as metadonnees
import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from mutunb import chemins

#: copyleft limité à la bibliothèque elle-même : mutunb l'appelle sans la modifier ni la redistribuer
FAIBLES = re.compile(r"MPL|Mozilla|LGPL", re.IGNORECASE)
#: métadonnées muettes ou sans valeur : lu dans le paquet lui-même
LUES = {"axe-playwright-python": "MIT"}
ENTETE = """# Licences des dépendances

Liste refaite par `python -m tests.fiabilite.licences`, d'après les métadonnées des paquets installés (et non leurs sources).
mutunb est sous licence MIT ; il appelle ces paquets sans les modifier ni les redistribuer. « permissive » : compatible sans
condition ; « faible » : copyleft limité aux fichiers du paquet (MPL) ou au paquet (LGPL), compatible avec cet usage. Qui
redistribuerait un ensemble tout installé devrait joindre le texte de chacune.

| Paquet | Licence | Genre |
|---|---|---|
"""


def licence(nom: str) -> str:
    """Licence déclarée par un paquet installé ; vide s'il n'en dit rien."""
    fiche = metadonnees.metadata(nom)
    classement = [c.split("::")[-1].strip() for c in fiche.get_all("Classifier") or [] if c.startswith("License")]
    libre = (fiche.get("License") or "").strip().splitlines()[:1]
    declarees = [fiche.get("License-Expression") or "", ", ".join(classement), *libre]
    return next((d for d in declarees if d and d != "UNKNOWN"), LUES.get(canonicalize_name(nom), ""))


def genre(texte: str) -> str:
    """``permissive``, ``faible``, ou ``inconnue`` (à examiner avant de livrer)."""
    if FAIBLES.search(texte):
        return "faible"
    connue = re.search(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Zlib|CC0|Unlicense", texte, re.IGNORECASE)
    return "permissive" if connue and not re.search(r"(?<!L)GPL|AGPL|SSPL|Commercial|Proprietary", texte) else "inconnue"


def dependances() -> list[str]:
    """Noms des paquets installés dont mutunb dépend, de proche en proche, tests compris."""
    projet = tomllib.loads((chemins.racine() / "pyproject.toml").read_text("utf-8"))["project"]
    attente = [*projet["dependencies"], *(d for groupe in projet["optional-dependencies"].values() for d in groupe)]
    vues: set[str] = set()
    while attente:
        demande = Requirement(attente.pop())
        nom = canonicalize_name(demande.name)
        if nom in vues or (demande.marker and not any(demande.marker.evaluate({"extra": e}) for e in ("", *demande.extras))):
            continue
        try:
            attente += [_sans_extra(d, demande.extras) for d in metadonnees.requires(nom) or [] if _voulue(d, demande.extras)]
        except metadonnees.PackageNotFoundError:  # propre à un autre système
            continue
        vues.add(nom)
    return sorted(vues)


def _voulue(ligne: str, extras: set[str]) -> bool:
    marque = Requirement(ligne).marker
    return marque is None or any(marque.evaluate({"extra": e}) for e in ("", *extras))


def _sans_extra(ligne: str, extras: set[str]) -> str:
    lue = Requirement(ligne)
    return f"{lue.name}[{','.join(sorted(lue.extras))}]" if lue.extras else lue.name


def texte() -> str:
    """Contenu de docs/licences.md."""
    lignes = [f"| {nom} | {licence(nom).replace('|', '/')} | {genre(licence(nom))} |" for nom in dependances()]
    return ENTETE + "\n".join(lignes) + "\n"


if __name__ == "__main__":
    chemins.ecrire(chemins.racine() / "docs" / "licences.md", texte())

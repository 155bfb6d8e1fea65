"""La page ``docs/calculs.md`` : les calculs qu'un contrôle extérieur peut appeler, d'après leurs docstrings.

``python -m mutunb.calculs.notice`` la réécrit.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from mutunb import chemins
from mutunb.calculs import (
    compensation,
    cout_unitaire,
    echeances_remboursement,
    flux,
    indexation,
    masquage,
    monnaie,
    presence,
    procedures,
    refacturation,
    reglement,
    repartition,
    tables_publiees,
    tarifs,
)

#: modules dont l'API est publique : de simples nombres et tables entrent, des nombres et tables sortent
MODULES = (
    repartition,
    tarifs,
    tables_publiees,
    cout_unitaire,
    reglement,
    presence,
    indexation,
    echeances_remboursement,
    compensation,
    refacturation,
    procedures,
    flux,
    masquage,
    monnaie,
)
_INTRODUCTION = """\
# Les calculs à appeler directement

Page produite par `python -m mutunb.calculs.notice` d'après les docstrings : rien ne s'y modifie à la main.

Ces fonctions sont pures : ni fichier, ni affichage, ni modification des entrées. Un `Nombre` est un entier, un flottant \
(lu tel qu'il s'écrit), un `Decimal`, une `Fraction` ou un texte (« 27.50 ») ; une valeur absente est refusée, jamais prise \
pour zéro. Les montants rendus sont des `Decimal` en euros, au centime quand une facture ou une délibération arrondit \
(`float(montant)` pour les comparer à un flottant) ; `repartir` compte en centimes entiers. Une erreur est une \
`mutunb.erreurs.ErreurDonnees`, et dit ce qui a été trouvé, ce qui était attendu et que faire. Chaque exemple est vérifié \
par les tests."""
_TITRES = {
    "Parameters": "Paramètres",
    "Returns": "Résultat",
    "Raises": "Erreurs",
    "Notes": "Règle et source",
    "Attributes": "Attributs",
    "Examples": "Exemple",
}
_RENVOI = re.compile(r":\w+:`~?(?:[\w.]+\.)?(\w+)`")


def rediger() -> str:
    """Texte Markdown de la page."""
    sommaire = "\n".join(f"- [`{m.__name__}`](#{_ancre(m)}) : {_premiere_ligne(m)}" for m in MODULES)
    return "\n\n".join([_INTRODUCTION, sommaire, *("\n\n".join(_section(module)) for module in MODULES)]) + "\n"


def chemin_notice() -> Path:
    """Où la page est écrite."""
    return chemins.racine() / "docs" / "calculs.md"


def noms_publics(module: ModuleType) -> list[str]:
    """Fonctions et classes que le module définit et montre, dans l'ordre du fichier."""
    objets = [
        (inspect.getsourcelines(objet)[1], nom)
        for nom, objet in vars(module).items()
        if not nom.startswith("_")
        and (inspect.isfunction(objet) or inspect.isclass(objet))
        and objet.__module__ == module.__name__
    ]
    return [nom for _, nom in sorted(objets)]


def _section(module: ModuleType) -> Iterator[str]:
    yield f'<a id="{_ancre(module)}"></a>\n\n## `{module.__name__}`'
    yield _prose(inspect.getdoc(module) or "")
    for public in noms_publics(module):
        objet = getattr(module, public)
        yield f"### `{public}`"
        yield f"```python\n{_appel(public, objet)}\n```"
        yield from _docstring(objet)
        if inspect.isclass(objet):
            yield from _methodes(objet)


def _methodes(classe: type) -> Iterator[str]:
    for nom, membre in vars(classe).items():
        fonction = membre.fget if isinstance(membre, property) else membre
        if nom.startswith("_") or not inspect.isfunction(fonction):
            continue
        ecriture = f"{classe.__name__}.{nom}" if isinstance(membre, property) else _appel(f"{classe.__name__}.{nom}", fonction)
        yield f"#### `{ecriture}`"
        yield from _docstring(membre)


def _appel(nom: str, objet: Any) -> str:
    signature = inspect.signature(objet)
    arguments = [_argument(a) for a in signature.parameters.values() if a.name != "self"]
    retour = signature.return_annotation
    suite = "" if retour is inspect.Signature.empty or inspect.isclass(objet) else f" -> {_type(retour)}"
    ligne = f"{nom}({', '.join(arguments)}){suite}"
    return ligne if len(ligne) <= 110 else f"{nom}(\n" + "".join(f"    {a},\n" for a in arguments) + f"){suite}"


def _argument(argument: inspect.Parameter) -> str:
    defaut = "" if argument.default is inspect.Parameter.empty else f" = {argument.default!r}"
    return f"{argument.name}: {_type(argument.annotation)}{defaut}"


def _type(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _docstring(objet: Any) -> Iterator[str]:
    """Docstring numpydoc en Markdown : un paragraphe, puis ses sections."""
    texte = inspect.getdoc(objet) or ""
    morceaux = re.split(rf"^({'|'.join(_TITRES)})\n-+\n", texte, flags=re.MULTILINE)
    if morceaux[0].strip():
        yield _prose(morceaux[0])
    for titre, corps in zip(morceaux[1::2], morceaux[2::2], strict=True):
        yield f"**{_TITRES[titre]}**"
        if titre == "Examples":
            yield f"```pycon\n{corps.strip()}\n```"
        elif titre == "Notes":
            yield _prose(corps)
        else:
            yield "\n".join(_entrees(corps))


def _entrees(corps: str) -> Iterator[str]:
    """Une puce par paramètre, attribut ou erreur : son nom, puis sa description sur la même ligne."""
    for bloc in re.split(r"\n(?=\S)", corps.strip()):
        tete, _, suite = bloc.partition("\n")
        description = _prose(" ".join(suite.split()))
        yield f"- `{tete.strip()}`{f' : {description}' if description else ''}"


def _prose(texte: str) -> str:
    paragraphes = (" ".join(p.split()) for p in texte.strip().split("\n\n"))
    return _RENVOI.sub(r"`\1`", "\n\n".join(paragraphes)).replace("``", "`")


def _premiere_ligne(module: ModuleType) -> str:
    return _prose((inspect.getdoc(module) or "").split("\n\n")[0])


def _ancre(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2].replace("_", "-")


if __name__ == "__main__":
    chemins.ecrire(chemin_notice(), rediger())

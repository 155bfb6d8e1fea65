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
from mutunb.calculs.notice_catalogue import CONSTRUITES, INTERNES, MODULES, THEMES
from mutunb.calculs.notice_questions import QUESTIONS, Question

_INTRODUCTION = """\
# Les calculs à appeler directement

Page produite par `python -m mutunb.calculs.notice` d'après les docstrings : rien ne s'y modifie à la main. Elle suffit pour \
appeler un calcul : d'abord les questions, avec un exemple complet ; puis chaque fonction, par thème.

Ce qui vaut partout :

- Les fonctions sont pures : ni affichage, ni modification des entrées. Celles du dernier thème lisent un dossier, les autres \
ne lisent rien.
- Un `Nombre` est un entier, un flottant (lu tel qu'il s'écrit), un nombre de numpy, un `Decimal`, une `Fraction` ou un texte \
(« 27.50 », « 1 234,5 »). Une valeur absente est refusée, jamais prise pour zéro.
- Un dictionnaire peut être une `Series` de pandas ; une suite, un tableau de numpy ; une date, un texte AAAA-MM-JJ.
- Une part ou un taux va de 0 à 1 : 0,032 pour 3,2 %. Les montants sont en euros, sauf `repartir`, en centimes entiers.
- Les montants rendus sont des `Decimal`, au centime quand une facture ou une délibération arrondit (`float(montant)` pour les \
comparer à un flottant). Les jeux de coûts, les simulations et les files rendent des flottants.
- Un refus est une `mutunb.erreurs.ErreurDonnees` (la donnée ne convient pas) ou une `ErreurUsage` (un nom inconnu, avec ses \
voisins), toutes deux des `ErreurMutunb` : une phrase qui dit ce qui a été trouvé, ce qui était attendu et que faire.
- Un tirage a une graine : même graine, même résultat.

Chaque exemple est vérifié par les tests."""
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
    themes = [f"## Thème : {t}\n\n" + "\n\n".join("\n\n".join(_section(m)) for m in modules) for t, modules in THEMES.items()]
    return "\n\n".join([_INTRODUCTION, *_sommaire(), *map(_question, QUESTIONS), *themes]) + "\n"


def _sommaire() -> Iterator[str]:
    """Questions, puis modules par thème."""
    yield "## Je veux…"
    yield "\n".join(f"- [{question.titre}](#{_ancre_question(question)})" for question in QUESTIONS)
    yield "## Tous les modules"
    for theme, modules in THEMES.items():
        yield f"**{theme}**"
        yield "\n".join(f"- [`{m.__name__}`](#{_ancre(m)}) : {_premiere_ligne(m)}" for m in modules)


def _question(question: Question) -> str:
    """Un exemple complet, et les fonctions à lire ensuite."""
    titre = f"Je veux {question.titre}"
    liens = ", ".join(f"[`{f}`](#{_ancre_fonction(*f.split('.'))})" for f in question.fonctions)
    lecture = f"\n\n{question.lecture}" if question.lecture else ""
    return f'### <a id="{_ancre_question(question)}"></a>{titre}\n\n```pycon\n{question.exemple}\n```{lecture}\n\nFonctions : {liens}.'


def _ancre_question(question: Question) -> str:
    return f"question-{QUESTIONS.index(question) + 1}"


def _ancre_fonction(module: str, fonction: str) -> str:
    return f"{module}-{fonction}".replace("_", "-")


def chemin_notice() -> Path:
    """Où la page est écrite."""
    return chemins.racine() / "docs" / "calculs.md"


def noms_publics(module: ModuleType) -> list[str]:
    """Fonctions et classes que le module définit et montre, dans l'ordre du fichier."""
    internes = INTERNES.get(_court(module), frozenset())
    objets = [
        (inspect.getsourcelines(objet)[1], nom)
        for nom, objet in vars(module).items()
        if not nom.startswith("_")
        and nom not in internes
        and (inspect.isfunction(objet) or inspect.isclass(objet))
        and not getattr(objet, "_is_protocol", False)
        and objet.__module__ == module.__name__
    ]
    return [nom for _, nom in sorted(objets)]


def _section(module: ModuleType) -> Iterator[str]:
    yield f'### <a id="{_ancre(module)}"></a>Module `{module.__name__}`'
    yield _prose(inspect.getdoc(module) or "")
    for public in noms_publics(module):
        objet = getattr(module, public)
        yield f'#### <a id="{_ancre_fonction(_court(module), public)}"></a>`{public}`'
        if not _est_un_resultat(objet):
            yield f"```python\n{_appel(public, objet)}\n```"
        yield from _docstring(objet)
        if inspect.isclass(objet):
            yield from _methodes(objet)


def _est_un_resultat(objet: Any) -> bool:
    """Vrai pour une classe que l'on reçoit et ne construit pas : ses attributs suffisent."""
    return inspect.isclass(objet) and "Attributes\n---" in (inspect.getdoc(objet) or "") and objet.__name__ not in CONSTRUITES


def _methodes(classe: type) -> Iterator[str]:
    """Une puce par propriété ou méthode ; un titre pour celles qui ont des paramètres ou un exemple."""
    membres = [(n, m, m.fget if isinstance(m, property) else getattr(m, "func", m)) for n, m in vars(classe).items() if not n.startswith("_")]
    appels = [(_ecrire_membre(classe, n, m), inspect.getdoc(m) or "") for n, m, fonction in membres if inspect.isfunction(fonction)]
    courtes = [f"- `{ecriture}`{f' : {_prose(texte)}' if texte else ''}" for ecriture, texte in appels if "\n\n" not in texte]
    if courtes:
        yield "\n".join(courtes)
    for ecriture, texte in appels:
        if "\n\n" in texte:
            yield f"##### `{ecriture}`"
            yield from _sections(texte)


def _ecrire_membre(classe: type, nom: str, membre: Any) -> str:
    return _appel(f".{nom}", membre) if inspect.isfunction(membre) else f".{nom}"


def _appel(nom: str, objet: Any) -> str:
    signature = inspect.signature(objet)
    arguments = [_argument(a) for a in signature.parameters.values() if a.name != "self"]
    retour = signature.return_annotation
    suite = "" if retour is inspect.Signature.empty or inspect.isclass(objet) else f" -> {_type(retour)}"
    ligne = f"{nom}({', '.join(arguments)}){suite}"
    return ligne if len(ligne) <= 110 else f"{nom}(\n" + "".join(f"    {a},\n" for a in arguments) + f"){suite}"


def _argument(argument: inspect.Parameter) -> str:
    defaut = "" if argument.default is inspect.Parameter.empty else f" = {argument.default!r}"
    etoiles = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(argument.kind, "")
    return f"{etoiles}{argument.name}: {_type(argument.annotation)}{defaut}"


def _type(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _docstring(objet: Any) -> Iterator[str]:
    """Docstring numpydoc en Markdown : un paragraphe, puis ses sections."""
    yield from _sections(inspect.getdoc(objet) or "")


def _sections(texte: str) -> Iterator[str]:
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
    return f"module-{_court(module)}".replace("_", "-")


def _court(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


if __name__ == "__main__":
    chemins.ecrire(chemin_notice(), rediger())

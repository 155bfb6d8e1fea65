"""La documentation du questionnaire (``docs/questionnaire.md``), écrite d'après ``questionnaire.yaml``.

``python -m mutunb.dossier.notice_questionnaire`` la réécrit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from mutunb import chemins, formats
from mutunb.dossier.questionnaire import Champ, Feuille, Gabarit, Questionnaire, questionnaire

#: type → ce qu'on attend dans la cellule
TYPES = {
    "texte": "texte",
    "entier": "nombre entier",
    "decimal": "nombre",
    "montant": "montant",
    "part": "pourcentage, de 0 à 100",
    "date": "date",
    "annee": "année",
    "booleen": "oui, non, ne sait pas",
    "liste": "liste",
    "liste_multiple": "liste, plusieurs valeurs séparées par « ; »",
    "siren": "SIREN",
}
_INTRODUCTION = """\
# Le questionnaire

Page produite par `python -m mutunb.dossier.notice_questionnaire` d'après `data/referentiel/questionnaire.yaml` : rien ne s'y \
modifie à la main. Modèle version {version}.

`mutunb dossier SIREN` en fait un classeur : une feuille par grain, une colonne par champ. Une cellule vide est une absence, \
jamais zéro. Un pourcentage se saisit de 0 à 100 et se garde de 0 à 1. Aucun nom d'agent n'est demandé. La ligne marquée \
« exemple » n'est pas lue. Un astérisque marque un champ obligatoire, le gras un champ de la clé : deux fichiers qui \
renseignent autrement la même clé sont en conflit."""


def rediger(modele: Questionnaire) -> str:
    """Texte Markdown de la notice."""
    parties = [_INTRODUCTION.format(version=modele.version)]
    parties += ["\n".join(_feuille(feuille)) for feuille in modele.feuilles]
    parties += ["\n".join(_listes(modele)), "\n".join(_gabarits(modele))]
    return "\n\n".join(parties) + "\n"


def chemin_notice() -> Path:
    """Où la notice est écrite."""
    return chemins.racine() / "docs" / "questionnaire.md"


def _feuille(feuille: Feuille) -> Iterator[str]:
    yield f"## {feuille.libelle} (`{feuille.nom}`)"
    yield ""
    grain = f"{feuille.grain[0].upper()}{feuille.grain[1:]}."
    qui = "" if len(feuille.destinataires) > 1 else " Remplie par l'EPCI." if "epci" in feuille.destinataires else ""
    sensible = " Ses lignes ne sortent jamais d'un livrable diffusé." if feuille.sensible else ""
    yield f"{grain}{qui}{sensible}"
    yield ""
    yield from _tableau(
        ("Champ", "Libellé", "Attendu", "Unité", "Autres en-têtes lus"),
        (
            (_nom(champ, feuille), _case(champ.libelle), _attendu(champ), _case(champ.unite), _codes(champ.alias))
            for champ in feuille.champs
        ),
    )


def _nom(champ: Champ, feuille: Feuille) -> str:
    marque = " *" if champ.obligatoire else ""
    return f"**`{champ.nom}`**{marque}" if champ.nom in feuille.cle else f"`{champ.nom}`{marque}"


def _attendu(champ: Champ) -> str:
    phrases = [TYPES[champ.type]]
    if champ.liste:
        lien = f"[{champ.liste}](#liste-{champ.liste})"
        phrases = [f"{TYPES[champ.type]} ({'' if champ.ferme else 'suggestions : '}{lien})"]
    if champ.type != "part" and (champ.min, champ.max) != (None, None):
        phrases.append(_bornes(champ))
    if champ.a_defaut:
        phrases.append(f"ou, à défaut, `{champ.a_defaut}`")
    if champ.aide:
        phrases.append(champ.aide)
    return _case(" ; ".join(phrases))


def _bornes(champ: Champ) -> str:
    bas, haut = (None if borne is None else formats.nombre(borne) for borne in (champ.min, champ.max))
    if bas and haut:
        return f"de {bas} à {haut}"
    return f"au moins {bas}" if bas else f"au plus {haut}"


def _listes(modele: Questionnaire) -> Iterator[str]:
    yield "## Listes"
    yield ""
    yield "Le classeur montre le libellé, la table lue garde le code ; les deux se relisent."
    for nom, valeurs in modele.listes.items():
        yield ""
        yield f'### <a id="liste-{nom}"></a>{nom}'
        yield ""
        yield " · ".join(f"{_case(libelle)} (`{code}`)" for code, libelle in valeurs.items())


def _gabarits(modele: Questionnaire) -> Iterator[str]:
    yield "## Gabarits CSV"
    yield ""
    yield (
        "Fichiers à point-virgule, en UTF-8, qu'un territoire peut rendre à la place du classeur. Leurs colonnes sont des "
        "champs ou des en-têtes reconnus ci-dessus, sauf :"
    )
    yield ""
    yield from _tableau(("Fichier", "Feuille", "Particularités"), map(_gabarit, modele.gabarits))


def _gabarit(gabarit: Gabarit) -> tuple[str, str, str]:
    phrases = [gabarit.motif] if gabarit.motif else []
    phrases += [f"`{colonne}` ignorée : {motif}" for colonne, motif in gabarit.ignorees.items()]
    phrases += [
        f"`{colonne}` → `{indicateur.indicateur}` ({indicateur.unite})"
        for colonne, indicateur in gabarit.indicateurs.items()
    ]
    phrases += [
        f"`{colonne}` → `{traduction.champ}` ({', '.join(f'{dit} : {code}' for dit, code in traduction.valeurs.items())})"
        for colonne, traduction in gabarit.traductions.items()
    ]
    return f"`{gabarit.fichier}`", gabarit.feuille or "hors questionnaire", _case(" ; ".join(phrases))


def _tableau(entetes: tuple[str, ...], lignes: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(entetes)} |"
    yield f"|{'---|' * len(entetes)}"
    yield from (f"| {' | '.join(ligne)} |" for ligne in lignes)


def _codes(noms: Iterable[str]) -> str:
    return ", ".join(f"`{nom}`" for nom in noms)


def _case(texte: str) -> str:
    return texte.replace("|", "\\|")


if __name__ == "__main__":
    chemins.ecrire(chemin_notice(), rediger(questionnaire()))

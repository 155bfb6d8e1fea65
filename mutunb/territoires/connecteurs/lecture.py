"""Lire un export en texte : reconnaître ses colonnes, refuser ce qui n'en est pas un, dire tout ce qui manque."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pandas as pd

from mutunb import erreurs
from mutunb.erreurs import Constat, ErreurDonnees

SEPARATEURS = (";", ",")
SEPARATEURS_REFUSES = {"\t": "tabulation", "|": "barre verticale"}
_ANNEE = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_HTML = re.compile(rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Colonne:
    """Une colonne attendue : son nom canonique et les noms qu'elle porte dans les exports, par préférence.

    Un nom d'export s'écrit avec ``AAAA`` à la place de l'année (« Code Insee AAAA Commune »).
    """

    nom: str
    noms: tuple[str, ...]
    obligatoire: bool = True


def cle(nom: object) -> str:
    """Nom de colonne réduit à ce qui compte : sans accent, casse, ponctuation ni millésime.

    Examples
    --------
    >>> cle("Code Insee 2024 Commune")
    'code_insee_aaaa_commune'
    """
    texte = unicodedata.normalize("NFKD", str(nom).replace("\ufeff", ""))
    texte = "".join(lettre for lettre in texte if not unicodedata.combining(lettre)).casefold()
    return re.sub(r"[^a-z0-9]+", "_", _ANNEE.sub("aaaa", texte)).strip("_")


def octets(chemin: Path, quoi: str) -> bytes:
    """Contenu du fichier ; refuse un fichier absent, vide, ou une page web reçue à la place."""
    refuser_faux_fichier(chemin, quoi)
    return Path(chemin).read_bytes()


def refuser_faux_fichier(chemin: Path, quoi: str) -> None:
    """Lève une erreur si le fichier manque, est vide ou commence comme une page web (seul le début est lu)."""
    chemin = Path(chemin)
    if not chemin.is_file():
        raise ErreurDonnees(f"{chemin} : fichier introuvable. Attendu : {quoi}.")
    with chemin.open("rb") as fichier:
        debut = fichier.read(4096)
    if not debut.strip():
        raise ErreurDonnees(f"{chemin} : fichier vide. Attendu : {quoi}. Téléchargez-le de nouveau.")
    if est_html(debut):
        raise ErreurDonnees(
            f"{chemin} : c'est une page web (HTML), pas {quoi}. Le serveur a sans doute répondu par une page "
            "d'erreur ou de connexion : ouvrez l'adresse dans un navigateur, puis téléchargez de nouveau."
        )


def est_html(debut: bytes) -> bool:
    """Vrai si les premiers octets sont ceux d'une page web."""
    return bool(_HTML.match(debut[:2000].removeprefix(b"\xef\xbb\xbf")))


def texte(chemin: Path, quoi: str) -> str:
    """Contenu en UTF-8 (marque d'ordre retirée) ; une erreur d'encodage dit la ligne et l'octet."""
    contenu = octets(chemin, quoi)
    try:
        return contenu.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        ligne = contenu[: erreur.start].count(b"\n") + 1
        raise ErreurDonnees(
            f"{chemin}, ligne {ligne} : encodage inattendu (octet 0x{contenu[erreur.start]:02x} illisible en UTF-8). "
            "Le fichier a sans doute été réenregistré en Windows-1252 par un tableur : repartez du fichier "
            "téléchargé, ou enregistrez-le en « CSV UTF-8 »."
        ) from None


def table_csv(chemin: Path, colonnes: Sequence[Colonne], quoi: str) -> pd.DataFrame:
    """Table de textes aux noms canoniques ; une colonne facultative absente est vide partout.

    L'index est le numéro de ligne dans le fichier (2 = première ligne de données).
    """
    contenu = texte(chemin, quoi)
    entete = contenu.partition("\n")[0].rstrip("\r")
    separateur = _separateur(chemin, entete, colonnes, quoi)
    numeros = _numeros(chemin, contenu, separateur)
    if not numeros:
        raise ErreurDonnees(f"{chemin} : aucune ligne sous l'en-tête. Attendu : {quoi}. Vérifiez le millésime demandé.")
    brut = pd.read_csv(StringIO(contenu), sep=separateur, dtype=str, keep_default_na=False)
    brut.index = pd.Index(numeros, name="ligne")
    return renommer(brut, colonnes, f"{chemin}, en-tête", quoi)


def renommer(brut: pd.DataFrame, colonnes: Sequence[Colonne], ou: str, quoi: str) -> pd.DataFrame:
    """Réduit ``brut`` aux colonnes canoniques ; toutes les colonnes manquantes dans une seule erreur."""
    trouvees = correspondance(brut.columns, colonnes)
    exiger(trouvees, brut.columns, colonnes, ou, quoi)
    table = brut[list(trouvees.values())].copy()
    table.columns = list(trouvees)
    for colonne in colonnes:
        if colonne.nom not in trouvees:
            table[colonne.nom] = ""
    return table[[colonne.nom for colonne in colonnes]]


def correspondance(entetes: Iterable[object], colonnes: Sequence[Colonne]) -> dict[str, object]:
    """Nom canonique → en-tête du fichier, pour les colonnes reconnues."""
    par_cle: dict[str, object] = {}
    for entete in entetes:
        par_cle.setdefault(cle(entete), entete)
    trouvees = {}
    for colonne in colonnes:
        entete = next((par_cle[cle(nom)] for nom in colonne.noms if cle(nom) in par_cle), None)
        if entete is not None:
            trouvees[colonne.nom] = entete
    return trouvees


def exiger(
    trouvees: dict[str, object], entetes: Iterable[object], colonnes: Sequence[Colonne], ou: str, quoi: str
) -> None:
    """Lève une seule erreur qui nomme toutes les colonnes obligatoires absentes, avec leurs voisines."""
    entetes = [str(entete) for entete in entetes]
    constats = [
        Constat(
            ou,
            _voisines(colonne, entetes),
            " ou ".join(f"« {nom} »" for nom in colonne.noms),
            "Téléchargez l'export complet, sans renommer ni masquer de colonne.",
        )
        for colonne in colonnes
        if colonne.obligatoire and colonne.nom not in trouvees
    ]
    if constats:
        raise ErreurDonnees.de_constats(f"{ou} : ce n'est pas {quoi}", constats)


def _voisines(colonne: Colonne, entetes: list[str]) -> str:
    voisines = {voisine for nom in colonne.noms for voisine in erreurs.noms_proches(nom, entetes)}
    if voisines:
        return "des colonnes voisines : " + ", ".join(sorted(voisines))
    return "les colonnes " + ", ".join(entetes[:12]) + ("…" if len(entetes) > 12 else "")


def _separateur(chemin: Path, entete: str, colonnes: Sequence[Colonne], quoi: str) -> str:
    def reconnues(separateur: str) -> int:
        noms = next(iter(pd.read_csv(StringIO(entete), sep=separateur, header=None, dtype=str).values.tolist()))
        return len(correspondance(noms, colonnes))

    notes = {separateur: reconnues(separateur) for separateur in SEPARATEURS if separateur in entete}
    autres = {separateur: reconnues(separateur) for separateur in SEPARATEURS_REFUSES if separateur in entete}
    if autres and max(autres.values()) > max(notes.values(), default=0):
        trouve = SEPARATEURS_REFUSES[max(autres, key=autres.__getitem__)]
        raise ErreurDonnees(
            f"{chemin} : séparateur inattendu ({trouve}). Attendu : point-virgule ou virgule, comme dans {quoi}. "
            "Repartez du fichier téléchargé."
        )
    return max(notes, key=notes.__getitem__) if notes else ";"


def _numeros(chemin: Path, contenu: str, separateur: str) -> list[int]:
    """Numéro de chaque ligne de données ; refuse celles qui n'ont pas autant de champs que l'en-tête.

    Un téléchargement coupé se reconnaît à sa dernière ligne : trop courte, sans retour, ou guillemet ouvert.
    """
    lecteur = csv.reader(StringIO(contenu, newline=""), delimiter=separateur, strict=True)
    largeur = len(next(lecteur))
    numeros: list[int] = []
    fautives: dict[int, int] = {}
    try:
        for champs in lecteur:
            if not champs:
                continue
            numeros.append(lecteur.line_num)
            if len(champs) != largeur:
                fautives[lecteur.line_num] = len(champs)
    except csv.Error:
        raise _tronque(chemin, lecteur.line_num) from None
    coupee = numeros and fautives.get(numeros[-1], largeur) < largeur and len(fautives) == 1
    if coupee or not contenu.endswith(("\n", "\r")):
        raise _tronque(chemin, lecteur.line_num)
    if fautives:
        raise ErreurDonnees.de_constats(f"{chemin}", [
            Constat(f"{chemin}, ligne {ligne}", f"{trouve} champs", f"{largeur} champs comme dans l'en-tête",
                    "Le fichier est abîmé ou recollé : téléchargez-le de nouveau.")
            for ligne, trouve in fautives.items()
        ])
    return numeros


def _tronque(chemin: Path, ligne: int) -> ErreurDonnees:
    return ErreurDonnees(
        f"{chemin}, ligne {ligne} : fichier tronqué, la dernière ligne n'est pas terminée. Téléchargez-le de nouveau "
        "(s'il est complet, ajoutez un retour à la ligne à la fin)."
    )

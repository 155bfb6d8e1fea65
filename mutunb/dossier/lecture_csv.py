"""Lire un CSV de mairie : encodage (UTF-8, UTF-16, Windows, Mac) et séparateur devinés sur le contenu."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from mutunb.dossier.grille import LIGNES_MAX, Grille
from mutunb.erreurs import Constat

SEPARATEURS = (";", "\t", ",", "|")
_FRANCAIS = re.compile(r"[éèêëàâçùûüôöîïœÉÈÊÀÇÔÎŒ€°’«»\u00a0]")
_SUSPECTS = re.compile(r"[ŽŒˆ‰\u0080-\u009f‹›„†‡¤¶ƒ∂∑∏π∫Ω√≈∆◊˛ˇ˘˙˝ıÃ¢]|(?<=[a-zé])[A-ZÉÈ](?=[a-zé])")
#: on n'essaie les encodages que sur le début : le reste suit
_EXTRAIT = 200_000


def lire_csv(octets: bytes, nom: str, reconnues: Callable[[Grille], int]) -> tuple[Grille | None, list[Constat]]:
    """Cellules d'un CSV et constats de lecture.

    Parameters
    ----------
    reconnues : callable
        Nombre d'en-têtes du questionnaire qu'une grille laisse reconnaître : c'est lui qui départage les séparateurs.
    """
    texte, encodage = decoder(octets)
    constats = []
    if encodage in ("cp1252", "mac_roman"):
        attendu = "un CSV en UTF-8"
        remede = "Lu tout de même : vérifiez les accents, ou enregistrez en « CSV UTF-8 »."
        constats.append(Constat(nom, f"un encodage {_NOMS[encodage]}", attendu, remede, "alerte"))
    lignes = texte.count("\n") + 1
    if lignes > LIGNES_MAX:
        remede = "Ne renvoyez que les lignes utiles."
        return None, [Constat(nom, f"{lignes} lignes", f"{LIGNES_MAX} lignes au plus", remede)]
    debut = "\n".join(texte.splitlines()[:20])
    essais = {signe: Grille("", decouper(debut, signe)[0]) for signe in SEPARATEURS if signe in debut}
    notes = {signe: (reconnues(grille), signe == ";") for signe, grille in essais.items()}
    separateur = max(notes, key=notes.__getitem__) if notes else ";"
    cellules, defaut = decouper(texte, separateur)
    if defaut:
        attendu = "des guillemets qui se referment"
        remede = "Seules les lignes d'avant sont lues : corrigez les guillemets, ou renvoyez le classeur."
        constats.append(Constat(f"{nom}, ligne {len(cellules) + 1}", "un passage illisible", attendu, remede))
    return Grille("", cellules), constats


_NOMS = {"cp1252": "Windows-1252", "mac_roman": "Mac (MacRoman)"}


def decoder(octets: bytes) -> tuple[str, str]:
    """Texte et encodage : marque d'ordre, UTF-8, sinon celui de Windows ou de Mac qui donne le meilleur français."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace"), "utf-16"
    try:
        return octets.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        extrait = octets[:_EXTRAIT]
        encodage = max(("cp1252", "mac_roman"), key=lambda nom: _vraisemblance(extrait.decode(nom, "replace")))
        return octets.decode(encodage, "replace"), encodage


def _vraisemblance(texte: str) -> int:
    return len(_FRANCAIS.findall(texte)) - 3 * len(_SUSPECTS.findall(texte)) - 5 * texte.count("\ufffd")


def decouper(texte: str, separateur: str) -> tuple[list[list[object]], bool]:
    """Lignes de cellules, et vrai si la lecture s'est arrêtée en chemin."""
    cellules: list[list[object]] = []
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    try:
        cellules.extend(lecteur)
    except csv.Error:
        return cellules, True
    return cellules, False

"""Les erreurs de mutunb : une phrase en français qui dit où, quoi, ce qui était attendu, que faire."""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Constat:
    """Un écart relevé dans une donnée : l'endroit, la valeur trouvée, l'attendu et le remède.

    Parameters
    ----------
    ou : str
        Endroit lisible par un consultant (fichier, feuille, cellule ou clé).
    trouve, attendu, remede : str
        Ce qui a été lu, ce qui était attendu, ce qu'il faut faire.
    gravite : str
        ``"erreur"`` (bloque) ou ``"alerte"`` (signale).
    """

    ou: str
    trouve: str
    attendu: str
    remede: str
    gravite: str = "erreur"

    def __str__(self) -> str:
        return f"{self.ou} : trouvé {self.trouve} ; attendu {self.attendu}. {self.remede}"


class ErreurMutunb(Exception):
    """Base des erreurs annoncées à l'utilisateur ; ``code_sortie`` est celui de la ligne de commande."""

    code_sortie = 1


class ErreurDonnees(ErreurMutunb):
    """Une donnée ou un fichier ne convient pas (code de sortie 1)."""

    def __init__(self, message: str, constats: Sequence[Constat] = ()):
        super().__init__(message)
        self.constats = tuple(constats)

    @classmethod
    def de_constats(cls, titre: str, constats: Iterable[Constat], montres: int = 20) -> ErreurDonnees:
        """Rassemble tous les constats d'un même fichier dans une seule erreur."""
        constats = tuple(constats)
        nombre = len(constats)
        entete = f"{titre} : {nombre} problème{'s' if nombre > 1 else ''}."
        lignes = [f"  - {constat}" for constat in constats[:montres]]
        reste = nombre - montres
        if reste > 0:
            lignes.append(f"  … et {reste} autre{'s' if reste > 1 else ''}.")
        return cls("\n".join([entete, *lignes]), constats)


class ErreurUsage(ErreurMutunb):
    """La commande ou l'appel est mal formulé (code de sortie 2)."""

    code_sortie = 2

    @classmethod
    def nom_inconnu(cls, genre: str, nom: str, connus: Iterable[str]) -> ErreurUsage:
        """Nom inconnu, avec les noms voisins : « fonction « achat » inconnue. Vouliez-vous dire : achats ? »"""
        return cls(phrase_nom_inconnu(genre, nom, connus))


#: ce que le système refuse, en français ; le reste garde sa phrase d'origine
_REFUS_DU_SYSTEME = {
    errno.ENOSPC: "plus de place sur le disque : libérez-en, puis relancez",
    errno.EDQUOT: "quota de disque atteint : libérez de la place, puis relancez",
    errno.EFBIG: "fichier trop gros pour ce système : vérifiez la limite de taille, puis relancez",
    errno.EACCES: "accès refusé : vérifiez les droits de lecture et d'écriture",
    errno.EPERM: "opération refusée par le système : vérifiez les droits",
    errno.EROFS: "dossier en lecture seule : choisissez-en un autre avec --sorties, ou vérifiez les droits",
    errno.ENOENT: "fichier ou dossier introuvable",
    errno.ENAMETOOLONG: "nom de fichier trop long : raccourcissez-le",
    errno.ENOTDIR: "un fichier est là où un dossier est attendu",
    errno.EISDIR: "un dossier est là où un fichier est attendu",
    errno.EIO: "le disque ne répond pas comme il devrait : vérifiez-le",
    errno.EMFILE: "trop de fichiers ouverts à la fois : fermez des programmes, puis relancez",
}


def phrase_du_systeme(refus: OSError) -> str:
    """Un refus du système (disque plein, droits…) en une phrase française, avec le fichier en cause.

    Examples
    --------
    >>> phrase_du_systeme(OSError(errno.EROFS, "Read-only file system", "a.txt"))
    'dossier en lecture seule : choisissez-en un autre avec --sorties, ou vérifiez les droits (a.txt).'
    """
    cause = _REFUS_DU_SYSTEME.get(refus.errno or 0) or refus.strerror or str(refus)
    return f"{cause} ({refus.filename})." if refus.filename else f"{cause}."


def noms_proches(nom: str, connus: Iterable[str], combien: int = 3) -> list[str]:
    """Noms connus les plus voisins de ``nom``, du plus proche au moins proche (sans tenir compte de la casse)."""
    par_cle = {connu.casefold(): connu for connu in connus}
    voisins = difflib.get_close_matches(str(nom).casefold(), par_cle, n=combien, cutoff=0.5)
    return [par_cle[voisin] for voisin in voisins]


def phrase_nom_inconnu(genre: str, nom: str, connus: Iterable[str]) -> str:
    """Phrase d'erreur pour un nom inconnu : les voisins s'il y en a, sinon les premiers noms de la liste."""
    connus = sorted(connus)
    voisins = noms_proches(nom, connus)
    if voisins:
        return f"{genre} « {nom} » : nom inconnu. Vouliez-vous dire : {', '.join(voisins)} ?"
    liste = ", ".join(connus[:12]) + ("…" if len(connus) > 12 else "")
    return f"{genre} « {nom} » : nom inconnu. Noms possibles : {liste or '(aucun)'}."

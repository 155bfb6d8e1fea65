"""La commande ``mutunb lot`` : quels territoires, quelles étapes, la progression à l'écran, le rapport écrit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from tqdm import tqdm

from mutunb import formats, territoires
from mutunb.erreurs import Constat, ErreurDonnees, ErreurUsage
from mutunb.execution import lot, parcours
from mutunb.execution.rapport_lot import BilanLot, Issue
from mutunb.territoires import siren as controle

ETAPE_PAR_DEFAUT = "diagnostic"


def sirens(tous: bool, departement: str | None, liste: Path | None, donnees: Path | None) -> list[str]:
    """SIREN demandés, dans l'ordre, chacun une fois.

    Raises
    ------
    ErreurUsage
        Aucun choix, ou plusieurs.
    ErreurDonnees
        Liste illisible : toutes ses lignes fautives à la fois ; département sans EPCI.
    """
    if sum(map(bool, (tous, departement, liste))) != 1:
        raise ErreurUsage("Donnez un choix et un seul : --tous, --departement DD ou --liste FICHIER.")
    if liste:
        return lire_liste(liste)
    trouves = territoires.chercher(departement=departement, dossier=donnees)
    choisis = trouves.loc[trouves["detail"] == "complet", "siren"].tolist() if len(trouves) else []
    if not choisis:
        raise ErreurDonnees(f"Aucun EPCI à produire dans le département « {departement} » avec ces données.")
    return choisis


def lire_liste(chemin: Path) -> list[str]:
    """SIREN d'un fichier texte : un par ligne ; une ligne vide ou un commentaire (#) se passe."""
    try:
        lignes = chemin.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as cause:
        raise ErreurDonnees(f"Liste illisible : {chemin}. Donnez un fichier texte en UTF-8, un SIREN par ligne.") from cause
    lus, constats = [], []
    for rang, ligne in enumerate(lignes, start=1):
        saisie = controle.nettoyer(ligne.split("#")[0])
        if not saisie:
            continue
        if len(saisie) == 9 and saisie.isascii() and saisie.isdigit():
            lus.append(saisie)
        else:
            constats.append(Constat(f"ligne {rang}", ligne.strip(), "un SIREN de 9 chiffres", "Corrigez ou retirez la ligne."))
    if constats:
        raise ErreurDonnees.de_constats(f"Liste « {chemin.name} »", constats)
    if not lus:
        raise ErreurDonnees(f"Liste vide : {chemin}. Écrivez un SIREN par ligne.")
    return list(dict.fromkeys(lus))


def etapes(demandees: Sequence[str]) -> tuple[str, ...]:
    """Étapes demandées, chacune une fois, dans l'ordre du parcours ; refuse une étape inconnue."""
    connues = parcours.lire()
    voulues = {connues.etape(nom).id for nom in demandees or (ETAPE_PAR_DEFAUT,)}
    return tuple(etape.id for etape in connues.etapes if etape.id in voulues)


def mener(voulu: lot.Lot) -> BilanLot:
    """Produit le lot en montrant où il en est, écrit le rapport et le résume."""
    with tqdm(total=len(voulu.sirens) * len(voulu.etapes), unit="étape", dynamic_ncols=True, desc="Lot") as barre:
        echecs = 0

        def suivre(issue: Issue) -> None:
            nonlocal echecs
            if issue.sort == "echec":
                echecs += 1
                barre.write(f"{issue.siren} ({issue.etape}) : {issue.phrase}")
                barre.set_postfix_str(formats.pluriel(echecs, "échec"))
            barre.update()

        bilan = lot.lancer(voulu, suivre)
    fichiers = bilan.ecrire(voulu.sorties)
    click.echo(f"{bilan}\nRapport : {fichiers[1]}")
    return bilan

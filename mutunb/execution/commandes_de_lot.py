"""Les commandes ``lot`` et ``portefeuille`` : lire la ligne de commande, déléguer."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from mutunb.erreurs import ErreurMutunb
from mutunb.execution.ligne_de_commande import CODE_INTERRUPTION, Choix, Commande, Dossier, moteur_demande, option_moteur


@click.command(cls=Commande, short_help="Produit un lot de territoires, sur cette machine ou une grappe.")
@click.option("--tous", is_flag=True, help="Tous les EPCI des données lues.")
@click.option("--departement", metavar="DD", help="Ceux dont le siège est dans ce département : 79, 2A, 974.")
@click.option("--liste", type=click.Path(path_type=Path), metavar="FICHIER", help="Fichier texte, un SIREN par ligne.")
@click.option("--etape", "etapes", multiple=True, metavar="ETAPE", help="Étape à produire, autant de fois que nécessaire (par défaut : diagnostic).")
@click.option("--processus", type=click.IntRange(1, 256), metavar="N", help="Ouvriers sur cette machine (par défaut : un par cœur).")
@click.option("--ordonnanceur", default="", metavar="ADRESSE", help="Grappe Dask déjà lancée : tcp://machine:8786.")
@click.option("--reprendre", is_flag=True, help="Ne refait pas ce qui est déjà produit des mêmes entrées.")
@click.option("--profil", type=Choix(["client", "consultant"]), default="client", help="client (par défaut) ou consultant.")
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales.")
@click.option("--sorties", type=Dossier(existant=False), metavar="DOSSIER", help="Dossier des livrables (par défaut : outputs).")
@click.option("--delai", type=click.IntRange(10), default=900, metavar="S", help="Délai d'un carnet, en secondes (par défaut : 900).")
@click.option("--memoire", type=click.IntRange(256), default=4096, metavar="MO", help="Mémoire d'un carnet, en Mo (par défaut : 4096).")
@option_moteur
def lot(
    tous: bool,
    departement: str | None,
    liste: Path | None,
    etapes: tuple[str, ...],
    processus: int | None,
    ordonnanceur: str,
    reprendre: bool,
    profil: str,
    donnees: Path | None,
    sorties: Path | None,
    delai: int,
    memoire: int,
    moteur: str | None,
) -> None:
    """Produit les livrables de beaucoup de territoires ; un échec n'arrête pas les autres.

    Le rapport est écrit dans lot-AAAAMMJJ-HHMM.json et .txt, à côté des livrables. Ctrl-C arrête proprement ;
    --reprendre continue.
    """
    from mutunb.execution import commande_lot
    from mutunb.execution.commande import Commande as Reglages
    from mutunb.execution.lot import Lot
    from mutunb.execution.moteur import Delais
    from mutunb.execution.rapport_lot import AU_CLAVIER

    sirens = commande_lot.sirens(tous, departement, liste, donnees)
    reglages = Reglages("", profil, donnees, sorties, {}, Delais(min(300, delai), delai), None, moteur_demande(moteur), memoire)
    voulu = Lot(sirens, commande_lot.etapes(etapes), reglages, processus or 0, ordonnanceur, reprendre)
    bilan = commande_lot.mener(voulu)
    if bilan.interrompu == AU_CLAVIER:
        raise click.exceptions.Exit(CODE_INTERRUPTION)
    if not bilan.est_complet:
        raise click.exceptions.Exit(ErreurMutunb.code_sortie)


@click.command(cls=Commande, short_help="Réunit les territoires produits : une table et une page.")
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales (carte).")
@click.option("--sorties", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier des livrables (par défaut : outputs).")
def portefeuille(donnees: Path | None, sorties: Path | None) -> None:
    """Réunit tous les territoires produits dans portefeuille.parquet et index.html."""
    from mutunb import chemins, formats
    from mutunb.execution import portefeuille as reunion

    dossier = sorties or chemins.sorties()
    reuni = reunion.reunir(dossier, donnees)
    fichiers = reunion.ecrire(reuni, dossier, datetime.date.today())
    click.echo(formats.pluriel(len(reuni.table), "territoire") + "".join(f"\n  {fichier}" for fichier in fichiers))

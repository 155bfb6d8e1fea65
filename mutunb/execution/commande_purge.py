"""La commande ``mutunb purger`` : dire ce qui sera effacé, demander confirmation, effacer, redire."""

from __future__ import annotations

from pathlib import Path

import click

from mutunb.erreurs import ErreurUsage
from mutunb.execution.ligne_de_commande import Commande, Dossier


@click.command(cls=Commande, short_help="Efface toute trace d'un client (dossier, livrables, rapports).")
@click.argument("siren", metavar="SIREN")
@click.option("--oui", is_flag=True, help="Ne demande pas confirmation (pour un script).")
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales (portefeuille).")
@click.option("--sorties", type=Dossier(existant=False), metavar="DOSSIER", help="Dossier des livrables (par défaut : outputs).")
def purger(siren: str, oui: bool, donnees: Path | None, sorties: Path | None) -> None:
    """Efface toute trace d'un client : dossier, livrables, lignes des rapports de lot et du portefeuille, restes d'écriture.

    Sans retour. Les copies envoyées, les sauvegardes et ce qu'un lien symbolique désigne restent à effacer à la main.
    """
    from mutunb.execution import purge

    prevue = purge.prevoir(siren, sorties)
    if prevue.est_vide:
        click.echo(str(prevue))
    else:
        click.echo(f"À effacer, sans retour :\n{prevue}")
        if not oui:
            _confirmer(prevue.siren)
        purge.purger(prevue, donnees)
        click.echo(f"Effacé : {prevue.siren}.")
    for carnet in prevue.a_la_main:
        click.echo(f"À vider à la main (carnet enregistré avec ce territoire) : {carnet}", err=True)


def _confirmer(siren: str) -> None:
    if click.prompt("Pour confirmer, retapez le SIREN", default="", show_default=False).replace(" ", "") != siren:
        raise ErreurUsage("purge non confirmée : rien n'est effacé.")

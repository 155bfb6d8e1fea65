"""La commande ``mutunb ouvrir`` : tenir JupyterLab ouvert, dire son adresse, puis l'arrêter."""

from __future__ import annotations

import click

from mutunb.erreurs import ErreurMutunb
from mutunb.execution.ligne_de_commande import Commande


@click.command(cls=Commande, short_help="Ouvre JupyterLab, en français, sur le mode d'emploi.")
@click.option("--port", type=click.IntRange(1024, 65535), metavar="PORT", help="Port local (par défaut : le premier libre dès 8888).")
@click.option("--sans-navigateur", is_flag=True, help="N'ouvre pas le navigateur : donne seulement l'adresse.")
def ouvrir(port: int | None, sans_navigateur: bool) -> None:
    """Ouvre JupyterLab sur le mode d'emploi ; aucune demande ne part vers l'extérieur. Ctrl-C arrête tout."""
    from mutunb.execution import atelier

    if not atelier.langue_installee():
        click.echo("Interface en anglais : le paquet jupyterlab-language-pack-fr-FR n'est pas installé.", err=True)
    with atelier.ouvert(port, not sans_navigateur) as lance:
        click.echo(f"JupyterLab : {lance.adresse}\nPour arrêter : Ctrl-C ici, ou « Fichier > Éteindre » dans JupyterLab.")
        try:
            code = lance.processus.wait()
        except KeyboardInterrupt:
            code = 0
    click.echo("JupyterLab est arrêté.")
    if code:
        raise click.exceptions.Exit(ErreurMutunb.code_sortie)

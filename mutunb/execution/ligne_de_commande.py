"""click en français : aide, erreurs d'usage, options communes ; une erreur de mutunb s'affiche en une phrase."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from mutunb.erreurs import ErreurMutunb, ErreurUsage, noms_proches, phrase_du_systeme, phrase_nom_inconnu
from mutunb.invocation import commande

RUBRIQUES = {"Commands": "Commandes", "Positional arguments": "Arguments"}
CODE_INTERRUPTION = 130


class MiseEnPage(click.HelpFormatter):
    """Aide dont les rubriques sont en français."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Ligne « Utilisation : »."""
        super().write_usage(prog, args, prefix or "Utilisation : ")

    def write_heading(self, rubrique: str) -> None:
        """Titre de rubrique, espace insécable avant le deux-points."""
        super().write_heading(f"{rubrique}\u00a0")

    def section(self, rubrique: str) -> Any:
        """Rubrique titrée en français."""
        return super().section(RUBRIQUES.get(rubrique, rubrique))


class Contexte(click.Context):
    """Contexte dont l'aide est en français."""

    formatter_class = MiseEnPage


class Commande(click.Command):
    """Commande dont l'aide et les erreurs sont en français, avec l'option ``--trace``."""

    context_class = Contexte

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, add_help_option=False, **kwargs)
        self.params += [_option_trace(), _option_aide()]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse en français un argument de trop."""
        ctx.allow_extra_args = True
        reste = super().parse_args(ctx, args)
        if reste:
            raise click.UsageError(f"argument en trop : {' '.join(map(str, reste))}.", ctx)
        return reste


class Groupe(click.Group):
    """Groupe de commandes : une erreur de mutunb s'y affiche en une phrase, avec son code de sortie."""

    context_class = Contexte
    command_class = Commande

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, subcommand_metavar="COMMANDE [ARGUMENTS]...", add_help_option=False, **kwargs)
        self.params += [_option_trace(), _option_aide()]

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Commande demandée ; les voisines si elle n'existe pas."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise ErreurUsage.nom_inconnu("commande", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Exécute la commande ; toute erreur devient une phrase, la trace seulement avec ``--trace``."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except ErreurMutunb as refus:
            dire_erreur(str(refus), ctx.meta.get("trace", False))
            ctx.exit(refus.code_sortie)
        except OSError as cause:
            dire_erreur(phrase_du_systeme(cause), ctx.meta.get("trace", False))
            ctx.exit(1)
        except Exception as cause:  # un défaut de mutunb : la phrase d'abord, la trace à la demande
            trace = ctx.meta.get("trace", False)
            dire_erreur(f"erreur inattendue ({type(cause).__name__}). Relancez avec --trace pour la signaler.", trace)
            ctx.exit(1)

    def main(self, *args: Any, standalone_mode: bool = True, **kwargs: Any) -> Any:
        """Point d'entrée ; traduit les erreurs d'usage de click."""
        kwargs.setdefault("prog_name", commande())
        if not standalone_mode:
            return super().main(*args, standalone_mode=False, **kwargs)
        try:
            code = super().main(*args, standalone_mode=False, **kwargs)
        except click.ClickException as erreur_click:
            _montrer(erreur_click)
            _sortir(erreur_click.exit_code)
        except click.Abort:
            click.echo("Interrompu.", err=True)
            _sortir(CODE_INTERRUPTION)
        _sortir(code if isinstance(code, int) else 0)


class Choix(click.Choice):
    """Valeur prise dans une liste ; les voisines si elle n'y est pas."""

    def convert(self, saisie: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """La valeur, si elle est permise."""
        if saisie not in self.choices:
            self.fail(phrase_nom_inconnu("valeur", str(saisie), map(str, self.choices)), param, ctx)
        return saisie


class Dossier(click.types.StringParamType):
    """Chemin d'un dossier ; ``existant`` : il doit déjà être là."""

    def __init__(self, existant: bool):
        self.existant = existant

    def convert(self, saisie: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Le chemin, absolu."""
        chemin = Path(saisie)
        if self.existant and not chemin.is_dir():
            self.fail(f"« {chemin} » n'est pas un dossier existant.", param, ctx)
        if chemin.exists() and not chemin.is_dir():
            self.fail(f"« {chemin} » est un fichier, un dossier est attendu.", param, ctx)
        return chemin.resolve()


class Affectation(click.types.StringParamType):
    """``nom=valeur`` → couple de textes ; la valeur n'est pas interprétée."""

    def convert(self, saisie: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """Le couple."""
        if isinstance(saisie, tuple):
            return saisie
        nom, egal, contenu = str(saisie).partition("=")
        if not egal or not nom.strip():
            self.fail(f"« {saisie} » : écrivez nom=valeur, par exemple nb_comparables=12.", param, ctx)
        return nom.strip(), contenu.strip()


option_moteur = click.option(
    "--moteur",
    type=Choix(["mutunb", "papermill"]),
    help="mutunb : rapide (par défaut sous Linux) ; papermill : un noyau Jupyter par carnet, sur tout système.",
)


def moteur_demande(demande: str | None) -> str:
    """Moteur à employer ; dit quand ce n'est pas le rapide, faute de pouvoir."""
    from mutunb.execution import zygote

    if zygote.possible():
        return demande or "mutunb"
    if demande != "papermill":
        click.echo("Ce système ne sait pas dédoubler un processus sans risque : moteur papermill, plus lent.", err=True)
    return "papermill"


def dire_erreur(phrase: str, trace: bool = False) -> None:
    """Écrit l'erreur sur la sortie d'erreur, précédée de sa trace si elle est demandée."""
    if trace:
        click.echo(traceback.format_exc(), err=True)
    click.echo(f"Erreur : {phrase}", err=True)


def _option_trace() -> click.Option:
    def retenir(ctx: click.Context, option: click.Parameter, demandee: bool) -> None:
        if demandee:
            ctx.meta["trace"] = True

    return click.Option(
        ["--trace"], is_flag=True, expose_value=False, callback=retenir, help="En cas d'erreur, montre tout le détail."
    )


def _option_aide() -> click.Option:
    def montrer(ctx: click.Context, option: click.Parameter, demandee: bool) -> None:
        if demandee and not ctx.resilient_parsing:
            click.echo(ctx.get_help())
            ctx.exit()

    return click.Option(
        ["--help"], is_flag=True, is_eager=True, expose_value=False, callback=montrer, help="Montre cette aide."
    )


def _montrer(erreur_click: click.ClickException) -> None:
    contexte = getattr(erreur_click, "ctx", None)
    if contexte is not None:
        click.echo(f"{contexte.get_usage()}\nPour l'aide : {contexte.command_path} --help\n", err=True)
    dire_erreur(phrase_usage(erreur_click))


def phrase_usage(erreur_click: click.ClickException) -> str:
    """Une erreur d'usage de click, en une phrase française."""
    if isinstance(erreur_click, click.NoSuchOption):
        return _option_inconnue(erreur_click)
    if isinstance(erreur_click, click.BadOptionUsage):
        manque = "requires" in erreur_click.message
        return f"l'option {erreur_click.option_name} {'attend une valeur' if manque else 'ne prend pas de valeur'}."
    if isinstance(erreur_click, click.MissingParameter):
        return f"il manque {_designation(erreur_click)}."
    if isinstance(erreur_click, click.BadParameter):
        return f"{_designation(erreur_click)} : {erreur_click.message}"
    return erreur_click.message


def _option_inconnue(erreur_click: click.NoSuchOption) -> str:
    connues: Iterable[str] = ()
    if erreur_click.ctx is not None:
        connues = [nom for param in erreur_click.ctx.command.get_params(erreur_click.ctx) for nom in param.opts]
    voisines = noms_proches(erreur_click.option_name, [nom for nom in connues if nom.startswith("-")], 1)
    suite = f" Vouliez-vous dire : {voisines[0]} ?" if voisines else ""
    return f"option inconnue : {erreur_click.option_name}.{suite}"


def _designation(erreur_click: click.BadParameter) -> str:
    param = erreur_click.param
    if param is None:
        return "une valeur"
    if isinstance(param, click.Argument):
        return f"l'argument {param.make_metavar(erreur_click.ctx) if erreur_click.ctx else param.name}"
    return f"l'option {max(param.opts, key=len)}"


def _sortir(code: int) -> NoReturn:
    sys.exit(code)

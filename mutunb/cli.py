"""La commande ``mutunb`` : lire la ligne de commande, déléguer, dire ce qui a été fait.

Codes de sortie : 0 fait, 1 données en défaut ou territoire en échec (les autres sont produits), 2 usage.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mutunb.erreurs import ErreurMutunb, ErreurUsage
from mutunb.execution.commande_purge import purger
from mutunb.execution.commande_ouvrir import ouvrir
from mutunb.execution.commandes_de_lot import lot, portefeuille
from mutunb.execution.ligne_de_commande import Affectation, Choix, Dossier, Groupe, dire_erreur, moteur_demande, option_moteur
from mutunb.invocation import commande as a_taper

if TYPE_CHECKING:
    import pandas as pd

    from mutunb.execution.commande import Commande
    from mutunb.execution.production import Rapport

MILLESIME = "2025"
CODE_ECHEC = ErreurMutunb.code_sortie
CODE_USAGE = ErreurUsage.code_sortie


def _dire_version(ctx: click.Context, option: click.Parameter, demandee: bool) -> None:
    if demandee and not ctx.resilient_parsing:
        from mutunb.execution.manifeste import version_mutunb

        click.echo(f"mutunb {version_mutunb()}")
        ctx.exit()


@click.group(cls=Groupe, invoke_without_command=True)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_dire_version, help="Montre la version."
)
@click.pass_context
def principal(ctx: click.Context) -> None:
    """Mutualiser les services fonctionnels d'un EPCI et de ses communes : diagnostic, déploiement, pilotage."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@principal.command(short_help="Trouve un EPCI par son nom ou son SIREN.")
@click.argument("texte", default="")
@click.option("--departement", metavar="DD", help="Département du siège : 79, 2A, 974.")
@click.option("--nature", metavar="NATURE", help="CC, CA, CU ou METRO.")
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales.")
def territoires(texte: str, departement: str | None, nature: str | None, donnees: Path | None) -> None:
    """Trouve un EPCI par son nom, celui d'une de ses communes, ou son SIREN."""
    from mutunb import territoires as paquet

    trouves = paquet.chercher(texte, departement=departement, nature=nature, dossier=donnees)
    if trouves.empty:
        dire_erreur("aucun EPCI ne répond à cette recherche. Essayez un mot plus court, ou sans --departement ni --nature.")
        raise click.exceptions.Exit(CODE_ECHEC)
    click.echo(_liste_territoires(trouves))


@principal.command(short_help="Construit le référentiel de tous les EPCI.")
@click.option("--depuis", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de fichiers déjà obtenus (Parquet ou exports).")
@click.option("--telecharger", is_flag=True, help="Télécharge les exports officiels.")
@click.option("--millesime", default=MILLESIME, metavar="AAAA", help=f"Année du périmètre (par défaut : {MILLESIME}).")
@click.option("--vers", type=Dossier(existant=False), metavar="DOSSIER", help="Dossier à écrire (par défaut : data/public/national).")
def donnees(depuis: Path | None, telecharger: bool, millesime: str, vers: Path | None) -> None:
    """Construit le référentiel de tous les EPCI de France."""
    from mutunb import chemins
    from mutunb.territoires.construction import construire

    vers = vers or chemins.racine() / "data" / "public" / "national"
    click.echo(str(construire(depuis, telecharger, millesime, vers)))


@principal.command(short_help="Crée le dossier d'un client et son questionnaire.")
@click.argument("siren", metavar="SIREN")
@click.option("--un-par-commune", is_flag=True, help="Un classeur par entité (dossier envois) au lieu d'un seul.")
@click.option("--auteur", default="", metavar="NOM", help="Qui tient le dossier.")
@click.option("--date-limite", "limite", metavar="AAAA-MM-JJ", help="Jour avant lequel renvoyer le classeur.")
@click.option("--contact", default="", metavar="TEXTE", help="À qui le renvoyer : nom, courriel, téléphone.")
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales.")
def dossier(
    siren: str, un_par_commune: bool, auteur: str, limite: str | None, contact: str, donnees: Path | None
) -> None:
    """Crée le dossier d'un client (data/territoires/SIREN) et le classeur à envoyer aux mairies.

    Un fichier déjà là n'est jamais modifié.
    """
    from mutunb.dossier.creation import creer
    from mutunb.dossier.mode_emploi import Retour

    retour = Retour(_jour(limite) if limite else None, contact)
    click.echo(str(creer(siren, un_par_commune, auteur, donnees, retour)))


@principal.command(short_help="Contrôle les réponses reçues et annote les classeurs.")
@click.argument("siren", metavar="SIREN")
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales.")
def verifier(siren: str, donnees: Path | None) -> None:
    """Contrôle toutes les réponses d'un dossier et rend chaque classeur annoté (dossier annotes).

    Tous les constats s'affichent ; le code de sortie est 1 s'il y a au moins une erreur.
    """
    from mutunb.dossier import ouvrir
    from mutunb.dossier.verification import exiger_un_dossier
    from mutunb.dossier.verification import verifier as verifier_dossier

    ouvert = ouvrir(siren, donnees)
    exiger_un_dossier(ouvert)
    verification = verifier_dossier(ouvert)
    click.echo(str(verification))
    if not verification.sans_erreur:
        raise click.exceptions.Exit(CODE_ECHEC)


@principal.command(short_help="Gèle l'état de départ (T0) d'un dossier.")
@click.argument("siren", metavar="SIREN")
@click.option("--date", "jour", metavar="AAAA-MM-JJ", help="Date du T0 (par défaut : date_t0 de territoire.yaml).")
@click.option("--auteur", metavar="NOM", help="Fonction de la personne qui gèle (par défaut : auteur de territoire.yaml).")
@click.option("--exercice", type=int, metavar="AAAA", help="Exercice des comptes (par défaut : celui des réponses).")
@click.option("--motif", default="", metavar="TEXTE", help="Pourquoi un nouveau gel, s'il y en a déjà un.")
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales.")
def geler(
    siren: str, jour: str | None, auteur: str | None, exercice: int | None, motif: str, donnees: Path | None
) -> None:
    """Gèle les réponses d'un dossier dans t0/ ; un second gel ne touche pas au premier."""
    from mutunb.dossier import ouvrir
    from mutunb.dossier.gel import compte_rendu
    from mutunb.dossier.gel import geler as geler_dossier
    from mutunb.dossier.verification import exiger_un_dossier

    demande = _jour(jour) if jour else None
    ouvert = ouvrir(siren, donnees)
    exiger_un_dossier(ouvert)
    date_t0 = demande or ouvert.reglages.date_t0
    if date_t0 is None:
        raise ErreurUsage("Donnez la date du T0 : --date AAAA-MM-JJ, ou date_t0 dans territoire.yaml.")
    click.echo(compte_rendu(geler_dossier(ouvert, date_t0, auteur or ouvert.reglages.auteur, exercice, motif)))


def _jour(texte: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(texte)
    except ValueError as cause:
        raise ErreurUsage(f"« {texte} » n'est pas une date : écrivez AAAA-MM-JJ, par exemple 2026-01-15.") from cause


@principal.command(short_help="Écrit les livrables d'un ou plusieurs EPCI.")
@click.argument("sirens", metavar="[SIREN]...", nargs=-1)
@click.option("--echantillon", is_flag=True, help="Tous les territoires de l'échantillon embarqué.")
@click.option("--etape", default="diagnostic", metavar="ETAPE", help="Étape à produire (par défaut : diagnostic).")
@click.option(
    "--profil",
    type=Choix(["client", "consultant"]),
    default="client",
    help="client : sans code ni méthode (par défaut) ; consultant : code replié, méthode et cases masquées visibles, "
    "dans le sous-dossier « consultant » (ne pas diffuser).",
)
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales.")
@click.option("--sorties", type=Dossier(existant=False), metavar="DOSSIER", help="Dossier des livrables (par défaut : outputs).")
@click.option(
    "-p",
    "parametres",
    type=Affectation(),
    multiple=True,
    metavar="NOM=VALEUR",
    help="Paramètre de carnet, autant de fois que nécessaire.",
)
@option_moteur
def produire(
    sirens: tuple[str, ...],
    echantillon: bool,
    etape: str,
    profil: str,
    donnees: Path | None,
    sorties: Path | None,
    parametres: tuple[tuple[str, str], ...],
    moteur: str | None,
) -> None:
    """Exécute les carnets d'une étape et écrit les livrables de chaque territoire."""
    from mutunb.execution.commande import Commande
    from mutunb.execution.production import verifier

    sirens = _a_produire(sirens, echantillon)
    commande = Commande(etape, profil, donnees, sorties, _sans_doublon(parametres), moteur=moteur_demande(moteur))
    verifier(commande)
    rapports, refus = [], []
    for siren in sirens:
        try:
            rapports.append(_produire_un(siren, commande))
        except ErreurMutunb as erreur_mutunb:
            if len(sirens) == 1:
                raise
            dire_erreur(f"{siren} : {erreur_mutunb}", click.get_current_context().meta.get("trace", False))
            refus.append(erreur_mutunb)
    click.echo(_bilan(rapports))
    if refus or not all(rapport.est_complet for rapport in rapports):
        usage = not rapports and all(erreur.code_sortie == CODE_USAGE for erreur in refus)
        raise click.exceptions.Exit(CODE_USAGE if usage else CODE_ECHEC)


@principal.command(short_help="Écrit les projets d'actes (Word) d'un EPCI.")
@click.argument("siren", metavar="SIREN")
@click.option("--fonction", default="", metavar="FONCTION", help="Une seule fonction (par défaut : toutes, et le schéma).")
@click.option("--par-commune", is_flag=True, help="Une délibération par commune, au lieu d'une délibération-type.")
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales.")
@click.option("--sorties", type=Dossier(existant=False), metavar="DOSSIER", help="Dossier des livrables (par défaut : outputs).")
def actes(siren: str, fonction: str, par_commune: bool, donnees: Path | None, sorties: Path | None) -> None:
    """Écrit conventions, fiches d'impact, délibérations et schéma, en projets à relire par un juriste.

    Ce qui manque s'y lit « [à compléter : …] » et se compte ; ce qui n'est pas décidé s'y dit « proposition ».
    """
    from mutunb.actes.redaction import rediger_dossier
    from mutunb.dossier import ouvrir

    click.echo(str(rediger_dossier(ouvrir(siren, donnees), fonction, par_commune, sorties)))


@principal.command(short_help="Prépare le classeur de suivi d'une année.")
@click.argument("siren", metavar="SIREN")
@click.argument("annee", metavar="AAAA", type=int)
@click.option("--donnees", type=Dossier(existant=True), metavar="DOSSIER", help="Dossier de données nationales.")
def suivi(siren: str, annee: int, donnees: Path | None) -> None:
    """Écrit suivi/suivi-AAAA.xlsx : services ouverts, entités, unités et indicateurs, d'après les décisions.

    Ce qui n'est pas décidé suit la recommandation, et le compte rendu le dit. Un classeur existant n'est jamais modifié.
    """
    from mutunb.actes.classeur_suivi import preparer_classeur_suivi
    from mutunb.dossier import ouvrir

    click.echo(str(preparer_classeur_suivi(ouvrir(siren, donnees), annee)))


def _a_produire(sirens: tuple[str, ...], echantillon: bool) -> list[str]:
    """SIREN demandés, chacun une fois, dans l'ordre."""
    if sirens and echantillon:
        raise ErreurUsage("Donnez des SIREN ou --echantillon, pas les deux.")
    if not sirens and not echantillon:
        raise ErreurUsage(f"Donnez au moins un SIREN, ou --echantillon. Pour trouver un SIREN : {a_taper('territoires NOM')}")
    if echantillon:
        from mutunb import chemins
        from mutunb import territoires as paquet

        connus = paquet.chercher(dossier=chemins.echantillon())
        return connus.loc[connus["detail"] == "complet", "siren"].tolist()
    return list(dict.fromkeys(sirens))


def _sans_doublon(parametres: tuple[tuple[str, str], ...]) -> dict[str, str]:
    valeurs: dict[str, str] = {}
    for nom, contenu in parametres:
        if nom in valeurs:
            raise ErreurUsage(f"paramètre « {nom} » donné deux fois : gardez une seule valeur.")
        valeurs[nom] = contenu
    return valeurs


def _produire_un(siren: str, commande: Commande) -> Rapport:
    from mutunb.execution.production import produire as produire_territoire

    click.echo(f"{siren}", err=True)
    rapport = produire_territoire(siren, commande, lambda phrase: click.echo(f"  {phrase}", err=True))
    for carnet, phrase in rapport.phrases.items():
        click.echo(f"  {carnet} ({rapport.statuts[carnet].replace('_', ' ')}) : {phrase}", err=True)
    return rapport


def _bilan(rapports: list[Rapport]) -> str:
    """Ce qui a été produit, et les pages à ouvrir."""
    lignes = []
    for rapport in rapports:
        echecs = sum(statut == "echec" for statut in rapport.statuts.values())
        etat = f", {echecs} carnet{'s' if echecs > 1 else ''} en échec" if echecs else ""
        lignes.append(f"{rapport.nom} ({rapport.siren}) : {rapport.etape} produit en {rapport.duree_s:.0f} s{etat}")
        lignes += [f"  {page}" for page in rapport.pages]
        if rapport.profil == "consultant":
            lignes.append("  version de travail, ne pas diffuser : joignez à un envoi le dossier parent, sans « consultant »")
    return "\n".join(lignes) or "Aucun territoire produit."


def _liste_territoires(trouves: pd.DataFrame) -> str:
    from mutunb import formats

    largeur = min(max(trouves["nom"].str.len()), 60)
    lignes = [f"{'SIREN':<9}  {'Nom':<{largeur}}  {'Nature':<6}  Dép.  {'Communes':>8}  {'Habitants':>10}"]
    for ligne in trouves.itertuples():
        suite = "" if ligne.detail == "complet" else "  (comparable seulement)"
        lignes.append(
            f"{ligne.siren:<9}  {ligne.nom:<{largeur}}  {ligne.nature:<6}  {ligne.departement:<4}  "
            f"{ligne.nb_communes:>8.0f}  {formats.nombre(ligne.population):>10}{suite}"
        )
    lignes.append(formats.pluriel(len(trouves), "territoire"))
    return "\n".join([*lignes, *_explication(trouves)])


def _explication(trouves: pd.DataFrame) -> list[str]:
    """Ce que veut dire « comparable seulement », et comment étudier un tel territoire."""
    from mutunb import formats

    seuls = int((trouves["detail"] != "complet").sum())
    if not seuls:
        return []
    sujet = formats.pluriel(seuls, "territoire « comparable seulement »", "territoires « comparables seulement »")
    return [
        f"{sujet} : l'échantillon embarqué n'en garde que la ligne de l'EPCI, pour comparer les autres, sans le détail des "
        "communes ; aucun diagnostic ne peut en être produit. Pour les étudier, construisez le référentiel national : "
        f"{a_taper('donnees --telecharger')}, ou {a_taper('donnees --depuis DOSSIER')}"
    ]


for _commande in (lot, portefeuille, purger, ouvrir):
    principal.add_command(_commande)

"""Montrer un tableau ou des indicateurs en HTML accessible : légende, portées d'en-tête, unités, source, statut."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from mutunb import formats
from mutunb.calculs.tableau import STATUTS, Indicateur, Tableau
from mutunb.dossier import confidentialite
from mutunb.rendu.affichage import Affichage


def montrer(objet: Tableau | Sequence[Indicateur] | None, replie: bool = False) -> Affichage | None:
    """Affiche un tableau, ou une série d'indicateurs en liste ; rien pour un tableau sans objet sur ce territoire.

    Parameters
    ----------
    objet : Tableau or sequence of Indicateur
        Ce qu'il faut montrer.
    replie : bool
        Replie un long tableau derrière son titre ; il reste dans la page et à l'impression.
    """
    if objet is None:
        return None
    if isinstance(objet, Tableau):
        return montrer_tableau(objet, replie)
    return montrer_indicateurs(tuple(objet))


def montrer_tableau(tableau: Tableau, replie: bool = False, source_dite: bool = False) -> Affichage:
    """Tableau HTML : première colonne en en-tête de ligne, nombres à droite, ligne de total distinguée.

    Au client, les cellules masquées se lisent « masqué » et les lignes d'un poste n'apparaissent pas ; le consultant
    voit tout (``MUTUNB_PROFIL``). ``source_dite`` : la figure qui porte ce tableau a déjà écrit sa source.
    """
    tableau = pour_lecteur(tableau)
    legende = f"legende-{tableau.id}"
    html = (
        f'<div class="tableau" role="region" tabindex="0" aria-labelledby="{legende}"><table class="mutunb">'
        f'<caption id="{legende}">{escape(tableau.titre)}</caption>'
        f"<thead><tr>{''.join(_entete(tableau, c) for c in tableau.donnees.columns)}</tr></thead>"
        f"<tbody>{_lignes(tableau)}</tbody></table></div>{_pied(tableau, source_dite)}"
    )
    if replie:
        resume = f"{escape(tableau.titre)} ({formats.pluriel(len(tableau.donnees) - tableau.total, 'ligne')})"
        html = f'<details class="replie"><summary>{resume}</summary>{html}</details>'
    return Affichage(html=html, texte=tableau.titre, elements=(tableau.element(),))


def pour_lecteur(tableau: Tableau) -> Tableau:
    """Le tableau tel que le profil en cours peut le lire : entier au consultant ; masqué, arrondi ou vidé au client."""
    if confidentialite.est_consultant():
        return tableau.en_clair()
    return confidentialite.pour_client(tableau).arrondi()


def _entete(tableau: Tableau, colonne: str) -> str:
    badge = ""
    if colonne in tableau.colonnes_chiffrees and _statut_unique(tableau) is None:
        badge = f" {badge_statut(tableau.statut(colonne))}"
    classe = ' class="num"' if colonne in tableau.colonnes_chiffrees else ""
    unite = formats.unite_entete(tableau.unites[colonne])
    suffixe = f' <span class="unite">({escape(unite)})</span>' if unite else ""
    return f'<th scope="col"{classe}>{escape(tableau.libelles[colonne])}{suffixe}{badge}</th>'


def _lignes(tableau: Tableau) -> str:
    colonnes = list(tableau.donnees.columns)
    derniere = len(tableau.donnees) - 1
    lignes = []
    for rang, ligne in enumerate(tableau.donnees.itertuples(index=False, name=None)):
        cellules = []
        for i, (colonne, valeur) in enumerate(zip(colonnes, ligne, strict=True)):
            masquee = tableau.est_masquee(rang, colonne)
            texte = formats.MASQUE if masquee else escape(formats.cellule(valeur, tableau.unites[colonne]))
            if i == 0:
                cellules.append(f'<th scope="row">{texte}</th>')
            else:
                classe = ' class="num"' if colonne in tableau.colonnes_chiffrees else ""
                cellules.append(f"<td{classe}>{texte}</td>")
        classe = ' class="total"' if tableau.total and rang == derniere else ""
        lignes.append(f"<tr{classe}>{''.join(cellules)}</tr>")
    return "".join(lignes)


def _pied(tableau: Tableau, source_dite: bool) -> str:
    statut = _statut_unique(tableau)
    morceaux = [f"Périmètre : {escape(tableau.perimetre)}."]
    if not source_dite:
        morceaux.append(f"Source : {escape(tableau.source)}.")
    if statut:
        morceaux.append(f"Statut : {badge_statut(statut)}.")
    note = f'<p class="note">{escape(tableau.note)}</p>' if tableau.note else ""
    return f'{note}<p class="provenance">{" ".join(morceaux)}</p>'


def _statut_unique(tableau: Tableau) -> str | None:
    statuts = {tableau.statut(c) for c in tableau.colonnes_chiffrees}
    return statuts.pop() if len(statuts) == 1 else None


def badge_statut(statut: str) -> str:
    """Pastille HTML d'un statut de chiffre."""
    return f'<span class="statut statut-{statut}">{STATUTS[statut]}</span>'


def montrer_indicateurs(indicateurs: Sequence[Indicateur]) -> Affichage:
    """Indicateurs en liste de définitions : libellé, valeur avec unité, statut, source."""
    entrees = "".join(
        f"<div><dt>{escape(i.libelle)}</dt><dd><strong>{escape(str(i))}</strong> {badge_statut(i.statut)}"
        f'<span class="provenance">{escape(i.source)}</span></dd></div>'
        for i in indicateurs
    )
    return Affichage(
        html=f'<dl class="indicateurs">{entrees}</dl>',
        texte="\n".join(f"{i.libelle} : {i}" for i in indicateurs),
        elements=tuple(i.element() for i in indicateurs),
    )

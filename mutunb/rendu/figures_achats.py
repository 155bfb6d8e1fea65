"""La figure du calendrier des contrats : une ligne par segment, un point par fin de contrat, les fenêtres en fond."""

from __future__ import annotations

import pandas as pd

from mutunb import formats
from mutunb.calculs.contrats import Contrats
from mutunb.calculs.echeances import echeances_par_annee, fenetres_achats
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_achats import jour
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, GRIS_CLAIR, ORANGE, hauteur_barres, toile

LIGNES_MAX = 18
JOURS_PAR_AN = 365.25


def echeances(contrats: Contrats) -> Figure | None:
    """Calendrier des fins de contrat par segment, avec les fenêtres de regroupement ; ``None`` sans date connue."""
    table = contrats.en_cours.dropna(subset=["fin_utile", "groupe"])
    if table.empty:
        return None
    ordre = table["groupe"].value_counts().index[:LIGNES_MAX]
    table = table[table["groupe"].isin(ordre)]
    fenetres = fenetres_achats(contrats)
    hauteur = hauteur_barres(len(ordre), 0.3, 0.6)
    figure, axes = toile(hauteur, (0.36, 0.35 / hauteur, 0.97, 0.97))
    rangs = {nom: i for i, nom in enumerate(ordre)}
    for f in fenetres[fenetres["groupe"].isin(ordre)].itertuples():
        debut, fin = _annee(f.ouvre), _annee(f.ferme)
        axes.barh(rangs[f.groupe], fin - debut + 0.16, left=debut - 0.08, height=0.7, color=GRIS_CLAIR)
    axes.plot(table["fin_utile"].map(_annee), table["groupe"].map(rangs), "o", color=BLEU, markersize=5, alpha=0.75)
    axes.axvline(_annee(pd.Timestamp(contrats.reference)), color=ORANGE, linewidth=1.2)
    axes.set_yticks(range(len(ordre)), [_court(nom) for nom in ordre], fontsize=8)
    annees = range(pd.Timestamp(contrats.reference).year, table["fin_utile"].dt.year.max() + 2)
    axes.set_xticks(list(annees), [str(a) for a in annees])
    axes.set_ylim(len(ordre) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    return Figure(
        titre=_titre(len(fenetres)),
        sous_titre="Un point par fin de contrat ; bande grise : fenêtre de regroupement ; trait orange : "
        f"{jour(contrats.reference)} ; {contrats.perimetre}",
        alt=_alt(table, fenetres),
        donnees=_donnees(contrats, table),
        dessin=figure,
        marques=len(table) + 2 * len(fenetres),
    )


def _annee(moment: pd.Timestamp) -> float:
    return moment.year + (moment.day_of_year - 1) / JOURS_PAR_AN


def _court(nom: str, largeur: int = 40) -> str:
    return nom if len(nom) <= largeur else f"{nom[: largeur - 1].rstrip()}…"


def _titre(combien: int) -> str:
    if combien == 0:
        return "Aucune fenêtre de regroupement ne se dessine encore"
    return f"{formats.pluriel(combien, 'fenêtre')} pour grouper des contrats qui finissent à des dates voisines"


def _alt(table: pd.DataFrame, fenetres: pd.DataFrame) -> str:
    comptes = table["groupe"].value_counts()
    detail = " ; ".join(f"{nom} : {formats.pluriel(int(n), 'contrat')}" for nom, n in comptes.items())
    return f"Calendrier des fins de contrat. {detail}. {formats.pluriel(len(fenetres), 'fenêtre')} de regroupement."


def _donnees(contrats: Contrats, table: pd.DataFrame) -> Tableau:
    comptes = echeances_par_annee(table, "groupe")
    comptes.columns = [f"fin_{annee}" for annee in comptes.columns]
    donnees = comptes.reset_index().rename(columns={"groupe": "segment"})
    return Tableau(
        id="figure_echeances",
        titre="Fins de contrat par segment et par année",
        donnees=donnees,
        unites={"segment": "texte", **dict.fromkeys(comptes.columns, "nombre")},
        libelles={"segment": "Segment", **{c: c.removeprefix("fin_") for c in comptes.columns}},
        perimetre=contrats.perimetre,
        source=contrats.source,
        statuts="declare",
    )

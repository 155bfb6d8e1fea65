"""Les figures de l'inventaire informatique : solutions par domaine, fins de licence par année."""

from __future__ import annotations

import pandas as pd

from mutunb import formats
from mutunb.calculs.applications import Inventaire, heterogeneite, libelle_domaine
from mutunb.calculs.echeances import echeances_par_annee
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_si import tableau_heterogeneite
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, ORANGE, PRUNE, VERT, hauteur_barres, toile

COULEURS = (BLEU, ORANGE, VERT, PRUNE, "#6B7280", "#0F766E", "#B45309", "#1D4ED8", "#9F1239")


def solutions_par_domaine(inventaire: Inventaire) -> Figure | None:
    """Nombre de solutions par domaine, et population sur la solution majoritaire ; ``None`` sans inventaire."""
    tableau = tableau_heterogeneite(inventaire)
    if tableau is None:
        return None
    table = heterogeneite(inventaire)
    noms = [libelle_domaine(d) for d in table["domaine"]]
    hauteur = hauteur_barres(len(table), 0.36, 0.6)
    figure, axes = toile(hauteur, (0.26, 0.35 / hauteur, 0.97, 0.97))
    axes.barh(noms, table["solutions"], color=[ORANGE if n > 1 else VERT for n in table["solutions"]], height=0.6)
    for i, ligne in enumerate(table.itertuples()):
        inconnue = formats.est_absent(ligne.part_population)
        part = "" if inconnue else f"  ·  {formats.pourcent(ligne.part_population)} sur la première"
        axes.text(ligne.solutions + 0.06, i, f"{formats.nombre(ligne.solutions)}{part}", va="center", fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, table["solutions"].max() * 1.5 + 0.5)
    axes.xaxis.get_major_locator().set_params(integer=True)
    eclates = int((table["solutions"] > 1).sum())
    return Figure(
        titre=_titre_solutions(eclates, len(table)),
        sous_titre="Solutions différentes par domaine ; à droite, population des communes répondantes sur la première ; "
        f"{inventaire.perimetre}",
        alt="Barres : "
        + " ; ".join(f"{n}, {formats.pluriel(int(s), 'solution')}" for n, s in zip(noms, table["solutions"], strict=True))
        + ".",
        donnees=tableau,
        dessin=figure,
        marques=2 * len(table),
    )


def _titre_solutions(eclates: int, domaines: int) -> str:
    if eclates == 0:
        return "Chaque domaine n'emploie qu'une solution"
    verbe = "emploie" if eclates == 1 else "emploient"
    debut = f"{formats.pluriel(eclates, 'domaine')} sur {formats.nombre(domaines)} {verbe}"
    return f"{debut} plusieurs solutions pour le même métier"


def fins_de_licence(inventaire: Inventaire) -> Figure | None:
    """Licences qui finissent chaque année, par domaine ; ``None`` sans date à venir."""
    comptes = echeances_par_annee(inventaire.table, "domaine")
    if comptes.empty:
        return None
    figure, axes = toile(2.6, (0.10, 0.2, 0.70, 0.95))
    annees = [str(a) for a in comptes.columns]
    bas = [0.0] * len(annees)
    for couleur, (domaine, ligne) in zip(COULEURS, comptes.iterrows(), strict=False):
        axes.bar(annees, ligne, bottom=bas, color=couleur, width=0.65, label=libelle_domaine(str(domaine)))
        bas = [b + float(v) for b, v in zip(bas, ligne, strict=True)]
    axes.xaxis.set_major_formatter("{x}")
    axes.set_xticks(range(len(annees)), annees)
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_ylabel("licences")
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
    par_annee = comptes.sum()
    return Figure(
        titre=_titre_licences(par_annee),
        sous_titre=f"Fins de licence ou de contrat à venir, par année et par domaine ; {inventaire.perimetre}",
        alt="Barres par année : " + " ; ".join(f"{a}, {formats.pluriel(int(n), 'licence')}" for a, n in par_annee.items()) + ".",
        donnees=_donnees(inventaire, comptes),
        dessin=figure,
        marques=int(comptes.size),
    )


def _titre_licences(par_annee: pd.Series) -> str:
    combien = int(par_annee.max())
    if par_annee.eq(combien).sum() > 1:
        return f"Au plus {formats.pluriel(combien, 'licence')} par an, de {par_annee.index[0]} à {par_annee.index[-1]}"
    verbe = "finit" if combien == 1 else "finissent"
    return f"{formats.pluriel(combien, 'licence')} {verbe} en {par_annee.idxmax()}, l'année la plus chargée"


def _donnees(inventaire: Inventaire, comptes: pd.DataFrame) -> Tableau:
    colonnes = [f"fin_{annee}" for annee in comptes.columns]
    donnees = comptes.set_axis(colonnes, axis=1).reset_index()
    donnees["domaine"] = donnees["domaine"].map(libelle_domaine)
    return Tableau(
        id="figure_licences",
        titre="Fins de licence par domaine et par année",
        donnees=donnees,
        unites={"domaine": "texte", **dict.fromkeys(colonnes, "nombre")},
        libelles={"domaine": "Domaine", **{c: c.removeprefix("fin_") for c in colonnes}},
        perimetre=inventaire.perimetre,
        source=inventaire.source,
        statuts="declare",
    )

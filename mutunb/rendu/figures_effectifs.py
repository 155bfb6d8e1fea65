"""Les figures des réponses : les départs comme fenêtres, l'intérêt des maires et des directions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.effectifs import Effectifs
from mutunb.calculs.priorites import Priorites
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_appetence import tableau_appetence
from mutunb.calculs.tableaux_departs import tableau_departs
from mutunb.dossier.confidentialite import est_consultant
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, GRIS, GRIS_CLAIR, ORANGE, PRUNE, VERT, hauteur_barres, toile
from mutunb.rendu.tableaux import pour_lecteur

#: au-delà, les fonctions les moins touchées sont réunies
FONCTIONS_MONTREES = 4
COULEURS = (BLEU, ORANGE, VERT, PRUNE)


def departs(effectifs: Effectifs) -> Figure | None:
    """ETP libérés par les départs annoncés, par année (et par fonction au consultant) ; ``None`` s'il n'y a rien à montrer."""
    tableau = tableau_departs(effectifs)
    if tableau is None:
        return None
    return _departs_par_fonction(effectifs, tableau) if est_consultant() else _departs_par_periode(effectifs, tableau)


def _departs_par_periode(effectifs: Effectifs, tableau: Tableau) -> Figure | None:
    table = pour_lecteur(tableau).donnees
    if table["etp"].isna().any():
        return None
    figure, axes = toile(2.6, (0.09, 0.12, 0.97, 0.95))
    axes.bar(range(len(table)), table["etp"], color=BLEU, width=0.62)
    for rang, etp in enumerate(table["etp"]):
        axes.text(rang, etp + table["etp"].max() * 0.02, formats.nombre(etp, 1), ha="center", fontsize=9, fontweight="bold")
    axes.set_xticks(range(len(table)), table["periode"])
    axes.set_ylim(0, table["etp"].max() * 1.12)
    axes.set_ylabel("ETP")
    plus = table.loc[table["etp"].idxmax(), "periode"]
    detail = " ; ".join(f"{t.periode} : {formats.nombre(t.etp, 1)}" for t in table.itertuples())
    return Figure(
        titre="Des départs annoncés ouvrent une fenêtre de réorganisation"
        if len(table) == 1
        else f"La plus large fenêtre de réorganisation s'ouvre en {plus}",
        sous_titre=f"ETP libérés par les départs annoncés, toutes fonctions, {mentions.perimetre_bloc(effectifs.dossier.territoire)}",
        alt=f"Barres par période, en ETP. {detail}.",
        donnees=tableau,
        dessin=figure,
        marques=2 * len(table),
    )


def _departs_par_fonction(effectifs: Effectifs, tableau: Tableau) -> Figure:
    table = tableau.donnees.sort_values("ensemble", ascending=False)
    annees = [c for c in table.columns if c.startswith("en_")]
    figure, axes = toile(2.9, (0.09, 0.12, 0.97, 0.80))
    bas = np.zeros(len(annees))
    tete, reste = table.head(FONCTIONS_MONTREES), table.iloc[FONCTIONS_MONTREES:]
    series = [(ligne["fonction"], ligne[annees].to_numpy(dtype=float)) for _, ligne in tete.iterrows()]
    if len(reste):
        series.append(("autres fonctions", reste[annees].sum().to_numpy(dtype=float)))
    for (nom, valeurs), couleur in zip(series, (*COULEURS, GRIS), strict=False):
        axes.bar(range(len(annees)), valeurs, bottom=bas, color=couleur, label=nom, width=0.62)
        bas += valeurs
    for rang, total in enumerate(bas):
        axes.text(rang, total + bas.max() * 0.02, formats.nombre(total, 1), ha="center", fontsize=9, fontweight="bold")
    axes.set_xticks(range(len(annees)), [tableau.libelles[c] for c in annees])
    axes.set_ylim(0, bas.max() * 1.12)
    axes.set_ylabel("ETP")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.07, 1.02), ncols=3, frameon=False, fontsize=8, handlelength=1)
    sommet = tableau.libelles[annees[int(np.argmax(bas))]]
    detail = " ; ".join(f"{tableau.libelles[c]} : {formats.nombre(v, 1)}" for c, v in zip(annees, bas, strict=True))
    return Figure(
        titre=f"L'année {sommet} ouvre la plus large fenêtre de réorganisation",
        sous_titre=f"ETP libérés par les départs annoncés, {mentions.perimetre_bloc(effectifs.dossier.territoire)}",
        alt=f"Barres empilées par année, en ETP. {detail}.",
        donnees=tableau,
        dessin=figure,
        marques=4 * len(annees) * len(series),
    )


def appetence(priorites: Priorites) -> Figure | None:
    """Intérêt médian des maires et des directions par fonction, et étendue des réponses ; ``None`` sans enquête."""
    tableau = tableau_appetence(priorites)
    if tableau is None:
        return None
    lue = pour_lecteur(tableau).donnees.assign(fonction=priorites.appetence.table["fonction"])
    lue["interet"] = lue[["interet_maire", "interet_direction"]].mean(axis=1)
    table = lue.dropna(subset="q1").sort_values("interet", ascending=False, kind="stable").reset_index(drop=True)
    if table.empty:
        return None
    noms = [referentiel.fonction(f).libelle_court for f in table["fonction"]]
    figure, axes = toile(hauteur_barres(len(table), 0.42, 1.05), (0.27, 0.15, 0.97, 0.88))
    rangs = np.arange(len(table))
    etendue = table["q3"] - table["q1"]
    axes.barh(rangs, etendue, left=table["q1"], height=0.5, color=GRIS_CLAIR, label="moitié centrale des réponses")
    axes.plot(table["interet_maire"], rangs - 0.13, "o", color=ORANGE, markersize=7, label="maires (médiane)")
    axes.plot(table["interet_direction"], rangs + 0.13, "D", color=BLEU, markersize=5.5, label="directions (médiane)")
    axes.set_yticks(rangs, noms)
    axes.invert_yaxis()
    axes.set_xlim(-0.2, 4.2)
    axes.set_xticks([0, 1, 2, 3, 4], ["0\nrefus", "1", "2\nà étudier", "3", "4\nprioritaire"], fontsize=8)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.35, 1.0), ncols=3, frameon=False, fontsize=8, handlelength=1)
    return Figure(
        titre=_titre_appetence(table),
        sous_titre=f"Intérêt à mutualiser, de 0 à 4, {mentions.perimetre_communes(priorites.appetence.dossier.territoire)}",
        alt="Intérêt médian par fonction. "
        + " ; ".join(
            f"{nom} : maires {formats.nombre(t.interet_maire, 1)}, directions {formats.nombre(t.interet_direction, 1)}"
            for nom, t in zip(noms, table.itertuples(), strict=True)
        )
        + ".",
        donnees=tableau,
        dessin=figure,
        marques=3 * len(table),
    )


def _titre_appetence(table: pd.DataFrame) -> str:
    plus = int((table["interet_direction"] > table["interet_maire"]).sum())
    moins = int((table["interet_direction"] < table["interet_maire"]).sum())
    if plus == moins == 0:
        return "Maires et directions s'accordent sur chaque fonction"
    sujet = "les directions" if plus >= moins else "les maires"
    combien = formats.pluriel(max(plus, moins), "fonction")
    return f"Pour {combien} sur {len(table)}, {sujet} veulent plus que {'les maires' if plus >= moins else 'les directions'}"

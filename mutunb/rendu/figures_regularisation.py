"""La figure de la régularisation : le coût unitaire de chaque service, en indice, face à celui que les prix expliquent."""

from __future__ import annotations

import pandas as pd

from mutunb import formats
from mutunb.calculs.regularisation import Regularisation
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_regularisation import commun, libelle_fonction
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, ENCRE, GRIS, ORANGE, PRUNE, VERT, toile

COULEURS = (BLEU, ORANGE, VERT, PRUNE, ENCRE, GRIS)
BASE = 100


def regularisation_cout_unitaire(regularisation: Regularisation) -> Figure | None:
    """Coût unitaire de chaque service, premier exercice = 100 ; tirets : premier coût porté aux prix de l'année."""
    donnees = _donnees(regularisation)
    if donnees["exercice"].nunique() < 2:
        return None
    figure, axes = toile(3.0, (0.09, 0.13, 0.97, 0.86))
    for couleur, (service, lignes) in zip(COULEURS, donnees.groupby("service", sort=False), strict=False):
        annees = [int(a) for a in lignes["exercice"]]
        axes.plot(annees, lignes["indice"], "o-", color=couleur, label=service)
        if lignes["indexe"].notna().all():
            axes.plot(annees, lignes["indexe"], "--", color=couleur, linewidth=1)
    exercices = sorted({int(a) for a in donnees["exercice"]})
    axes.set_xticks(exercices, [str(a) for a in exercices])
    axes.set_ylabel("Premier exercice = 100")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False, fontsize=8)
    dernier = donnees.groupby("service", sort=False).last()
    provisoire = f" ; {regularisation.exercice} : prévision à la clôture" if regularisation.partiel else ""
    return Figure(
        titre=_titre(dernier),
        sous_titre=f"Coût unitaire de fonctionnement, indice ; tirets : ce que les prix expliquent{provisoire}",
        alt="Courbes : "
        + " ; ".join(f"{s}, {formats.nombre(l.indice, 1)} en {l.exercice}" for s, l in dernier.iterrows())
        + ", pour 100 le premier exercice.",
        donnees=_tableau(regularisation, donnees),
        dessin=figure,
        marques=2 * len(donnees),
    )


def _donnees(regularisation: Regularisation) -> pd.DataFrame:
    lignes = []
    for service in regularisation.calcules:
        serie, indexe = regularisation.serie(service.fonction), regularisation.cout_indexe(service.fonction)
        premier = float(serie[0].reglement.cout_unitaire_eur)
        if not premier:
            continue
        for annee in serie:
            indice = BASE * float(annee.reglement.cout_unitaire_eur) / premier
            lignes.append((libelle_fonction(service.fonction), str(annee.exercice), indice, BASE * indexe[annee.exercice] / premier))
    return pd.DataFrame(lignes, columns=["service", "exercice", "indice", "indexe"])


def _titre(dernier: pd.DataFrame) -> str:
    compares = dernier.dropna(subset="indexe")
    if len(compares) < len(dernier) or compares.empty:
        return "Le coût de l'unité, d'un exercice à l'autre"
    au_dela = int((compares["indice"] > compares["indexe"] * 1.005).sum())
    if au_dela == 0:
        return "Aucun coût unitaire n'a monté plus vite que les prix"
    if au_dela == len(compares):
        return "Le coût unitaire a monté plus vite que les prix"
    return f"Le coût unitaire a monté plus vite que les prix pour {formats.pluriel(au_dela, 'service')} sur {formats.nombre(len(compares))}"


def _tableau(regularisation: Regularisation, donnees: pd.DataFrame) -> Tableau:
    return Tableau(
        id="figure_regularisation_cout_unitaire",
        titre="Coût unitaire, premier exercice = 100",
        donnees=donnees,
        unites={"service": "texte", "exercice": "texte", "indice": "note", "indexe": "note"},
        libelles={"service": "Service", "exercice": "Exercice", "indice": "Coût unitaire", "indexe": "Premier coût, aux prix de l'année"},
        statuts="mixte" if regularisation.partiel else "constate",
        **commun(regularisation),
    )

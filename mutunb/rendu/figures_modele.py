"""Les figures du modèle économique : la courbe en J, la tornade, la distribution des tirages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs.modele_economique import ModeleEconomique
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_gains import libelle_facteur, tableau_facteurs
from mutunb.calculs.tableaux_modele import LIBELLES_SCENARIOS, perimetre, provenance
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, ENCRE, GRIS, ORANGE, PRUNE, VERT, hauteur_barres, toile

COULEURS = {"prudent": PRUNE, "cible": BLEU, "etendu": ORANGE, "retenu": VERT}
TRAITS = {"prudent": (0, (4, 2)), "cible": "-", "etendu": (0, (1, 1)), "retenu": "-"}
MILLIERS = 1000.0
#: largeurs de classe possibles (€), la plus petite qui ne fait pas plus de classes que cela
CLASSES_MAX = 24
LARGEURS = tuple(m * 10.0**p for p in range(1, 8) for m in (1, 2, 5))
#: au-delà d'un million, les montants s'écrivent à 0,1 M€ près : des classes plus fines se confondraient
LARGEUR_MIN_MILLIONS = 100_000.0


def courbe_en_j(modele: ModeleEconomique) -> Figure | None:
    """Cumul des flux de chaque scénario contre la tendance ; ``None`` si aucune fonction n'est retenue."""
    if modele.est_vide:
        return None
    figure, axes = toile(3.2, (0.13, 0.12, 0.84, 0.95))
    for scenarios, cumul in _courbes(modele).items():
        premier = scenarios[0] if len(scenarios) == 1 else modele.scenario_retenu
        noms = " et ".join(LIBELLES_SCENARIOS[s] for s in scenarios) if len(scenarios) < 3 else "Tous les\nscénarios"
        axes.plot(modele.annees, cumul, color=COULEURS[premier], linestyle=TRAITS[premier], marker="o", markersize=4, label=noms)
    axes.axhline(0, color=GRIS, linewidth=1)
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.set_xticks(modele.annees)
    axes.yaxis.set_major_formatter(lambda v, _: formats.nombre(v))
    axes.set_ylabel("k€ constants, cumul")
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
    return Figure(
        titre=_titre_courbe(modele),
        sous_titre=f"Cumul des économies budgétaires moins les coûts ajoutés, sans actualisation ; {perimetre(modele)}",
        alt="Courbes, cumul en fin d'horizon : "
        + " ; ".join(
            f"{LIBELLES_SCENARIOS[s].lower()}, {formats.environ_euros(t.etude.cumul_eur[-1])}" for s, t in modele.trajectoires.items()
        )
        + ".",
        donnees=_donnees_courbe(modele),
        dessin=figure,
        marques=3 * len(modele.annees),
    )


def _courbes(modele: ModeleEconomique) -> dict[tuple[str, ...], list[float]]:
    """Scénarios → cumul (k€) ; ceux qui se confondent ne font qu'une courbe."""
    par_cumul: dict[tuple[float, ...], list[str]] = {}
    for scenario, tracee in modele.trajectoires.items():
        par_cumul.setdefault(tuple(float(v) / MILLIERS for v in tracee.etude.cumul_eur), []).append(scenario)
    return {tuple(scenarios): list(cumul) for cumul, scenarios in par_cumul.items()}


def _titre_courbe(modele: ModeleEconomique) -> str:
    etude = modele.trajectoire.etude
    if etude.retour_simple.est_atteint:
        return f"La dépense de départ est remboursée en {etude.retour_simple.annee}"
    remonte = etude.annee_point_bas < modele.annees[-1]
    return (
        f"Le cumul touche son point bas en {etude.annee_point_bas}, puis remonte sans revenir à zéro en {modele.annees[-1]}"
        if remonte
        else f"Le cumul baisse encore en {modele.annees[-1]} : le projet ne se rembourse pas sur l'horizon"
    )


def _donnees_courbe(modele: ModeleEconomique) -> Tableau:
    cumuls = {s: [float(v) for v in t.etude.cumul_eur] for s, t in modele.trajectoires.items()}
    return Tableau(
        id="modele_courbe",
        titre="Cumul des flux par scénario",
        donnees=pd.DataFrame({"annee": [str(a) for a in modele.annees], **cumuls}),
        unites={"annee": "texte", **dict.fromkeys(cumuls, "eur")},
        libelles={"annee": "Année", **{s: LIBELLES_SCENARIOS[s] for s in cumuls}},
        perimetre=perimetre(modele),
        source=provenance(modele),
        statuts="hypothese",
    )


def modele_tornade(modele: ModeleEconomique) -> Figure | None:
    """Tornade du scénario retenu ; ``None`` si rien n'est incertain."""
    tableau, table = tableau_facteurs(modele), modele.facteurs
    if tableau is None:
        return None
    noms = [libelle_facteur(modele, f) for f in table["facteur"]]
    hauteur = hauteur_barres(len(table), 0.42, 0.9)
    figure, axes = toile(hauteur, (0.40, 0.55 / hauteur, 0.97, 0.97))
    central = table["resultat_central"].iloc[0] / MILLIERS
    for rang, ligne in enumerate(table.itertuples()):
        for borne, couleur in ((ligne.resultat_bas, VERT), (ligne.resultat_haut, ORANGE)):
            axes.barh(rang, borne / MILLIERS - central, left=central, color=couleur, height=0.6)
    axes.axvline(central, color=ENCRE, linewidth=1)
    axes.set_yticks(range(len(noms)), [_sur_deux_lignes(nom) for nom in noms])
    axes.tick_params(axis="y", labelsize=8)
    axes.invert_yaxis()
    axes.set_xlabel(f"VAN à {formats.pourcent(modele.taux, 1)}, en k€ (vert : borne basse du facteur ; orange : borne haute)")
    return Figure(
        titre=f"« {noms[0]} » pèse le plus sur le résultat",
        sous_titre=f"Valeur actuelle nette, un facteur à la fois, les autres au central ; {perimetre(modele)}",
        alt="Barres, écart de VAN : "
        + " ; ".join(f"{n}, {formats.environ_euros(a)}" for n, a in zip(noms, table["amplitude"], strict=True))
        + ".",
        donnees=tableau,
        dessin=figure,
        marques=3 * len(table),
    )


def _sur_deux_lignes(nom: str, largeur: int = 38) -> str:
    """Le libellé coupé à l'espace la plus proche du milieu s'il est long."""
    if len(nom) <= largeur:
        return nom
    espaces = [i for i, lettre in enumerate(nom) if lettre == " "]
    coupe = min(espaces, key=lambda i: abs(i - len(nom) / 2), default=len(nom))
    return f"{nom[:coupe]}\n{nom[coupe + 1:]}"


def modele_distribution(modele: ModeleEconomique) -> Figure | None:
    """Distribution des VAN tirées du scénario retenu ; ``None`` si rien n'est incertain."""
    resume = modele.incertitude
    if resume is None:
        return None
    effectifs, limites = np.histogram(modele.tirages_van, bins=_limites(modele.tirages_van))
    figure, axes = toile(2.8, (0.09, 0.18, 0.97, 0.9))
    couleurs = [ORANGE if (a + b) / 2 < 0 else VERT for a, b in zip(limites, limites[1:], strict=False)]
    axes.bar(limites[:-1] / MILLIERS, effectifs / resume.tirages * 100, width=np.diff(limites) / MILLIERS, align="edge", color=couleurs)
    for nom, valeur in (("P10", resume.p10), ("P50", resume.p50), ("P90", resume.p90)):
        axes.axvline(valeur / MILLIERS, color=ENCRE, linewidth=1, linestyle="--")
        axes.text(valeur / MILLIERS, axes.get_ylim()[1], nom, ha="center", va="bottom", fontsize=8)
    axes.set_xlabel(f"VAN à {formats.pourcent(modele.taux, 1)}, en k€")
    axes.yaxis.set_major_formatter(lambda v, _: formats.nombre(v))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.set_ylabel("% des tirages")
    return Figure(
        titre=f"Huit fois sur dix, la VAN est entre {formats.environ_euros(resume.p10)} et {formats.environ_euros(resume.p90)}",
        sous_titre=f"{formats.nombre(resume.tirages)} tirages ; P50 : la moitié des tirages est au-dessous ; orange : VAN négative ; "
        f"{perimetre(modele)}",
        alt=f"Histogramme. P10 {formats.environ_euros(resume.p10)} ; P50 {formats.environ_euros(resume.p50)} ; P90 "
        f"{formats.environ_euros(resume.p90)} ; VAN négative : {formats.pourcent(resume.probabilite_negative, 1)} des tirages.",
        donnees=_donnees_distribution(modele, effectifs / resume.tirages, limites),
        dessin=figure,
        marques=2 * CLASSES_MAX,
    )


def _limites(tirages: np.ndarray) -> np.ndarray:
    """Bornes rondes des classes, pour que chacune se lise dans la table."""
    bas, haut = float(tirages.min()), float(tirages.max())
    plancher = LARGEUR_MIN_MILLIONS if max(abs(bas), abs(haut)) >= 1_000 * MILLIERS else 0.0
    largeur = next(pas for pas in LARGEURS if pas >= plancher and (haut - bas) / pas <= CLASSES_MAX)
    return np.arange(np.floor(bas / largeur), np.ceil(haut / largeur) + 1) * largeur


def _donnees_distribution(modele: ModeleEconomique, parts: np.ndarray, limites: np.ndarray) -> Tableau:
    return Tableau(
        id="modele_distribution",
        titre="Répartition des tirages",
        donnees=pd.DataFrame({"de": limites[:-1], "a": limites[1:], "part": parts}),
        unites={"de": "eur", "a": "eur", "part": "part_fine"},
        libelles={"de": "De", "a": "À", "part": "Part des tirages"},
        perimetre=perimetre(modele),
        source=provenance(modele),
        statuts="hypothese",
    )

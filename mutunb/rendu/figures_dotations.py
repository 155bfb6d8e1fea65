"""Les figures des dotations : où l'EPCI se tient sur l'échelle du CIF, et la dotation année par année."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.approximation_cif import parametre
from mutunb.calculs.cif import coefficient_nature
from mutunb.calculs.effets_dotations import EffetsDotations
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_dotations import libelle_montant, source_dotations
from mutunb.calculs.tableaux_dotations_montants import tableau_pluriannuel
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, ENCRE, GRIS, GRIS_CLAIR, ORANGE, VERT, toile

BAS_ECHELLE, HAUT_ECHELLE = 0.2, 0.75


def dotations_position(effets: EffetsDotations) -> Figure | None:
    """Le CIF sur son échelle, avant et après imputation, face au seuil de garantie et au plafond ; ``None`` sans CIF."""
    position = effets.position
    if formats.est_absent(position.cif):
        return None
    apres = effets.cif_apres
    limite = position.plafond_cif_valeur / float(coefficient_nature(effets.dossier.territoire.nature))
    figure, axes = toile(2.0, (0.04, 0.25, 0.96, 0.94))
    _echelle(axes, position.seuil_valeur, limite, position.plafond_cif_valeur)
    marge = parametre("marge_indetermination") if effets.criteres.est_approche else 0.0
    if marge:
        axes.plot([position.cif - marge, position.cif + marge], [0, 0], color=BLEU, linewidth=9, alpha=0.25, solid_capstyle="butt")
    if not formats.est_absent(apres):
        axes.annotate("", (apres, 0), (position.cif, 0), arrowprops={"arrowstyle": "->", "color": ORANGE, "linewidth": 2})
    axes.plot(position.cif, 0, "o", color=BLEU, markersize=9)
    axes.text(position.cif, -0.32, formats.nombre(position.cif, 2 if marge else 3), ha="center", va="top", color=BLEU, fontweight="bold")
    axes.set_ylim(-1, 1)
    axes.set_xlim(min(BAS_ECHELLE, position.cif - 0.08), max(HAUT_ECHELLE, position.cif + 0.08, 0 if formats.est_absent(apres) else apres + 0.04))
    axes.get_yaxis().set_visible(False)
    axes.spines["left"].set_visible(False)
    return Figure(
        titre=_titre(effets),
        sous_titre=f"Coefficient d'intégration fiscale {mentions.de_nom(effets.dossier.territoire)} ; flèche : effet "
        f"{libelle_montant(effets)}" if not formats.est_absent(apres) else "Coefficient d'intégration fiscale",
        alt=f"Échelle : CIF {formats.nombre(position.cif, 3)}, seuil de garantie {formats.nombre(position.seuil_valeur, 2)}, "
        f"plafond {_limite_dite(limite, position.plafond_cif_valeur)} ; après imputation, {formats.nombre(apres, 3)}.",
        donnees=_donnees(effets, limite),
        dessin=figure,
        marques=8,
    )  # fmt: skip


def _echelle(axes, seuil: float, limite: float, plafond: float) -> None:
    axes.axvspan(limite, 1.2, color=GRIS_CLAIR)
    axes.axhline(0, color=GRIS, linewidth=0.8)
    for place, texte, couleur, cote in [
        (seuil, f"seuil {formats.nombre(seuil, 2)} : garantie à 100\u00a0%", VERT, "right"),
        (limite, f"plafond {_limite_dite(limite, plafond)}\nau-delà, rien ne compte", ENCRE, "left"),
    ]:
        axes.plot([place, place], [-0.6, 0.55], color=couleur, linewidth=1.4)
        axes.text(place, 0.62, texte, ha=cote, va="bottom", fontsize=8, color=couleur)


def _limite_dite(limite: float, plafond: float) -> str:
    """« 0,6 », ou « 0,545 (0,6 une fois majoré de 10 %) » pour une métropole."""
    if limite == plafond:
        return formats.nombre(limite, 1)
    majoration = formats.pourcent(plafond / limite - 1)
    return f"{formats.nombre(limite, 3)} ({formats.nombre(plafond, 1)} une fois majoré de {majoration})"


def _pourquoi(limite: float, plafond: float) -> str:
    return "" if limite == plafond else f" : {formats.nombre(plafond, 1)} après majoration de {formats.pourcent(plafond / limite - 1)}"


def _titre(effets: EffetsDotations) -> str:
    position = effets.position
    if position.plafond_cif == "au-dessus":
        return "Le CIF est au-delà de ce que la dotation compte"
    return {
        "au-dessus": "Le seuil de garantie est déjà franchi",
        "au-dessous": "Le CIF est sous le seuil de garantie",
    }.get(position.seuil, "Le CIF est trop près du seuil pour conclure")


def _donnees(effets: EffetsDotations, limite: float) -> Tableau:
    lignes = [
        ("CIF avant", effets.position.cif),
        ("CIF après imputation", effets.cif_apres),
        ("Seuil de garantie", effets.position.seuil_valeur),
        (f"CIF au-delà duquel rien ne compte{_pourquoi(limite, effets.position.plafond_cif_valeur)}", limite),
    ]
    return Tableau(
        id="dotations_echelle_cif",
        titre="Le CIF face au seuil et au plafond",
        donnees=pd.DataFrame(lignes, columns=["repere", "valeur"]),
        unites={"repere": "texte", "valeur": "coefficient"},
        libelles={"repere": "Repère", "valeur": "Valeur"},
        perimetre=mentions.le_nom(effets.dossier.territoire),
        source=source_dotations(effets),
        statuts="estime",
    )


def dotations_pluriannuel(effets: EffetsDotations) -> Figure | None:
    """Dotation sans et avec imputation, année par année ; ``None`` sans fiche DGF."""
    tableau = tableau_pluriannuel(effets)
    if tableau is None:
        return None
    annees = [str(a.annee) for a in effets.chaine]
    sans, avec = ([float(getattr(a, nom)) / 1000 for a in effets.chaine] for nom in ("sans_eur", "avec_eur"))
    figure, axes = toile(2.8, (0.1, 0.14, 0.78, 0.95))
    rangs = range(len(annees))
    axes.plot(rangs, avec, "o-", color=ORANGE, linewidth=2, label="imputé")
    axes.plot(rangs, sans, "o--", color=BLEU, linewidth=2, label="facturé")
    axes.set_xticks(rangs, annees)
    axes.set_ylabel("k€ par an")
    bas, haut = min(*sans, *avec), max(*sans, *avec)
    axes.set_ylim(bas - max(0.15 * (haut - bas), 0.01 * haut), haut + max(0.15 * (haut - bas), 0.01 * haut))
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
    dernier = effets.chaine[-1]
    ecart = float(dernier.gain_eur)
    return Figure(
        titre="L'imputation ne change pas la dotation" if abs(ecart) < 1 else f"L'écart apparaît en {effets.annee_effet}, pas avant",
        sous_titre=f"Dotation d'intercommunalité, k€ par an, {libelle_montant(effets)} ; l'axe ne part pas de zéro ; estimation, "
        "règles 2024 à confirmer",
        alt="Deux courbes : " + " ; ".join(
            f"{a.annee}, {formats.euros(a.sans_eur)} facturé et {formats.euros(a.avec_eur)} imputé" for a in effets.chaine
        ) + ".",
        donnees=replace(tableau, id="dotations_trajectoire", statuts="estime"),
        dessin=figure,
        marques=4 * len(annees),
    )  # fmt: skip

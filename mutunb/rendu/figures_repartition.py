"""Les figures « qui paie quoi » : hausse ou baisse de chaque commune, étendue des parts d'une clé à l'autre."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from mutunb import formats
from mutunb.calculs.cles import CLES
from mutunb.calculs.repartitions import Repartitions
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_repartition import libelle_fonction, tableau_communes, tableau_parts
from mutunb.dossier import confidentialite
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, ENCRE, GRIS_CLAIR, ORANGE, VERT, hauteur_barres, toile

#: communes dessinées au plus (moitié aux deux bouts au-delà)
BARRES = 24
COMMUNES_DESSINEES = 14


def _visible(tableau: Tableau) -> pd.DataFrame:
    """Ce que le lecteur en cours a le droit de voir."""
    return tableau.donnees if confidentialite.est_consultant() else tableau.publiables()


def repartition_ecarts(repartitions: Repartitions) -> Figure | None:
    """Écart par habitant de chaque commune, tous services réunis ; ``None`` si rien ne peut se montrer."""
    tableau = tableau_communes(repartitions)
    if tableau is None:
        return None
    table = _visible(tableau).iloc[:-1].dropna(subset="ecart_eur_hab")
    if len(table) < 2:
        return None
    dessinees = table if len(table) <= BARRES else pd.concat([table.head(BARRES // 2), table.tail(BARRES // 2)])
    hauteur = hauteur_barres(len(dessinees), 0.27, 0.7)
    figure, axes = toile(hauteur, (0.30, 0.45 / hauteur, 0.95, 0.99))
    valeurs = dessinees["ecart_eur_hab"].to_numpy(dtype=float)
    rangs = range(len(dessinees))
    barres = axes.barh(rangs, valeurs, color=[ORANGE if v > 0 else VERT for v in valeurs], height=0.66)
    axes.bar_label(barres, [formats.nombre(v, 0, signe=True) for v in valeurs], fontsize=8, padding=3)
    axes.set_yticks(list(rangs), dessinees["nom"].tolist())
    axes.axvline(0, color=ENCRE, linewidth=0.8)
    axes.margins(x=0.15)
    axes.invert_yaxis()
    axes.set_xlabel("€ par habitant et par an ; à droite, la commune paie plus qu'aujourd'hui")
    perdent = int((table["ecart_eur_hab"] > 0).sum())
    coupe = "" if len(dessinees) == len(table) else f" ; les {BARRES} communes aux deux bouts"
    return Figure(
        titre=_titre_ecarts(perdent, len(table)),
        sous_titre=f"Après moins avant, par habitant, clé retenue de chaque service{coupe} ; {tableau.perimetre}",
        alt="Barres : "
        + " ; ".join(f"{n} {formats.nombre(v, 0, signe=True)} € par habitant" for n, v in zip(dessinees["nom"], valeurs, strict=True))
        + ".",
        donnees=tableau_communes_figure(tableau),
        dessin=figure,
        marques=2 * len(dessinees),
    )


def _titre_ecarts(perdent: int, combien: int) -> str:
    if perdent == 0:
        return "Aucune commune montrée ne paierait plus qu'aujourd'hui"
    if perdent == combien:
        return "Toutes les communes montrées paieraient plus qu'aujourd'hui"
    return f"{formats.nombre(perdent)} {'commune' if perdent == 1 else 'communes'} sur {formats.nombre(combien)} paieraient plus qu'aujourd'hui"


def tableau_communes_figure(tableau: Tableau) -> Tableau:
    """Les données de la figure, sous leur propre identifiant."""
    return replace(tableau.reduit(["nom", "population", "ecart_eur_hab"]), id="figure_repartition_ecarts", titre="Écart par habitant")


def repartition_etendue(repartitions: Repartitions) -> Figure | None:
    """Service le plus coûteux : part par habitant de chaque commune sous chaque clé ; ``None`` si rien ne peut se montrer."""
    service = repartitions.principale
    if service is None:
        return None
    tableau = tableau_parts(repartitions, service)
    table = _visible(tableau).iloc[:-1].assign(population=service.table["population"].to_numpy(), genre=service.table["genre"].to_numpy())
    table = table[table["genre"].eq("commune") & table["population"].gt(0)]
    cles = [c for c in service.cles if table[f"part_{c}_eur"].notna().all()]
    if len(cles) < 2 or len(table) < 2:
        return None
    table = table.sort_values("population", ascending=False, kind="stable").head(COMMUNES_DESSINEES)
    parts = table[[f"part_{c}_eur" for c in cles]].div(table["population"], axis=0)
    hauteur = hauteur_barres(len(table), 0.34, 1.0)
    figure, axes = toile(hauteur, (0.28, 0.45 / hauteur, 0.96, 1 - 0.45 / hauteur))
    rangs = list(range(len(table)))
    axes.barh(rangs, parts.max(axis=1) - parts.min(axis=1), left=parts.min(axis=1), color=GRIS_CLAIR, height=0.5)
    for c, marque, couleur in zip(cles, "osD^vP", (BLEU, ORANGE, VERT, "#9E3D8F", "#6B7280", "#0F766E"), strict=False):
        axes.plot(parts[f"part_{c}_eur"], rangs, marque, color=couleur, markersize=6, label=CLES[c])
    axes.set_yticks(rangs, table["nom"].tolist())
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("€ par habitant et par an")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.35, 1.0), ncols=min(6, len(cles)), frameon=False, fontsize=7.5, handletextpad=0.2)
    ecart = (parts.max(axis=1) / parts.min(axis=1).where(parts.min(axis=1) > 0)).max()
    return Figure(
        titre=_titre_etendue(ecart),
        sous_titre=f"{libelle_fonction(service.fonction)} : part par habitant sous chaque clé ; les communes les plus peuplées, "
        f"{tableau.perimetre}",
        alt="Points par commune. "
        + " ; ".join(
            f"{nom} : de {formats.nombre(bas, 1)} à {formats.nombre(haut, 1)} € par habitant"
            for nom, bas, haut in zip(table["nom"], parts.min(axis=1), parts.max(axis=1), strict=True)
        )
        + ".",
        donnees=_parts_par_habitant(tableau, table["nom"].tolist(), cles, parts),
        dessin=figure,
        marques=len(cles) * len(table),
    )


def _titre_etendue(ecart: float) -> str:
    if formats.est_absent(ecart) or ecart < 1.5:
        return "D'une clé à l'autre, les parts changent peu"
    return f"D'une clé à l'autre, une même commune paierait jusqu'à {formats.nombre(ecart, 1)} fois plus"


def _parts_par_habitant(tableau: Tableau, noms: list[str], cles: list[str], parts: pd.DataFrame) -> Tableau:
    donnees = pd.DataFrame({"commune": noms, **{c: parts[f"part_{c}_eur"].tolist() for c in cles}})
    return Tableau(
        id="figure_repartition_etendue",
        titre="Part par habitant sous chaque clé",
        donnees=donnees,
        unites={"commune": "texte", **dict.fromkeys(cles, "eur_hab")},
        libelles={"commune": "Commune", **{c: CLES[c] for c in cles}},
        perimetre=tableau.perimetre,
        source=tableau.source,
        statuts="estime",
    )

"""Les figures du diagnostic : une fonction par question, le constat en titre."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.comparables import Comparables
from mutunb.calculs.effectifs import FONCTIONS_ESTIMEES, Effectifs
from mutunb.calculs.effectifs_lisibles import quatre_fonctions, total_lisible
from mutunb.calculs.effectifs_publies import etendre, note_masque
from mutunb.calculs.portrait import Portrait
from mutunb.calculs.priorites import Priorites
from mutunb.calculs.stabilite import Stabilite
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_effectifs import source_effectifs, tableau_seuils, tableau_sensibilite
from mutunb.dossier import Dossier
from mutunb.referentiel import fonctions
from mutunb.rendu.figure import Figure
from mutunb.rendu.figures_effectifs import appetence as appetence
from mutunb.rendu.figures_effectifs import departs as departs
from mutunb.rendu.figures_achats import echeances  # noqa: F401
from mutunb.rendu.figures_calendrier import gantt, phases  # noqa: F401
from mutunb.rendu.figures_modele import courbe_en_j, modele_distribution, modele_tornade  # noqa: F401
from mutunb.rendu.figures_dotations import dotations_pluriannuel, dotations_position  # noqa: F401
from mutunb.rendu.figures_pilotage import bilan_ecarts, bilan_trajectoire, suivi_groupes  # noqa: F401
from mutunb.rendu.figures_regularisation import regularisation_cout_unitaire as regularisation_cout_unitaire
from mutunb.rendu.figures_repartition import repartition_ecarts, repartition_etendue  # noqa: F401
from mutunb.rendu.figures_si import fins_de_licence, solutions_par_domaine  # noqa: F401
from mutunb.territoires.indicateurs import INDICATEURS
from mutunb.rendu.style import BLEU, ENCRE, GRIS, GRIS_CLAIR, ORANGE, PRUNE, VERT, hauteur_barres, toile
from mutunb.rendu.tableaux import pour_lecteur

COULEURS_PORTEE = {
    "socle": BLEU,
    "elargissement": VERT,
    "forme_legere": ORANGE,
    "volontariat": PRUNE,
    "plus_tard": GRIS,
    "a_decider": GRIS,
}


def positions(comparables: Comparables) -> Figure:
    """Place du territoire parmi ses comparables : point sur l'étendue entre quartiles, indicateur par indicateur."""
    territoire = comparables.dossier.territoire
    table = comparables.positions.dropna(subset=["valeur", "q1", "q3"]).reset_index(drop=True)
    figure, axes = toile(hauteur_barres(len(table), 0.5, 0.7), (0.48, 0.16, 0.83, 0.97))
    for i, ligne in enumerate(table.itertuples()):
        etendue = (ligne.q3 - ligne.q1) or abs(ligne.mediane) or 1.0
        place = float(np.clip((ligne.valeur - ligne.mediane) / etendue, -2.2, 2.2))
        q1, q3 = ((q - ligne.mediane) / etendue for q in (ligne.q1, ligne.q3))
        axes.barh(i, q3 - q1, left=q1, height=0.42, color=GRIS_CLAIR)
        axes.plot([0, 0], [i - 0.21, i + 0.21], color=GRIS, linewidth=1.5)
        axes.plot(place, i, "o", color=ORANGE, markersize=7)
        unite = INDICATEURS[ligne.indicateur].unite
        axes.text(2.45, i, formats.valeur(ligne.valeur, unite), va="center", fontsize=9, fontweight="bold", color=ENCRE)
    axes.set_yticks(range(len(table)), [_libelle(i) for i in table["indicateur"]])
    axes.set_xlim(-2.35, 2.35)
    axes.set_xticks([-2.1, 0, 2.1], ["plus bas", "médiane", "plus haut"])
    axes.invert_yaxis()
    axes.tick_params(length=0)
    return Figure(
        titre=_titre_positions(table),
        sous_titre=f"Point orange : {territoire.nom} ; bande grise : la moitié centrale des "
        f"{len(comparables.epci)} comparables",
        alt=_alt_positions(comparables, table),
        donnees=_donnees_positions(comparables),
        dessin=figure,
        marques=4 * len(table),
    )


def _libelle(indicateur: str) -> str:
    libelle = INDICATEURS[indicateur].libelle.removesuffix(" par habitant").removesuffix(" dans la population")
    return libelle[0].upper() + libelle[1:]


def _titre_positions(table: pd.DataFrame) -> str:
    dehors = int(((table["valeur"] > table["q3"]) | (table["valeur"] < table["q1"])).sum())
    if dehors == 0:
        return "Le territoire ressemble à ses comparables sur tous les indicateurs"
    sujet = "indicateur" if dehors == 1 else "indicateurs"
    return f"Le territoire se distingue de ses comparables sur {formats.nombre(dehors)} {sujet} parmi {formats.nombre(len(table))}"


def _alt_positions(comparables: Comparables, table: pd.DataFrame) -> str:
    morceaux = []
    for ligne in table.itertuples():
        indicateur = INDICATEURS[ligne.indicateur]
        morceaux.append(
            f"{indicateur.libelle} : {formats.valeur(ligne.valeur, indicateur.unite)} "
            f"(médiane {formats.valeur(ligne.mediane, indicateur.unite)})"
        )
    return f"Position {mentions.de_nom(comparables.dossier.territoire)} parmi ses comparables. " + " ; ".join(morceaux) + "."


def _donnees_positions(comparables: Comparables) -> Tableau:
    table = comparables.positions
    lues = {
        c: [formats.valeur(v, INDICATEURS[i].unite) for v, i in zip(table[c], table["indicateur"], strict=True)]
        for c in ("valeur", "q1", "mediane", "q3")
    }
    territoire = comparables.dossier.territoire
    return Tableau(
        id="comparables_positions",
        titre="Position parmi les comparables",
        donnees=pd.DataFrame({"indicateur": [_libelle(i) for i in table["indicateur"]], **lues, "rang": table["rang"]}),
        unites={**dict.fromkeys(("indicateur", "valeur", "q1", "mediane", "q3"), "texte"), "rang": "rang"},
        libelles={
            "indicateur": "Indicateur",
            "valeur": territoire.nom,
            "q1": "1er quartile",
            "mediane": "Médiane",
            "q3": "3e quartile",
            "rang": f"Rang (1 = le plus élevé, sur {len(comparables.epci) + 1})",
        },
        perimetre=f"{territoire.nom} et ses {len(comparables.epci)} comparables",
        source=mentions.comptes(territoire),
        statuts="constate",
    )


def seuils_postes(effectifs: Effectifs) -> Figure:
    """Communes par fonction : moins d'un demi-poste, moins d'un poste, un poste et plus."""
    tableau = tableau_seuils(effectifs)
    table = tableau.donnees
    figure, axes = toile(hauteur_barres(len(table), 0.5, 0.95), (0.27, 0.14, 0.97, 0.84))
    gauche = np.zeros(len(table))
    series = (("moins_demi", "moins d'un demi-poste", ORANGE), ("demi_a_un", "un demi-poste à un poste", PRUNE))
    for colonne, libelle, couleur in (*series, ("un_et_plus", "un poste et plus", BLEU)):
        valeurs = table[colonne].to_numpy(dtype=float)
        barres = axes.barh(table["fonction"], valeurs, left=gauche, color=couleur, label=libelle, height=0.6)
        axes.bar_label(barres, [formats.nombre(v) if v else "" for v in valeurs], label_type="center", color="white")
        gauche += valeurs
    axes.invert_yaxis()
    axes.set_xlabel("communes")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=3, frameon=False, fontsize=8, handlelength=1)
    combien = effectifs.communes_estimees
    detail = " ; ".join(
        f"{f.lower()} : {formats.nombre(m + d)} sous un poste"
        for f, m, d in zip(table["fonction"], table["moins_demi"], table["demi_a_un"], strict=True)
    )
    return Figure(
        titre=_titre_seuils(table, combien),
        sous_titre=f"Nombre de communes par fonction, sur {combien} ; estimation centrale",
        alt=f"Barres par fonction, sur {formats.pluriel(combien, 'commune')}. {detail}.",
        donnees=tableau,
        dessin=figure,
        marques=3 * len(table),
    )


def _titre_seuils(table: pd.DataFrame, combien: int) -> str:
    sous = table["moins_demi"] + table["demi_a_un"]
    if combien == 0:
        return "Aucune commune dont les comptes permettent l'estimation"
    if (sous == combien).all():
        return "Dans aucune commune l'une de ces fonctions n'occuperait un poste entier"
    if (sous == 0).all():
        return "Chaque commune aurait au moins un poste entier dans chacune de ces fonctions"
    dits = [f"{formats.nombre(n)} en {f[0].lower()}{f[1:]}" for f, n in zip(table["fonction"], sous, strict=True) if n]
    return f"Communes sous un poste entier, sur {formats.nombre(combien)} : {', '.join(dits)}"


def etp_fonctions(effectifs: Effectifs) -> Figure:
    """Étendue bas–haut et valeur centrale des ETP estimés, par fonction."""
    noms = list(FONCTIONS_ESTIMEES)
    table = pd.DataFrame(
        {
            "fonction": [fonctions()[f].libelle_court for f in noms],
            **{b: [total_lisible(effectifs, f, b) for f in noms] for b in ("bas", "central", "haut")},
        }
    )
    masquees = table["central"].isna() & pd.Series([pd.notna(effectifs.total(f)) for f in noms])
    figure, axes = toile(hauteur_barres(len(table), 0.5, 0.75), (0.27, 0.19, 0.95, 0.97))
    axes.barh(table["fonction"], table["haut"] - table["bas"], left=table["bas"], color=GRIS_CLAIR, height=0.45)
    axes.plot(table["central"], table["fonction"], "o", color=BLEU, markersize=8)
    for i, ligne in enumerate(table.itertuples()):
        axes.annotate(
            formats.nombre(ligne.central, 1), (ligne.central, i), xytext=(0, 9), textcoords="offset points",
            ha="center", fontsize=8, fontweight="bold",
        )  # fmt: skip
    axes.set_ylim(len(table) - 0.5, -0.65)
    axes.set_xlim(left=0)
    axes.set_xlabel("ETP (point : valeur centrale ; bande : bas à haut)")
    territoire, quoi = effectifs.dossier.territoire, "estimés" if effectifs.declares is None else "déclarés ou estimés"
    return Figure(
        titre=_titre_etp(effectifs),
        sous_titre=f"ETP {quoi}, {mentions.perimetre_bloc(territoire)}",
        alt=f"Étendue des ETP {quoi}. "
        + " ; ".join(
            f"{t.fonction.lower()} : {formats.nombre(t.central, 1)} "
            f"(de {formats.nombre(t.bas, 1)} à {formats.nombre(t.haut, 1)})"
            for t in table.itertuples()
        )
        + ".",
        donnees=Tableau(
            id="figure_etp_fonctions",
            titre=f"ETP {quoi} par fonction",
            donnees=table,
            unites={"fonction": "texte", **dict.fromkeys(("bas", "central", "haut"), "etp")},
            libelles={"fonction": "Fonction", "bas": "Bas", "central": "Central", "haut": "Haut"},
            perimetre=mentions.perimetre_bloc(territoire),
            source=source_effectifs(effectifs),
            statuts=effectifs.statut(),
            note=note_masque(effectifs.dossier) if masquees.any() else "",
            masque=etendre(masquees, ("bas", "central", "haut")),
        ),
        dessin=figure,
        marques=3 * len(table),
    )


def _titre_etp(effectifs: Effectifs) -> str:
    bas, central, haut = (formats.environ_nombre(quatre_fonctions(effectifs, b)) for b in ("bas", "central", "haut"))
    if central == formats.ABSENT:
        return "Ce que quatre fonctions occupent d'équivalents temps plein"
    return f"Quatre fonctions occuperaient environ {central} ETP, de {bas} à {haut} selon les hypothèses"


def sensibilite(dossier: Dossier) -> Figure | None:
    """Tornade : effet de chaque hypothèse, seule, sur le total des ETP estimés ; ``None`` si ce total ne se montre pas."""
    tableau = tableau_sensibilite(dossier)
    table = pour_lecteur(tableau).donnees
    if table["central"].isna().all() and tableau.masque is not None:
        return None
    figure, axes = toile(hauteur_barres(len(table), 0.45, 0.7), (0.46, 0.16, 0.95, 0.97))
    libelles = [_coupe(h) for h in table["hypothese"]]
    axes.barh(libelles, table["central"] - table["bas"], left=table["bas"], color=ORANGE, height=0.55)
    axes.barh(libelles, table["haut"] - table["central"], left=table["central"], color=BLEU, height=0.55)
    axes.axvline(table["central"].iloc[0], color=ENCRE, linewidth=1)
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=8)
    axes.set_xlabel("ETP estimés, total des quatre fonctions")
    premiere = table.iloc[0]
    return Figure(
        titre=f"L'hypothèse qui pèse le plus : {premiere['hypothese'][0].lower()}{premiere['hypothese'][1:]}",
        sous_titre=f"Total des ETP estimés quand une seule hypothèse varie ; {mentions.perimetre_bloc(dossier.territoire)}",
        alt="Tornade. "
        + " ; ".join(
            f"{t.hypothese} : de {formats.nombre(t.bas, 1)} à {formats.nombre(t.haut, 1)} ETP" for t in table.itertuples()
        )
        + ".",
        donnees=tableau,
        dessin=figure,
        marques=2 * len(table),
    )


def _coupe(texte: str, largeur: int = 44) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(texte, largeur)[:2])


def classement(priorites: Priorites, stabilite: Stabilite) -> Figure:
    """Note de chaque fonction, couleur de la recommandation, et rangs possibles quand les poids varient."""
    from mutunb.calculs.tableaux_priorites import LIBELLES_PORTEE, tableau_stabilite

    table = priorites.table
    noms = [priorites.fonctions[f].libelle_court for f in table["fonction"]]
    figure, axes = toile(hauteur_barres(len(table), 0.33, 1.25), (0.27, 0.10, 0.97, 0.86))
    couleurs = [COULEURS_PORTEE[p] for p in table["portee"]]
    axes.barh(noms, table["note"], color=couleurs, height=0.62)
    podium = stabilite.table.set_index("fonction")["part_podium"]
    for i, ligne in enumerate(table.itertuples()):
        texte = f"{formats.nombre(ligne.note, 1)}  ·  trois premiers rangs : {formats.pourcent(podium[ligne.fonction])}"
        axes.text(ligne.note + 0.06, i, texte, va="center", fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 5.2)
    axes.set_xticks([0, 1, 2, 3, 4])
    axes.set_xlabel("note de 0 à 4 ; à droite, part des tirages où la fonction est dans les trois premières", fontsize=8)
    presentes = [p for p in COULEURS_PORTEE if p in set(table["portee"])]
    poignees = [axes.barh([noms[0]], [0], color=COULEURS_PORTEE[p]) for p in presentes]
    axes.legend(
        poignees, [LIBELLES_PORTEE[p] for p in presentes], loc="lower left", bbox_to_anchor=(-0.35, 1.0), ncols=2,
        frameon=False, fontsize=8, handlelength=1,
    )  # fmt: skip
    return Figure(
        titre=_titre_classement(priorites),
        sous_titre=f"Note de priorité par fonction, {mentions.perimetre_bloc(priorites.integration.dossier.territoire)}",
        alt="Classement des fonctions. "
        + " ; ".join(
            f"{n} : note {formats.nombre(t.note, 1)}, {LIBELLES_PORTEE[t.portee].lower()}"
            for n, t in zip(noms, table.itertuples(), strict=True)
        )
        + ".",
        donnees=tableau_stabilite(stabilite, priorites),
        dessin=figure,
        marques=3 * len(table),
    )


def _titre_classement(priorites: Priorites) -> str:
    """Dit si la fonction la mieux notée est du socle, ou si la règle passe avant la note."""
    meilleures = priorites.table.loc[priorites.table["rang"].eq(1), "fonction"].tolist()
    ailleurs = [f for f in meilleures if priorites.portee(f) != "socle"]
    if not ailleurs:
        return "Le socle d'abord : la règle et la note concordent"
    noms = formats.liste([priorites.fonctions[f].libelle_court.lower() for f in ailleurs])
    place = "à égalité" if len(ailleurs) < len(meilleures) else "en tête"
    return f"Le socle d'abord, par règle ; à la note, {noms} {place}"


def poids_communes(portrait: Portrait, combien: int = 10) -> Figure:
    """Part des plus grandes communes dans la population, et de toutes les autres ensemble."""
    territoire = portrait.dossier.territoire
    tete = portrait.communes.head(combien)
    noms = tete["nom"].tolist()
    parts = (tete["pop_municipale_2025"].astype(float) / portrait.population).tolist()
    autres = len(portrait.communes) - len(tete)
    if autres:
        noms.append("Autre commune" if autres == 1 else f"{autres} autres communes")
        parts.append(1 - sum(parts))
    figure, axes = toile(hauteur_barres(len(noms), 0.3, 0.35), (0.30, 0.03, 0.92, 0.98))
    couleurs = [ORANGE] + [BLEU] * (len(noms) - 1)
    if autres:
        couleurs[-1] = GRIS
    barres = axes.barh(noms, parts, color=couleurs, height=0.66)
    axes.bar_label(barres, [formats.pourcent(p) for p in parts], fontsize=8, padding=4)
    axes.invert_yaxis()
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return Figure(
        titre=_titre_poids(portrait),
        sous_titre=f"Part de la population municipale, {mentions.perimetre_communes(territoire)}",
        alt="Barres : " + " ; ".join(f"{n} {formats.pourcent(p)}" for n, p in zip(noms, parts, strict=True)) + ".",
        donnees=Tableau(
            id="figure_poids_communes",
            titre="Part des communes dans la population",
            donnees=pd.DataFrame({"commune": noms, "part": parts}),
            unites={"commune": "texte", "part": "part_fine"},
            libelles={"commune": "Commune", "part": "Part de la population"},
            perimetre=mentions.perimetre_communes(territoire),
            source=mentions.population(territoire),
            statuts="constate",
        ),
        dessin=figure,
        marques=2 * len(noms),
    )


def _titre_poids(portrait: Portrait) -> str:
    petites = portrait.communes_moins_1000
    if petites == 0:
        return "Aucune commune ne compte moins de 1\u00a0000 habitants"
    if petites == 1:
        return "Une seule commune compte moins de 1\u00a0000 habitants"
    return (
        f"{formats.nombre(petites)} communes sur {formats.nombre(len(portrait.communes))} comptent moins de "
        f"1\u00a0000 habitants"
    )

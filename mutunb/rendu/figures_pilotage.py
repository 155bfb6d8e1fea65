"""Les figures du pilotage : le coût réel face à la tendance, l'écart décomposé, les indicateurs face à leur cible."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.bilan_annuel import Bilan
from mutunb.calculs.constats_bilan import effets_montrables
from mutunb.calculs.indicateurs_suivis import ALERTE, SOUS_CIBLE, TENU
from mutunb.calculs.tableau_de_bord import TableauDeBord
from mutunb.calculs.tableaux_bilan import masquees, tableau_ecarts, tableau_trajectoire
from mutunb.calculs.tableaux_suivi import libelle_fonction, perimetre_suivi, tableau_groupes
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, GRIS, GRIS_CLAIR, ORANGE, VERT, hauteur_barres, toile

COULEURS_ETATS = {TENU: VERT, SOUS_CIBLE: GRIS, ALERTE: ORANGE}
EFFETS_COURTS = {"activite": "Périmètre et volume", "perimetre": "Périmètre", "volume": "Volume", "inflation": "Inflation", "prix": "Prix"}


def suivi_groupes(bord: TableauDeBord) -> Figure | None:
    """Indicateurs tenus, sous la cible ou en alerte, groupe par groupe ; ``None`` sans indicateur jugé."""
    tableau = tableau_groupes(bord)
    if tableau is None:
        return None
    table = tableau.donnees
    figure, axes = toile(hauteur_barres(len(table), 0.4, 0.8), (0.22, 0.04, 0.78, 0.97))
    debut = 0
    for etat, couleur in COULEURS_ETATS.items():
        axes.barh(range(len(table)), table[etat], left=debut, height=0.6, color=couleur, label=tableau.libelles[etat])
        for rang, (place, combien) in enumerate(zip(debut + table[etat] / 2, table[etat], strict=True)):
            if combien:
                axes.text(place, rang, str(combien), ha="center", va="center", color="white", fontweight="bold")
        debut = debut + table[etat]
    axes.set_yticks(range(len(table)), table["groupe"])
    axes.invert_yaxis()
    axes.get_xaxis().set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
    comptes = [
        f"{ligne['groupe']}, " + ", ".join(f"{ligne[e]} {tableau.libelles[e].lower()}" for e in COULEURS_ETATS) for _, ligne in table.iterrows()
    ]
    alertes = len(bord.alertes)
    return Figure(
        titre=f"{formats.pluriel(alertes, 'indicateur')} en alerte en {bord.annee}" if alertes else f"Aucune alerte en {bord.annee}",
        sous_titre=f"Nombre d'indicateurs qui ont une cible ou un seuil, par groupe, {perimetre_suivi(bord)}",
        alt=f"Barres par groupe : {' ; '.join(comptes)}.",
        donnees=tableau,
        dessin=figure,
        marques=4 * len(table),
    )


def bilan_trajectoire(bilan: Bilan) -> Figure | None:
    """Coût réel, exercice par exercice, sur la fourchette de la tendance ; ``None`` sans suivi, ou si la tendance est cachée."""
    tableau = tableau_trajectoire(bilan)
    if tableau is None:
        return None
    table = bilan.trajectoire.dropna(subset="reel_eur")
    annees, reels = table["annee"].tolist(), (table["reel_eur"] / 1000).tolist()
    figure, axes = toile(2.9, (0.1, 0.14, 0.72, 0.95))
    montrer_tendance = not masquees(bilan) and table["sans_eur"].notna().all()
    if montrer_tendance:
        axes.fill_between(annees, table["sans_bas_eur"] / 1000, table["sans_haut_eur"] / 1000, color=GRIS_CLAIR, label="sans projet, fourchette")
        axes.plot(annees, table["sans_eur"] / 1000, "--", color=GRIS, linewidth=1.5, label="sans projet, central")
    axes.plot(annees, reels, "o-", color=BLEU, linewidth=2, label="réel")
    for t in table.itertuples():
        axes.annotate(formats.euros(t.reel_eur), (t.annee, t.reel_eur / 1000), textcoords="offset points", xytext=(0, 8), ha="center", fontsize=8)
    axes.set_xticks(annees, [f"{t.annee}\n(prévision)" if t.prolonge else str(t.annee) for t in table.itertuples()])
    axes.set_ylim(0, max([*reels, *(table["sans_haut_eur"] / 1000 if montrer_tendance else [])]) * 1.15)
    axes.set_ylabel("k€ par an")
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=8)
    return Figure(
        titre=_titre_trajectoire(bilan, montrer_tendance),
        sous_titre=f"Coût des services suivis, budgets de l'EPCI et des communes réunis, k€ courants par an, {perimetre_suivi(bilan.bord)}",
        alt="Courbe du coût réel : " + " ; ".join(f"{t.annee}, {formats.euros(t.reel_eur)}" for t in table.itertuples()) + ".",
        donnees=tableau,
        dessin=figure,
        marques=6 * len(annees),
    )


def _titre_trajectoire(bilan: Bilan, montrer_tendance: bool) -> str:
    lignes = bilan.trajectoire.set_index("annee")
    if bilan.annee not in lignes.index or not montrer_tendance:
        return "Ce que les services ont coûté, année après année"
    ligne = lignes.loc[bilan.annee]
    if not bilan.bord.depart.gele:
        return f"Le coût {bilan.annee} face à une tendance non gelée : une indication, pas une preuve"
    if ligne["reel_eur"] > ligne["sans_haut_eur"]:
        return f"En {bilan.annee}, les services coûtent plus que sans projet"
    if ligne["reel_eur"] < ligne["sans_bas_eur"]:
        return f"En {bilan.annee}, les services coûtent moins que sans projet"
    return f"En {bilan.annee}, le coût reste dans la marge de la tendance"


def bilan_ecarts(bilan: Bilan) -> Figure | None:
    """Effets de chaque fonction depuis l'exercice d'avant ; ``None`` pour un premier exercice."""
    tableau = tableau_ecarts(bilan)
    if tableau is None:
        return None
    barres = [
        (libelle_fonction(e.fonction), EFFETS_COURTS[nom], montant)
        for e in bilan.ecarts
        if e.decomposition is not None
        for nom, montant in effets_montrables(bilan, e).items()
    ]
    figure, axes = toile(hauteur_barres(len(barres), 0.3, 0.7), (0.36, 0.08, 0.9, 0.97))
    for rang, (_, _, montant) in enumerate(barres):
        axes.barh(rang, montant / 1000, height=0.6, color=ORANGE if montant > 0 else VERT)
        axes.annotate(formats.euros(montant, signe=True), (montant / 1000, rang), textcoords="offset points", va="center", fontsize=8,
                      xytext=(4 if montant >= 0 else -4, 0), ha="left" if montant >= 0 else "right")  # fmt: skip
    axes.axvline(0, color=GRIS, linewidth=0.8)
    axes.set_yticks(range(len(barres)), [f"{fonction} : {effet.lower()}" for fonction, effet, _ in barres], fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.18)
    axes.get_xaxis().set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_visible(False)
    total = sum(m for _, _, m in barres)
    depuis = bilan.ecarts[0].depuis
    return Figure(
        titre=f"{formats.euros(abs(total))} {'de plus' if total > 0 else 'de moins'} qu'en {depuis}",
        sous_titre=f"Effets sur le coût annuel, {perimetre_suivi(bilan.bord)}",
        alt="Barres : " + " ; ".join(f"{f}, {e.lower()} {formats.euros(m, signe=True)}" for f, e, m in barres) + ".",
        donnees=tableau,
        dessin=figure,
        marques=3 * len(barres),
    )

"""Les figures du calendrier : le diagramme de Gantt du plan principal, et les phases de toutes les fonctions."""

from __future__ import annotations

import datetime

import pandas as pd
from babel.dates import format_date

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.calage import Etape
from mutunb.calculs.calendrier import Calendrier, PlanFonction, plus_mois
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_calendrier import SOURCE, nom_instrument, tableau_taches
from mutunb.calculs.taches import COURTS
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, ENCRE, GRIS, GRIS_CLAIR, ORANGE, PRUNE, VERT, hauteur_barres, toile

SEANCES = ("T11a", "T11b", "T11c", "T13")
PHASES = {
    "Préparation": (("T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "S01", "T12"), BLEU),
    "Comités sociaux": (("T10", "T11a", "T11b", "T11c", "T11x"), PRUNE),
    "Délibérations et signature": (("T13", "T14", "T15"), ORANGE),
    "Mise en œuvre": (("T16", "T17", "T18", "T19"), VERT),
}
MARGE_JOURS = 10


def gantt(calendrier: Calendrier) -> Figure | None:
    """Diagramme de Gantt du plan principal : tâches au plus tôt, marge, étapes qui commandent la date, séances ; ``None`` sans fonction."""
    plan, tableau = calendrier.principal, tableau_taches(calendrier)
    if plan is None or tableau is None:
        return None
    etapes = list(plan.etapes.values())
    hauteur = hauteur_barres(len(etapes), 0.25, 0.95)
    figure, axes = toile(hauteur, (0.25, 0.42 / hauteur, 0.88, 1 - 0.42 / hauteur))
    for rang, etape in enumerate(etapes):
        _tracer(axes, rang, etape, etape.tache in plan.decisives)
    _periodes(axes, plan)
    axes.set_yticks(range(len(etapes)), [COURTS.get(e.tache, e.tache) for e in etapes], fontsize=8)
    axes.set_ylim(len(etapes) - 0.4, -0.6)
    _mois(axes, plan.depart, plan.effet)
    _legende(axes)
    return Figure(
        titre=_titre(plan),
        sous_titre=f"{_nom(plan)} ; départ le {formats.date(plan.depart)}"
        f"{'' if calendrier.date_depart else ' (le plus tardif aux durées usuelles)'} ; dates écrites : au plus tard ; "
        "bandes grises : été, élections",
        alt=_alt(plan),
        donnees=tableau,
        dessin=figure,
        marques=6 * len(etapes),
    )


def _tracer(axes, rang: int, etape: Etape, critique: bool) -> None:
    """Barre au plus tôt, trait fin jusqu'à la fin au plus tard ; un losange pour une séance ou un jalon."""
    debut, fin, tard = etape.debut.toordinal(), etape.fin.toordinal(), etape.fin_tard.toordinal()
    couleur = ORANGE if critique else BLEU
    if tard > fin:
        axes.plot([fin, tard], [rang, rang], color=GRIS, linewidth=1)
        axes.plot(tard, rang, "|", color=GRIS, markersize=6)
    if fin > debut:
        axes.barh(rang, fin - debut, left=debut, height=0.55, color=couleur)
    if etape.tache in SEANCES or etape.tache == "T21" or fin == debut:
        axes.plot(fin, rang, "D", color=ENCRE, markersize=4.5, zorder=4)
        axes.annotate(
            format_date(etape.fin_tard, "d MMM yy", locale="fr_FR"), (max(tard, fin), rang), xytext=(7, 0),
            textcoords="offset points", va="center", fontsize=7.5, color=ENCRE,
        )  # fmt: skip


def _periodes(axes, plan: PlanFonction) -> None:
    """Périodes où les séances se placent mal."""
    for annee in range(plan.depart.year, plan.effet.year + 1):
        for fenetre in referentiel.fenetres().values():
            debut, fin = fenetre.bornes(annee)
            if debut.year == annee and fin > plan.depart and debut < plan.effet:
                axes.axvspan(debut.toordinal(), fin.toordinal() + 1, color=GRIS_CLAIR, alpha=0.7, linewidth=0, zorder=0)


def _mois(axes, depart: datetime.date, effet: datetime.date) -> None:
    """Graduations au premier du mois : tous les trimestres, ou tous les mois d'un plan court."""
    pas = 3 if (effet - depart).days > 300 else 1
    premier = plus_mois(depart.replace(day=1), 1)
    while (premier.month - 1) % pas:
        premier = plus_mois(premier, 1)
    jours = []
    while premier <= effet:
        jours.append(premier)
        premier = plus_mois(premier, pas)
    axes.set_xticks([j.toordinal() for j in jours], [format_date(j, "MMM yy", locale="fr_FR") for j in jours], fontsize=8)
    axes.set_xlim(depart.toordinal() - MARGE_JOURS, effet.toordinal() + MARGE_JOURS)


def _legende(axes) -> None:
    axes.barh(-9, 0, color=ORANGE, label="commande la date")
    axes.barh(-9, 0, color=BLEU, label="autre tâche")
    axes.plot([], [], color=GRIS, marker="|", linewidth=1, label="marge")
    axes.plot([], [], "D", color=ENCRE, markersize=4.5, linestyle="none", label="séance ou date d'effet")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=4, frameon=False, fontsize=8, handlelength=1.4)


def _nom(plan: PlanFonction) -> str:
    return f"{referentiel.fonction(plan.fonction).libelle_court}, {nom_instrument(plan)}"


def _titre(plan: PlanFonction) -> str:
    jours = (plan.effet - plan.depart).days
    return (
        f"{formats.pluriel(round(jours / 30.44), 'mois', 'mois')} du départ à l'effet, le {formats.date(plan.effet)} : "
        f"{formats.pluriel(len(plan.decisives), 'étape commande', 'étapes commandent')} la date"
    )


def _alt(plan: PlanFonction) -> str:
    morceaux = [
        f"{COURTS.get(e.tache, e.tache)}, du {formats.date(e.debut)} au {formats.date(e.fin)}"
        + (", commande la date" if e.tache in plan.decisives else f", marge de {formats.pluriel(e.marge_jours, 'jour')}")
        for e in plan.etapes.values()
        if e.tache != "T21"
    ]
    return f"Diagramme de Gantt. {' ; '.join(morceaux)}. Date d'effet le {formats.date(plan.effet)}."


def phases(calendrier: Calendrier) -> Figure | None:
    """Phases de chaque fonction, sur la même échelle de temps ; ``None`` sans fonction."""
    plans = list(calendrier.plans.values())
    if not plans:
        return None
    hauteur = hauteur_barres(len(plans), 0.42, 1.0)
    figure, axes = toile(hauteur, (0.25, 0.42 / hauteur, 0.95, 1 - 0.5 / hauteur))
    lignes = []
    for rang, plan in enumerate(plans):
        for place, (phase, (taches, couleur)) in enumerate(PHASES.items()):
            etapes = [plan.etapes[t] for t in taches if t in plan.etapes]
            if not etapes:
                continue
            debut, fin = min(e.debut for e in etapes), max(e.fin for e in etapes)
            axes.barh(rang + 0.19 * (place - 1.5), (fin - debut).days, left=debut.toordinal(), height=0.17, color=couleur)
            lignes.append((referentiel.fonction(plan.fonction).libelle_court, phase, formats.date(debut), formats.date(fin)))
        axes.plot(plan.effet.toordinal(), rang, "D", color=ENCRE, markersize=6, zorder=4)
    axes.set_yticks(range(len(plans)), [referentiel.fonction(p.fonction).libelle_court for p in plans])
    axes.set_ylim(len(plans) - 0.5, -0.5)
    _mois(axes, min(p.depart for p in plans), max(p.effet for p in plans))
    for phase, (_, couleur) in PHASES.items():
        axes.barh(-9, 0, color=couleur, label=phase)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.28, 1.0), ncols=4, frameon=False, fontsize=8, handlelength=1.2)
    return Figure(
        titre=_titre_phases(plans),
        sous_titre=f"Phases au plus tôt ; losange : date d'effet ; {mentions.perimetre_bloc(calendrier.projet.dossier.territoire)}",
        alt="Phases par fonction. " + " ; ".join(f"{f}, {p.lower()} du {d} au {a}" for f, p, d, a in lignes) + ".",
        donnees=_donnees_phases(calendrier, lignes),
        dessin=figure,
        marques=6 * len(plans),
    )


def _titre_phases(plans: list[PlanFonction]) -> str:
    effets = sorted({p.effet for p in plans})
    sujet = formats.pluriel(len(plans), "fonction")
    if len(effets) == 1:
        return f"{sujet}, une seule date d'effet : le {formats.date(effets[0])}"
    return f"{sujet}, {len(effets)} dates d'effet, du {formats.date(effets[0])} au {formats.date(effets[-1])}"


def _donnees_phases(calendrier: Calendrier, lignes: list[tuple]) -> Tableau:
    donnees = pd.DataFrame(lignes, columns=["fonction", "phase", "debut", "fin"])
    return Tableau(
        id="calendrier_phases",
        titre="Les phases de chaque fonction",
        donnees=donnees,
        unites=dict.fromkeys(donnees.columns, "texte"),
        libelles={"fonction": "Fonction", "phase": "Phase", "debut": "Début au plus tôt", "fin": "Fin au plus tôt"},
        perimetre=mentions.perimetre_bloc(calendrier.projet.dossier.territoire),
        source=SOURCE,
        statuts={},
    )

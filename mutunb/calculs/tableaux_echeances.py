"""Les tableaux des fenêtres de regroupement et des procédures qu'un groupement évite."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.contrats import Contrats
from mutunb.calculs.echeances import fenetres_achats
from mutunb.calculs.procedures import QUALIFICATION, CoutEvite, cout_evite
from mutunb.calculs.segments import matrice
from mutunb.calculs.tableau import Indicateur, Tableau
from mutunb.calculs.tableaux_achats import jour
from mutunb.referentiel import repere

LEGERS = ("GC", "CA", "GCD")
DIRECT, INDIRECT, JOURS = "AC21", "AC23", "AC22"


def tableau_fenetres(contrats: Contrats) -> Tableau | None:
    """Fenêtres de regroupement : qui, quand, par quel instrument, et ce qu'il faut faire avant."""
    fenetres = fenetres_achats(contrats)
    if fenetres.empty:
        return None
    noms = contrats.table.drop_duplicates("siren").set_index("siren")["acheteur"]
    dates = zip(fenetres["lancer_avant"], fenetres["en_retard"], strict=True)
    lancer = [f"{jour(date)}{' (passé)' if passe else ''}" for date, passe in dates]
    donnees = fenetres.assign(
        qui=[", ".join(sorted(noms[list(s)])) for s in fenetres["acheteurs"]],
        acheteurs=fenetres["acheteurs"].map(len),
        evitees=fenetres["contrats"] - 1,
        ouvre=fenetres["ouvre"].map(jour),
        ferme=fenetres["ferme"].map(jour),
        denoncer_avant=fenetres["denoncer_avant"].map(jour),
        lancer=lancer,
        instrument=[_instrument(g) for g in fenetres["groupe"]],
    )
    colonnes = {
        "groupe": ("Segment", "texte"),
        "qui": ("Acheteurs", "texte"),
        "acheteurs": ("Nombre", "nombre"),
        "contrats": ("Contrats", "nombre"),
        "lancer": ("Décider avant le", "texte"),
        "denoncer_avant": ("Première dénonciation", "texte"),
        "ouvre": ("Première fin", "texte"),
        "ferme": ("Dernière fin", "texte"),
        "evitees": ("Procédures évitées, au plus", "nombre"),
        "instrument": ("Instrument", "texte"),
    }
    return Tableau(
        id="achats_fenetres",
        titre="Quand plusieurs acheteurs peuvent grouper un même achat",
        donnees=donnees[list(colonnes)],
        libelles={c: libelle for c, (libelle, _) in colonnes.items()},
        unites={c: unite for c, (_, unite) in colonnes.items()},
        perimetre=contrats.perimetre,
        source=contrats.source,
        statuts={"acheteurs": "declare", "contrats": "declare", "evitees": "estime"},
        note=f"Vu du {jour(contrats.reference)}. Contrats d'un même segment finissant à moins de "
        f"{formats.nombre(contrats.ecart_mois)} mois d'écart, hors achats déjà en commun. On n'entre pas dans un marché en "
        f"cours : chacun rejoint le marché commun à la fin de son contrat. Décider avant : première fin moins "
        f"{formats.nombre(contrats.montage_mois)} mois de montage.",
    )


def _instrument(groupe: str) -> str:
    if groupe not in matrice():
        return "à choisir"
    modes = matrice()[groupe].mode
    return ", ".join(m for m in modes if m in LEGERS) or ", ".join(modes)


def cout_evite_par_fenetres(contrats: Contrats) -> CoutEvite | None:
    """Procédures adaptées que toutes les fenêtres réunies éviteraient, au plus ; ``None`` sans fenêtre.

    Chaque fenêtre remplace ses contrats par une procédure.
    """
    fenetres = fenetres_achats(contrats)
    if fenetres.empty:
        return None
    return cout_evite(int(fenetres["contrats"].sum()), len(fenetres), _central(DIRECT), _central(INDIRECT))


def jours_evites(cout: CoutEvite) -> float:
    """Jours-personne que ces procédures auraient demandés."""
    return cout.procedures_evitees * _central(JOURS)


def _central(identifiant: str) -> float:
    return float(repere(identifiant).central or 0.0)


def indicateurs_procedures(contrats: Contrats) -> tuple[Indicateur, ...] | None:
    """Procédures évitées, temps rendu, coût direct et complet : borne haute, capacité libérée."""
    cout = cout_evite_par_fenetres(contrats)
    if cout is None:
        return None
    source = f"fenêtres de regroupement × coût publié d'une procédure adaptée ; {QUALIFICATION}"
    lignes: tuple[tuple[str, str, float, str], ...] = (
        ("procedures_evitees", "Procédures évitées, au plus", float(cout.procedures_evitees), "nombre"),
        ("jours_evites", "Jours-personne rendus, au plus", jours_evites(cout), "nombre"),
        ("cout_direct_evite", "Coût direct correspondant", float(cout.direct_eur), "eur"),
        ("cout_complet_evite", "Coût complet correspondant", float(cout.complet_eur), "eur"),
    )
    return tuple(Indicateur(f"achats_{i}", libelle, v, unite, "estime", source) for i, libelle, v, unite in lignes)

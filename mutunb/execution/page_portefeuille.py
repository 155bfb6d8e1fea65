"""La page du portefeuille : filtrer, trier, ouvrir ; la carte, la distribution des indicateurs, les échecs."""

from __future__ import annotations

import base64
import datetime
import hashlib
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from mutunb import formats
from mutunb.erreurs import ErreurDonnees
from mutunb.execution.gabarits import DOSSIER, environnement_gabarits
from mutunb.execution.innocuite import suspects
from mutunb.execution.manifeste import version_mutunb
from mutunb.execution.typographie import insecables

if TYPE_CHECKING:
    from mutunb.execution.portefeuille import Portefeuille

SCRIPT = "portefeuille.js"
PLACE = "PLACE-DU-SCRIPT"
#: le filtre et le tri, seuls éléments actifs de la page
COMMANDES = frozenset({"balise <input>", "balise <select>", "balise <button>"})
#: colonne de la table → en-tête, code d'unité ; dans l'ordre d'affichage, celles qui manquent se passent
COLONNES = {
    "diagnostic__population": ("Habitants", "habitants"),
    "communes": ("Communes", "nombre"),
    "diagnostic__cif": ("CIF", "coefficient"),
    "diagnostic__depense_fonctionnement_hab": ("Dépense de fonctionnement, EPCI et communes (€/hab)", "nombre"),
    "diagnostic__etp_support_central": ("ETP support, estimation centrale", "nombre"),
    "diagnostic__potentiel_achats_central": ("Potentiel d'achat en commun, estimation centrale (k€/an)", "milliers"),
}
PERIMETRE = "diagnostic__perimetre"
INTEGRATION = "diagnostic__integration"
#: périmètre recommandé → libellé, forme et couleur sur la carte (contraste d'au moins 3 avec le fond)
PERIMETRES = {
    "socle": ("Socle", "#0B3C5D"),
    "socle_et_formes_legeres": ("Socle et formes légères", "#D95F02"),
    "socle_elargi": ("Socle élargi", "#1B9E77"),
}
AUTRE = ("Autre ou non établi", "#6b6b6b")
#: métropole, en degrés : ouest, est, sud, nord
CADRE = (-5.3, 9.7, 41.2, 51.2)
TRANCHES = 16


def page(portefeuille: Portefeuille, edition: datetime.date) -> str:
    """Page autonome ; son seul script est autorisé par son empreinte (CSP), et la page se lit sans lui."""
    script = (DOSSIER / SCRIPT).read_text(encoding="utf-8")
    empreinte = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    table = portefeuille.table
    perimetres = _perimetres(table)
    html = environnement_gabarits().get_template("portefeuille.html.j2").render(
        style=Markup((DOSSIER / "style.css").read_text(encoding="utf-8")),
        script=PLACE,
        empreinte=empreinte,
        edition=formats.date(edition),
        version=version_mutunb(),
        combien=len(table),
        entetes=[libelle for colonne, (libelle, _) in COLONNES.items() if colonne in table],
        lignes=_lignes(table),
        natures=sorted(table["nature"].dropna().unique()),
        perimetres=perimetres,
        points=_points(table),
        outre_mer=_outre_mer(table),
        histogrammes=[h for h in (_histogramme(table, c, *COLONNES[c]) for c in COLONNES if c in table) if h],
        echecs=[{"nom": e.nom, "siren": e.siren, "carnets": e.echecs} for e in portefeuille.echecs.itertuples()],
        illisibles=portefeuille.illisibles,
    )
    html = insecables(html)
    sans_script = html.replace(f"<script>{PLACE}</script>", "", 1)
    trouves = [suspect for suspect in suspects(sans_script, page=True) if suspect not in COMMANDES]
    if trouves:
        raise ErreurDonnees(f"La page du portefeuille porte {', '.join(trouves[:3])} ; elle n'est pas écrite.")
    return html.replace(PLACE, script, 1)  # après la typographie : l'empreinte porte sur le texte exact


def _perimetre(code: Any) -> tuple[str, str]:
    if not isinstance(code, str) or not code:
        return AUTRE
    return PERIMETRES.get(code, (code.replace("_", " ").capitalize(), AUTRE[1]))


def _perimetres(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Légende : libellé, couleur, nombre de territoires."""
    if PERIMETRE not in table:
        return []
    comptes = table[PERIMETRE].map(_perimetre).value_counts()
    return [{"libelle": libelle, "couleur": couleur, "combien": int(n)} for (libelle, couleur), n in comptes.items()]


def _lignes(table: pd.DataFrame) -> list[dict[str, Any]]:
    colonnes = [(colonne, unite) for colonne, (_, unite) in COLONNES.items() if colonne in table]
    lignes = []
    for ligne in table.to_dict("records"):
        cellules = [{"affichage": _nombre(ligne[c], u), "rang": _rang(ligne[c])} for c, u in colonnes]
        lignes.append(
            {
                "lien": f"{ligne['lien']}/index.html",
                "nom": ligne["nom"],
                "siren": ligne["siren"],
                "departement": ligne["departement"] or "",
                "nature": ligne["nature"] or "",
                "cellules": cellules,
                "perimetre": _perimetre(ligne.get(PERIMETRE))[0],
                "fictif": ligne["origine"] == "fictif",
                "echec": bool(ligne["echecs"]),
            }
        )
    return lignes


def _nombre(valeur: Any, unite: str) -> str:
    if unite == "milliers":
        return formats.nombre(valeur / 1000 if valeur is not None else None)
    return formats.nombre(valeur, 3 if unite == "coefficient" else 0)


def _rang(valeur: Any) -> str:
    """Valeur de tri ; vide si absente, qui se range alors en dernier."""
    return "" if formats.est_absent(valeur) else f"{valeur:.6g}"


def _points(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Cercles de la carte : surface proportionnelle à la population, les plus grands dessous."""
    if "lat" not in table or "diagnostic__population" not in table:
        return []
    place = table[table["lat"].between(*CADRE[2:]) & table["lon"].between(*CADRE[:2])]
    place = place.sort_values("diagnostic__population", ascending=False)
    reduction = math.cos(math.radians((CADRE[2] + CADRE[3]) / 2))
    return [
        {
            "x": round((p["lon"] - CADRE[0]) * reduction * 60, 1),
            "y": round((CADRE[3] - p["lat"]) * 60, 1),
            "r": round(max(1.6, math.sqrt(max(p["diagnostic__population"], 0)) / 60), 1),
            "couleur": _perimetre(p.get(PERIMETRE))[1],
        }
        for p in place.to_dict("records")
        if not formats.est_absent(p["diagnostic__population"])
    ]


def _outre_mer(table: pd.DataFrame) -> list[str]:
    """Territoires hors du cadre de la carte ou sans coordonnées : dits en toutes lettres."""
    if "lat" not in table:
        return list(table["nom"])
    dedans = table["lat"].between(*CADRE[2:]) & table["lon"].between(*CADRE[:2])
    return sorted(table.loc[~dedans, "nom"])


def _histogramme(table: pd.DataFrame, colonne: str, libelle: str, unite: str) -> dict[str, Any] | None:
    """Distribution d'un indicateur, du 2e au 98e centile ; au-delà, la dernière barre ramasse."""
    connues = pd.to_numeric(table[colonne], errors="coerce").dropna().to_numpy(dtype=float)
    if len(connues) < 5 or np.ptp(connues) == 0:
        return None
    bas, haut = np.quantile(connues, [0.02, 0.98])
    comptes, bornes = np.histogram(np.clip(connues, bas, haut), bins=TRANCHES, range=(bas, haut) if haut > bas else None)
    quartiles = [_nombre(q, unite) for q in np.quantile(connues, [0.25, 0.5, 0.75])]
    return {
        "libelle": libelle,
        "barres": _barres(comptes),
        "bas": _nombre(bornes[0], unite),
        "haut": _nombre(bornes[-1], unite),
        "resume": f"un quart sous {quartiles[0]}, la moitié sous {quartiles[1]}, un quart au-dessus de {quartiles[2]} "
        f"({formats.pluriel(len(connues), 'territoire')})",
    }


def _barres(comptes: Sequence[int]) -> list[dict[str, float]]:
    sommet = max(comptes)
    return [{"x": rang * 15, "h": round(60 * n / sommet, 1), "y": round(60 - 60 * n / sommet, 1)} for rang, n in enumerate(comptes)]

"""Les tableaux des trajets : l'allongement possible par commune, et le barème de l'indemnité de mobilité."""

from __future__ import annotations

import pandas as pd

from mutunb import referentiel
from mutunb.calculs import mentions
from mutunb.calculs.mobilite import DROIT, TRANCHES, Mobilite
from mutunb.calculs.tableau import Tableau


def _texte(colonnes) -> dict[str, str]:
    return dict.fromkeys(colonnes, "texte")


def tableau_mobilite(mobilite: Mobilite | None) -> Tableau | None:
    """Trajet possible par commune d'origine et tranche d'indemnité ; ``None`` si aucun employeur ne change."""
    if mobilite is None:
        return None
    table = mobilite.communes
    colonnes = ("vol_oiseau_km", "route_km", "allongement_km")
    return Tableau(
        id="personnel_mobilite",
        titre=f"Le trajet qui s'ajouterait si le service s'installe à {mobilite.siege}",
        donnees=table[["nom", *colonnes, "tranche", "plafond_eur"]],
        unites={**_texte(("nom", "tranche")), **dict.fromkeys(colonnes, "nombre"), "plafond_eur": "eur"},
        libelles={
            "nom": "Commune d'origine",
            "vol_oiseau_km": "À vol d'oiseau (km)",
            "route_km": "Par la route, estimé (km)",
            "allongement_km": "Allongement aller-retour (km)",
            "tranche": "Tranche",
            "plafond_eur": "Plafond de l'indemnité",
        },
        perimetre=mentions.perimetre_communes(mobilite.personnel.projet.dossier.territoire),
        source="distances entre un point intérieur de chaque commune (IGN), hypothèse de détour ; plafonds des décrets "
        "n° 2015-933 et n° 2015-934",
        statuts={**dict.fromkeys(colonnes, "estime"), "plafond_eur": "estime"},
        note="Cas d'un agent qui habite sa commune et travaillait sur place. Le lieu du service est supposé (commune la plus "
        "peuplée) et le trajet réel de chacun décide. L'indemnité est facultative : délibération de l'employeur d'accueil, "
        "après avis du comité social.",
    )


def tableau_tranches() -> Tableau:
    """Barème de l'indemnité de mobilité, avec sa référence et son niveau de preuve."""
    valeurs = {v.id: v for v in referentiel.droit(DROIT).valeurs}
    voulues = [valeurs[nom] for nom in [*(t for _, t in TRANCHES), "demenagement"]]
    return Tableau(
        id="personnel_tranches",
        titre="Plafonds de l'indemnité de mobilité",
        donnees=pd.DataFrame({
            "cas": [v.libelle.removeprefix("Plafond quand ").capitalize() for v in voulues],
            "plafond_eur": [v.historique[-1].valeur for v in voulues],
            "reference": [v.historique[-1].reference for v in voulues],
            "niveau": [v.niveau for v in voulues],
        }),
        unites={**_texte(("cas", "reference", "niveau")), "plafond_eur": "eur"},
        libelles={"cas": "Cas", "plafond_eur": "Plafond", "reference": "Texte", "niveau": "Preuve"},
        perimetre="agents dont l'employeur change",
        source="décrets n° 2015-933 et n° 2015-934",
        statuts="constate",
        note="Allongement du trajet aller-retour entre le domicile et le travail.",
    )  # fmt: skip

"""Fabrique de projets pour les tests : quelques communes, leurs réponses, une fonction retenue ou plusieurs."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from mutunb.calculs.projet import Choix, Projet
from mutunb.dossier import Dossier
from tests.fabrique import commune, dossier
from tests.fabrique_collecte import avec, poste, siren_commune

EFFET = datetime.date(2027, 1, 1)


def projet(etude: Dossier, fonctions: Mapping[str, str], **autres: object) -> Projet:
    """Projet où chaque fonction prend son instrument, avec l'EPCI et toutes ses communes, scénario cible."""
    tous = (etude.territoire.siren, *etude.territoire.communes["siren"])
    commun = {"perimetre": tous, "cle": "population", "scenario": "cible", "date_effet": EFFET, "mode_financier": "facture"}
    choix = {f: Choix(f, instrument=i, **commun | autres, origines={}, motifs={}) for f, i in fonctions.items()}
    return Projet(etude, choix, {}, datetime.date(2025, 12, 31), "essai")


def deux_communes() -> Dossier:
    """Un EPCI et deux communes, sans réponse."""
    return dossier([commune("Alpha", 5000, 2_000_000, 800_000), commune("Beta", 1000, 300_000, 200_000)])


def finances_declarees(pieces: float = 10_000, **dates: float) -> Dossier:
    """Comptabilité déclarée : 2 ETP à l'EPCI, 2 à Alpha (dont un départ si ``depart``), 1 à Beta ; ``pieces`` à Alpha et l'EPCI.

    Coût de chaque poste : 50 000 €. Volumes de Beta : 0.
    """
    etude = deux_communes()
    epci, alpha, beta = etude.territoire.siren, siren_commune(etude, 0), siren_commune(etude, 1)
    depart = dates.get("depart")
    f, cout = "comptabilite_finances", {"cout_employeur_eur": 50_000.0}
    postes = [
        poste(epci, "P1", f, **cout),
        poste(epci, "P2", f, **cout),
        poste(alpha, "P1", f, **cout),
        poste(alpha, "P2", f, **cout, annee_depart=depart),
        poste(beta, "P1", f, **cout),
    ]
    volumes = [
        volume(siren, f, nom, combien)
        for siren, total in ((epci, pieces / 2), (alpha, pieces / 2), (beta, 0.0))
        for nom, combien in (("mandats", total), ("titres", 0.0))
    ]
    return avec(etude, effectifs=postes, activite=volumes)


def volume(siren: str, fonction: str, indicateur: str, valeur: float, unite: str = "pièces/an") -> dict[str, object]:
    """Une ligne de la feuille d'activité."""
    return {"siren": siren, "fonction": fonction, "indicateur": indicateur, "valeur": valeur, "unite": unite, "exercice": 2025.0}

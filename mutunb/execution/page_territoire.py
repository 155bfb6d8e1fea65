"""La page d'accueil d'un territoire : ce qui a été produit, les chiffres clés, les fichiers à prendre."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mutunb import formats
from mutunb.execution import classeur, manifeste, resultats
from mutunb.execution.gabarits import page
from mutunb.execution.parcours import Etape, Parcours

if TYPE_CHECKING:
    from mutunb.territoires import Territoire

NOM_FICHIER = "index.html"
TITRES = {
    classeur.NOM_FICHIER: "Tous les tableaux (tableur)",
    resultats.NOM_FICHIER: "Résultats pour un autre programme (JSON)",
    manifeste.NOM_FICHIER: "Manifeste : versions, paramètres, empreintes, constats (JSON)",
}


def page_territoire(
    territoire: Territoire,
    parcours: Parcours,
    blocs: Mapping[str, Mapping[str, Any]],
    defauts: Iterable[Mapping[str, Any]],
    tailles: Mapping[str, int],
    profil: str,
    edition: datetime.date,
) -> str:
    """Page ``index.html``.

    Parameters
    ----------
    blocs : Mapping
        Bloc de ``resultats.json`` de chaque étape produite.
    tailles : Mapping
        Fichiers proposés (chemin relatif) et leur taille en octets.
    """
    return page(
        "territoire.html.j2",
        territoire,
        profil,
        edition,
        etapes=[_vue_etape(etape, blocs[etape.id], profil) for etape in parcours.etapes if etape.id in blocs],
        defauts=list(defauts),
        fichiers=[
            {
                "chemin": chemin,
                "titre": titre_fichier(chemin, parcours),
                "poids": poids(octets),
                "technique": chemin != classeur.NOM_FICHIER,
            }
            for chemin, octets in sorted(tailles.items(), key=lambda couple: _rang(couple[0]))
        ],
    )


def page_de(etape_id: str, profil: str = "client") -> str:
    """Nom du fichier HTML d'une étape ; celui du consultant se reconnaît hors de son dossier."""
    return f"{etape_id}-consultant.html" if profil == "consultant" else f"{etape_id}.html"


def _vue_etape(etape: Etape, bloc: Mapping[str, Any], profil: str) -> dict[str, Any]:
    statuts = bloc["carnets"]
    return {
        "id": etape.id,
        "titre": etape.titre,
        "question": etape.question,
        "page": page_de(etape.id, profil),
        "synthese": bloc["synthese"],
        "parties": [
            {"id": c.id, "titre": c.titre, "livrable": c.livrable, "statut": statuts[c.id]}
            for c in etape.carnets
            if c.id in statuts
        ],
    }


def _rang(chemin: str) -> tuple[int, str]:
    """Fichiers nommés dans l'ordre de :data:`TITRES`, puis les carnets."""
    return (list(TITRES).index(chemin) if chemin in TITRES else len(TITRES), chemin)


def titre_fichier(chemin: str, parcours: Parcours) -> str:
    """Ce que contient un fichier, en clair."""
    if chemin.startswith("carnets/"):
        titres = {f"carnets/{carnet.id}.ipynb": carnet.titre for carnet in parcours.carnets}
        return f"Carnet exécuté : {titres.get(chemin, chemin)}"
    return TITRES.get(chemin, chemin)


def poids(octets: int) -> str:
    """« 12 ko », « 1,4 Mo »."""
    if octets < 1_000_000:
        return f"{formats.nombre(max(octets / 1000, 1))}{formats.ESPACE}ko"
    return f"{formats.nombre(octets / 1_000_000, 1)}{formats.ESPACE}Mo"

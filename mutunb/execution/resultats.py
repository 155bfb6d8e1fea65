"""Les résultats d'un territoire : ``resultats.json``, tiré des carnets exécutés et d'eux seuls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mutunb.erreurs import ErreurDonnees
from mutunb.execution.elements import Indicateur, Recommandation, Synthese, Tableau, UnElement, json_strict
from mutunb.execution.texte_json import ecrire_json

if TYPE_CHECKING:
    from mutunb.territoires import Territoire

VERSION = 1
NOM_FICHIER = "resultats.json"


def etape(elements: Iterable[UnElement], statuts: Mapping[str, str]) -> dict[str, Any]:
    """Bloc d'une étape : indicateurs, tableaux, recommandations, synthèse, statut de chaque carnet.

    Parameters
    ----------
    elements : iterable
        Éléments des carnets produits, identifiants uniques par genre.
    statuts : Mapping
        ``produit``, ``echec`` ou ``sans_objet`` par carnet : un lecteur sait ce qui manque.
    """
    bloc: dict[str, Any] = {
        "carnets": dict(statuts),
        "indicateurs": {},
        "tableaux": {},
        "recommandations": [],
        "synthese": None,
    }
    for element in elements:
        contenu = element.model_dump(exclude={"genre"} if isinstance(element, Synthese) else {"genre", "id"})
        if isinstance(element, Indicateur):
            bloc["indicateurs"][element.id] = contenu
        elif isinstance(element, Tableau):
            if not element.masques:
                del contenu["masques"]
            bloc["tableaux"][element.id] = {"rang": len(bloc["tableaux"]) + 1, **contenu}
        elif isinstance(element, Recommandation):
            bloc["recommandations"].append({"id": element.id, **contenu})
        elif isinstance(element, Synthese):
            bloc["synthese"] = contenu
    bloc["recommandations"].sort(key=lambda r: (r["rang"], r["id"]))
    return bloc


def tableaux_dans_l_ordre(bloc: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Tableaux d'une étape avec leur identifiant, dans l'ordre où les carnets les montrent."""
    tableaux = ({"id": identifiant, **tableau} for identifiant, tableau in bloc["tableaux"].items())
    return sorted(tableaux, key=lambda tableau: tableau["rang"])


def document(territoire: Territoire, blocs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Document complet : qui, de quand, et le bloc de chaque étape produite."""
    millesime = territoire.millesime
    return {
        "version": VERSION,
        "territoire": {
            "siren": territoire.siren,
            "nom": territoire.nom,
            "nature": territoire.nature,
            "regime_fiscal": territoire.regime_fiscal,
            "departement": territoire.departement,
            "communes": len(territoire.communes),
            "origine": str(territoire.origine),
            "millesime": {
                "perimetre": millesime.perimetre.isoformat(),
                "comptes": millesime.comptes,
                "dgf": millesime.dgf,
                "population": millesime.population,
            },
        },
        "etapes": dict(blocs),
    }


def texte(contenu: Mapping[str, Any]) -> str:
    """JSON strict (ni NaN ni infini), clés triées : mêmes entrées, mêmes octets."""
    return ecrire_json(json_strict(contenu)) + "\n"


def lire(chemin: Path) -> dict[str, Any]:
    """Document déjà écrit ; vide s'il n'existe pas encore.

    Raises
    ------
    ErreurDonnees
        Fichier illisible ou d'une autre version.
    """
    if not chemin.is_file():
        return {}
    try:
        contenu = json.loads(chemin.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as cause:
        raise ErreurDonnees(f"{chemin} est illisible ({cause}). Supprimez-le et relancez la commande.") from cause
    if not isinstance(contenu, dict) or contenu.get("version") != VERSION:
        raise ErreurDonnees(f"{chemin} n'est pas un fichier de version {VERSION}. Supprimez-le et relancez la commande.")
    return contenu

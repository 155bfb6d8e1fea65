"""Reprendre un lot : ce qui est déjà produit des mêmes entrées ne se refait pas.

L'empreinte d'une étape réunit tout ce dont ses livrables dépendent : carnets, référentiel, données publiques, dossier du
client, code de mutunb, versions des bibliothèques, paramètres, profil, date d'édition.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mutunb import chemins
from mutunb.erreurs import ErreurMutunb
from mutunb.execution import classeur, manifeste, page_territoire, resultats
from mutunb.execution.commande import Commande
from mutunb.execution.export import Profil
from mutunb.execution.parcours import Etape, Parcours

#: dans un dossier client, ce que mutunb y écrit lui-même ne change pas les livrables
ECARTES = frozenset({"annotes", "envois"})
CODE = frozenset({".py", ".j2", ".css"})


def empreinte_etape(parcours: Parcours, etape: Etape, siren: str, commande: Commande, donnees: Path | None) -> str:
    """Empreinte (SHA-256) des entrées d'une étape d'un territoire.

    Parameters
    ----------
    donnees : Path, optional
        Dossier de données publiques que la commande lit.
    """
    entrees = {
        "carnets": [manifeste.empreinte(parcours.chemin(carnet)) for carnet in etape.carnets],
        "communes": _communes(donnees),
        "client": _dossier_client(chemins.territoires() / siren),
        "parametres": {nom: str(contenu) for nom, contenu in sorted(commande.parametres.items())},
        "profil": commande.profil,
        "edition": str(commande.edition),
    }
    return hashlib.sha256(json.dumps(entrees, sort_keys=True).encode("utf-8")).hexdigest()


def est_produite(dossier: Path, etape: str, empreinte: str, profil: Profil) -> bool:
    """Vrai si l'étape est entière sur le disque, sans échec, et faite des mêmes entrées."""
    try:
        bloc = resultats.lire(dossier / manifeste.NOM_FICHIER).get("etapes", {}).get(etape)
    except ErreurMutunb:  # un manifeste illisible se refait
        return False
    if not isinstance(bloc, Mapping) or bloc.get("reprise") != empreinte:
        return False
    carnets = bloc.get("carnets", {})
    if any(fiche.get("statut") == "echec" for fiche in carnets.values()):
        return False
    attendus = [resultats.NOM_FICHIER, page_territoire.NOM_FICHIER, page_territoire.page_de(etape, profil), classeur.NOM_FICHIER]
    attendus += [f"carnets/{carnet}.ipynb" for carnet in carnets]
    return all((dossier / nom).is_file() for nom in attendus)


@functools.cache
def _communes(donnees: Path | None) -> dict[str, Any]:
    """Ce qui vaut pour tous les territoires : données publiques, référentiel, code, versions."""
    return {
        "donnees": {} if donnees is None else manifeste.empreintes([donnees], profond=False),
        "referentiel": manifeste.empreintes([chemins.referentiel()]),
        "code": [manifeste.empreinte(f) for f in sorted(chemins.RACINE_PAQUET.rglob("*")) if f.suffix in CODE],
        "versions": manifeste.versions(),
    }


def _dossier_client(dossier: Path) -> dict[str, str]:
    if not dossier.is_dir():
        return {}
    fichiers = (f for f in sorted(dossier.rglob("*")) if f.is_file() and not ECARTES & set(f.relative_to(dossier).parts))
    return {f.relative_to(dossier).as_posix(): manifeste.empreinte(f) for f in fichiers}

"""Geler le T0 et dire ce qui a changé depuis.

Un gel écrit un fichier daté et numéroté dans le dossier client ; il n'en modifie jamais un autre. La pratique suit cinq
règles : une date et un exercice pour tous, une empreinte et la liste des entités couvertes, un numéro par version,
l'original toujours consultable, la version citée dans toute comparaison.
"""

from __future__ import annotations

import datetime
import hashlib
import importlib.metadata
import json
import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from mutunb import chemins
from mutunb.dossier.collecte import Collecte
from mutunb.dossier.fichiers_client import dossier_a_lire, entrees_du_dossier
from mutunb.dossier.liste_controles import GRAVITES
from mutunb.dossier.qualite import marquer
from mutunb.dossier.questionnaire import questionnaire
from mutunb.dossier.reponses import du_territoire, mesurer_couvertures, reponses
from mutunb.dossier.t0 import DOSSIER_T0, FORMAT, T0, empreinte_de, fichiers_t0, lire_fichier_t0, lire_t0, sans_marques, vers_json
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.formats import date, pluriel
from mutunb.invocation import commande

if TYPE_CHECKING:
    from mutunb.dossier.ouverture import Dossier

__all__ = ["COLONNES_CHANGEMENTS", "T0", "comparer", "geler", "lire_t0"]

COLONNES_CHANGEMENTS = ("feuille", "changement", "cle", "champ", "t0", "actuel")


def geler(
    dossier: Dossier, jour: datetime.date, auteur: str, exercice: int | None = None, motif: str = ""
) -> Path:
    """Gèle l'état de départ d'un dossier ; rend le fichier écrit, que rien ne modifiera plus.

    Parameters
    ----------
    dossier : Dossier
        Dossier ouvert, collecte lue et corrigée.
    jour : datetime.date
        Date à laquelle l'état de départ se rapporte, la même pour toutes les entités.
    auteur : str
        Fonction de la personne qui gèle.
    exercice : int, optional
        Exercice des comptes et volumes ; à défaut, celui de la plupart des lignes.
    motif : str, optional
        Pourquoi un nouveau gel, quand il y en a déjà un.

    Raises
    ------
    ErreurDonnees
        Rien n'a été répondu.
    ErreurUsage
        Auteur vide.
    """
    if not auteur.strip():
        raise ErreurUsage("Un gel porte un auteur : donnez la fonction de la personne (--auteur).")
    if dossier.collecte is None or not any(len(table) for table in dossier.collecte.tables.values()):
        raise ErreurDonnees(
            f"{dossier.chemin} : rien à geler, aucune réponse n'a été lue. Déposez les classeurs dans « recus »."
        )
    numero = max(fichiers_t0(dossier.chemin), default=0) + 1
    contenu = _contenu(dossier, jour) | {
        "numero": numero,
        "auteur": auteur.strip(),
        "motif": motif.strip(),
        "exercice": exercice or exercice_courant(dossier.collecte),
    }
    contenu["empreinte"] = empreinte_de(contenu)
    texte = json.dumps(contenu, ensure_ascii=False, indent=1, allow_nan=False)
    return _ecrire_neuf(dossier.chemin / DOSSIER_T0 / f"t0-{numero}-{jour.isoformat()}.json", texte)


def compte_rendu(chemin: Path) -> str:
    """Ce qui vient d'être gelé, où, et comment on s'en sert."""
    t0 = lire_fichier_t0(chemin)
    lignes = sum(sum(entite["lignes"].values()) for entite in t0.collectivites.values())
    communes = [feuille.nom for feuille in questionnaire().feuilles if "commune" in feuille.destinataires]
    repondantes = sum(
        any(nombre for feuille, nombre in entite["lignes"].items() if feuille in communes or siren == t0.siren)
        for siren, entite in t0.collectivites.items()
    )
    exercice = f"exercice {t0.exercice}" if t0.exercice else "exercice n.d."
    erreurs = t0.constats["erreur"]
    reserve = f", avec {pluriel(erreurs, 'erreur non corrigée', 'erreurs non corrigées')}" if erreurs else ""
    return "\n".join(
        [
            f"{t0.nom} : T0 n° {t0.numero} gelé au {date(t0.date)} ({exercice}), par {t0.auteur}{reserve}",
            f"  gelé : {pluriel(lignes, 'ligne')} de réponses de {pluriel(repondantes, 'entité')} sur "
            f"{len(t0.collectivites)}, {pluriel(len(t0.corrections), 'correction')}, {pluriel(len(t0.entrees), 'fichier')} "
            "avec leur empreinte",
            f"  où : {chemin} (empreinte {t0.empreinte[:12]})",
            f"  à quoi il sert : c'est l'état de départ auquel on se comparera. Rien ne le modifie : « {commande('verifier')} "
            f"{t0.siren} » dit ce qui a changé depuis ; un nouveau gel prendra le n° {t0.numero + 1} et gardera celui-ci.",
            "  dans les livrables : les échéances se jugent à la date du T0 (date_t0 de territoire.yaml, sinon le dernier gel) ; "
            "les chiffres suivent toujours les dernières réponses.",
        ]
    )


def _ecrire_neuf(chemin: Path, texte: str) -> Path:
    """Écrit un fichier entier d'un seul coup, et seulement s'il n'existe pas encore."""
    provisoire = chemins.ecrire(chemin.with_name(f".{chemin.name}.{os.getpid()}"), texte)
    try:
        os.link(provisoire, chemin)
    except FileExistsError as cause:
        raise ErreurDonnees(f"{chemin} existe déjà : un T0 ne s'écrase pas. Relancez la commande.") from cause
    finally:
        provisoire.unlink()
    return chemin


def _contenu(dossier: Dossier, jour: datetime.date) -> dict[str, Any]:
    collecte, constats = dossier.collecte, dossier.constats
    marques = marquer(collecte, constats)
    gravites = Counter(constat.gravite for constat in constats)
    return {
        "format": FORMAT,
        "siren": dossier.territoire.siren,
        "nom": dossier.territoire.nom,
        "date": jour.isoformat(),
        "version": version_mutunb(),
        "millesime": str(dossier.territoire.millesime),
        "entrees": {nom: _empreinte(chemin) for nom, chemin in entrees_du_dossier(_source(dossier)).items()},
        "couverture": _couverture(dossier),
        "collectivites": _collectivites(dossier),
        "constats": {gravite: gravites[gravite] for gravite in GRAVITES},
        "corrections": [_trace(faite) for faite in dossier.corrections],
        "tables": {
            nom: vers_json(collecte.table(nom).join(marques[nom].add_prefix("_"))) for nom in questionnaire().noms
        },
    }


def _source(dossier: Dossier) -> Path:
    """Dossier d'où viennent les réponses : celui du client, ou l'exemple livré tant qu'il n'a pas le sien."""
    livre = dossier_a_lire(dossier.territoire.siren)
    return livre if livre.is_relative_to(chemins.exemples()) else dossier.chemin


def version_mutunb() -> str:
    """Version installée de mutunb ; « (depuis ses sources) » s'il n'est pas installé."""
    try:
        return importlib.metadata.version("mutunb")
    except importlib.metadata.PackageNotFoundError:
        return "(depuis ses sources)"


def _empreinte(chemin: Path) -> str:
    return hashlib.sha256(chemin.read_bytes()).hexdigest()


def _couverture(dossier: Dossier) -> dict[str, Any]:
    return {
        feuille: {
            "attendus": len(couverture.attendus),
            "repondants": len(couverture.repondants),
            "part_population": round(couverture.part_population, 6),
            "absents": list(couverture.absents),
        }
        for feuille, couverture in mesurer_couvertures(dossier.collecte, dossier.territoire).items()
    }


def _collectivites(dossier: Dossier) -> dict[str, Any]:
    """Par entité du territoire : son nom, sa population et le nombre de lignes qu'elle a données à chaque feuille."""
    lignes = {}
    for feuille in questionnaire().noms:
        table = reponses(dossier.collecte, feuille, dossier.territoire)
        colonne = "siren" if "siren" in table else "porteur_siren"
        lignes[feuille] = table[colonne].value_counts().to_dict()
    communes = dossier.territoire.communes.set_index("siren")["pop_municipale_2025"]
    populations = {siren: None if pd.isna(nombre) else int(nombre) for siren, nombre in communes.items()}
    return {
        siren: {
            "nom": nom,
            "population": populations.get(siren, dossier.territoire.population),
            "lignes": {feuille: int(lignes[feuille].get(siren, 0)) for feuille in lignes},
        }
        for siren, nom in du_territoire(dossier.territoire).items()
    }


def _trace(faite: Any) -> dict[str, Any]:
    correction = faite.correction
    return {
        "feuille": correction.feuille,
        "champ": correction.champ,
        "endroit": faite.endroit,
        "ancienne": en_texte(faite.ancienne),
        "nouvelle": en_texte(faite.nouvelle),
        "motif": correction.motif,
        "auteur": correction.auteur,
        "date": correction.date.isoformat(),
    }


def exercice_courant(collecte: Collecte) -> int | None:
    """Exercice de la plupart des lignes d'effectifs, d'activité et de coûts (le plus récent à égalité)."""
    exercices = pd.concat([collecte.table(nom)["exercice"] for nom in ("entites", "effectifs", "activite", "couts")])
    modes = exercices.mode()
    return None if modes.empty else int(modes.max())


def comparer(t0: T0, collecte: Collecte) -> pd.DataFrame:
    """Ce qui a changé depuis le T0 : une ligne par valeur modifiée, et par ligne ajoutée ou retirée.

    Returns
    -------
    DataFrame
        ``feuille``, ``changement`` (modifie, ajoute, retire), ``cle``, ``champ`` (vide pour une ligne entière), ``t0``
        et ``actuel`` (textes ; vides si absents).
    """
    changements: list[dict[str, str]] = []
    for feuille in questionnaire().feuilles:
        gelee = sans_marques(t0.tables[feuille.nom]) if feuille.nom in t0.tables else pd.DataFrame()
        actuelle = sans_marques(collecte.table(feuille.nom))
        avant, apres = _par_cle(gelee, feuille.cle), _par_cle(actuelle, feuille.cle)
        for cle in [*avant, *(cle for cle in apres if cle not in avant)]:
            commun = {"feuille": feuille.nom, "cle": ", ".join(filter(None, cle[:-1]))}
            if cle not in apres or cle not in avant:
                genre = "retire" if cle not in apres else "ajoute"
                changements.append(commun | {"changement": genre, "champ": "", "t0": "", "actuel": ""})
                continue
            for champ in dict.fromkeys((*avant[cle], *apres[cle])):
                ancien, neuf = avant[cle].get(champ, ""), apres[cle].get(champ, "")
                if ancien != neuf:
                    changements.append(commun | {"changement": "modifie", "champ": champ, "t0": ancien, "actuel": neuf})
    return pd.DataFrame(changements, columns=list(COLONNES_CHANGEMENTS))


def _par_cle(table: pd.DataFrame, cle: tuple[str, ...]) -> dict[tuple[str, ...], Mapping[str, str]]:
    """Lignes par clé ; des clés répétées prennent un rang."""
    lignes: dict[tuple[str, ...], Mapping[str, str]] = {}
    rangs: Counter[tuple[str, ...]] = Counter()
    for ligne in table.to_dict("records"):
        textes = {champ: en_texte(valeur) for champ, valeur in ligne.items()}
        identite = tuple(textes.get(nom, "") for nom in cle)
        rangs[identite] += 1
        lignes[(*identite, str(rangs[identite]))] = textes
    return lignes


def en_texte(valeur: Any) -> str:
    """Valeur d'une table en texte comparable : vide si absente, date AAAA-MM-JJ, nombre sans « .0 »."""
    if valeur is None or pd.isna(valeur):
        return ""
    if isinstance(valeur, datetime.date):
        return valeur.strftime("%Y-%m-%d")
    return f"{valeur:.12g}" if isinstance(valeur, float) else str(valeur)

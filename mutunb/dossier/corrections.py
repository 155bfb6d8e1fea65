"""Corriger une réponse sans toucher au classeur reçu : chaque correction est une fiche, gardée par l'ancienne valeur.

``corrections.yaml`` est une liste de fiches. Une valeur s'y écrit comme la table la garde (une part de 0 à 1, un montant
en euros) ou comme un texte de mairie (« 40 % », « 1 234,50 »). ``null`` est une absence.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from mutunb import formats
from mutunb.dossier.collecte import COLONNES_ORIGINE, Collecte, Conflit
from mutunb.dossier.questionnaire import NOMBRES, Champ, Feuille, questionnaire
from mutunb.dossier.valeurs import analyser
from mutunb.dossier.valeurs_nombres import hors_bornes
from mutunb.erreurs import Constat, ErreurDonnees, phrase_nom_inconnu
from mutunb.referentiel.champs import Connus, Entree, Jour, Texte, montrer
from mutunb.referentiel.lecture import lire_yaml, valider

COLONNES_TRACE = ("feuille", "endroit", "champ", "ancienne", "nouvelle", "motif", "auteur", "date")


class Correction(Entree):
    """Une correction : la ligne (``cle``), le champ, la valeur attendue avant, celle d'après, et qui, quand, pourquoi."""

    feuille: Texte
    cle: Annotated[Mapping[str, Any], Field(min_length=1)]
    champ: Texte
    ancienne: Any
    nouvelle: Any
    motif: Texte
    auteur: Texte
    date: Jour


@dataclass(frozen=True)
class CorrectionAppliquee:
    """Une correction et la cellule qu'elle a changée ; valeurs telles que la table les garde (``None`` : absence)."""

    correction: Correction
    endroit: str
    ancienne: Any
    nouvelle: Any


def lire_corrections(chemin: Path) -> tuple[Correction, ...]:
    """Corrections de ``chemin``, dans l'ordre du fichier ; vide s'il n'existe pas.

    Raises
    ------
    ErreurDonnees
        Fichier illisible, clé absente ou inconnue… tous les défauts à la fois.
    """
    if not chemin.is_file():
        return ()
    contenu, constats = lire_yaml(chemin)
    if contenu is None and not constats:
        return ()
    if contenu is not None and not isinstance(contenu, list):
        constats = [Constat(chemin.name, montrer(contenu), "une liste de corrections", "Commencez chacune par un tiret.")]
        contenu = None
    lues = []
    for rang, corps in enumerate(contenu or [], start=1):
        endroit = _fiche(rang, chemin.name)
        if not isinstance(corps, dict):
            constats.append(Constat(endroit, montrer(corps), "un bloc de clés", "Écrivez « feuille: … », « cle: … »."))
            continue
        correction, defauts = valider(corps, Correction, Connus(), endroit)
        constats += defauts
        if correction is not None:
            lues.append(correction)
    if constats:
        raise ErreurDonnees.de_constats(f"Corrections ({chemin})", constats, montres=len(constats))
    return tuple(lues)


def _fiche(rang: int, fichier: str = "corrections.yaml") -> str:
    return f"{fichier}, correction n° {rang}"


def appliquer(
    collecte: Collecte, corrections: Iterable[Correction]
) -> tuple[Collecte, tuple[CorrectionAppliquee, ...]]:
    """Collecte corrigée (une copie) et trace des corrections ; un conflit tranché par une correction n'y est plus.

    Raises
    ------
    ErreurDonnees
        Feuille ou champ inconnus, ligne introuvable ou ambiguë, valeur refusée, ancienne valeur différente de celle de
        la source : tous les défauts à la fois, et rien n'est appliqué.
    """
    tables = {nom: collecte.table(nom) for nom in collecte.tables}
    constats: list[Constat] = []
    faites: list[CorrectionAppliquee] = []
    tranches: list[Conflit] = []
    for rang, correction in enumerate(corrections, start=1):
        faite, defauts = _appliquer_une(correction, _fiche(rang), collecte, tables, tranches)
        constats += defauts
        faites += [faite] if faite else []
    if constats:
        raise ErreurDonnees.de_constats("Corrections", constats, montres=len(constats))
    restants = tuple(conflit for conflit in collecte.conflits if not any(conflit is tranche for tranche in tranches))
    return dataclasses.replace(collecte, tables=MappingProxyType(tables), conflits=restants), tuple(faites)


def _appliquer_une(
    correction: Correction, ou: str, collecte: Collecte, tables: dict[str, pd.DataFrame], tranches: list[Conflit]
) -> tuple[CorrectionAppliquee | None, list[Constat]]:
    defauts = _noms_inconnus(correction, ou)
    if defauts:
        return None, defauts
    feuille = questionnaire().feuille(correction.feuille)
    champ = feuille.champ(correction.champ)
    ancienne = _valeur(correction.ancienne, champ, f"{ou}, ancienne", defauts)
    nouvelle = _valeur(correction.nouvelle, champ, f"{ou}, nouvelle", defauts, neuve=True)
    table = tables.get(feuille.nom, collecte.table(feuille.nom))
    etiquettes = _lignes(correction, feuille, table, ou, defauts)
    if defauts:
        return None, defauts
    (etiquette,) = etiquettes
    trouvee = _sans_nan(table.at[etiquette, champ.nom])
    if not _egales(trouvee, ancienne):
        remede = "La source a changé depuis la correction : vérifiez qu'elle est encore utile, puis mettez « ancienne » à jour."
        return None, [Constat(f"{ou}, ancienne", _montrer(trouvee), f"{_montrer(ancienne)}, la valeur corrigée", remede)]
    tranches += [conflit for conflit in collecte.conflits if _est_tranche(conflit, correction, table.loc[etiquette])]
    endroit = _endroit(collecte, feuille.nom, etiquette, champ.nom)
    table.at[etiquette, champ.nom] = float("nan") if nouvelle is None else nouvelle
    tables[feuille.nom] = table
    return CorrectionAppliquee(correction, endroit, trouvee, nouvelle), []


def _noms_inconnus(correction: Correction, ou: str) -> list[Constat]:
    noms = questionnaire().noms
    if correction.feuille not in noms:
        phrase = phrase_nom_inconnu("feuille", correction.feuille, noms)
        return [Constat(f"{ou}, feuille", f"« {correction.feuille} »", "une feuille du questionnaire", phrase)]
    colonnes = questionnaire().feuille(correction.feuille).colonnes
    cites = [("champ", correction.champ, colonnes)]
    cites += [("cle", nom, [*colonnes, *COLONNES_ORIGINE]) for nom in correction.cle]
    return [
        Constat(f"{ou}, {genre}", f"« {nom} »", f"un champ de {correction.feuille}", phrase_nom_inconnu("champ", nom, connus))
        for genre, nom, connus in cites
        if nom not in connus
    ]


def _valeur(brut: Any, champ: Champ, ou: str, defauts: list[Constat], neuve: bool = False) -> Any:
    """Valeur de la table que désigne ``brut`` ; un défaut est ajouté si elle ne convient pas.

    ``neuve`` : elle doit être irréprochable ; celle de la source peut être fautive (une clé de SIREN fausse), c'est
    pour cela qu'on la corrige.
    """
    if brut is None:
        return None
    if isinstance(brut, datetime.date) and champ.type == "date":
        return pd.Timestamp(brut)
    if isinstance(brut, int | float) and not isinstance(brut, bool) and champ.type in NOMBRES:
        probleme = hors_bornes(float(brut), champ.min, champ.max) if neuve else None
        valeur = float(brut)
    else:
        lu = analyser(brut, champ)
        genant = lu.probleme and (lu.valeur is None or (neuve and lu.probleme.gravite == "erreur"))
        probleme = lu.probleme if genant else None
        valeur = pd.Timestamp(lu.valeur) if champ.type == "date" and lu.valeur is not None else lu.valeur
    if probleme:
        defauts.append(Constat(ou, montrer(brut), probleme.attendu, probleme.remede))
        return None
    return valeur


def _lignes(
    correction: Correction, feuille: Feuille, table: pd.DataFrame, ou: str, defauts: list[Constat]
) -> list[Hashable]:
    """La ligne que désigne la clé ; un défaut si aucune ou plusieurs y répondent."""
    retenues, deja = pd.Series(True, index=table.index), len(defauts)
    for nom, brut in correction.cle.items():
        if nom in COLONNES_ORIGINE:
            retenues &= table[nom].astype(str) == str(brut)
            continue
        valeur = _valeur(brut, feuille.champ(nom), f"{ou}, cle, {nom}", defauts)
        retenues &= table[nom].isna() if valeur is None else table[nom].map(lambda lue, v=valeur: _egales(_sans_nan(lue), v))
    if len(defauts) > deja:
        return []
    etiquettes = list(table.index[retenues.astype(bool)])
    cle = ", ".join(f"{nom} {brut}" for nom, brut in correction.cle.items())
    if len(etiquettes) > 1:
        remede = f"Complétez la clé ({', '.join(feuille.cle)}, ou _fichier et _ligne)."
        trouve = f"{formats.pluriel(len(etiquettes), 'ligne')} pour {cle}"
        defauts.append(Constat(f"{ou}, cle", trouve, "une seule ligne", remede))
    elif not etiquettes:
        remede = "La ligne a-t-elle été retirée ou renommée dans la source ? Corrigez la clé ou retirez la correction."
        defauts.append(Constat(f"{ou}, cle", f"aucune ligne pour {cle}", "une ligne de la feuille", remede))
    return etiquettes


def _sans_nan(valeur: Any) -> Any:
    return None if pd.isna(valeur) else valeur


def _egales(une: Any, autre: Any) -> bool:
    if isinstance(une, float) and isinstance(autre, float):
        return math.isclose(une, autre, rel_tol=1e-9, abs_tol=1e-9)
    return une == autre


def _est_tranche(conflit: Conflit, correction: Correction, ligne: pd.Series) -> bool:
    if (conflit.feuille, conflit.champ) != (correction.feuille, correction.champ):
        return False
    return all(_egales(_sans_nan(ligne[nom]), valeur) for nom, valeur in conflit.cle.items())


def _endroit(collecte: Collecte, feuille: str, etiquette: Hashable, champ: str) -> str:
    origine = collecte.provenance(feuille, etiquette)
    adresse = collecte.cellule(feuille, etiquette, champ)
    place = f"cellule {adresse}" if adresse else f"ligne {origine.ligne}"
    return f"{origine.fichier}, {origine.feuille}, {place}"


def _montrer(valeur: Any) -> str:
    if isinstance(valeur, pd.Timestamp):
        return valeur.strftime("%d/%m/%Y")
    return montrer(valeur)


def tracer(faites: Iterable[CorrectionAppliquee], diffusion: bool = True) -> pd.DataFrame:
    """Trace des corrections pour un livrable : une ligne par correction, colonnes ``COLONNES_TRACE``.

    ``diffusion`` : dans une feuille sensible (celle des postes), ni l'endroit ni les valeurs ne sortent.
    """
    lignes = []
    for faite in faites:
        feuille = questionnaire().feuille(faite.correction.feuille)
        masque = diffusion and feuille.sensible
        lignes.append(
            {
                "feuille": feuille.libelle,
                "endroit": "(non diffusé)" if masque else faite.endroit,
                "champ": feuille.champ(faite.correction.champ).libelle,
                "ancienne": "(non diffusé)" if masque else _montrer(faite.ancienne),
                "nouvelle": "(non diffusé)" if masque else _montrer(faite.nouvelle),
                "motif": faite.correction.motif,
                "auteur": faite.correction.auteur,
                "date": faite.correction.date.isoformat(),
            }
        )
    return pd.DataFrame(lignes, columns=list(COLONNES_TRACE))

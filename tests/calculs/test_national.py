"""Tous les calculs du diagnostic, sur tous les EPCI de France : ni plantage, ni NaN montré, ni somme qui ne ferme pas."""

import json
import re

import pytest

import mutunb
from mutunb import referentiel
from mutunb.dossier import Dossier

TABLEAUX = mutunb.tableaux
PHRASES = mutunb.phrases

pytestmark = [pytest.mark.national, pytest.mark.lent]


def etudier(etude: Dossier) -> tuple[list[str], list[dict]]:
    """Toutes les phrases et tous les éléments de résultats d'un territoire."""
    portrait, effectifs = mutunb.portrait(etude), mutunb.effectifs(etude)
    integration, voisins = mutunb.integration(etude), mutunb.comparables(etude)
    potentiel, priorites = mutunb.potentiel_achats(etude), mutunb.priorites(etude)
    stabilite = mutunb.stabilite(priorites, 100)
    affichages = [
        PHRASES.presentation(portrait),
        PHRASES.ville_centre(portrait),
        PHRASES.finances(portrait),
        PHRASES.integration(integration),
        PHRASES.reversements(portrait),
        PHRASES.comparables(voisins),
        PHRASES.ordre_de_grandeur(effectifs),
        PHRASES.continuite(effectifs),
        PHRASES.mise_en_commun(effectifs),
        PHRASES.enjeu_informatique(effectifs),
        PHRASES.potentiel_achats(potentiel),
        PHRASES.perimetre(priorites),
        PHRASES.pourquoi_chacune(priorites),
        PHRASES.stabilite(stabilite, priorites),
        mutunb.limites(etude),
        mutunb.syntheses.diagnostic(etude, priorites),
    ]
    tableaux = [
        portrait.finances,
        portrait.tranches,
        portrait.detail_communes,
        portrait.reversements,
        integration.tableau,
        voisins.liste,
        potentiel.tableau,
        TABLEAUX.fonctions(effectifs),
        TABLEAUX.entites(effectifs),
        TABLEAUX.priorites(priorites),
    ]
    elements = [t.element() for t in tableaux if t is not None] + [e for a in affichages for e in a.elements]
    return [a.markdown or a.html for a in affichages], elements


def defauts(etude: Dossier) -> list[str]:
    """Ce qui cloche sur un territoire ; vide si tout va bien."""
    try:
        phrases, elements = etudier(etude)
        json.dumps(elements, allow_nan=False)
    except Exception as erreur:  # noqa: BLE001 — on veut la liste de tous les territoires fautifs
        return [f"{type(erreur).__name__} : {erreur}"]
    trouves = [f"mot de machine : {p[:120]}" for p in phrases if re.search(r"\bnan\b|\bNone\b|\{\w*\}|n\.d\. sur", p)]
    trouves += [f"espace sécable : {p[:120]}" for p in phrases if re.search(r"\d [\d%€]", p)]
    par_id = {e["id"]: e for e in elements if e["genre"] == "tableau"}
    trouves += _sommes_ouvertes(par_id["portrait_communes"]) + _sommes_ouvertes(par_id["effectifs_entites"])
    synthese = next(e for e in elements if e["genre"] == "synthese")
    if len(synthese["chiffres"]) != 5 or len(synthese["constats"]) != 3 or not synthese["decision"]:
        trouves.append("synthèse incomplète")
    return trouves


def _sommes_ouvertes(tableau: dict) -> list[str]:
    """Colonnes dont les lignes ne s'additionnent pas au total de la dernière ligne."""
    ouvertes = []
    for i, colonne in enumerate(tableau["colonnes"]):
        if tableau["unites"][colonne] == "texte":
            continue
        valeurs = [ligne[i] for ligne in tableau["lignes"][:-1] if ligne[i] is not None]
        total = tableau["lignes"][-1][i]
        if valeurs and (total is None or abs(sum(valeurs) - total) > max(1e-6 * abs(total), 1e-6)):
            ouvertes.append(f"{tableau['id']}.{colonne} ne ferme pas : {sum(valeurs)} contre {total}")
        if colonne == "population" and any(v < 0 for v in valeurs):
            ouvertes.append("population négative")
    return ouvertes


def test_tous_les_epci(tous_les_territoires):
    hypotheses = referentiel.hypotheses()
    fautifs = {}
    for territoire in tous_les_territoires:
        trouves = defauts(Dossier(territoire, hypotheses))
        if trouves:
            fautifs[f"{territoire.siren} {territoire.nom}"] = trouves
    assert len(tous_les_territoires) >= 1200
    assert not fautifs, "\n".join(f"{nom} : {d}" for nom, d in list(fautifs.items())[:20])


def test_le_controle_lui_meme_peut_echouer():
    tableau = {
        "id": "essai",
        "colonnes": ["commune", "population"],
        "unites": {"commune": "texte", "population": "habitants"},
        "lignes": [["A", -3], ["B", 5], ["Total", 3]],
    }
    assert len(_sommes_ouvertes(tableau)) == 2

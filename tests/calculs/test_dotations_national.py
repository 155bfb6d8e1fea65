"""Les dotations sur tous les EPCI de France : ni plantage, ni NaN montré, ni seuil tranché par une approximation."""

import json
import re

import pytest

from mutunb import referentiel
from mutunb.calculs import tableaux_dotations as textes
from mutunb.calculs import tableaux_dotations_montants as montants
from mutunb.calculs.approximation_cif import INDETERMINE
from mutunb.calculs.effets_dotations import EffetsDotations, etudier_dotations
from mutunb.dossier import Dossier
from mutunb.rendu import figures_dotations, phrases_dotations

pytestmark = [pytest.mark.national, pytest.mark.lent]

TABLEAUX = [getattr(m, nom) for m in (textes, montants) for nom in vars(m) if nom.startswith("tableau_")]
PHRASES = [getattr(phrases_dotations, nom) for nom in vars(phrases_dotations) if nom.startswith("dotations_")]
EUROS_PAR_HABITANT = 30


def imputer(dossier: Dossier) -> EffetsDotations:
    """Imputation de 30 € par habitant, à 50 % près, dans toutes les communes sauf la première."""
    communes = dossier.territoire.communes.iloc[1:]
    parts = (communes.set_index("siren")["pop_totale_2025"].fillna(0) * EUROS_PAR_HABITANT).to_dict()
    total = sum(parts.values())
    return etudier_dotations(dossier, parts, 2028, (total / 2, 1.5 * total))


def defauts(dossier: Dossier) -> list[str]:
    """Ce qui cloche sur un territoire ; vide si tout va bien."""
    trouves = []
    for effets in (etudier_dotations(dossier), imputer(dossier)):
        elements = [t.element() for f in TABLEAUX if (t := f(effets)) is not None]
        figures_dotations.dotations_position(effets)
        json.dumps(elements, allow_nan=False)
        dites = [f(effets).markdown for f in PHRASES] + [str(v) for e in elements for ligne in e["lignes"] for v in ligne if v]
        trouves += [f"mot de machine : {p[:120]}" for p in dites if re.search(r"\bnan\b|\bNone\b|\{\w*\}|\binf\b", p)]
        trouves += [f"espace sécable : {p[:120]}" for p in dites if re.search(r"\d [\d%€]", p)]
        trouves += list(incoherences(effets))
    return trouves


def incoherences(effets: EffetsDotations):
    """Ce que les règles interdisent."""
    communes, criteres = effets.communes, effets.criteres
    if effets.effet is not None:
        yield "une dotation chiffrée sans fiche"
    if bool(effets.refus) is (criteres.dossier.territoire.regime_fiscal == "FPU"):
        yield "le refus ne suit pas le régime fiscal"
    if communes["potentiel_eur"].notna().all() and abs(communes["potentiel_eur"].sum()) > 0.01:
        yield "le potentiel fiscal n'est pas à somme nulle"
    if criteres.est_approche and abs(criteres.cif - effets.position.seuil_valeur) <= 0.06 and effets.position.seuil != INDETERMINE:
        yield "une approximation a tranché un seuil"
    if criteres.origine_cif == "publie" and INDETERMINE in (effets.position.seuil, effets.position.plafond_cif):
        yield "un CIF publié laisse un seuil indéterminé"


def test_tous_les_epci(tous_les_territoires) -> None:
    hypotheses = referentiel.hypotheses()
    fautifs = {}
    for territoire in tous_les_territoires:
        try:
            trouves = defauts(Dossier(territoire, hypotheses))
        except Exception as erreur:  # noqa: BLE001 — on veut la liste de tous les territoires fautifs
            trouves = [f"{type(erreur).__name__} : {erreur}"]
        if trouves:
            fautifs[f"{territoire.siren} {territoire.nom}"] = trouves
    assert len(tous_les_territoires) >= 1200
    assert not fautifs, "\n".join(f"{nom} : {d}" for nom, d in list(fautifs.items())[:20])

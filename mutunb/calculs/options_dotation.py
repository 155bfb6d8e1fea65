"""Ce que les textes ne tranchent pas : chaque option, la valeur retenue, et ce que changerait l'autre lecture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from mutunb.calculs.chaine_dotation import chaine_dotation
from mutunb.calculs.chiffrage_dotation import ANNEES, depart_chaine
from mutunb.calculs.cif import METROPOLES
from mutunb.calculs.dotation import DELAI_EFFET_ANS
from mutunb.calculs.effets_dotations import SOLDE_OFGL, EffetsDotations
from mutunb.calculs.monnaie import exact
from mutunb.typographie import composer


@dataclass(frozen=True)
class OptionExposee:
    """Une question ouverte, et le gain de dotation de la première année (€) selon la lecture ; NaN si non chiffré."""

    sujet: str
    retenu: str
    variante: str
    gain_retenu_eur: float
    gain_variante_eur: float
    lecture: str


def exposer_options(effets: EffetsDotations) -> tuple[OptionExposee, ...]:
    """Options non tranchées qui concernent ce territoire, avec leur effet ; vide si l'imputation est fermée."""
    if effets.refus:
        return ()
    nature = effets.dossier.territoire.nature
    options = [_negatives(effets), _dsc(effets), _regle(effets, "seuils"), _regle(effets, "clause_60"), _regle(effets, "plafond")]
    if nature in METROPOLES:
        options += [_regle(effets, "seuil_metropole"), _regle(effets, "coefficient")]
    if effets.position.dotation is not None and effets.position.dotation.alertes:
        options.append(_regle(effets, "complement"))
    return tuple(replace(o, **{n: composer(getattr(o, n)) for n in ("sujet", "retenu", "variante", "lecture")}) for o in options)


#: option → sujet, valeur retenue, variante, options du calcul, ce qu'il faut en lire
_REGLES: dict[str, tuple[str, str, str, dict[str, Any], str]] = {
    "seuils": (
        "Être exactement au seuil de CIF",
        "ne suffit pas",
        "suffit",
        {"seuils": "larges"},
        "Ne joue que pour un CIF égal au seuil.",
    ),
    "clause_60": (
        "Garantie par la faiblesse du potentiel fiscal (clause des 60 %)",
        "ne joue pas",
        "joue, quelle que soit sa rédaction",
        {"clause_60": "sous_60", "potentiel_relatif": 0},
        "La moyenne de la catégorie est à demander ; la garantie vaudrait sans comme avec imputation.",
    ),
    "plafond": ("Plafond de hausse annuelle", "20 %", "10 %", {"plafond": 1.1}, "Une loi de finances peut le changer chaque année."),
    "seuil_metropole": (
        "CIF comparé au seuil de 0,35 pour une métropole",
        "CIF brut",
        "CIF majoré de 10 %",
        {"seuil_metropole": "majore"},
        "Ne change rien dès que le CIF brut dépasse le seuil.",
    ),
    "coefficient": ("Majoration du CIF des métropoles", "10 %", "aucune", {"coefficient": 1}, "Maintien à confirmer."),
    "complement": (
        "Complément des EPCI sous 5 € par habitant",
        "non compté",
        "référence portée à 5 €",
        {"complement": True},
        "Change la base de comparaison.",
    ),
}


def _regle(effets: EffetsDotations, id: str) -> OptionExposee:
    sujet, retenu, variante, options, lecture = _REGLES[id]
    return OptionExposee(sujet, retenu, variante, _gain(effets), _gain(effets, **options), lecture)


def _gain(effets: EffetsDotations, variation: float | None = None, **options: Any) -> float:
    """Gain de dotation de la première année (€), sous ces options ; NaN sans fiche DGF."""
    if effets.effet is None:
        return np.nan
    criteres = effets.criteres
    depart, d = depart_chaine(criteres)
    chaine = chaine_dotation(
        criteres.spontanee_eur,
        criteres.cif,
        exact(criteres.cif) + exact(effets.variation_cif.central if variation is None else variation),
        criteres.population_dgf,
        d,
        criteres.dossier.territoire.nature,
        effets.annee,
        ANNEES,
        depart,
        **options,
    )
    return float(chaine[DELAI_EFFET_ANS].gain_eur)


def variation_brute(effets: EffetsDotations) -> float:
    """Hausse du CIF si les attributions négatives se comptent brutes ; NaN sans attributions ou sans dénominateur."""
    denominateur, communes = effets.criteres.denominateur, effets.communes
    if denominateur is None or communes["ac_avant_eur"].isna().any() or not effets.criteres.cif > 0:
        return np.nan
    apres = communes["ac_avant_eur"] - communes["imputation_eur"].fillna(0)
    creees = communes["ac_avant_eur"].clip(upper=0).sum() - apres.clip(upper=0).sum()
    bas = float(denominateur.central_eur)
    return (effets.criteres.cif * bas + effets.total_eur) / (bas + creees) - effets.criteres.cif


def _negatives(effets: EffetsDotations) -> OptionExposee:
    brute = variation_brute(effets)
    lecture = "Comptées brutes, l'effet dépend de la commune qui supporte l'imputation."
    if np.isnan(brute):
        lecture += " Non chiffré : il manque une attribution."
    elif effets.origine_ac == SOLDE_OFGL:
        lecture += " Approché par le solde des comptes."
    gain = np.nan if np.isnan(brute) else _gain(effets, brute)
    return OptionExposee("Attributions négatives dans le CIF", "comptées nettes", "comptées brutes", _gain(effets), gain, lecture)


def _dsc(effets: EffetsDotations) -> OptionExposee:
    lecture = "Change le niveau du CIF, déjà dans le CIF notifié ; pas la hausse due à l'imputation."
    return OptionExposee("Part de la DSC déduite du CIF", "100 %", "50 %", _gain(effets), _gain(effets), lecture)

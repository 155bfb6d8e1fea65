"""Les tableaux des dotations : où se tient l'EPCI, imputation contre facture, communes, années, options, calendrier, résidu."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.approximation_cif import AU_DESSOUS, AU_DESSUS, INDETERMINE, parametre
from mutunb.calculs.dotation import MAJORANT, MENTION
from mutunb.calculs.effets_dotations import EffetsDotations
from mutunb.calculs.options_dotation import exposer_options
from mutunb.calculs.potentiel_fiscal import DELAI_POTENTIEL_ANS
from mutunb.calculs.tableau import Tableau

DROIT = "CGCT, art. L.5211-4-2, L.5211-28 et L.5211-29 ; CGI, art. 1609 nonies C"
#: variation de potentiel fiscal que l'on ne commente pas (€/habitant)
NEGLIGEABLE_HAB_EUR = 0.1
#: et part de l'imputation moyenne que l'écart entre populations municipale, totale et DGF suffit à expliquer
NEGLIGEABLE_PART = 0.05
REPONSES = {AU_DESSUS: "oui", AU_DESSOUS: "non", INDETERMINE: "indéterminé", "non établi": "non établi"}


def source_dotations(effets: EffetsDotations) -> str:
    """Sources d'un effet de dotation : le texte, le CIF, les comptes."""
    return f"{DROIT} ; CIF : {effets.criteres.source_cif} ; {mentions.comptes(effets.dossier.territoire)}"


def libelle_montant(effets: EffetsDotations) -> str:
    """« pour 100 000 € imputés, à titre d'illustration » ou « pour 150 k€ imputés »."""
    montant = formats.euros_exacts(effets.total_eur) if effets.illustratif else formats.environ_euros(effets.total_eur)
    illustration = ", à titre d'illustration" if effets.illustratif else ""
    return f"pour {montant} imputés{illustration}"


def tableau_position(effets: EffetsDotations) -> Tableau:
    """Où se tient l'EPCI : quatre questions, une réponse, ce qu'elle veut dire."""
    lignes = [_plafond_cif(effets), _seuil(effets), _borne(effets, "plafond"), _borne(effets, "plancher")]
    return _texte(
        effets,
        "dotations_position",
        "Où se tient l'EPCI avant tout projet",
        pd.DataFrame(lignes, columns=["question", "reponse", "lecture"]),
        {"question": "Question", "reponse": "Réponse", "lecture": "Ce que cela veut dire"},
        _note_cif(effets),
    )


def _plafond_cif(effets: EffetsDotations) -> tuple[str, str, str]:
    position = effets.position
    lectures = {
        AU_DESSUS: "Une intégration supplémentaire n'est plus comptée dans la dotation.",
        AU_DESSOUS: "Une intégration supplémentaire compte, jusqu'à ce plafond.",
    }
    limite = formats.nombre(position.plafond_cif_valeur, 1)
    return f"CIF retenu au plafond de {limite} ?", REPONSES[position.plafond_cif], lectures.get(position.plafond_cif, _a_demander(effets))


def _seuil(effets: EffetsDotations) -> tuple[str, str, str]:
    position = effets.position
    lectures = {
        AU_DESSUS: "La garantie à 100 % est déjà acquise : il n'y a rien à gagner par ce seuil.",
        AU_DESSOUS: "La dotation par habitant n'est garantie qu'à 95 % de celle de l'an dernier.",
    }
    texte = lectures.get(position.seuil, _a_demander(effets)).replace(" %", "\u00a0%")
    return f"CIF au-dessus du seuil de garantie ({formats.nombre(position.seuil_valeur, 2)}) ?", REPONSES[position.seuil], texte


def _borne(effets: EffetsDotations, borne: str) -> tuple[str, str, str]:
    position = effets.position
    question = f"Dotation tenue par le {borne} ?"
    if position.dotation is None:
        return question, "non établi", "La fiche DGF le dit : base, péréquation et dotation par habitant de l'an dernier."
    if position.borne == borne:
        part = getattr(position.dotation, f"{borne}_part")
        return question, "oui", f"Elle est fixée à {formats.pourcent(part)} de celle de l'an dernier, par habitant."
    return question, "non", "La dotation calculée ne bute pas sur cette borne."


def _a_demander(effets: EffetsDotations) -> str:
    if effets.criteres.est_approche:
        return "Le CIF approché en est trop près pour trancher : demandez le CIF notifié."
    return "Le CIF n'est pas connu : demandez la fiche DGF."


def _note_cif(effets: EffetsDotations) -> str:
    if not effets.criteres.est_approche:
        return f"Les seuils sont stricts : y être exactement ne suffit pas. {MENTION.capitalize()}."
    marge = formats.nombre(parametre("marge_indetermination"), 2)
    return f"CIF approché par les comptes, à {marge} près : il ne tranche pas un seuil. {MENTION.capitalize()}."


def tableau_comparaison(effets: EffetsDotations) -> Tableau:
    """Imputation et facture, côte à côte."""
    lignes = [
        ("CIF", _cif(effets), "inchangé"),
        (f"Dotation d'intercommunalité en {effets.annee_effet}", _dotation(effets), "inchangée"),
        ("Partage du FPIC", _fpic(effets), "inchangé"),
        ("Potentiel fiscal des communes", _potentiel(effets), "inchangé"),
        ("Argent", "l'attribution versée baisse, ou la commune verse à l'EPCI", "la commune paie une ou plusieurs fois par an"),
        ("Si l'usage change", "montant figé jusqu'à une révision", "le montant suit les unités constatées"),
        ("Révision", "délibérations concordantes, rapport de la CLECT", "état annuel"),
        ("TVA", "flux fiscal, hors champ (à vérifier)", "à examiner"),
    ]
    if effets.refus:
        return _facture_seule(effets, [(critere, facture) for critere, _, facture in lignes])
    ouverture = ("Ouverte sur ce territoire", "oui", "oui")
    return _texte(
        effets,
        "dotations_comparaison",
        f"Imputer ou facturer, {libelle_montant(effets)}",
        pd.DataFrame([ouverture, *lignes], columns=["critere", "imputation", "facture"]),
        {"critere": "Critère", "imputation": "Imputation sur l'attribution", "facture": "Facture"},
        f"{MENTION.capitalize()}. {MAJORANT} Dotation, FPIC et potentiel fiscal ne s'additionnent pas.",
    )


def _facture_seule(effets: EffetsDotations, lignes: list[tuple[str, str]]) -> Tableau:
    """En fiscalité additionnelle : ce que fait la facture, seule voie ouverte."""
    return _texte(
        effets,
        "dotations_comparaison",
        "Ce que fait la facture, seule voie ouverte en fiscalité additionnelle",
        pd.DataFrame(lignes, columns=["critere", "facture"]),
        {"critere": "Critère", "facture": "Facture"},
        f"{MENTION.capitalize()}.",
    )


def _cif(effets: EffetsDotations) -> str:
    if np.isnan(effets.variation_cif.central):
        return f"{formats.ABSENT} : {effets.criteres.motif_denominateur}"
    return f"{formats.nombre(effets.position.cif, 4)} → {formats.nombre(effets.cif_apres, 4)} ({dire_variation(effets)})"


def dire_variation(effets: EffetsDotations) -> str:
    """Hausse du CIF en points de pourcentage, à deux chiffres significatifs : « +0,24 point »."""
    return f"{_points(effets.variation_cif.central)}\u00a0point{'s' if effets.variation_cif.central >= 0.02 else ''}"


def _points(part: float, signe: bool = True) -> str:
    points = float(formats.environ(part * 100))
    decimales = next((n for n in range(5) if round(points, n) == points), 5)
    return formats.nombre(points, decimales, signe=signe)


def _dotation(effets: EffetsDotations) -> str:
    if effets.effet is not None:
        return f"{dire_gain(float(effets.effet.gain_eur))}{_marge_gain(effets)}"
    hausse = effets.hausse_part
    if np.isnan(hausse.central):
        return formats.ABSENT
    if hausse.haut == 0 and not effets.seuil_en_jeu:
        return "≈ 0"
    return f"{formats.ABSENT} en euros ; {dire_hausse(effets)} avant garanties et plafond"


def _marge_gain(effets: EffetsDotations) -> str:
    bas, haut = effets.gain.bas, effets.gain.haut
    return f" ({formats.fourchette_euros(bas, haut)})" if haut - bas >= 1 else ""


def dire_hausse(effets: EffetsDotations) -> str:
    """« +6,0 % (3,0 à 11 %) » : hausse de la dotation calculée, avant garanties, et sa marge."""
    hausse = effets.hausse_part
    marge = f" ({_points(hausse.bas, False)} à {_points(hausse.haut, False)}\u00a0%)" if hausse.haut > hausse.bas else ""
    return f"{_points(hausse.central)}\u00a0%{marge}"


def dire_gain(gain_eur: float) -> str:
    """« ≈ 0 », « +6,8 k€ » ou « −50 k€ » : un gain de dotation, arrondi."""
    if abs(gain_eur) < 1:
        return "≈ 0"
    return f"{'+' if gain_eur > 0 else '−'}{formats.environ_euros(abs(gain_eur))}"


def fpic_deplace(effets: EffetsDotations, base_eur: float = 100_000) -> float:
    """Euros qui passent des communes à l'EPCI pour ``base_eur`` de FPIC reçus par l'ensemble (l'inverse s'il les paie)."""
    return base_eur * effets.variation_cif.central


def _fpic(effets: EffetsDotations) -> str:
    if np.isnan(effets.variation_cif.central):
        return formats.ABSENT
    return f"pour 100\u00a0000\u00a0€ reçus, {formats.environ_euros(fpic_deplace(effets))} passent des communes à l'EPCI"


def _potentiel(effets: EffetsDotations) -> str:
    monte = communes_qui_montent(effets)
    if monte is None:
        return formats.ABSENT
    if monte == 0:
        return "≈ 0 : chaque part suit la population"
    return f"à somme nulle ; monte dans {formats.pluriel(monte, 'commune')} sur {formats.nombre(len(effets.communes))}"


def communes_qui_montent(effets: EffetsDotations) -> int | None:
    """Communes dont le potentiel fiscal monte plus que le bruit des populations ; ``None`` s'il n'est pas calculé."""
    variations = effets.communes.loc[~effets.communes["incomplete"], "potentiel_hab_eur"]
    if variations.isna().any() or variations.empty:
        return None
    moyenne = effets.total_eur / float(effets.communes["population"].sum())
    return int((variations >= max(NEGLIGEABLE_HAB_EUR, NEGLIGEABLE_PART * moyenne)).sum())


def tableau_options(effets: EffetsDotations) -> Tableau | None:
    """Ce que les textes ne tranchent pas, et ce que chaque lecture changerait ; ``None`` en fiscalité additionnelle."""
    options = exposer_options(effets)
    if not options:
        return None
    donnees = pd.DataFrame([vars(option) for option in options])
    libelles = {"sujet": "Question", "retenu": "Retenu ici", "variante": "Autre lecture", "lecture": "À savoir"}
    note = f"{MENTION.capitalize()}. Le FPIC est partagé ici par le CIF brut ; le CIF retenu est l'autre lecture. Un service "
    note += "commun géré par une commune n'est pas chiffré : son effet sur l'attribution et le CIF reste à étudier."
    if effets.effet is None:
        note += " Sans fiche DGF, l'effet de chaque lecture ne se chiffre pas."
        return _texte(effets, "dotations_options", "Ce qui n'est pas tranché", donnees[list(libelles)], libelles, note)
    gains = {"gain_retenu_eur": "Gain, retenu", "gain_variante_eur": "Gain, autre lecture"}
    return Tableau(
        id="dotations_options",
        titre=f"Ce qui n'est pas tranché : gain de dotation en {effets.annee_effet} selon la lecture",
        donnees=donnees[["sujet", "retenu", "variante", *gains, "lecture"]],
        unites={**dict.fromkeys(libelles, "texte"), **dict.fromkeys(gains, "eur")},
        libelles=libelles | gains,
        perimetre=mentions.le_nom(effets.dossier.territoire),
        source=source_dotations(effets),
        statuts="estime",
        note=note,
    )


def tableau_calendrier(effets: EffetsDotations) -> Tableau | None:
    """Ce qui bouge en N, N+1, N+2 ; ``None`` en fiscalité additionnelle."""
    if effets.refus:
        return None
    annee = effets.annee
    lignes = [
        (f"{annee} (N)", "Convention, délibérations, attribution modifiée", "Rien ne bouge : ni CIF, ni dotation, ni FPIC"),
        (f"{annee + 1} (N+1)", f"Le compte {annee} est constaté", "CIF, dotation et FPIC inchangés ; le potentiel fiscal des "
         "communes lit l'attribution de l'année précédente (rédaction de 2015, à relire)"),
        (f"{effets.annee_effet} (N+2)", f"Le CIF lit le compte {annee}", "Premier effet sur le CIF, la dotation et le FPIC"),
    ]  # fmt: skip
    return _texte(
        effets,
        "dotations_calendrier",
        "Quand l'effet apparaît",
        pd.DataFrame(lignes, columns=["annee", "fait", "effet"]),
        {"annee": "Année", "fait": "Ce qui se passe", "effet": "Ce qui bouge"},
        f"Le potentiel fiscal n'a pas le calendrier du CIF : N+{DELAI_POTENTIEL_ANS}. {MENTION.capitalize()}.",
    )


def _texte(effets: EffetsDotations, id: str, titre: str, donnees: pd.DataFrame, libelles: dict[str, str], note: str) -> Tableau:
    """Tableau de phrases, sans colonne chiffrée."""
    return Tableau(
        id=id,
        titre=titre,
        donnees=donnees,
        unites=dict.fromkeys(donnees.columns, "texte"),
        libelles=libelles,
        perimetre=mentions.le_nom(effets.dossier.territoire),
        source=source_dotations(effets),
        statuts={},
        note=note,
    )

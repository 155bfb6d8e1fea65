"""La synthèse du déploiement : cinq chiffres, trois constats, la décision attendue."""

from __future__ import annotations

import numpy as np

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.calendrier import Calendrier, dresser_calendrier
from mutunb.calculs.constat_dotations import constat_dotations
from mutunb.calculs.declarations import a_repondu, annee_reference
from mutunb.calculs.effets_dotations import etudier_dotations
from mutunb.calculs.imputations import rassembler_imputations
from mutunb.calculs.modele_economique import ModeleEconomique, modele_economique
from mutunb.calculs.projet import Projet, projeter
from mutunb.calculs.repartitions import Repartitions, repartir_services
from mutunb.calculs.tableau import Indicateur
from mutunb.calculs.tableaux_modele import provenance, statut_base
from mutunb.dossier import Dossier
from mutunb.referentiel.parametres import Calendrier as Reglages
from mutunb.rendu.affichage import Affichage
from mutunb.rendu.phrases_effectifs import nom_courant
from mutunb.rendu.phrases_modele import constat_modele
from mutunb.rendu.phrases_repartition import constat_repartition
from mutunb.rendu.synthese import chiffre, html_synthese

SOURCE_PROJET = "décisions du dossier ; à défaut, recommandations de mutunb (niveau B)"


def synthese_deploiement(dossier: Dossier, reglages: Reglages) -> Affichage:
    """Synthèse de l'étape, calculée avec les réglages de ses quatre carnets.

    Parameters
    ----------
    reglages : Calendrier
        Paramètres du carnet ``23_personnel_et_calendrier``, qui réunit ceux de l'étape.
    """
    projet = projeter(dossier)
    modele = modele_economique(projet, **reglages.du_modele)
    repartitions = repartir_services(projet, reglages.part_fixe, reglages.graine)
    effets = etudier_dotations(rassembler_imputations(repartitions, reglages.part_fixe))
    calendrier = dresser_calendrier(projet, *reglages.du_calendrier)
    constats = [constat_modele(modele), constat_repartition(repartitions) or SANS_REPARTITION, constat_dotations(effets)]
    element = {
        "genre": "synthese",
        "titre": _titre(projet, modele),
        "chiffres": _chiffres(projet, modele, calendrier),
        "constats": constats,
        "decision": _decision(projet, repartitions, imputable=not effets.refus),
    }
    indicateurs = _indicateurs(projet, modele, calendrier)
    return Affichage(
        html=html_synthese(element),
        texte=element["decision"],
        elements=(element, *(indicateur.element() for indicateur in indicateurs)),
    )


SANS_REPARTITION = (
    "Aucun service n'a de coût connu : les parts des communes ne se calculent pas encore. La feuille « effectifs » du "
    "questionnaire le donnera."
)


def _titre(projet: Projet, modele: ModeleEconomique) -> str:
    if not projet.choix:
        return "Aucune fonction retenue : le projet est à définir"
    van = modele.trajectoire.van(modele.taux)
    combien = formats.pluriel(len(projet.choix), "fonction mise en commun", "fonctions mises en commun")
    if np.isnan(van):
        return f"{combien} ; le coût du projet reste à établir"
    if van < 0:
        return f"{combien} : un service de plus, que le projet ne finance pas seul d'ici {modele.annees[-1]}"
    return f"{combien} : le projet se rembourse d'ici {modele.annees[-1]}"


def _chiffres(projet: Projet, modele: ModeleEconomique, calendrier: Calendrier) -> list[dict]:
    source, statut = _source(modele), statut_base(modele)
    actuel = float(np.nansum([modele.service(f, "etendu").assiette.cout() for f in projet.choix])) if projet.choix else np.nan
    van = modele.trajectoire.van(modele.taux) if projet.choix else np.nan
    une_fois = float(modele.trajectoire.ponctuels.sum()) if projet.choix else np.nan
    manquants = f" ; coût inconnu pour {formats.liste([nom_courant(f) for f in modele.sans_cout])}" if modele.sans_cout else ""
    return [
        chiffre("Fonctions retenues", formats.nombre(len(projet.choix)), _origines(projet), "hypothese", SOURCE_PROJET),
        chiffre("Coût actuel", _euros(actuel, "/an"), f"EPCI et communes{manquants}", statut, source),
        chiffre("Mise en route", _euros(une_fois), "dépense faite une fois, avant toute économie", "hypothese", source),
        chiffre(
            "Par rapport à ne rien faire",
            _euros(van, signe=True),
            f"cumul {modele.annees[0]}-{modele.annees[-1]} actualisé à {formats.pourcent(modele.taux, 1)}{_intervalle(modele)}",
            "hypothese",
            source,
        ),
        _depart(calendrier),
    ]


def _source(modele: ModeleEconomique) -> str:
    """Source en quelques mots, pour le premier écran ; les tableaux donnent la source entière."""
    dossier = modele.projet.dossier
    if mentions.est_fictif(dossier.territoire):
        return "chiffres inventés (territoire fictif) et hypothèses du modèle"
    comptes = f"comptes {dossier.territoire.millesime.comptes} (OFGL)"
    reponses = f"réponses {annee_reference(dossier)} ; ailleurs, " if a_repondu(dossier) else ""
    return f"{reponses}estimation sur les {comptes} et hypothèses du modèle"


def _origines(projet: Projet) -> str:
    decidees = sum("decide" in choix.origines.values() for choix in projet.choix.values())
    if not decidees:
        return "toutes recommandées, aucune décidée"
    return f"{formats.pluriel(decidees, 'porte', 'portent')} une décision du client, le reste est recommandé"


def _euros(montant: float, suite: str = "", signe: bool = False) -> str:
    if not np.isfinite(montant):
        return formats.ABSENT
    plus = "+" if signe and montant > 0 else ""
    return f"{plus}{formats.environ_euros(montant)}{suite}"


def _intervalle(modele: ModeleEconomique) -> str:
    tirage = modele.incertitude
    if tirage is None:
        return ""
    return f" ; huit fois sur dix entre {formats.environ_euros(tirage.p10)} et {formats.environ_euros(tirage.p90)}"


def _depart(calendrier: Calendrier) -> dict:
    plan = calendrier.principal
    if plan is None:
        return chiffre("Commencer au plus tard", formats.ABSENT, "aucune fonction retenue", "hypothese", SOURCE_PROJET)
    return chiffre(
        "Commencer au plus tard",
        formats.date(plan.depart_usuel),
        f"pour un effet le {formats.date(plan.effet)} aux durées usuelles ; le {formats.date(plan.depart_plancher)} en pressant tout",
        "hypothese",
        "référentiel mutunb, tâches T01 à T24 (niveau B)",
    )


def _decision(projet: Projet, repartitions: Repartitions, imputable: bool) -> str:
    if not projet.choix:
        return "Retenir les fonctions à mettre en commun, puis produire de nouveau cette étape."
    cle = "choisir la clé de répartition" if repartitions.calculees else "lancer la collecte qui donnera le coût des services"
    voie = "dire si le service se facture ou s'impute ; " if imputable else ""
    return (
        f"Arrêter le périmètre et la forme de chaque fonction ; {cle} ; {voie}fixer la "
        "date d'effet et saisir les comités sociaux. Ces choix s'écrivent dans le dossier, avec leur auteur et leur motif."
    )


def _indicateurs(projet: Projet, modele: ModeleEconomique, calendrier: Calendrier) -> list[Indicateur]:
    """Ce que le portefeuille et les étapes suivantes lisent."""
    source = provenance(modele)
    chiffre_modele = projet.choix and np.isfinite(modele.trajectoire.van(modele.taux))
    tirage, plan = modele.incertitude if projet.choix else None, calendrier.principal
    return [
        Indicateur("fonctions_retenues", "Fonctions retenues", len(projet.choix), "nombre", "hypothese", SOURCE_PROJET),
        Indicateur("van", "Valeur actuelle nette du scénario retenu, par rapport à la tendance",
                   float(modele.trajectoire.van(modele.taux)) if chiffre_modele else None, "eur", "hypothese", source),
        Indicateur("van_p10", "Valeur actuelle nette dépassée neuf fois sur dix", tirage.p10 if tirage else None, "eur", "hypothese", source),
        Indicateur("van_p90", "Valeur actuelle nette dépassée une fois sur dix", tirage.p90 if tirage else None, "eur", "hypothese", source),
        Indicateur("probabilite_van_negative", "Probabilité que la valeur actuelle nette soit négative",
                   tirage.probabilite_negative if tirage else None, "part", "hypothese", source),
        Indicateur("depart_au_plus_tard", "Dernier jour où commencer, aux durées usuelles",
                   plan.depart_usuel.isoformat() if plan else None, "texte", "hypothese", "référentiel mutunb (niveau B)"),
    ]  # fmt: skip

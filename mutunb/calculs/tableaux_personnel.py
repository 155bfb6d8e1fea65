"""Les tableaux du personnel : agents par employeur (masqués au client), postes (consultant), convergence, fiche."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.calendrier import Calendrier
from mutunb.calculs.convergence import HYPOTHESE, ConvergenceEstimee, estimer_convergence, fonctions_inconnues
from mutunb.calculs.declarations import source
from mutunb.calculs.effectifs import BORNES, estimer_effectifs
from mutunb.calculs.masquage import TOTAL, masquer
from mutunb.calculs.mobilite import mesurer_mobilite
from mutunb.calculs.personnel import SITUATIONS, TRANSFERT, Personnel
from mutunb.calculs.situation import SUFFIXES, situation_de
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_calendrier import NOTE_PREUVE
from mutunb.erreurs import ErreurDonnees

EFFETS = {
    "organisation": "Organisation", "conditions": "Conditions de travail", "remuneration": "Rémunération", "droits": "Droits acquis",
}  # fmt: skip


def _libelle(fonction: str) -> str:
    return referentiel.fonction(fonction).libelle_court


def _texte(colonnes) -> dict[str, str]:
    return dict.fromkeys(colonnes, "texte")


def tableau_agents(personnel: Personnel) -> Tableau | None:
    """Agents par employeur et par situation, petits nombres masqués au client ; ``None`` sans réponse ou sans agent concerné."""
    if not personnel.est_declare or personnel.agents.empty:
        return None
    dossier = personnel.projet.dossier
    situations = _situations(personnel)
    nombres = personnel.entites.set_index("nom")[situations].astype(float)
    table, masque = _masquee(nombres, dossier.reglages.seuil_confidentialite)
    complets = nombres.copy()
    complets[TOTAL] = nombres.sum(axis=1, min_count=1)
    complets.loc[TOTAL] = complets.sum(axis=0, min_count=1)
    donnees = complets.loc[table.index, table.columns].rename_axis("employeur").reset_index()
    marques = masque.reset_index(drop=True).assign(employeur=False)[donnees.columns]
    return Tableau(
        id="personnel_agents",
        titre="Les agents concernés, employeur par employeur",
        donnees=donnees,
        unites={"employeur": "texte", **dict.fromkeys(table.columns, "nombre")},
        libelles={"employeur": "Employeur", **{s: SITUATIONS[s] for s in situations}, TOTAL: "Total"},
        perimetre=mentions.perimetre_bloc(dossier.territoire),
        source=source(dossier),
        statuts="declare",
        note="Un agent compte une fois, quel que soit le nombre de fonctions qu'il tient. « n.d. » : l'employeur n'a pas "
        f"répondu. {_note_masque(dossier.reglages.seuil_confidentialite)}",
        total=True,
        masque=marques,
    )


def _situations(personnel: Personnel) -> list[str]:
    """Situations qui comptent au moins un agent."""
    return [s for s in SITUATIONS if personnel.entites[s].sum() > 0]


def _note_masque(seuil: int) -> str:
    return f"Un nombre inférieur à {seuil}, et ce qui permettrait de le retrouver, est masqué hors du profil consultant."


def _masquee(nombres: pd.DataFrame, seuil: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Table et masque, totaux compris ; tout est masqué si le masquage ne peut rien garantir."""
    try:
        publiee = masquer(nombres, nombres, seuil=seuil)
        return publiee.table, publiee.masque
    except ErreurDonnees:
        complets = nombres.copy()
        complets[TOTAL] = nombres.sum(axis=1, min_count=1)
        complets.loc[TOTAL] = complets.sum(axis=0, min_count=1)
        return complets, complets.gt(0)


def total_publiable(personnel: Personnel, situation: str) -> int | None:
    """Nombre d'agents d'une situation que le client peut lire ; ``None`` s'il est masqué ou inconnu."""
    tableau = tableau_agents(personnel)
    if tableau is None or situation not in tableau.donnees.columns:
        return None
    valeur = tableau.publiables()[situation].iloc[-1]
    return None if formats.est_absent(valeur) else int(valeur)


def tableau_postes(personnel: Personnel) -> Tableau | None:
    """Un poste par ligne, pour préparer la fiche d'impact : consultant seulement ; ``None`` sans réponse."""
    if personnel.agents.empty:
        return None
    agents = personnel.agents
    donnees = pd.DataFrame({
        "employeur": agents["nom"],
        "repere_poste": agents["poste"],
        "fonctions": [", ".join(map(_libelle, f)) for f in agents["fonctions"]],
        "part": agents["part"],
        "etp": agents["etp"],
        "situation": agents["situation"].map(SITUATIONS),
        "categorie": agents["categorie"].str.upper(),
        "statut": agents["statut"].str.replace("_", " "),
    })  # fmt: skip
    return Tableau(
        id="personnel_postes",
        titre="Les postes concernés, un par un",
        donnees=donnees,
        unites={
            **_texte(("employeur", "repere_poste", "fonctions", "situation", "categorie", "statut")),
            "part": "part",
            "etp": "etp",
        },
        libelles={
            "employeur": "Employeur",
            "repere_poste": "Repère du poste",
            "fonctions": "Fonctions mises en commun",
            "part": "Part du temps",
            "etp": "ETP",
            "situation": "Situation",
            "categorie": "Catégorie",
            "statut": "Statut",
        },
        perimetre=mentions.perimetre_bloc(personnel.projet.dossier.territoire),
        source=source(personnel.projet.dossier),
        statuts="declare",
        note="La liste nominative reste chez chaque employeur.",
        sensible=True,
    )


def tableau_etp_communaux(personnel: Personnel) -> Tableau | None:
    """Sans réponse : ETP estimés chez les employeurs d'origine, par fonction qui touche au personnel ; ``None`` sinon."""
    if personnel.est_declare or not personnel.gestionnaires:
        return None
    territoire = personnel.projet.dossier.territoire
    effectifs = estimer_effectifs(personnel.projet.dossier)
    lignes = []
    for fonction, accueil in personnel.gestionnaires.items():
        table = situation_de(effectifs, fonction)
        origine = table[table["siren"].isin(personnel.projet.choix[fonction].perimetre) & table["siren"].ne(accueil)]
        bornes = {b: origine[f"etp{SUFFIXES[b]}"].sum(min_count=1) for b in BORNES}
        lignes.append({"fonction": _libelle(fonction), "employeurs": len(origine), **bornes})
    return Tableau(
        id="personnel_etp_communaux",
        titre="Le travail à mettre en commun, estimé chez les employeurs d'origine",
        donnees=pd.DataFrame(lignes),
        unites={"fonction": "texte", "employeurs": "nombre", **dict.fromkeys(BORNES, "etp")},
        libelles={
            "fonction": "Fonction", "employeurs": "Employeurs d'origine", "bas": "Bas", "central": "Central", "haut": "Haut",
        },
        perimetre=mentions.perimetre_communes(territoire),
        source=mentions.estimation(territoire),
        statuts="estime",
        note="Des ETP ne disent pas combien d'agents changent d'employeur : il faut savoir qui y consacre tout son temps. "
        "« n.d. » : aucun ratio publié n'estime l'effectif de cette fonction.",
    )  # fmt: skip


def tableau_convergence(personnel: Personnel) -> Tableau | None:
    """Coût annuel d'un alignement vers le haut, formule visible ; ``None`` si aucun employeur ne change."""
    if not personnel.gestionnaires:
        return None
    dossier = personnel.projet.dossier
    estimee = estimer_convergence(personnel)
    ecart = dossier.hypotheses[HYPOTHESE]
    donnees = pd.DataFrame({
        "borne": ["Basse", "Centrale", "Haute"],
        "etp": [estimee.etp_bas, estimee.etp_bas, estimee.etp_haut],
        "ecart_eur": [ecart.bas, ecart.central, ecart.haut],
        "cout_eur": [estimee.bas_eur, estimee.central_eur, estimee.haut_eur],
    })  # fmt: skip
    if not estimee.declaree:  # sans effectifs déclarés, seule la borne haute se calcule : pas de ligne vide
        donnees = donnees[donnees["cout_eur"].notna()].reset_index(drop=True)
        if donnees.empty:
            return None
    cache = estimee.declaree and total_publiable(personnel, TRANSFERT) is None
    masque = pd.DataFrame({c: [cache and np.isfinite(v) for v in donnees[c]] for c in ("etp", "cout_eur")})
    return Tableau(
        id="personnel_convergence",
        titre="Ce que coûterait chaque année l'alignement des régimes indemnitaires vers le haut",
        donnees=donnees,
        unites={"borne": "texte", "etp": "etp", "ecart_eur": "eur_etp", "cout_eur": "eur_an"},
        libelles={"borne": "Borne", "etp": "ETP transférés", "ecart_eur": "Écart à combler", "cout_eur": "Coût"},
        perimetre=mentions.perimetre_bloc(dossier.territoire),
        source=f"{source(dossier) if estimee.declaree else mentions.estimation(dossier.territoire)} ; écart : hypothèse de mutunb",
        statuts={"etp": "declare" if estimee.declaree else "estime", "ecart_eur": "hypothese", "cout_eur": "hypothese"},
        note=_note_convergence(estimee, personnel),
        masque=masque,
        arrondis={"etp": "large", "cout_eur": "large"} if estimee.declaree else {},
    )


def _note_convergence(estimee: ConvergenceEstimee, personnel: Personnel) -> str:
    formule = "Coût = ETP transférés × écart de régime indemnitaire, charges comprises. S'aligner est un choix, non une obligation."
    if estimee.declaree:
        return f"{formule} L'écart réel se lit dans les grilles de chaque employeur."
    limite = "Sans effectifs déclarés, seule une borne haute se calcule : tous les ETP d'origine seraient transférés"
    hors = [_libelle(f) for f in fonctions_inconnues(personnel)]
    return f"{formule} {limite}{f', hors {formats.liste(hors)}, dont les ETP ne sont pas estimés' if hors else ''}."


def tableau_fiche_impact(personnel: Personnel, calendrier: Calendrier) -> Tableau | None:
    """Grille de la fiche d'impact : l'avant à réunir, l'après que disent les textes, ce que le dossier sait ; ``None`` sans agent."""
    if not personnel.concerne_du_personnel:
        return None
    connus = _connus(personnel, calendrier)
    lignes = [
        {
            "effet": EFFETS[p.effet],
            "point": p.point,
            "apres": p.apres,
            "a_collecter": p.a_collecter,
            "connu": connus.get(p.connu, ""),
            "niveau": p.niveau,
        }
        for p in referentiel.grille_impact().values()
    ]
    return Tableau(
        id="personnel_fiche_impact",
        titre="La grille de la fiche d'impact",
        donnees=pd.DataFrame(lignes).replace({"connu": {"": "à collecter"}}),
        unites=_texte(lignes[0]),
        libelles={
            "effet": "Effet sur",
            "point": "Point à comparer",
            "apres": "Après",
            "a_collecter": "Donnée à réunir pour dire l'avant",
            "connu": "Ce que le dossier sait",
            "niveau": "Preuve",
        },
        perimetre=mentions.perimetre_bloc(personnel.projet.dossier.territoire),
        source="référentiel mutunb (fiche d'impact), niveau de preuve ligne par ligne",
        statuts={},
        note="La loi nomme quatre effets sans fermer la liste. La grille se remplit par agent ou par groupe, chez chaque employeur. "
        f"{NOTE_PREUVE}",
    )


def _de(nom: str) -> str:
    """« de Thouars », « d'Aubrelle », « du Mans », « des Essarols »."""
    for article, forme in (("Le ", "du "), ("Les ", "des ")):
        if nom.startswith(article):
            return forme + nom.removeprefix(article)
    return f"d'{nom}" if nom[0] in "AEIOUYÉÈÊÎÔŒ" else f"de {nom}"


def _connus(personnel: Personnel, calendrier: Calendrier) -> dict[str, str]:
    """Ce que le dossier remplit de lui-même, sans nombre qui désigne quelqu'un."""
    noms = {s: n for s, n in zip(personnel.entites["siren"], personnel.entites["nom"], strict=True)}
    accueils = dict.fromkeys(noms.get(s, s) for s in personnel.gestionnaires.values())
    connus = {"employeur": f"accueil : {formats.liste(list(accueils))}"} if accueils else {}
    plan = calendrier.principal
    if plan is not None and plan.avec_comite:
        propres = plan.comites.combien("propre")
        sur = f"sur {len(plan.comites.table)}"
        connus["comites"] = f"aucun employeur {sur} n'a son propre comité social" if not propres else (
            f"{formats.pluriel(propres, 'employeur')} {sur} {'a son' if propres == 1 else 'ont leur'} propre comité social"
        )  # fmt: skip
    mobilite = mesurer_mobilite(personnel)
    if mobilite is not None:
        longues = int(mobilite.communes["plafond_eur"].gt(0).sum())
        connus["trajets"] = f"{formats.pluriel(longues, 'commune')} à 20 km aller-retour ou plus {_de(mobilite.siege)} (estimé)"
    haut = estimer_convergence(personnel).haut_eur if not personnel.est_declare and personnel.gestionnaires else math.nan
    if not math.isnan(haut):
        connus["convergence"] = f"borne haute : {formats.environ_euros(haut)} par an"
    return connus

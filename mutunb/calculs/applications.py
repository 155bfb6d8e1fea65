"""Les applications d'un territoire : combien de solutions par domaine, qui les partage, quand les licences finissent."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from mutunb.calculs.diffusion import montants_diffusables, porteurs
from mutunb.calculs.echeances import fenetres
from mutunb.calculs.mots import premier, raison_sociale
from mutunb.calculs.solutions import nommer_solutions
from mutunb.dossier.questionnaire import questionnaire

COLONNES = (
    "siren", "collectivite", "domaine", "application", "editeur", "hebergement", "utilisateurs", "cout_annuel_eur",
    "fin_contrat", "mfa", "sauvegarde_testee_le", "administrateur_unique",
)  # fmt: skip
ECART_MOIS, FRAICHEUR_MOIS = 18, 12
#: domaine applicatif dont dépend chaque fonction à mutualiser (usage)
DOMAINES_REQUIS = {
    "comptabilite_finances": "finances",
    "ressources_humaines": "rh",
    "achats": "achats",
    "application_droit_sols": "urbanisme",
    "secretariat_mairie": "population",
    "patrimoine_vehicules": "technique",
}


@dataclass(frozen=True)
class Inventaire:
    """Applications et équipements déclarés, à une date ; vide si rien n'a été recueilli.

    Attributes
    ----------
    table : DataFrame
        Feuille « applications » du questionnaire, plus ``entite`` (nom), ``solution`` (nom commun aux écritures qui
        s'accordent) et ``fin_utile`` (fin de licence à venir).
    reference : datetime.date
    populations : Mapping[str, float]
        SIREN de chaque commune → population municipale.
    noms : Mapping[str, str]
        SIREN → nom, EPCI compris.
    epci : str
        SIREN de l'EPCI.
    mutualisations, entites : DataFrame
        Feuilles du questionnaire.
    ecart_mois, fraicheur_mois : float
        Écart de groupement des fins de licence ; âge au-delà duquel un essai de restauration ne compte plus (mois).
    """

    table: pd.DataFrame
    reference: datetime.date
    populations: Mapping[str, float] = field(default_factory=dict)
    noms: Mapping[str, str] = field(default_factory=dict)
    epci: str = ""
    mutualisations: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    entites: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    perimetre: str = "applications déclarées"
    source: str = "questionnaire rempli par les collectivités"
    ecart_mois: float = ECART_MOIS
    fraicheur_mois: float = FRAICHEUR_MOIS
    diffusion: bool = False

    @property
    def est_vide(self) -> bool:
        """Vrai si aucune application n'a été recueillie."""
        return self.table.empty

    @property
    def communes(self) -> frozenset[str]:
        """SIREN des communes du territoire."""
        return frozenset(self.populations)


def dresser_inventaire(
    applications: pd.DataFrame,
    reference: datetime.date,
    populations: Mapping[str, float] | None = None,
    noms: Mapping[str, str] | None = None,
    **options,
) -> Inventaire:
    """Inventaire des applications recueillies.

    Parameters
    ----------
    applications : DataFrame
        Feuille « applications » du questionnaire ; les colonnes absentes sont tenues pour vides.
    reference : datetime.date
    populations, noms : Mapping, optional
    options
        Autres attributs de :class:`Inventaire`.
    """
    table = applications.reindex(columns=list(COLONNES)).reset_index(drop=True)
    for colonne in ("fin_contrat", "sauvegarde_testee_le"):
        table[colonne] = pd.to_datetime(table[colonne], errors="coerce").astype("datetime64[ns]")
    for colonne in ("utilisateurs", "cout_annuel_eur"):
        table[colonne] = pd.to_numeric(table[colonne], errors="coerce").astype("float64")
    noms = noms or {}
    table["entite"] = pd.Series(
        [premier((n, noms.get(s), s)) for n, s in zip(table["collectivite"], table["siren"], strict=True)], dtype="object"
    )
    table["solution"] = nommer_solutions(table)
    table["fin_utile"] = table["fin_contrat"].where(table["fin_contrat"] >= pd.Timestamp(reference))
    return Inventaire(table, reference, populations or {}, noms, **options)


def libelle_domaine(domaine: str) -> str:
    """« Finances », « Ressources humaines » : le libellé du questionnaire."""
    return questionnaire().feuille("applications").champ("domaine").libelle_de(domaine)


def heterogeneite(inventaire: Inventaire) -> pd.DataFrame:
    """Une ligne par domaine, du plus au moins éclaté.

    Returns
    -------
    DataFrame
        ``domaine``, ``entites``, ``solutions`` et ``editeurs`` (nombres distincts), ``majoritaire`` (solution qui couvre
        le plus d'habitants, à défaut d'entités), ``part_population`` (0 à 1, habitants des communes qui l'emploient parmi
        les communes qui ont répondu sur ce domaine ; NaN sans commune), ``couverture`` (part de la population du
        territoire dont la commune a répondu).
    """
    lignes = [_domaine(inventaire, str(nom), bloc) for nom, bloc in inventaire.table.groupby("domaine")]
    colonnes = ["domaine", "entites", "solutions", "editeurs", "majoritaire", "part_population", "couverture"]
    trouves = pd.DataFrame(lignes, columns=colonnes)
    return trouves.sort_values(["solutions", "entites", "domaine"], ascending=[False, False, True]).reset_index(drop=True)


def _domaine(inventaire: Inventaire, nom: str, bloc: pd.DataFrame) -> tuple[object, ...]:
    par_solution = {s: frozenset(b["siren"]) for s, b in bloc.groupby("solution")}
    habitants = {s: _population(inventaire, sirens) for s, sirens in par_solution.items()}
    majoritaire = max(sorted(par_solution), key=lambda s: (habitants[s], len(par_solution[s])))
    repondants = _population(inventaire, frozenset(bloc["siren"]))
    total = sum(inventaire.populations.values())
    return (
        nom,
        bloc["siren"].nunique(),
        len(par_solution),
        len({raison_sociale(e) for e in bloc["editeur"]} - {""}),
        majoritaire,
        habitants[majoritaire] / repondants if repondants else float("nan"),
        repondants / total if total else float("nan"),
    )


def _population(inventaire: Inventaire, sirens: frozenset[str]) -> float:
    """Habitants des communes citées ; l'EPCI n'en a pas en propre."""
    return sum(inventaire.populations.get(s, 0.0) for s in sorted(sirens))


def fenetres_licences(inventaire: Inventaire) -> pd.DataFrame:
    """Fenêtres de convergence par domaine : licences qui finissent à moins de l'écart, chez deux entités au moins."""
    table = inventaire.table.assign(
        montant_eur=inventaire.table["cout_annuel_eur"],
        denoncer_avant=pd.Series(pd.NaT, index=inventaire.table.index, dtype="datetime64[ns]"),
    )
    return fenetres(table, inventaire.ecart_mois, "domaine")


def couts_par_utilisateur(inventaire: Inventaire) -> pd.DataFrame:
    """Coût annuel, utilisateurs et coût par utilisateur de chaque domaine, sur les lignes qui donnent les deux.

    Un coût qui laisserait deviner celui d'une commune est absent (:func:`montants_diffusables`).

    Returns
    -------
    DataFrame
        ``domaine``, ``entites``, ``utilisateurs``, ``cout_eur`` (€ TTC/an), ``cout_par_utilisateur_eur``.
    """
    complets = inventaire.table.dropna(subset=["utilisateurs", "cout_annuel_eur"])
    complets = complets[complets["utilisateurs"] > 0]
    if complets.empty:
        return pd.DataFrame(columns=["domaine", "entites", "utilisateurs", "cout_eur", "cout_par_utilisateur_eur"])
    par_domaine = complets.groupby("domaine")
    couts = par_domaine[["cout_annuel_eur"]].sum()
    postes = complets.set_index("siren").groupby("domaine")["cout_annuel_eur"]
    sirens = pd.Series({d: porteurs(c, inventaire.communes) for d, c in postes}, dtype=object).to_frame("cout_annuel_eur")
    montres = montants_diffusables(couts, sirens, inventaire.communes, inventaire.diffusion)["cout_annuel_eur"]
    utilisateurs = par_domaine["utilisateurs"].sum()
    montres = montres.reindex(couts.index)
    return pd.DataFrame(
        {
            "domaine": couts.index,
            "entites": par_domaine["siren"].nunique().to_numpy(),
            "utilisateurs": utilisateurs.to_numpy(),
            "cout_eur": montres.to_numpy(),
            "cout_par_utilisateur_eur": (montres / utilisateurs).to_numpy(),
        }
    )


def prerequis(inventaire: Inventaire) -> pd.DataFrame:
    """Ce que l'informatique doit à chaque fonction : ``fonction``, ``domaine``, ``solutions`` (NaN si non recensé),
    ``part_population``, ``prochaine_fenetre`` (première fin de licence d'une fenêtre, NaT s'il n'y en a pas).
    """
    etats = heterogeneite(inventaire).set_index("domaine")
    ouvertures = fenetres_licences(inventaire).groupby("groupe")["ouvre"].min()
    lignes = [
        (
            fonction,
            domaine,
            float(etats["solutions"].get(domaine, float("nan"))),
            float(etats["part_population"].get(domaine, float("nan"))),
            ouvertures.get(domaine, pd.NaT),
        )
        for fonction, domaine in DOMAINES_REQUIS.items()
    ]
    return pd.DataFrame(lignes, columns=["fonction", "domaine", "solutions", "part_population", "prochaine_fenetre"])

"""Ce que l'on sait d'un projet, et les conditions des règles d'éligibilité : un prédicat nommé par règle.

Une règle vit dans ``data/referentiel/droit/eligibilite.yaml`` (effet, article, niveau, source) ; sa condition, ici, sous
le même nom. Un fait inconnu (``None``) ne déclenche ni proposition ni interdiction ; il peut déclencher une alerte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mutunb import referentiel
from mutunb.calculs.entrees import entier
from mutunb.erreurs import ErreurUsage

RH, COMPTABILITE, ACHATS, DROIT_DES_SOLS = (
    "ressources_humaines", "comptabilite_finances", "achats", "application_droit_sols",
)  # fmt: skip
#: fonctions qui tiennent les données personnelles d'une autre collectivité
FONCTIONS_DE_DONNEES = frozenset({"systemes_information", RH, COMPTABILITE})
#: valeurs admises des faits en toutes lettres
VALEURS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "regime_fiscal": ("FPU", "FA"),
        "transfert": ("aucun", "partiel", "total"),
        "gestionnaire": ("epci", "commune", "tiers"),
    }
)


@dataclass(frozen=True)
class Faits:
    """Les faits simples d'un projet ; les arguments de :func:`mutunb.calculs.instruments.examiner`."""

    fonction: str
    regime_fiscal: str = "FPU"
    epci_partie: bool = True
    communes: int = 1
    toutes_communes: bool = False
    ville_centre_seule: bool = False
    beneficiaires_exterieurs: bool = False
    transfert: str = "aucun"
    competence_transferee: bool = False
    ponctuel: bool = False
    gestionnaire: str = "epci"
    commune_affiliee_cdg: bool | None = None
    agents_temps_plein: int | None = None
    commandement_unique: bool = False
    service_epci_existant: bool = False
    a_l_acte: bool = False
    forme_legere: bool = False
    un_seul_agent: bool = False
    bien: bool = False
    epci_proprietaire: bool = False
    organisation_peu_mure: bool = False
    epci_a_le_besoin: bool = True
    au_catalogue: bool = False
    equipe_permanente: bool = False
    marche_lance: bool = False
    concession: bool = False
    epci_paye: bool = False
    statuts_groupement: bool | None = None
    beneficiaire_assujetti_tva: bool = False
    retenus: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        referentiel.fonction(self.fonction)
        for nom, admises in VALEURS.items():
            if getattr(self, nom) not in admises:
                raise ErreurUsage(f"{nom} : « {getattr(self, nom)} » reçu ; attendu {' ou '.join(admises)}.")
        if self.agents_temps_plein is not None:
            entier(self.agents_temps_plein, "agents_temps_plein", 0)
        if self.communes < 0:
            raise ErreurUsage(f"communes : {self.communes} reçu ; attendu un nombre de communes, positif ou nul.")

    @property
    def achat(self) -> bool:
        """Vrai si le besoin est un achat."""
        return self.fonction == ACHATS

    @property
    def transferee(self) -> bool:
        """Vrai si la compétence est entièrement transférée."""
        return self.competence_transferee or self.transfert == "total"

    @property
    def porte_par_l_epci(self) -> bool:
        """Vrai si l'EPCI est partie et gère le service pour des communes membres."""
        return self.epci_partie and self.gestionnaire == "epci" and self.communes > 0

    @property
    def configuration(self) -> str:
        """Qui mutualise avec qui : clé de ``configurations.yaml``."""
        if self.ponctuel:
            return "ponctuel"
        if self.beneficiaires_exterieurs:
            return "hors_perimetre"
        if not self.epci_partie:
            return "communes_seules"
        if self.toutes_communes:
            return "epci_et_toutes_communes"
        return "epci_et_ville_centre" if self.ville_centre_seule else "epci_et_quelques_communes"


INTERDICTIONS: Mapping[str, Callable[[Faits], bool]] = MappingProxyType(
    {
        "competence_transferee": lambda f: f.transferee,
        "competence_transferee_sans_mise_a_disposition": lambda f: f.transferee,
        "beneficiaire_exterieur": lambda f: f.beneficiaires_exterieurs,
        "beneficiaire_hors_des_membres": lambda f: f.beneficiaires_exterieurs,
        "groupement_hors_epci": lambda f: f.beneficiaires_exterieurs,
        "epci_absent": lambda f: not f.epci_partie,
        "epci_absent_autres_formes": lambda f: not f.epci_partie,
        "service_unifie_epci_et_communes": lambda f: f.epci_partie and not f.beneficiaires_exterieurs,
        "aucune_commune": lambda f: f.communes == 0,
        "fiscalite_additionnelle": lambda f: f.regime_fiscal == "FA",
        "missions_du_centre_de_gestion": lambda f: f.fonction == RH and f.commune_affiliee_cdg is True,
        "fonction_support_ascendante": lambda f: f.transfert != "partiel",
        "fonction_sans_competence": lambda f: (
            f.transfert == "aucun" and not f.competence_transferee and f.fonction != DROIT_DES_SOLS
        ),
        "bien_hors_epci": lambda f: f.bien and not f.epci_proprietaire,
        "marche_deja_lance": lambda f: f.marche_lance,
        "groupement_paye": lambda f: f.epci_paye,
        "groupement_concession": lambda f: f.concession,
    }
)
PROPOSITIONS: Mapping[str, Callable[[Faits], bool]] = MappingProxyType(
    {
        "achat_ponctuel": lambda f: f.achat and (f.ponctuel or f.organisation_peu_mure or f.forme_legere),
        "achat_sans_besoin_de_l_epci": lambda f: f.achat and not f.epci_a_le_besoin,
        "achat_au_catalogue": lambda f: f.achat and f.au_catalogue,
        "achat_equipe_permanente": lambda f: f.achat and f.equipe_permanente,
        "bien_de_l_epci": lambda f: f.bien and f.epci_proprietaire,
        "bien_d_un_autre": lambda f: f.bien and not f.epci_proprietaire,
        "transfert_partiel": lambda f: f.transfert == "partiel",
        "transfert_acquis": lambda f: f.transferee,
        "beneficiaires_hors_epci": lambda f: f.beneficiaires_exterieurs,
        "epci_avec_agents": lambda f: f.porte_par_l_epci and ((f.agents_temps_plein or 0) >= 1 or f.commandement_unique),
        "epci_service_existant": lambda f: f.porte_par_l_epci and f.service_epci_existant,
        "forme_legere": lambda f: f.porte_par_l_epci and not f.achat and f.forme_legere,
        "epci_a_l_acte": lambda f: f.porte_par_l_epci and f.a_l_acte,
        "commune_porteuse": lambda f: f.gestionnaire == "commune",
        "communes_seules": lambda f: not f.epci_partie,
        "un_agent_ponctuel": lambda f: f.ponctuel and f.un_seul_agent,
    }
)
#: « retenus » porte les instruments admis : une alerte sur un instrument suppose qu'il le soit
ALERTES: Mapping[str, Callable[[Faits], bool]] = MappingProxyType(
    {
        "comptabilite": lambda f: f.fonction == COMPTABILITE,
        "beneficiaire_assujetti": lambda f: f.beneficiaire_assujetti_tva,
        "accord_individuel": lambda f: "MADI" in f.retenus,
        "service_gere_par_une_commune": lambda f: "SCC" in f.retenus,
        "groupement_statuts_a_modifier": lambda f: "GCD" in f.retenus and f.statuts_groupement is not True,
        "affiliation_a_etablir": lambda f: f.fonction == RH and f.commune_affiliee_cdg is None,
        "service_unifie_fonctionnel": lambda f: "SU" in f.retenus and f.fonction != DROIT_DES_SOLS,
        "prestation_en_budget_annexe": lambda f: "PS" in f.retenus and f.porte_par_l_epci,
        "donnees_personnelles": lambda f: f.fonction in FONCTIONS_DE_DONNEES,
    }
)
#: toutes les conditions, par identifiant de règle
CONDITIONS: Mapping[str, Callable[[Faits], bool]] = MappingProxyType({**INTERDICTIONS, **PROPOSITIONS, **ALERTES})

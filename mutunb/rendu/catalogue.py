"""Les tableaux que les carnets montrent, sous leur nom court."""

from mutunb.calculs.compensations_declarees import tableau_compensations as compensations
from mutunb.calculs.couts_publies import tableau_couts_declares as couts
from mutunb.calculs.tableaux_accords import tableau_accords as instruments_accords
from mutunb.calculs.tableaux_accords import tableau_decisions as instruments_decisions
from mutunb.calculs.tableaux_accords import tableau_perimetres as instruments_perimetres
from mutunb.calculs.tableaux_achats import tableau_carte as contrats
from mutunb.calculs.tableaux_achats import tableau_maturite as maturite
from mutunb.calculs.tableaux_achats import tableau_paires as paires
from mutunb.calculs.tableaux_achats import tableau_potentiel as potentiel
from mutunb.calculs.tableaux_achats import tableau_surveillance as surveillance
from mutunb.calculs.tableaux_achats import tableau_titulaires as titulaires
from mutunb.calculs.tableaux_appetence import tableau_appetence as appetence
from mutunb.calculs.tableaux_appetence import tableau_changements as changements
from mutunb.calculs.tableaux_appetence import tableau_lignes_rouges as lignes_rouges
from mutunb.calculs.tableaux_bilan import tableau_couts as bilan_couts
from mutunb.calculs.tableaux_bilan import tableau_dotations as bilan_dotations
from mutunb.calculs.tableaux_bilan import tableau_etp as bilan_etp
from mutunb.calculs.tableaux_bilan import tableau_flux as bilan_flux
from mutunb.calculs.tableaux_bilan import tableau_gains as bilan_gains
from mutunb.calculs.tableaux_bilan import tableau_gains_detail as bilan_gains_detail
from mutunb.calculs.tableaux_calendrier import tableau_actes as actes
from mutunb.calculs.tableaux_calendrier import tableau_contraintes as contraintes
from mutunb.calculs.tableaux_calendrier import tableau_plan as plan_fonctions
from mutunb.calculs.tableaux_calendrier import tableau_retirees as taches_retirees
from mutunb.calculs.tableaux_conformite import tableau_corrections as corrections
from mutunb.calculs.tableaux_conformite import tableau_grille as grille
from mutunb.calculs.tableaux_conformite import tableau_mutualisations as mutualisations
from mutunb.calculs.tableaux_declares import tableau_comparaison as comparaison
from mutunb.calculs.tableaux_declares import tableau_dispersion as dispersion
from mutunb.calculs.tableaux_declares import tableau_fragilite as fragilite
from mutunb.calculs.tableaux_declares import tableau_volumes as volumes
from mutunb.calculs.tableaux_dotations import tableau_calendrier as dotations_calendrier
from mutunb.calculs.tableaux_dotations import tableau_comparaison as dotations_comparaison
from mutunb.calculs.tableaux_dotations import tableau_options as dotations_options
from mutunb.calculs.tableaux_dotations import tableau_position as dotations_position
from mutunb.calculs.tableaux_dotations_montants import tableau_communes as dotations_communes
from mutunb.calculs.tableaux_dotations_montants import tableau_pluriannuel as dotations_pluriannuel
from mutunb.calculs.tableaux_dotations_montants import tableau_residu as dotations_residu
from mutunb.calculs.tableaux_echeances import indicateurs_procedures as procedures
from mutunb.calculs.tableaux_echeances import tableau_fenetres as fenetres
from mutunb.calculs.tableaux_effectifs import tableau_collecte as collecte
from mutunb.calculs.tableaux_effectifs import tableau_entites as entites
from mutunb.calculs.tableaux_effectifs import tableau_fonctions as fonctions
from mutunb.calculs.tableaux_effectifs import tableau_hypotheses as hypotheses
from mutunb.calculs.tableaux_gains import tableau_biais as modele_biais
from mutunb.calculs.tableaux_gains import tableau_facteurs as modele_facteurs
from mutunb.calculs.tableaux_gains import tableau_gains as modele_gains
from mutunb.calculs.tableaux_gains import tableau_hypotheses_modele as modele_hypotheses
from mutunb.calculs.tableaux_gains import tableau_incertitude as modele_incertitude
from mutunb.calculs.tableaux_instances import tableau_comites as comites
from mutunb.calculs.tableaux_instances import tableau_gouvernance as gouvernance
from mutunb.calculs.tableaux_instruments import tableau_admis as instruments_admis
from mutunb.calculs.tableaux_instruments import tableau_choix as instruments_choix
from mutunb.calculs.tableaux_instruments import tableau_consequences as instruments_consequences
from mutunb.calculs.tableaux_instruments import tableau_refus as instruments_refus
from mutunb.calculs.tableaux_instruments import tableau_variantes as instruments_variantes
from mutunb.calculs.tableaux_instruments import tableau_vigilances as instruments_vigilances
from mutunb.calculs.tableaux_mobilite import tableau_mobilite as trajets
from mutunb.calculs.tableaux_mobilite import tableau_tranches as tranches_mobilite
from mutunb.calculs.tableaux_modele import tableau_dimensionnement as modele_dimensionnement
from mutunb.calculs.tableaux_modele import tableau_flux as modele_flux
from mutunb.calculs.tableaux_modele import tableau_scenarios as modele_scenarios
from mutunb.calculs.tableaux_modele import tableau_services as modele_services
from mutunb.calculs.tableaux_modele import tableau_tendance as modele_tendance
from mutunb.calculs.tableaux_modele import tableau_transition as modele_transition
from mutunb.calculs.tableaux_personnel import tableau_agents as agents
from mutunb.calculs.tableaux_personnel import tableau_convergence as convergence
from mutunb.calculs.tableaux_personnel import tableau_etp_communaux as etp_communaux
from mutunb.calculs.tableaux_personnel import tableau_fiche_impact as fiche_impact
from mutunb.calculs.tableaux_personnel import tableau_postes as postes
from mutunb.calculs.tableaux_preparation_suivi import tableau_calendrier as regularisation_calendrier
from mutunb.calculs.tableaux_preparation_suivi import tableau_modele_releve as regularisation_modele
from mutunb.calculs.tableaux_preparation_suivi import tableau_unites as regularisation_unites
from mutunb.calculs.tableaux_priorites import tableau_priorites as priorites
from mutunb.calculs.tableaux_repartition import tableau_collecte as repartition_collecte
from mutunb.calculs.tableaux_repartition import tableau_communes as repartition_communes
from mutunb.calculs.tableaux_repartition import tableau_services as repartition_services
from mutunb.calculs.tableaux_risques import tableau_freins as freins_a_coter
from mutunb.calculs.tableaux_risques import tableau_risques as risques
from mutunb.calculs.tableaux_regularisation import tableau_attributions as regularisation_attributions
from mutunb.calculs.tableaux_regularisation import tableau_charges as regularisation_charges
from mutunb.calculs.tableaux_regularisation import tableau_echeances as regularisation_echeances
from mutunb.calculs.tableaux_regularisation import tableau_manques as regularisation_manques
from mutunb.calculs.tableaux_regularisation import tableau_refus as regularisation_refus
from mutunb.calculs.tableaux_regularisation import tableau_services as regularisation_services
from mutunb.calculs.tableaux_regularisation import tableau_tendance as regularisation_tendance
from mutunb.calculs.tableaux_regularisation import tableau_usagers as regularisation_usagers
from mutunb.calculs.tableaux_si import tableau_attestations as attestations
from mutunb.calculs.tableaux_si import tableau_couts as couts_applications
from mutunb.calculs.tableaux_si import tableau_heterogeneite as heterogeneite
from mutunb.calculs.tableaux_si import tableau_licences as licences
from mutunb.calculs.tableaux_si import tableau_prerequis as prerequis
from mutunb.calculs.tableaux_si import tableau_roles as roles
from mutunb.calculs.tableaux_si import tableau_securite as securite
from mutunb.calculs.tableaux_si import tableau_securite_entites as securite_entites
from mutunb.calculs.tableaux_stabilite import tableau_cles as repartition_cles
from mutunb.calculs.tableaux_stabilite import tableau_coalitions as repartition_coalitions
from mutunb.calculs.tableaux_stabilite import tableau_depart as repartition_depart
from mutunb.calculs.tableaux_stabilite import tableau_hypotheses as repartition_hypotheses
from mutunb.calculs.tableaux_stabilite import tableau_maires as repartition_maires
from mutunb.calculs.tableaux_stabilite import tableau_seuils as repartition_seuils
from mutunb.calculs.tableaux_suivi import tableau_a_noter as suivi_a_noter
from mutunb.calculs.tableaux_suivi import tableau_depart as suivi_depart
from mutunb.calculs.tableaux_suivi import tableau_derives as suivi_derives
from mutunb.calculs.tableaux_suivi import tableau_indicateurs as suivi_indicateurs
from mutunb.calculs.tableaux_suivi import tableau_jalons as suivi_jalons
from mutunb.calculs.tableaux_suivi import tableau_obligations as suivi_obligations
from mutunb.calculs.tableaux_suivi import tableau_usage as suivi_usage
from mutunb.rendu.fiches import matrice_segments as segments
from mutunb.rendu.fiches import trajectoire_si as trajectoire
from mutunb.rendu.territoires import tableau_territoires as territoires

__all__ = [
    "actes",
    "agents",
    "appetence",
    "attestations",
    "bilan_couts",
    "bilan_dotations",
    "bilan_etp",
    "bilan_flux",
    "bilan_gains",
    "bilan_gains_detail",
    "changements",
    "collecte",
    "comites",
    "comparaison",
    "compensations",
    "contraintes",
    "contrats",
    "convergence",
    "corrections",
    "couts",
    "couts_applications",
    "dispersion",
    "dotations_calendrier",
    "dotations_communes",
    "dotations_comparaison",
    "dotations_options",
    "dotations_pluriannuel",
    "dotations_position",
    "dotations_residu",
    "entites",
    "etp_communaux",
    "fenetres",
    "fiche_impact",
    "fonctions",
    "fragilite",
    "freins_a_coter",
    "gouvernance",
    "grille",
    "heterogeneite",
    "hypotheses",
    "instruments_accords",
    "instruments_admis",
    "instruments_choix",
    "instruments_consequences",
    "instruments_decisions",
    "instruments_perimetres",
    "instruments_refus",
    "instruments_variantes",
    "instruments_vigilances",
    "licences",
    "lignes_rouges",
    "maturite",
    "modele_biais",
    "modele_dimensionnement",
    "modele_facteurs",
    "modele_flux",
    "modele_gains",
    "modele_hypotheses",
    "modele_incertitude",
    "modele_scenarios",
    "modele_services",
    "modele_tendance",
    "modele_transition",
    "mutualisations",
    "paires",
    "plan_fonctions",
    "postes",
    "potentiel",
    "prerequis",
    "priorites",
    "procedures",
    "regularisation_attributions",
    "regularisation_calendrier",
    "regularisation_charges",
    "regularisation_echeances",
    "regularisation_manques",
    "regularisation_modele",
    "regularisation_refus",
    "regularisation_services",
    "regularisation_tendance",
    "regularisation_unites",
    "regularisation_usagers",
    "repartition_cles",
    "repartition_coalitions",
    "repartition_collecte",
    "repartition_communes",
    "repartition_depart",
    "repartition_hypotheses",
    "repartition_maires",
    "repartition_services",
    "repartition_seuils",
    "risques",
    "roles",
    "securite",
    "securite_entites",
    "segments",
    "suivi_a_noter",
    "suivi_depart",
    "suivi_derives",
    "suivi_indicateurs",
    "suivi_jalons",
    "suivi_obligations",
    "suivi_usage",
    "surveillance",
    "taches_retirees",
    "territoires",
    "titulaires",
    "trajectoire",
    "trajets",
    "tranches_mobilite",
    "volumes",
]

"""Les tableaux que les carnets montrent, sous leur nom court."""

from mutunb.calculs.compensations_declarees import tableau_compensations as compensations
from mutunb.calculs.couts_publies import tableau_couts_declares as couts
from mutunb.calculs.tableaux_achats import tableau_carte as contrats
from mutunb.calculs.tableaux_achats import tableau_maturite as maturite
from mutunb.calculs.tableaux_achats import tableau_paires as paires
from mutunb.calculs.tableaux_achats import tableau_potentiel as potentiel
from mutunb.calculs.tableaux_achats import tableau_surveillance as surveillance
from mutunb.calculs.tableaux_achats import tableau_titulaires as titulaires
from mutunb.calculs.tableaux_appetence import tableau_appetence as appetence
from mutunb.calculs.tableaux_appetence import tableau_changements as changements
from mutunb.calculs.tableaux_appetence import tableau_lignes_rouges as lignes_rouges
from mutunb.calculs.tableaux_conformite import tableau_corrections as corrections
from mutunb.calculs.tableaux_conformite import tableau_grille as grille
from mutunb.calculs.tableaux_conformite import tableau_mutualisations as mutualisations
from mutunb.calculs.tableaux_declares import tableau_comparaison as comparaison
from mutunb.calculs.tableaux_declares import tableau_dispersion as dispersion
from mutunb.calculs.tableaux_declares import tableau_fragilite as fragilite
from mutunb.calculs.tableaux_declares import tableau_volumes as volumes
from mutunb.calculs.tableaux_echeances import indicateurs_procedures as procedures
from mutunb.calculs.tableaux_echeances import tableau_fenetres as fenetres
from mutunb.calculs.tableaux_effectifs import tableau_collecte as collecte
from mutunb.calculs.tableaux_effectifs import tableau_entites as entites
from mutunb.calculs.tableaux_effectifs import tableau_fonctions as fonctions
from mutunb.calculs.tableaux_effectifs import tableau_hypotheses as hypotheses
from mutunb.calculs.tableaux_priorites import tableau_priorites as priorites
from mutunb.calculs.tableaux_si import tableau_attestations as attestations
from mutunb.calculs.tableaux_si import tableau_couts as couts_applications
from mutunb.calculs.tableaux_si import tableau_heterogeneite as heterogeneite
from mutunb.calculs.tableaux_si import tableau_licences as licences
from mutunb.calculs.tableaux_si import tableau_prerequis as prerequis
from mutunb.calculs.tableaux_si import tableau_roles as roles
from mutunb.calculs.tableaux_si import tableau_securite as securite
from mutunb.calculs.tableaux_si import tableau_securite_entites as securite_entites
from mutunb.rendu.fiches import matrice_segments as segments
from mutunb.rendu.fiches import trajectoire_si as trajectoire
from mutunb.rendu.territoires import tableau_territoires as territoires

__all__ = [
    "appetence",
    "changements",
    "attestations",
    "collecte",
    "compensations",
    "comparaison",
    "contrats",
    "corrections",
    "couts",
    "couts_applications",
    "dispersion",
    "entites",
    "fenetres",
    "fonctions",
    "fragilite",
    "grille",
    "heterogeneite",
    "hypotheses",
    "licences",
    "lignes_rouges",
    "maturite",
    "mutualisations",
    "paires",
    "potentiel",
    "prerequis",
    "priorites",
    "procedures",
    "roles",
    "securite",
    "securite_entites",
    "segments",
    "surveillance",
    "territoires",
    "titulaires",
    "trajectoire",
    "volumes",
]

"""Les calculs du pilotage, sous le nom court qu'emploient les carnets (``mutunb.pilotage.regularisation(dossier)``)."""

from mutunb.calculs.bilan_annuel import dresser_bilan as bilan
from mutunb.calculs.regularisation import regulariser_exercice as regularisation
from mutunb.calculs.tableau_de_bord import dresser_tableau_de_bord as tableau_de_bord

__all__: list[str] = [
    "bilan",
    "regularisation",
    "tableau_de_bord",
]

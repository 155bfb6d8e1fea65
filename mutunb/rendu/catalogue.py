"""Les tableaux que les carnets montrent, sous leur nom court."""

from mutunb.calculs.tableaux_effectifs import tableau_collecte as collecte
from mutunb.calculs.tableaux_effectifs import tableau_entites as entites
from mutunb.calculs.tableaux_effectifs import tableau_fonctions as fonctions
from mutunb.calculs.tableaux_effectifs import tableau_hypotheses as hypotheses
from mutunb.calculs.tableaux_priorites import tableau_priorites as priorites
from mutunb.rendu.fiches import matrice_segments as segments
from mutunb.rendu.fiches import trajectoire_si as trajectoire
from mutunb.rendu.territoires import tableau_territoires as territoires

__all__ = ["collecte", "entites", "fonctions", "hypotheses", "priorites", "segments", "territoires", "trajectoire"]

"""Ce que l'on regarde : tableaux, figures, cartes, phrases chiffrées, encadrés."""

"""Exécuter les carnets d'une étape pour un territoire, et en tirer les livrables : page, résultats, classeur, manifeste."""

"""Les objets du référentiel, un concept par fichier : son modèle et sa lecture dans un dossier."""

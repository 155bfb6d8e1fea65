"""Le texte de chaque modèle, en français de droit public ; les balises sont décrites dans ``docs/actes.md``."""

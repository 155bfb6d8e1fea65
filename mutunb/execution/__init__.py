"""Exécuter les carnets d'une étape pour un territoire, et en tirer les livrables : page, résultats, classeur, manifeste."""

import sys

# rfc3987_syntax compile sa grammaire dès l'import (plus d'une seconde dans chaque processus) pour un format de schéma, « iri »,
# qu'aucun carnet n'emploie ; jsonschema, que nbformat importe, sait s'en passer quand le module manque.
if "jsonschema" not in sys.modules:
    sys.modules.setdefault("rfc3987_syntax", None)

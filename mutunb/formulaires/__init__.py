"""Les formulaires : régler à l'écran ce que le dossier d'un client décide ou suppose, et l'y enregistrer."""

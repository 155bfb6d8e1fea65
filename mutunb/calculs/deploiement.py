"""Les calculs du déploiement, sous le nom court qu'emploient les carnets (``mutunb.deploiement.projet(dossier)``)."""

__all__: list[str] = []

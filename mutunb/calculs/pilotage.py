"""Les calculs du pilotage, sous le nom court qu'emploient les carnets (``mutunb.pilotage.regularisation(dossier)``)."""

__all__: list[str] = []

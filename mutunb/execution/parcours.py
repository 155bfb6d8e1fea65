"""Le parcours : étape → carnet → question → paramètres → livrable, lu dans ``notebooks/parcours.yaml``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, PrivateAttr, StringConstraints, ValidationError

from mutunb import chemins
from mutunb.erreurs import Constat, ErreurDonnees, ErreurUsage
from mutunb.referentiel.champs import refus
from mutunb.referentiel.constats import constats_de
from mutunb.referentiel.lecture import lire_bloc

NOM_FICHIER = "parcours.yaml"
Identifiant = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]
Texte = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _non_vide(objets: tuple) -> tuple:
    if not objets:
        raise refus("une liste vide", "au moins une entrée", "Ajoutez une entrée ou retirez le bloc.")
    return objets


class Entree(BaseModel):
    """Base des objets du parcours : figés, sans clé inconnue."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Carnet(Entree):
    """Un carnet : la question qu'il pose et ce qu'on en tire.

    Parameters
    ----------
    id : str
        Nom du fichier sans extension ; sert d'ancre dans la page et de nom au carnet exécuté.
    fichier : str
        Chemin depuis ``notebooks/``.
    parametres : str, optional
        Nom du modèle de paramètres (``mutunb.referentiel.parametres``).
    """

    id: Identifiant
    fichier: Texte
    titre: Texte
    question: Texte
    livrable: Texte
    parametres: Identifiant | None = None


class Etape(Entree):
    """Une étape de la méthode : ses carnets, dans l'ordre de lecture, et la page qu'ils forment."""

    id: Identifiant
    titre: Texte
    question: Texte
    livrable: Texte
    carnets: Annotated[tuple[Carnet, ...], AfterValidator(_non_vide)]


class Parcours(Entree):
    """Tous les carnets, dans l'ordre de la méthode."""

    etapes: Annotated[tuple[Etape, ...], AfterValidator(_non_vide)]
    hors_etape: tuple[Carnet, ...] = ()
    _dossier: Path = PrivateAttr(default=Path())

    @property
    def carnets(self) -> tuple[Carnet, ...]:
        """Carnets hors étape, puis ceux des étapes."""
        return (*self.hors_etape, *(carnet for etape in self.etapes for carnet in etape.carnets))

    def etape(self, nom: str) -> Etape:
        """Étape ``nom`` ; :class:`ErreurUsage` avec les étapes disponibles."""
        for etape in self.etapes:
            if etape.id == nom:
                return etape
        raise ErreurUsage.nom_inconnu("étape", nom, [etape.id for etape in self.etapes])

    def chemin(self, carnet: Carnet) -> Path:
        """Fichier du carnet."""
        return self._dossier / carnet.fichier


def lire(dossier: Path | None = None) -> Parcours:
    """Parcours décrit par ``parcours.yaml`` ; tous ses défauts à la fois.

    Parameters
    ----------
    dossier : Path, optional
        Dossier des carnets ; ``notebooks`` par défaut.

    Raises
    ------
    ErreurDonnees
        Fichier absent ou défectueux, identifiant en double, carnet introuvable.
    """
    dossier = dossier or chemins.carnets()
    contenu, constats = lire_bloc(dossier / NOM_FICHIER)
    titre = f"Parcours ({NOM_FICHIER})"
    if constats:
        raise ErreurDonnees.de_constats(titre, constats)
    try:
        parcours = Parcours.model_validate(contenu)
    except ValidationError as erreur:
        raise ErreurDonnees.de_constats(titre, constats_de(erreur, NOM_FICHIER, Parcours)) from None
    constats = [*_doublons(parcours), *_introuvables(parcours, dossier)]
    if constats:
        raise ErreurDonnees.de_constats(titre, constats)
    parcours._dossier = dossier
    return parcours


def _doublons(parcours: Parcours) -> Iterator[Constat]:
    for genre, noms in (("carnet", parcours.carnets), ("étape", parcours.etapes)):
        for nom, combien in Counter(objet.id for objet in noms).items():
            if combien > 1:
                remede = "Donnez un identifiant propre à chacun."
                yield Constat(f"{NOM_FICHIER}, {genre} « {nom} »", f"{combien} fois", "un identifiant unique", remede)


def _introuvables(parcours: Parcours, dossier: Path) -> Iterator[Constat]:
    for carnet in parcours.carnets:
        if Path(carnet.fichier).stem != carnet.id:
            remede = "Donnez au fichier le nom de l'identifiant."
            yield Constat(f"{NOM_FICHIER}, {carnet.id}", f"« {carnet.fichier} »", f"…/{carnet.id}.ipynb", remede)
        elif not (dossier / carnet.fichier).is_file():
            remede = "Corrigez le chemin (depuis notebooks/) ou rétablissez le carnet."
            yield Constat(f"{NOM_FICHIER}, {carnet.id}", f"aucun fichier {carnet.fichier}", "un carnet existant", remede)

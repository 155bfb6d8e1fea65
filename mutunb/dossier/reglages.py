"""Les réglages d'un dossier client (``territoire.yaml``) : confidentialité, diffusion, date du T0, auteur."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, StrictBool, StringConstraints

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import Connus, Entree, Jour, Texte
from mutunb.referentiel.lecture import lire_bloc, valider

NOM_FICHIER = "territoire.yaml"
#: moins d'agents que cela dans une case, et elle est masquée hors du profil consultant (pratique, § 4)
SEUIL_CONFIDENTIALITE = 5


class Reglages(Entree):
    """Les choix d'un dossier.

    Parameters
    ----------
    siren, nom : str
        Le territoire.
    seuil_confidentialite : int
        Nombre d'agents sous lequel une case qui révélerait une personne est masquée (2 au moins).
    diffusion_financiere : bool
        Vrai si les communes voient les chiffres financiers les unes des autres.
    date_t0 : datetime.date, optional
        Date à laquelle le T0 est figé.
    auteur : str
        Qui tient le dossier.
    date_limite : datetime.date, optional
        Jour avant lequel les entités renvoient leur classeur.
    contact : str
        À qui le renvoyer, et qui répond aux questions.
    """

    siren: Annotated[str, StringConstraints(pattern=r"^\d{9}$")]
    nom: Texte
    seuil_confidentialite: Annotated[int, Field(ge=2, strict=True)] = SEUIL_CONFIDENTIALITE
    diffusion_financiere: StrictBool = False
    date_t0: Jour | None = None
    auteur: str = ""
    date_limite: Jour | None = None
    contact: str = ""


def lire_reglages(chemin: Path, siren: str, nom: str) -> Reglages:
    """Réglages écrits dans ``chemin``, ou ceux par défaut s'il n'existe pas.

    Parameters
    ----------
    siren, nom : str
        Le territoire du dossier ; le fichier doit porter le même SIREN.

    Raises
    ------
    ErreurDonnees
        Fichier illisible, clé absente ou inconnue, SIREN d'un autre territoire… tous les défauts à la fois.
    """
    if not chemin.is_file():
        return Reglages(siren=siren, nom=nom)
    contenu, constats = lire_bloc(chemin)
    lus, defauts = valider(contenu, Reglages, Connus(), chemin.name) if contenu else (None, [])
    constats += defauts
    if lus is not None and lus.siren != siren:
        remede = "Ce fichier vient d'un autre dossier : remettez le bon SIREN, ou recréez-le."
        constats.append(Constat(f"{chemin.name}, siren", f"« {lus.siren} »", f"« {siren} » ({nom})", remede))
    if constats or lus is None:
        raise ErreurDonnees.de_constats(f"Réglages du dossier ({chemin})", constats)
    return lus

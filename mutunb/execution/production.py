"""Produire les livrables d'une étape pour un territoire : vérifier, traiter les carnets, écrire d'un seul tenant."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mutunb import chemins, territoires
from mutunb.erreurs import ErreurUsage
from mutunb.execution import page_territoire
from mutunb.execution import parcours as lecture_parcours
from mutunb.execution.commande import Commande
from mutunb.execution.ecriture import ecrire_lot
from mutunb.execution.export import PROFILS
from mutunb.execution.livrables import Anterieurs, Livrables
from mutunb.execution.moteur import Statut
from mutunb.execution.parametrage import parametres_par_carnet
from mutunb.execution.parcours import Etape, Parcours
from mutunb.execution.traitement import Annonce, traiter

#: bien formé, d'aucun territoire : il sert à valider les autres paramètres
SIREN_D_ESSAI = "000000000"
#: ce qui n'est pas pour le client va à part : on peut envoyer le reste sans le relire fichier par fichier
DOSSIER_CONSULTANT = "consultant"


@dataclass(frozen=True)
class Rapport:
    """Ce qui a été produit pour un territoire.

    Attributes
    ----------
    statuts, phrases : Mapping[str, str]
        Par carnet : ``produit``, ``echec``, ``sans_objet`` ; ce qui s'est passé quand il n'est pas produit.
    pages : tuple of Path
        Fichiers HTML, l'accueil d'abord.
    fichiers : tuple of Path
        Tous les fichiers écrits.
    profil : str
        ``client`` ou ``consultant``.
    """

    siren: str
    nom: str
    etape: str
    statuts: Mapping[str, Statut]
    phrases: Mapping[str, str]
    pages: tuple[Path, ...]
    fichiers: tuple[Path, ...]
    duree_s: float
    profil: str = "client"

    @property
    def est_complet(self) -> bool:
        """Vrai si aucun carnet n'est en échec."""
        return "echec" not in self.statuts.values()


def verifier(commande: Commande) -> tuple[Parcours, Etape]:
    """Parcours et étape demandés, avant d'ouvrir un seul territoire.

    Raises
    ------
    ErreurUsage
        Étape, profil ou paramètre inconnus.
    """
    if commande.profil not in PROFILS:
        raise ErreurUsage.nom_inconnu("profil", commande.profil, PROFILS)
    parcours = lecture_parcours.lire()
    etape = parcours.etape(commande.etape)
    parametres_par_carnet(etape, SIREN_D_ESSAI, commande.parametres)
    return parcours, etape


def produire(siren: str, commande: Commande = Commande(), annoncer: Annonce = lambda phrase: None) -> Rapport:
    """Livrables d'une étape pour un EPCI ; un carnet en échec n'empêche pas les autres.

    Raises
    ------
    ErreurUsage
        Étape, profil ou paramètre inconnus : rien n'est exécuté.
    ErreurDonnees
        Territoire ou parcours illisibles.
    """
    debut = time.monotonic()
    parcours, etape = verifier(commande)
    territoire = territoires.ouvrir(siren, commande.donnees)
    parametres = parametres_par_carnet(etape, territoire.siren, commande.parametres)
    dossier = dossier_livrables(territoire.siren, commande)
    anterieurs = Anterieurs.lire(dossier, commande.profil)
    traites = tuple(traiter(parcours, etape, territoire, parametres, commande, annoncer))
    livrables = Livrables(parcours, etape, territoire, commande, traites, anterieurs)
    fichiers = ecrire_lot(dossier, livrables.contenus())
    return Rapport(
        territoire.siren,
        territoire.nom,
        etape.id,
        {t.carnet.id: t.statut for t in traites},
        {t.carnet.id: t.section.phrase for t in traites if t.section.phrase},
        (dossier / page_territoire.NOM_FICHIER, dossier / page_territoire.page_de(etape.id, commande.profil)),
        tuple(fichiers),
        time.monotonic() - debut,
        commande.profil,
    )


def dossier_livrables(siren: str, commande: Commande) -> Path:
    """Où vont les livrables : ``<sorties>/<siren>``, et son sous-dossier ``consultant`` pour le profil consultant."""
    dossier = (commande.sorties or chemins.sorties()) / siren
    return dossier / DOSSIER_CONSULTANT if commande.profil == "consultant" else dossier

"""Rédiger les actes d'un territoire : quel acte pour quel instrument, remplir le modèle, relever ce qui manque, écrire."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.document import Document

from mutunb import chemins, formats, referentiel
from mutunb.actes import objets_acte, parties
from mutunb.actes.archive import figer
from mutunb.actes.assemblees import Deliberant
from mutunb.actes.contexte import Etude, contexte_d_une_fonction, contexte_du_bilan, contexte_du_territoire, etudier
from mutunb.actes.gabarit import remplir
from mutunb.actes.manques import Point, recenser
from mutunb.actes.mise_en_page import nommer
from mutunb.actes.modeles import TITRES, modele
from mutunb.actes.proprete import assainir
from mutunb.actes.signes import mettre_en_evidence, parties as parties_du_document
from mutunb.calculs.bilan_annuel import dresser_bilan
from mutunb.calculs.calendrier import dresser_calendrier
from mutunb.calculs.projet import Projet, projeter
from mutunb.calculs.tableau_de_bord import dresser_tableau_de_bord
from mutunb.dossier import Dossier
from mutunb.erreurs import ErreurUsage

SCHEMA = "schema_de_mutualisation"
COMMUNICATION = "communication_annuelle"


@dataclass(frozen=True)
class Acte:
    """Un acte à rédiger : son modèle, le fichier à écrire, la fonction et l'assemblée qu'il concerne."""

    modele: str
    fichier: str
    fonction: str = ""
    qui: Deliberant | None = None


@dataclass(frozen=True)
class ActeEcrit:
    """Un acte écrit et ce qui lui manque."""

    chemin: Path
    titre: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Redaction:
    """Les actes écrits d'un territoire, et ce qui n'est pas encore modélisé."""

    nom: str
    ecrits: tuple[ActeEcrit, ...]
    remarques: tuple[str, ...] = ()

    def __str__(self) -> str:
        lignes = [f"{self.nom} : {formats.pluriel(len(self.ecrits), 'acte')}. Projets à relire par un juriste."]
        for ecrit in self.ecrits:
            lignes.append(f"  {ecrit.chemin} : {formats.pluriel(len(ecrit.points), 'point')} à compléter")
        return "\n".join([*lignes, *(f"  {remarque}" for remarque in self.remarques)])


def rediger(projet: Projet, fonction: str = "", par_commune: bool = False, sorties: Path | None = None) -> Redaction:
    """Écrit les actes d'un projet dans ``<sorties>/<siren>/actes`` : mêmes entrées, mêmes octets.

    Parameters
    ----------
    projet : Projet
    fonction : str
        Une seule fonction (et pas le schéma) ; vide : toutes les fonctions retenues, et le schéma.
    par_commune : bool
        Une délibération par commune, au lieu d'une délibération-type à compléter.
    sorties : Path, optional
        Dossier des livrables ; sinon celui de :func:`mutunb.chemins.sorties`.

    Raises
    ------
    ErreurUsage
        Fonction que le projet n'a pas retenue.
    ErreurDonnees
        Modèle illisible ou défectueux.
    """
    if fonction and fonction not in projet.choix:
        raise _non_retenue(projet, fonction)
    territoire = projet.dossier.territoire
    vers = (sorties or chemins.sorties()) / territoire.siren / "actes"
    retenues = [fonction] if fonction else list(projet.choix)
    prevus = [acte for nom in retenues for acte in actes_prevus(projet, nom, par_commune)]
    if not fonction:
        prevus.append(Acte(SCHEMA, f"{SCHEMA}.docx"))
        prevus += _communication(projet.dossier)
    calendrier = dresser_calendrier(projet)
    etudes = {nom: etudier(projet, nom, calendrier) for nom in retenues}
    rendus = [(acte, *composer(projet, acte, etudes)) for acte in prevus]  # tout se rédige avant que rien ne s'écrive
    ecrits = [ActeEcrit(chemins.ecrire(vers / a.fichier, octets), TITRES[a.modele], points) for a, octets, points in rendus]
    return Redaction(f"{territoire.nom} ({territoire.siren})", tuple(ecrits), tuple(_remarques(projet, retenues)))


def rediger_dossier(dossier: Dossier, fonction: str = "", par_commune: bool = False, sorties: Path | None = None) -> Redaction:
    """:func:`rediger`, sur le projet du dossier : ses décisions, sinon les recommandations."""
    return rediger(projeter(dossier), fonction, par_commune, sorties)


def _non_retenue(projet: Projet, fonction: str) -> ErreurUsage:
    referentiel.fonction(fonction)
    motif = projet.ecartees.get(fonction, "elle n'est pas retenue")
    retenues = ", ".join(projet.choix) or "aucune"
    return ErreurUsage(f"« {fonction} » n'est pas dans le projet : {motif}. Fonctions retenues : {retenues}.")


def actes_prevus(projet: Projet, fonction: str, par_commune: bool = False) -> list[Acte]:
    """Actes d'une fonction, selon son instrument."""
    choix = projet.choix[fonction]
    conventions: list[Acte] = []
    if choix.instrument in objets_acte.SERVICE_COMMUN:
        conventions = [Acte(nom, f"{nom}_{fonction}.docx", fonction) for nom in ("convention_service_commun", "fiche_impact")]
    elif choix.instrument in objets_acte.GROUPEMENT:
        conventions = [Acte("convention_groupement_commandes", f"convention_groupement_commandes_{fonction}.docx", fonction)]
    deliberations = []
    if projet.dossier.territoire.siren in choix.perimetre:
        deliberations.append(Acte("deliberation", f"deliberation_epci_{fonction}.docx", fonction, Deliberant(True)))
    if not par_commune:
        deliberations.append(Acte("deliberation", f"deliberation_commune_{fonction}.docx", fonction, Deliberant(False)))
        return [*conventions, *deliberations]
    membres = parties.communes(projet.dossier, choix.perimetre)
    for _, commune in membres.iterrows():
        fichier = f"deliberation_{commune['siren']}_{fonction}.docx"
        deliberations.append(Acte("deliberation", fichier, fonction, Deliberant(False, commune)))
    return [*conventions, *deliberations]


def _communication(dossier: Dossier) -> list[Acte]:
    """La communication au conseil, s'il y a un exercice suivi à présenter."""
    suivi = dossier.suivi is not None and bool(dossier.suivi.exercices)
    return [Acte(COMMUNICATION, f"{COMMUNICATION}.docx")] if suivi else []


def _exercice_a_presenter(dossier: Dossier) -> int:
    """Dernier exercice clos ; à défaut 0, le dernier connu."""
    return max((annee for annee, exercice in dossier.suivi.exercices.items() if exercice.complet), default=0)


def composer(projet: Projet, acte: Acte, etudes: Mapping[str, Etude] | None = None) -> tuple[bytes, tuple[Point, ...]]:
    """Octets d'un acte et ses points à compléter, sans rien écrire ; ``etudes`` par fonction, si elles sont déjà faites."""
    if acte.modele == SCHEMA:
        contexte = contexte_du_territoire(projet)
    elif acte.modele == COMMUNICATION:
        contexte = contexte_du_bilan(projet, dresser_bilan(dresser_tableau_de_bord(projet.dossier, _exercice_a_presenter(projet.dossier))))
    else:
        etude = (etudes or {}).get(acte.fonction) or etudier(projet, acte.fonction)
        contexte = contexte_d_une_fonction(etude, acte.modele, acte.qui)
    territoire = projet.dossier.territoire
    sujet = referentiel.fonction(acte.fonction).libelle if acte.fonction else "Mutualisation"
    titre = f"{TITRES[acte.modele]} — {sujet} — {parties.nom_entier(territoire)}"
    return rendre(modele(acte.modele, territoire.siren), contexte, titre, sujet)


def rendre(chemin: Path, contexte: Mapping[str, Any], titre: str, sujet: str = "") -> tuple[bytes, tuple[Point, ...]]:
    """Remplit un modèle en deux passes : la première relève ce qui manque, la seconde l'écrit en fin d'acte."""
    propre = assainir(contexte)
    premiere = remplir(chemin, _avec_points(propre, ()))
    points = recenser(parties_du_document(premiere))
    document = remplir(chemin, _avec_points(propre, points))
    mettre_en_evidence(document)
    nommer(document, assainir(titre), assainir(sujet))
    return _octets(document), points


def _avec_points(contexte: Mapping[str, Any], points: tuple[Point, ...]) -> dict[str, Any]:
    phrase = (
        f"{formats.pluriel(len(points), 'point')} à compléter, surlignés dans le texte et listés à la fin."
        if points
        else "Aucun point à compléter."
    )
    lignes = [
        {"rang": str(rang), "libelle": p.libelle, "endroit": p.endroit, "fois": str(p.fois)} for rang, p in enumerate(points, 1)
    ]
    avertissement = {**contexte["avertissement"], "points": phrase}
    return {**contexte, "avertissement": avertissement, "points": lignes, "nombre_points": str(len(points))}


def _octets(document: Document) -> bytes:
    tampon = io.BytesIO()
    document.save(tampon)
    return figer(tampon.getvalue())


def _remarques(projet: Projet, fonctions: list[str]) -> list[str]:
    """Ce que les modèles ne couvrent pas encore."""
    connus = objets_acte.SERVICE_COMMUN | objets_acte.GROUPEMENT
    lignes = []
    for nom in fonctions:
        code = projet.choix[nom].instrument
        if code not in connus:
            lu = referentiel.instrument(code)
            lignes.append(
                f"{referentiel.fonction(nom).libelle_court} : {lu.libelle} ({code}) n'a pas encore de convention-type ; seules "
                "les délibérations sont écrites."
            )
    return lignes

"""Ouvrir un territoire par son SIREN, ou dire pourquoi on ne peut pas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from mutunb.erreurs import ErreurDonnees, ErreurMutunb
from mutunb.territoires import reponses
from mutunb.territoires import siren as controle
from mutunb.territoires.defauts import relever_defauts
from mutunb.territoires.magasin import Magasin, magasin, magasin_de
from mutunb.territoires.modeles import Origine, Territoire
from mutunb.territoires.recherche import chercher

#: en dessous de ce nombre de caractères, trop d'EPCI répondraient
_SAISIE_PARLANTE = 4


def ouvrir(siren: str, dossier: Path | str | None = None) -> Territoire:
    """Le territoire d'un EPCI : ses comptes, ses communes, son millésime et ses défauts de données connus.

    Parameters
    ----------
    siren : str
        SIREN d'un EPCI à fiscalité propre ; les espaces sont ôtés.
    dossier : path, optional
        Dossier de données ; par défaut ``MUTUNB_DONNEES``, puis ``data/public/national``, puis l'échantillon.

    Raises
    ------
    SirenRefuse
        SIREN mal formé, inconnu, d'une commune ou d'un EPT ; l'attribut ``cas`` dit lequel.
    HorsEchantillon
        Territoire absent de l'échantillon, sans données nationales.
    ErreurDonnees
        Dossier de données absent, incomplet ou incohérent.

    Examples
    --------
    >>> import mutunb.territoires
    >>> mutunb.territoires.ouvrir("247 900 798").nom
    'CC du Thouarsais'
    """
    saisie = controle.nettoyer(siren)
    lu = magasin_de(saisie, dossier)
    epci = lu.ligne_epci(saisie)
    if epci is None:
        raise _reponse(saisie, str(siren).strip(), lu)
    return _territoire(lu, epci, lu.communes(saisie), lu.contours(saisie))


def ouvrir_tous(dossier: Path | str | None = None) -> Iterator[Territoire]:
    """Tous les territoires du dossier, par SIREN : les tables ne sont lues qu'une fois, non une fois par territoire."""
    lu = magasin(dossier)
    tous = lu.epci().query("detail == 'complet'").drop(columns="detail").set_index("epci_siren", drop=False)
    communes, contours = _par_epci(lu.communes()), _par_epci(lu.contours())
    for siren, epci in tous.rename_axis(None).iterrows():
        yield _territoire(lu, epci, communes[siren], contours.get(siren))


def _par_epci(table: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    if table is None:
        return {}
    return {siren: lignes.reset_index(drop=True) for siren, lignes in table.groupby("epci_siren")}


def _territoire(lu: Magasin, epci: pd.Series, communes: pd.DataFrame, contours: pd.DataFrame | None) -> Territoire:
    if len(communes) != epci["nb_communes"]:
        raise ErreurDonnees(
            f"{lu.dossier} : {epci['nom']} annonce {epci['nb_communes']:.0f} communes, le fichier des communes en a "
            f"{len(communes)}. Les deux tables n'ont pas le même périmètre : reconstruisez le dossier."
        )
    return Territoire(
        siren=epci["epci_siren"],
        nom=epci["nom"],
        nature=epci["nature"],
        regime_fiscal=epci["regime_fiscal"],
        departement=epci["dep_siege"],
        epci=epci,
        communes=communes,
        contours=None if contours is None else contours[["insee", "geometry_geojson"]],
        millesime=lu.millesime,
        origine=lu.origine,
        defauts=relever_defauts(epci, communes, lu.millesime, lu.origine),
        dossier=lu.dossier,
    )


def _reponse(saisie: str, telle_quelle: str, lu: Magasin) -> ErreurMutunb:
    """L'erreur qui convient à une saisie qui n'est le SIREN d'aucun EPCI ouvrable."""
    tous = lu.epci()
    noms = tous.set_index("epci_siren")["nom"]
    ligne = lu.commune(saisie)
    if ligne is not None:
        if pd.isna(ligne["epci_siren"]):
            return reponses.commune_sans_epci(saisie, ligne, lu.millesime)
        return reponses.commune(saisie, ligne, noms.get(ligne["epci_siren"], "nom inconnu"))
    if not controle.est_bien_forme(saisie):
        return reponses.mal_forme(telle_quelle, _de_ce_nom(saisie, telle_quelle, lu))
    ept = lu.ept().set_index("siren")["nom"]
    if saisie in ept.index:
        return reponses.ept(saisie, ept[saisie])
    if lu.origine == Origine.ECHANTILLON and (saisie in noms or controle.cle_valide(saisie)):
        complets = int((tous["detail"] == "complet").sum())
        return reponses.hors_echantillon(saisie, noms.get(saisie), complets)
    proches = noms[controle.voisins(saisie, noms.index)].rename_axis("siren").reset_index()
    if not controle.cle_valide(saisie):
        return reponses.cle_fausse(saisie, proches)
    return reponses.inconnu(saisie, proches, lu.millesime)


def _de_ce_nom(saisie: str, telle_quelle: str, lu: Magasin) -> pd.DataFrame:
    """EPCI que désigne peut-être une saisie mal formée : un nom, un SIRET ou un SIREN tronqué."""
    if len(saisie) < _SAISIE_PARLANTE:
        return lu.epci().head(0)
    return chercher(saisie[: controle.LONGUEUR] if controle.en_chiffres(saisie) else telle_quelle, dossier=lu.dossier)

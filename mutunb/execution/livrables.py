"""Les livrables d'un territoire : le contenu de chaque fichier, calculé avant d'en écrire un seul."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4.rwbase import split_lines, strip_transient

from mutunb import chemins, referentiel
from mutunb.execution import classeur, elements, export, manifeste, moteur, page_territoire, releves, resultats
from mutunb.execution.commande import Commande
from mutunb.execution.parcours import Etape, Parcours
from mutunb.execution.texte_json import ecrire_json
from mutunb.execution.traitement import CarnetTraite
from mutunb.territoires import Territoire

Blocs = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Anterieurs:
    """Ce que des productions précédentes ont laissé : le bloc de chaque étape, à conserver."""

    resultats: Blocs
    manifeste: Blocs

    @classmethod
    def lire(cls, dossier: Path, profil: str) -> Anterieurs:
        """Blocs des fichiers déjà présents ; :class:`ErreurDonnees` s'ils sont illisibles.

        Un bloc produit sous un autre profil est laissé : il montrerait au client ce qui n'est pas pour lui.
        """
        noms = (resultats.NOM_FICHIER, manifeste.NOM_FICHIER)
        lus, faits = (resultats.lire(dossier / nom).get("etapes", {}) for nom in noms)
        etrangers = {etape for etape, bloc in faits.items() if bloc.get("profil", profil) != profil}
        return cls(*({etape: bloc for etape, bloc in blocs.items() if etape not in etrangers} for blocs in (lus, faits)))


@dataclass(frozen=True)
class Livrables:
    """Les fichiers d'un territoire, l'étape du jour remplaçant son bloc précédent."""

    parcours: Parcours
    etape: Etape
    territoire: Territoire
    commande: Commande
    traites: tuple[CarnetTraite, ...]
    anterieurs: Anterieurs

    def contenus(self) -> dict[str, str | bytes]:
        """Chemin relatif → contenu ; le manifeste en dernier : une reprise ne croit fait que ce qui est entièrement en place."""
        fichiers: dict[str, str | bytes] = {
            f"carnets/{traite.carnet.id}.ipynb": _carnet_livre(traite.execution.carnet) for traite in self.traites
        }
        fichiers[resultats.NOM_FICHIER] = self._texte_resultats
        fichiers[classeur.NOM_FICHIER] = self._classeur()
        fichiers[manifeste.NOM_FICHIER] = self._manifeste()
        tailles = {nom: len(c.encode("utf-8") if isinstance(c, str) else c) for nom, c in fichiers.items()}
        fichiers |= releves.contenus(self.territoire, [e for e in self._elements if isinstance(e, elements.Releve)])
        fichiers[page_territoire.page_de(self.etape.id, self.commande.profil)] = self._page_etape()
        fichiers[page_territoire.NOM_FICHIER] = page_territoire.page_territoire(
            self.territoire, self.parcours, self._blocs, self._defauts, tailles, self.commande.profil, self._edition
        )
        fichiers[manifeste.NOM_FICHIER] = fichiers.pop(manifeste.NOM_FICHIER)
        return fichiers

    @cached_property
    def _edition(self) -> datetime.date:
        return self.commande.edition or datetime.date.today()

    @cached_property
    def _elements(self) -> list[elements.UnElement]:
        return [element for traite in self.traites for element in traite.elements]

    @cached_property
    def _texte_resultats(self) -> str:
        statuts = {traite.carnet.id: traite.statut for traite in self.traites}
        blocs = {**self.anterieurs.resultats, self.etape.id: resultats.etape(self._elements, statuts)}
        return resultats.texte(resultats.document(self.territoire, blocs))

    @cached_property
    def _document(self) -> dict[str, Any]:
        """``resultats.json``, relu comme le relira un autre programme."""
        return json.loads(self._texte_resultats)

    @property
    def _blocs(self) -> Blocs:
        return self._document["etapes"]

    @cached_property
    def _defauts(self) -> list[dict[str, Any]]:
        """Défauts connus des données, ceux du territoire puis ceux que les carnets ajoutent, chacun une fois."""
        connus = {d.id: {"id": d.id, "gravite": str(d.gravite), "phrase": d.phrase} for d in self.territoire.defauts}
        for element in self._elements:
            if isinstance(element, elements.Defaut):
                connus.setdefault(element.id, element.model_dump(exclude={"genre"}))
        return list(connus.values())

    @property
    def _defauts_non_montres(self) -> list[dict[str, Any]]:
        """Les défauts qu'aucun carnet n'a montrés : la page ne les répète pas en annexe."""
        montres = {e.id for e in self._elements if isinstance(e, elements.Defaut)}
        return [defaut for defaut in self._defauts if defaut["id"] not in montres]

    def _classeur(self) -> bytes:
        produites = [etape for etape in self.parcours.etapes if etape.id in self._blocs]
        titres = ", ".join(etape.titre.lower() for etape in produites)
        tableaux = [tableau for etape in produites for tableau in resultats.tableaux_dans_l_ordre(self._blocs[etape.id])]
        travail = "Version de travail, ne pas diffuser : " if self.commande.profil == "consultant" else ""
        return classeur.classeur(f"{travail}{self.territoire.nom} : tableaux ({titres})", tableaux)

    def _page_etape(self) -> str:
        return export.page_etape(
            self.etape,
            self.territoire,
            [traite.section for traite in self.traites],
            self._blocs[self.etape.id]["synthese"],
            self._defauts_non_montres,
            referentiel.glossaire(),
            self.commande.profil,
            self._edition,
        )

    def _manifeste(self) -> str:
        bloc = {
            **manifeste.versions(),
            "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "profil": self.commande.profil,
            "parametres": dict(self.commande.parametres),
            "entrees": self._entrees(),
            "carnets": {traite.carnet.id: _fiche(traite) for traite in self.traites},
            "constats": self._defauts,
            "reprise": self.commande.empreinte,
        }
        identite = {"siren": self.territoire.siren, "nom": self.territoire.nom, "origine": str(self.territoire.origine)}
        return resultats.texte(manifeste.document(identite, {**self.anterieurs.manifeste, self.etape.id: bloc}))

    def _entrees(self) -> dict[str, dict[str, str]]:
        donnees = [] if self.territoire.dossier is None else [self.territoire.dossier]
        carnets = {carnet.fichier: self.parcours.chemin(carnet) for carnet in self.etape.carnets}
        return {
            "carnets": {nom: manifeste.empreinte(chemin) for nom, chemin in carnets.items()},
            "donnees": manifeste.empreintes(donnees, profond=False),
            "referentiel": manifeste.empreintes([chemins.referentiel()]),
        }


def _carnet_livre(carnet: nbformat.NotebookNode) -> str:
    """Carnet exécuté sans ses horodatages ni chemins : les durées sont au manifeste, mêmes entrées, mêmes octets."""
    livre = nbformat.from_dict(carnet)
    livre.metadata.pop("papermill", None)
    for rang, cellule in enumerate(livre.cells):
        for cle in ("papermill", "execution"):
            cellule.metadata.pop(cle, None)
        if moteur.ETIQUETTE_INJECTES in moteur.etiquettes(cellule):
            cellule["id"] = f"parametres-injectes-{rang}"
    return texte_du_carnet(livre)


def texte_du_carnet(carnet: nbformat.NotebookNode) -> str:
    """Ce qu'écrirait ``nbformat.writes``, sans recopier ni revalider un carnet qui vient de s'exécuter ; il le modifie."""
    pret = strip_transient(split_lines(carnet))
    try:
        return ecrire_json(pret)
    except ValueError:  # un NaN dans une sortie : le JSON strict le refuse, le format des carnets l'admet
        return nbformat.writes(pret)


def _fiche(traite: CarnetTraite) -> dict[str, Any]:
    execution = traite.execution
    return {
        "statut": traite.statut,
        "duree_s": round(execution.duree_s, 2),
        "parametres": dict(execution.parametres),
        "phrase": traite.section.phrase,
        "cellule": execution.cellule,
        "detail": execution.detail,
        "alertes": list(traite.section.alertes),
    }

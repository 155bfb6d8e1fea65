"""Recevoir un fichier par HTTP en reprenant là où la connexion a été coupée."""

from __future__ import annotations

import contextlib
import json
import time
from pathlib import Path

import requests
from tqdm import tqdm

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs.lecture import est_html

ATTENTE_CONNEXION_S = 10
PAUSE_S = 0.5
#: ce qu'on perd au plus dans une coupure, en octets
TAILLE_MORCEAU = 1 << 16
#: le serveur est occupé ou en panne : on réessaie
CODES_PASSAGERS = frozenset({408, 429, 500, 502, 503, 504})
_QUE_FAIRE = {
    401: "L'accès demande une identification : ce n'est plus un export ouvert.",
    403: "Le serveur refuse l'accès : ouvrez l'adresse dans un navigateur pour en voir la raison.",
    404: "Le producteur a sans doute déplacé ou pas encore publié ce millésime : cherchez-le sur son site.",
    410: "Le producteur a retiré ce fichier : cherchez-le sur son site.",
}


class Coupure(Exception):
    """La réponse s'est arrêtée avant la fin, ou le serveur n'a pas répondu : un nouvel essai a un sens."""


class TelechargeurReprise:
    """Téléchargeur pour pooch : ``telechargeur(adresse, fichier, pooch)``.

    La partie reçue attend dans ``<reception>.part`` ; elle ne sert que si le serveur confirme (``If-Range``) que le
    fichier n'a pas changé et répond 206, sinon on recommence. Le fichier n'est livré que complet.
    """

    def __init__(self, reception: Path, libelle: str, tentatives: int, delai_s: float, progression: bool) -> None:
        self.part = reception.with_name(f"{reception.name}.part")
        self.marque = reception.with_name(f"{reception.name}.part.json")
        self.libelle = libelle
        self.tentatives = tentatives
        self.delai_s = delai_s
        self.progression = progression

    def __call__(self, adresse: str, fichier: str, pooch: object = None) -> None:
        for essai in range(1, self.tentatives + 1):
            try:
                self._recevoir(adresse)
                break
            except Coupure as coupure:
                if essai == self.tentatives:
                    if not self._deja_recu(adresse)[0]:
                        self._oublier()
                    raise ErreurDonnees(f"{adresse} : {coupure} (essai {essai} sur {self.tentatives}). "
                                        "Relancez la commande plus tard.") from coupure
                time.sleep(PAUSE_S * essai)
        self.part.replace(fichier)
        self.marque.unlink(missing_ok=True)

    def _recevoir(self, adresse: str) -> None:
        debut, validateur = self._deja_recu(adresse)
        entetes = {"Accept-Encoding": "identity", "User-Agent": "mutunb (outil de mutualisation, données publiques)"}
        if debut:
            entetes |= {"Range": f"bytes={debut}-", "If-Range": validateur}
        try:
            with requests.get(
                adresse, headers=entetes, stream=True, timeout=(ATTENTE_CONNEXION_S, self.delai_s)
            ) as reponse:
                self._refuser(adresse, reponse)
                self._ecrire(adresse, reponse, debut)
        except (requests.ConnectionError, requests.Timeout) as erreur:
            raise Coupure(f"serveur injoignable ou muet ({type(erreur).__name__})") from erreur
        except requests.exceptions.ChunkedEncodingError as erreur:
            raise Coupure(f"corps tronqué, {self._taille()} octets reçus") from erreur
        except requests.RequestException as erreur:
            raise ErreurDonnees(f"{adresse} : adresse inutilisable ({type(erreur).__name__}). "
                                "Corrigez-la dans exports_officiels.yaml.") from erreur

    def _deja_recu(self, adresse: str) -> tuple[int, str]:
        """Octets déjà là et validateur de reprise ; zéro si la partie vient d'ailleurs ou n'est pas vérifiable."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            marque = json.loads(self.marque.read_text(encoding="utf-8"))
            if marque["adresse"] == adresse and marque["validateur"]:
                return self.part.stat().st_size, marque["validateur"]
        return 0, ""

    def _refuser(self, adresse: str, reponse: requests.Response) -> None:
        code = reponse.status_code
        if code == 416:
            self._oublier()
            raise Coupure("la partie déjà reçue ne correspond plus au fichier du serveur")
        if code in CODES_PASSAGERS:
            raise Coupure(f"le serveur répond {code}")
        if code >= 400:
            que_faire = _QUE_FAIRE.get(code, "Ouvrez l'adresse dans un navigateur pour en voir la raison.")
            raise ErreurDonnees(f"{adresse} : le serveur répond {code}. {que_faire}")
        if "html" in reponse.headers.get("Content-Type", "").casefold():
            raise _page_web(adresse, code)

    def _ecrire(self, adresse: str, reponse: requests.Response, debut: int) -> None:
        repris = reponse.status_code == 206 and reponse.headers.get("Content-Range", "").startswith(f"bytes {debut}-")
        debut = debut if repris else 0
        annonce = reponse.headers.get("Content-Length")
        total = debut + int(annonce) if annonce else None
        validateur = _validateur(reponse)
        self.marque.write_text(json.dumps({"adresse": adresse, "validateur": validateur}), encoding="utf-8")
        barre = tqdm(total=total, initial=debut, unit="o", unit_scale=True, desc=self.libelle,
                     disable=None if self.progression else True)
        with barre, self.part.open("ab" if repris else "wb") as sortie:
            for morceau in reponse.iter_content(TAILLE_MORCEAU):
                sortie.write(morceau)
                barre.update(len(morceau))
        if total is not None and self._taille() != total:
            raise Coupure(f"corps tronqué, {self._taille()} octets reçus sur {total} annoncés")
        with self.part.open("rb") as recu:
            if est_html(recu.read(2000)):
                self._oublier()
                raise _page_web(adresse, reponse.status_code)

    def _taille(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _oublier(self) -> None:
        self.part.unlink(missing_ok=True)
        self.marque.unlink(missing_ok=True)


def _page_web(adresse: str, code: int) -> ErreurDonnees:
    return ErreurDonnees(
        f"{adresse} : le serveur répond {code} par une page web (HTML) au lieu du fichier. Ouvrez l'adresse dans un "
        "navigateur : c'est une page d'accueil, d'erreur ou de connexion."
    )


def _validateur(reponse: requests.Response) -> str:
    """Ce qui prouve que le fichier n'a pas changé entre deux essais ; un ETag faible ne prouve rien."""
    etag = reponse.headers.get("ETag", "")
    return etag if etag and not etag.startswith("W/") else reponse.headers.get("Last-Modified", "")

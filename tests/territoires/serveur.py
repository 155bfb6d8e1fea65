"""Un serveur HTTP local qui sert des fichiers, et sait mal se conduire : erreur, coupure, page web, fichier changé."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Reponse:
    """Ce que rend une adresse.

    Parameters
    ----------
    contenu : bytes
    code : int
        Code HTTP des premières réponses ; 200 quand ``pannes`` est épuisé.
    genre : str
        Content-Type.
    coupures : list of int
        Octets envoyés avant de couper la connexion, une valeur par requête ; rien ensuite.
    reprise : bool
        Le serveur annonce un ETag et honore Range.
    pannes : int
        Nombre de réponses ``code`` avant les bonnes ; -1 = toujours.
    """

    contenu: bytes = b""
    code: int = 200
    genre: str = "application/octet-stream"
    coupures: list[int] = field(default_factory=list)
    reprise: bool = True
    pannes: int = -1


@dataclass
class Serveur:
    """Adresse de base, réponses par chemin, et journal des requêtes reçues : (chemin, plage demandée)."""

    racine: str
    reponses: dict[str, Reponse]
    requetes: list[tuple[str, str]]

    def adresse(self, chemin: str) -> str:
        """Adresse complète d'un chemin."""
        return f"{self.racine}/{chemin}"


@contextlib.contextmanager
def servir(reponses: dict[str, Reponse]) -> Iterator[Serveur]:
    """Démarre le serveur sur un port libre de 127.0.0.1 et l'arrête à la sortie."""
    requetes: list[tuple[str, str]] = []

    class Traitement(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802 — nom imposé par http.server
            chemin = self.path.partition("?")[0].lstrip("/")
            requetes.append((chemin, self.headers.get("Range", "")))
            reponse = reponses.get(chemin, Reponse(b"absent", 404))
            if reponse.code != 200 and reponse.pannes != 0:
                reponse.pannes -= 1
                self._envoyer(reponse.code, b"", reponse)
            else:
                self._servir(reponse)

        def _servir(self, reponse: Reponse) -> None:
            etag = f'"{hashlib.sha256(reponse.contenu).hexdigest()[:16]}"'
            plage = self.headers.get("Range", "")
            debut = int(plage.removeprefix("bytes=").rstrip("-")) if plage else 0
            inchange = self.headers.get("If-Range") == etag
            if reponse.reprise and debut and inchange:
                entetes = {"Content-Range": f"bytes {debut}-{len(reponse.contenu) - 1}/{len(reponse.contenu)}"}
                self._envoyer(206, reponse.contenu[debut:], reponse, {"ETag": etag, **entetes})
            else:
                self._envoyer(200, reponse.contenu, reponse, {"ETag": etag} if reponse.reprise else {})

        def _envoyer(self, code: int, corps: bytes, reponse: Reponse, entetes: dict[str, str] | None = None) -> None:
            self.send_response(code)
            for nom, contenu in {"Content-Type": reponse.genre, "Content-Length": str(len(corps)),
                                 **(entetes or {})}.items():
                self.send_header(nom, contenu)
            self.end_headers()
            coupure = reponse.coupures.pop(0) if reponse.coupures and code in (200, 206) else len(corps)
            self.wfile.write(corps[:coupure])
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Silence : le journal des requêtes suffit."""

    serveur = ThreadingHTTPServer(("127.0.0.1", 0), Traitement)
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    fil.start()
    try:
        yield Serveur(f"http://127.0.0.1:{serveur.server_address[1]}", reponses, requetes)
    finally:
        serveur.shutdown()
        serveur.server_close()
        fil.join()

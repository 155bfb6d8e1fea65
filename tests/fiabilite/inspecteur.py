"""Ce qu'un fichier livré n'a pas le droit de contenir, vérifié sans passer par le code qui l'a écrit."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import docx
import openpyxl

from mutunb.execution.gabarits import DOSSIER
from tests.fiabilite.charges import HOTE, PRODUIT

ADRESSE_PERMISE = re.compile(r"#|https://(?!hote-hostile)|http://(?!hote-hostile)|mailto:|data:image/|data:,$|[\w./-]+(#[\w-]*)?$")
BALISES_ACTIVES = {"script", "iframe", "object", "embed", "form", "base", "maction", "foreignobject", "frame", "applet"}
#: le tri du portefeuille, seul script livré
SCRIPT = (DOSSIER / "portefeuille.js").read_text("utf-8")
CHAMPS_WORD = {"PAGE", "NUMPAGES"}


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.fautes: list[str] = []
        self.scripts: list[str] = []
        self._dans_script = False

    def handle_endtag(self, tag: str) -> None:
        self._dans_script = self._dans_script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._dans_script:
            self.scripts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._dans_script = tag == "script"
        if tag in BALISES_ACTIVES:
            self.fautes.append(f"balise <{tag}>")
        for nom, contenu in attrs:
            adresse = (contenu or "").strip()
            if nom.startswith("on"):
                self.fautes.append(f"attribut {nom}")
            if nom in ("href", "src", "xlink:href", "action", "formaction", "data", "poster") and not ADRESSE_PERMISE.match(adresse):
                self.fautes.append(f"{nom}={adresse[:60]}")


def fautes(fichier: Path) -> list[str]:
    """Ce qui s'exécute, appelle l'extérieur ou casse dans un fichier ; vide s'il est sain."""
    verifier = {".html": _html, ".xlsx": _xlsx, ".docx": _docx, ".json": _json, ".ipynb": _json}.get(fichier.suffix)
    return [f"{fichier.name} : {f}" for f in verifier(fichier)] if verifier else []


def _html(fichier: Path) -> list[str]:
    texte = fichier.read_text("utf-8")
    page = _Page()
    page.feed(texte)
    page.close()
    if [_empreinte(s) for s in page.scripts] == re.findall(r"script-src 'sha256-([^']+)'", texte):  # le seul que la page annonce
        page.fautes = [f for f in page.fautes if f != "balise <script>"] + ["script inconnu"] * (page.scripts not in ([], [SCRIPT]))
    trouvees = page.fautes + [f"{n} fois </html>" for n in {texte.count("</html>")} - {1}]
    trouvees += ["pas de règle CSP"] * ("Content-Security-Policy" not in texte)
    trouvees += ["modèle exécuté"] * (re.search(rf"(?<![\d.]){PRODUIT}(?![\d])", texte) is not None)
    return trouvees + ["octet nul"] * ("\x00" in texte)


def _empreinte(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def _xlsx(fichier: Path) -> list[str]:
    trouvees = []
    with zipfile.ZipFile(fichier) as archive:
        for nom in archive.namelist():
            brut = archive.read(nom)
            if nom.startswith("xl/worksheets/") and re.search(rb"<f[ >/]", brut):
                trouvees.append(f"formule dans {nom}")
            if re.search(rb'TargetMode="External"', brut) or "externalLink" in nom or "vbaProject" in nom:
                trouvees.append(f"lien extérieur ou macro dans {nom}")
            if HOTE.encode() in brut and nom.endswith(".rels"):
                trouvees.append(f"adresse hostile dans {nom}")
    for feuille in openpyxl.load_workbook(fichier).worksheets:
        trouvees += [f"{feuille.title}!{c.coordinate}" for rang in feuille.iter_rows() for c in rang if c.data_type == "f"]
    return trouvees


def _docx(fichier: Path) -> list[str]:
    octets, trouvees = fichier.read_bytes(), []
    docx.Document(io.BytesIO(octets))
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        for nom in archive.namelist():
            brut = archive.read(nom).decode("utf-8", "replace")
            trouvees += [f"lien extérieur dans {nom}"] * ('TargetMode="External"' in brut)
            champs = set(re.findall(r'w:instr="\s*(\w+)', brut)) | set(re.findall(r"<w:instrText[^>]*>\s*(\w+)", brut))
            trouvees += [f"champ Word {champ}" for champ in champs - CHAMPS_WORD]
            trouvees += [f"modèle exécuté dans {nom}"] * (PRODUIT in brut)
            trouvees += [f"sens de lecture inversé dans {nom}"] * ("\u202e" in brut)
    return trouvees


def _json(fichier: Path) -> list[str]:
    texte = fichier.read_text("utf-8")
    lu = json.loads(texte, parse_constant=_refuser)
    page = _Page()
    for cellule in lu.get("cells", []):
        for sortie in cellule.get("outputs", []):
            page.feed("".join(sortie.get("data", {}).get("text/html", "")))
    page.close()
    return page.fautes + ["octet nul"] * ("\x00" in texte)


def _refuser(nom: str) -> None:
    raise ValueError(f"{nom} n'est pas du JSON")

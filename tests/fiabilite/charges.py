"""Les charges hostiles que l'on sème partout où un client peut écrire, et le territoire qui les porte toutes."""

from __future__ import annotations

import csv
import itertools
import os
import subprocess
import sys
from pathlib import Path

import yaml

from mutunb import chemins, territoires
from mutunb.dossier import exemple
from mutunb.dossier.classeur_collecte import Envoi, classeur
from mutunb.dossier.questionnaire import questionnaire

SIREN = exemple.SIREN
#: un modèle qui s'exécuterait écrirait ce produit
PRODUIT = str(7193 * 11)
HOTE = "hote-hostile.example"
CHARGES = (
    "=cmd|'/C calc'!A0",
    "+1+cmd|' /C calc'!A1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "=HYPERLINK(\"https://hote-hostile.example\",\"clic\")",
    "<script>alert('H')</script>",
    f"<img src=https://{HOTE}/x.png onerror=alert(1)>",
    "</table></figure></main><svg onload=alert(1)><script>alert(2)</script>",
    "<math><maction actiontype='statusline' xlink:href='javascript:alert(1)'>x</maction></math>",
    "[clic](javascript:alert(1)) [ici](data:text/html,<script>alert(1)</script>)",
    f"![image](https://{HOTE}/pixel.png)",
    "{{ 7193 * 11 }} {% for x in [1] %}{{ 7193 * 11 }}{% endfor %} ${7193*11}",
    "$\\href{javascript:alert(1)}{x}$ $$\\frac{1}{0}$$",
    "../../../../tmp/evasion",
    "\u202egpj.exe\u2066 inverse",
    "nul\x00 cloche\x07 vertical\x0b",
    "\"'`><b onmouseover=alert(1)>&lt;script&gt;&#60;script&#62;",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "long " + "Z" * 50_000,
    "| a | b |\n|---|---|\n# titre\n---\n<!-- commentaire",
)


def semer(racine: Path) -> None:
    """Écrit sous ``racine`` un projet (comptes publics hostiles) et un dossier client dont chaque texte est une charge."""
    projet = racine / "projet"
    for nom in ("data/referentiel", "data/modeles", "data/public/echantillon", "notebooks"):
        (projet / nom).parent.mkdir(parents=True, exist_ok=True)
        if (chemins.racine() / nom).exists():
            (projet / nom).symlink_to(chemins.racine() / nom)
    _comptes(projet / "data" / "exemples" / "public")
    _client(racine / "territoires" / SIREN)


def _comptes(vers: Path) -> None:
    """Les comptes du territoire fictif ; chaque nom de commune, et celui de l'EPCI, finit par une charge."""
    source = chemins.exemples() / "public"
    (vers.parent / SIREN).mkdir(parents=True)
    for fichier in source.iterdir():
        if fichier.suffix != ".csv":
            chemins.ecrire(vers / fichier.name, fichier.read_bytes())
            continue
        with fichier.open(encoding="utf-8", newline="") as flux:
            lignes = list(csv.DictReader(flux, delimiter=";"))
        suite = itertools.cycle(c for c in CHARGES if len(c) < 1000)
        for ligne in lignes:
            for nom in {"nom", "nom_long"} & set(ligne):
                ligne[nom] = f"{ligne[nom]} {next(suite)}".replace("\x00", "")  # un CSV ne porte pas d'octet nul
        vers.mkdir(parents=True, exist_ok=True)
        with (vers / fichier.name).open("w", encoding="utf-8", newline="") as flux:
            ecrivain = csv.DictWriter(flux, list(lignes[0]), delimiter=";")
            ecrivain.writeheader()
            ecrivain.writerows(lignes)


def _client(client: Path) -> None:
    suite = itertools.cycle(CHARGES)
    lignes = {}
    for feuille in questionnaire().feuilles:
        lignes[feuille.nom] = [
            {n: _charge(next(suite)) if feuille.champ(n).type == "texte" and n not in LISIBLES else v for n, v in ligne.items()}
            for ligne in map(dict, exemple.lire_reponses_exemple(feuille))
        ]
    # un fichier dont le nom lui-même est hostile
    nom = "=cmd <img src=x onerror=alert(1)> {{ 7193 * 11 }} ‮.xlsx"
    envoi = Envoi(nom, "Territoire", questionnaire().feuilles, lignes)
    chemins.ecrire(client / "recus" / nom, classeur(territoires.ouvrir(SIREN), envoi))
    auteur = "".join(c for c in " ".join(CHARGES[:18]) if c >= " ")
    reglages = {"siren": SIREN, "nom": f"CC {auteur}", "auteur": auteur, "contact": auteur}
    chemins.ecrire(client / "territoire.yaml", yaml.safe_dump(reglages, allow_unicode=True))
    fiche = {"bas": 41000, "central": 46000, "haut": 53000, "auteur": auteur, "date": "2026-01-15", "motif": f"{auteur} {CHARGES[-2]}"}
    chemins.ecrire(client / "hypotheses.yaml", yaml.safe_dump({"cout_etp_moyen": fiche}, allow_unicode=True))
    decisions = yaml.safe_load((chemins.exemples() / SIREN / "decisions.yaml").read_text("utf-8"))
    decisions["systemes_information"] |= {"auteur": auteur, "motif": f"{auteur} {CHARGES[-2]}"}
    chemins.ecrire(client / "decisions.yaml", yaml.safe_dump(decisions, allow_unicode=True))


#: textes où une charge rendrait la ligne inutilisable : on veut qu'elle soit lue et montrée
LISIBLES = frozenset({"cle", "indicateur", "unite", "bareme"})


def _charge(charge: str) -> str:
    return charge.replace("\x00", "").replace("\x07", "").replace("\x0b", "")[:32_000]  # limite d'une cellule de tableur


def lancer(racine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """``mutunb …`` sur le projet hostile, dans son propre processus."""
    milieu = {nom: reglage for nom, reglage in os.environ.items() if not nom.startswith("MUTUNB_")}
    milieu |= {
        "MUTUNB_RACINE": str(racine / "projet"),
        "MUTUNB_DONNEES": str(chemins.echantillon()),
        "MUTUNB_TERRITOIRES": str(racine / "territoires"),
        "MUTUNB_SORTIES": str(racine / "outputs"),
        "PYTHONPATH": str(chemins.RACINE_PAQUET.parent),
        "TMPDIR": str(racine / "tmp"),
    }
    (racine / "tmp").mkdir(exist_ok=True)
    commande = [sys.executable, "-c", "from mutunb.cli import principal; principal()", *arguments]
    return subprocess.run(commande, cwd=racine, env=milieu, capture_output=True, text=True, check=False, timeout=600)

"""Mesurer la lecture d'un gros retour : ``python -m benchs.lecture_collecte [LIGNES]``, depuis la racine du dépôt."""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from mutunb.dossier.collecte import lire_collecte
from mutunb.dossier.questionnaire import questionnaire

SIREN = "217903293"


def fabriquer(lignes: int) -> bytes:
    """Classeur d'effectifs de ``lignes`` lignes : nombres, textes à la française et absences mêlés."""
    feuille = questionnaire().feuille("effectifs")
    tampon = io.BytesIO()
    document = xlsxwriter.Workbook(tampon, {"in_memory": True})
    onglet = document.add_worksheet(feuille.libelle)
    onglet.write_row(0, 0, [champ.entete for champ in feuille.champs])
    for rang in range(lignes):
        commun = {"siren": SIREN, "collectivite": "Thouars", "poste": f"P{rang}", "fonction": "Achats", "part_temps": rang % 100 + 1}
        reste = {"quotite": "80 %", "categorie": "B", "statut": "titulaire", "cout_employeur_eur": f"{40 + rang % 9} 500,5 €", "source": "NC"}
        onglet.write_row(rang + 1, 0, [(commun | reste).get(champ.nom, "") for champ in feuille.champs])
    document.close()
    return tampon.getvalue()


def mesurer(lignes: int) -> tuple[int, float]:
    """Lignes lues et secondes de lecture."""
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / "retour.xlsx"
        chemin.write_bytes(fabriquer(lignes))
        debut = time.perf_counter()
        collecte = lire_collecte([chemin])
        return len(collecte.table("effectifs")), time.perf_counter() - debut


if __name__ == "__main__":
    lues, secondes = mesurer(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    sys.stdout.write(f"{lues} lignes lues en {secondes:.1f} s\n")

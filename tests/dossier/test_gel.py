"""Le gel du T0 : daté, numéroté, vérifiable, et jamais changé par ce qui arrive après."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from mutunb import referentiel
from mutunb.dossier import Dossier
from mutunb.dossier.collecte import Collecte
from mutunb.dossier.corrections import Correction, appliquer
from mutunb.dossier.gel import comparer, geler
from mutunb.dossier.qualite import cite, marquer, statut
from mutunb.dossier.t0 import lire_fichier_t0, lire_t0
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from tests.dossier.fabrique_collecte import ADAM, BERE, COLY, EPCI, collecte, contrat, mutualisation, poste, territoire

JOUR = datetime.date(2026, 1, 15)


def lue(**autres) -> Collecte:
    feuilles = {
        "entites": [{"siren": ADAM, "nom": "Adam", "nature": "commune", "agents": 12.0, "exercice": 2025.0}],
        "effectifs": [poste(exercice=2025.0, cout_employeur_eur=50_000.0), poste(siren=BERE, part=None)],
        "contrats": [contrat(fin="2027-06-30", source="registre des marchés"), contrat("C2", siren=EPCI)],
        "mutualisations": [mutualisation()],
    }
    return collecte(**(feuilles | autres))


def dossier(chemin: Path, reponses: Collecte | None = None) -> Dossier:
    collecte_lue = lue() if reponses is None else reponses
    return Dossier(territoire(), referentiel.hypotheses(), collecte=collecte_lue, chemin=chemin)


def empreinte(chemin: Path) -> str:
    return hashlib.sha256(chemin.read_bytes()).hexdigest()


def test_le_gel_ecrit_un_fichier_date_et_le_relit(tmp_path: Path) -> None:
    (tmp_path / "recus").mkdir()
    (tmp_path / "recus" / "adam.xlsx").write_bytes(b"classeur")
    (tmp_path / "corrections.yaml").write_bytes(b"# rien")
    chemin = geler(dossier(tmp_path), JOUR, "Direction générale")
    assert chemin == tmp_path / "t0" / "t0-1-2026-01-15.json"
    assert [autre.name for autre in chemin.parent.iterdir()] == [chemin.name], "aucun fichier provisoire ne reste"
    t0 = lire_t0(tmp_path)
    assert (t0.numero, t0.date, t0.exercice, t0.auteur) == (1, JOUR, 2025, "Direction générale")
    assert t0.entrees == {
        "corrections.yaml": hashlib.sha256(b"# rien").hexdigest(),
        "recus/adam.xlsx": hashlib.sha256(b"classeur").hexdigest(),
    }
    assert t0.version


def test_les_tables_relues_sont_celles_de_la_collecte(tmp_path: Path) -> None:
    geler(dossier(tmp_path), JOUR, "DGS")
    t0, vue = lire_t0(tmp_path), lue()
    for nom in ("entites", "effectifs", "contrats", "mutualisations", "activite"):
        gelee = t0.table(nom).drop(columns=["_statut", "_fiabilite"])
        pd.testing.assert_frame_equal(gelee, vue.table(nom), check_index_type=False)


def test_la_couverture_est_en_nombre_et_en_population(tmp_path: Path) -> None:
    geler(dossier(tmp_path), JOUR, "DGS")
    t0 = lire_t0(tmp_path)
    assert t0.couverture["contrats"] == {
        "attendus": 4, "repondants": 2, "part_population": 0.727273, "absents": [BERE, COLY],
    }  # fmt: skip
    assert t0.collectivites[ADAM]["lignes"]["effectifs"] == 1
    assert (t0.collectivites[COLY]["nom"], t0.collectivites[COLY]["population"]) == ("Coly", 500)
    assert sum(t0.collectivites[COLY]["lignes"].values()) == 0


def test_une_donnee_posterieure_ne_change_pas_le_t0(tmp_path: Path) -> None:
    chemin = geler(dossier(tmp_path), JOUR, "DGS")
    avant = empreinte(chemin)
    vue = dossier(tmp_path, lue(effectifs=[poste(cout_employeur_eur=99_000.0)]))
    second = geler(vue, datetime.date(2026, 6, 1), "DGS", motif="réponse tardive")
    assert empreinte(chemin) == avant
    assert second.name == "t0-2-2026-06-01.json"
    assert lire_t0(tmp_path).numero == 2
    assert lire_t0(tmp_path, 1).table("effectifs")["cout_employeur_eur"].iloc[0] == 50_000
    assert lire_t0(tmp_path).motif == "réponse tardive"


def test_un_second_gel_le_meme_jour_garde_le_premier(tmp_path: Path) -> None:
    premier = geler(dossier(tmp_path), JOUR, "DGS")
    avant = empreinte(premier)
    assert geler(dossier(tmp_path), JOUR, "DGS").name == "t0-2-2026-01-15.json"
    assert empreinte(premier) == avant


def test_un_fichier_present_n_est_jamais_ecrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    premier = geler(dossier(tmp_path), JOUR, "DGS")
    monkeypatch.setattr("mutunb.dossier.gel.fichiers_t0", lambda chemin: {})  # un autre gel au même instant
    with pytest.raises(ErreurDonnees, match="ne s'écrase pas"):
        geler(dossier(tmp_path), JOUR, "autre")
    assert lire_fichier_t0(premier).auteur == "DGS"
    assert len(list(premier.parent.iterdir())) == 1


@pytest.mark.parametrize("change", ['"cout_employeur_eur"', "50000.0"])
def test_un_t0_modifie_est_refuse(tmp_path: Path, change: str) -> None:
    chemin = geler(dossier(tmp_path), JOUR, "DGS")
    texte = chemin.read_text(encoding="utf-8")
    assert change in texte
    chemin.write_text(texte.replace(change, change.replace("0", "1").replace("cout", "prix"), 1), encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="modifié depuis son gel"):
        lire_t0(tmp_path)


def test_une_autre_mise_en_page_n_est_pas_une_modification(tmp_path: Path) -> None:
    chemin = geler(dossier(tmp_path), JOUR, "DGS")
    chemin.write_text(json.dumps(json.loads(chemin.read_text(encoding="utf-8")), indent=4), encoding="utf-8")
    assert lire_t0(tmp_path).numero == 1


@pytest.mark.parametrize("texte", ["", "{", "[]", "{}"])
def test_un_t0_tronque_est_dit(tmp_path: Path, texte: str) -> None:
    chemin = geler(dossier(tmp_path), JOUR, "DGS")
    chemin.write_text(texte, encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="illisible ou tronqué"):
        lire_t0(tmp_path)


def test_numeros_inconnus_ou_en_double(tmp_path: Path) -> None:
    assert lire_t0(tmp_path) is None
    chemin = geler(dossier(tmp_path), JOUR, "DGS")
    with pytest.raises(ErreurUsage, match="Numéros gelés : 1"):
        lire_t0(tmp_path, 7)
    (chemin.parent / "t0-1-2026-02-01.json").write_bytes(chemin.read_bytes())
    with pytest.raises(ErreurDonnees, match="numéro 1"):
        lire_t0(tmp_path)


def test_on_ne_gele_ni_le_vide_ni_sans_auteur(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="rien à geler"):
        geler(dossier(tmp_path, Collecte({})), JOUR, "DGS")
    with pytest.raises(ErreurUsage, match="auteur"):
        geler(dossier(tmp_path), JOUR, "  ")
    assert not (tmp_path / "t0").exists()


def test_deux_gels_de_la_meme_chose_ont_le_meme_contenu(tmp_path: Path) -> None:
    une, autre = (json.loads(geler(dossier(tmp_path / nom), JOUR, "DGS").read_text()) for nom in "ab")
    assert une == autre


def test_les_corrections_sont_dans_le_t0(tmp_path: Path) -> None:
    fiche = Correction(
        feuille="contrats", cle={"reference": "C1"}, champ="fin", ancienne="2027-06-30", nouvelle="2028-06-30",
        motif="avenant", auteur="Cabinet", date=JOUR,
    )  # fmt: skip
    corrigee, faites = appliquer(lue(), [fiche])
    vu = Dossier(territoire(), referentiel.hypotheses(), collecte=corrigee, corrections=faites, chemin=tmp_path)
    geler(vu, JOUR, "DGS")
    (trace,) = lire_t0(tmp_path).corrections
    assert (trace["ancienne"], trace["nouvelle"], trace["motif"]) == ("2027-06-30", "2028-06-30", "avenant")


# --- comparer ----------------------------------------------------------------


def test_comparer_dit_ce_qui_a_change(tmp_path: Path) -> None:
    geler(dossier(tmp_path), JOUR, "DGS")
    t0 = lire_t0(tmp_path)
    assert comparer(t0, lue()).empty
    neuve = lue(
        effectifs=[poste(exercice=2025.0, cout_employeur_eur=52_000.0), poste(poste="P7")],
        contrats=[contrat(fin="2027-06-30", source="registre des marchés"), contrat("C2", siren=EPCI, fin="2030-01-01")],
    )
    changements = comparer(t0, neuve)
    assert changements.to_dict("records") == [
        {"feuille": "effectifs", "changement": "modifie", "cle": f"{ADAM}, P1, achats", "champ": "cout_employeur_eur",
         "t0": "50000", "actuel": "52000"},
        {"feuille": "effectifs", "changement": "retire", "cle": f"{BERE}, P1, achats", "champ": "", "t0": "", "actuel": ""},
        {"feuille": "effectifs", "changement": "ajoute", "cle": f"{ADAM}, P7, achats", "champ": "", "t0": "", "actuel": ""},
        {"feuille": "contrats", "changement": "modifie", "cle": f"{EPCI}, C2", "champ": "fin", "t0": "",
         "actuel": "2030-01-01"},
    ]  # fmt: skip


def test_comparer_ignore_l_ordre_et_le_fichier(tmp_path: Path) -> None:
    geler(dossier(tmp_path), JOUR, "DGS")
    lignes = [contrat("C2", siren=EPCI), contrat(fin="2027-06-30", source="registre des marchés")]
    assert comparer(lire_t0(tmp_path), lue(fichier="autre.xlsx", contrats=lignes)).empty


def test_comparer_tient_compte_des_cles_repetees(tmp_path: Path) -> None:
    geler(dossier(tmp_path, lue(contrats=[contrat(), contrat()])), JOUR, "DGS")
    changements = comparer(lire_t0(tmp_path), lue(contrats=[contrat()]))
    assert changements["changement"].tolist() == ["retire"]


# --- marques de qualité ------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "attendu"),
    [
        ("compte financier unique 2025", "constate"),
        ("Comptes administratifs", "constate"),
        ("registre des marchés", "constate"),
        ("CONVENTION du 12/03/2019", "constate"),
        ("Donnée publique : frais de personnel 2024 (OFGL)", "constate"),
        ("estimation d'après le compte 2023", "declare"),
        ("tableau des effectifs", "declare"),
        ("comptable de la commune", "declare"),
        (None, "declare"),
        (float("nan"), "declare"),
    ],
)
def test_statut(source: object, attendu: str) -> None:
    assert statut(source) == attendu


def test_une_expression_n_est_pas_un_morceau_de_mot() -> None:
    assert cite("des baux et des contrats", ["contrat"])
    assert not cite("contractuel", ["contrat"])


def test_fiabilite() -> None:
    couts = {"siren": ADAM, "fonction": "achats", "montant_eur": 10.0}
    vue = collecte(
        entites=[{"siren": ADAM, "nom": "Adam", "nature": "commune", "agents": 12.0}],
        couts=[
            couts | {"nature": "personnel", "source": "compte administratif"},
            couts | {"nature": "contrats", "source": "factures"},
            couts | {"nature": "licences"},
            couts | {"nature": "locaux", "siren": BERE},
        ],
        effectifs=[poste(part=1.5), poste(poste="P2")],
    )
    vu = Dossier(territoire(), referentiel.hypotheses(), collecte=vue)
    marques = marquer(vue, vu.constats)
    assert marques["couts"]["fiabilite"].tolist() == [4, 3, 2, 1]
    assert marques["effectifs"]["fiabilite"].tolist() == [1, 2]
    assert marques["couts"]["statut"].tolist() == ["constate", "declare", "declare", "declare"]

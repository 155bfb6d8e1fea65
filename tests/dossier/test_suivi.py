"""Le suivi : lu sans jamais lever d'exception, absent n'est pas zéro, et le T0 n'en dépend pas."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

import pandas as pd
import pytest

import mutunb
from mutunb import chemins
from mutunb.dossier import exemple
from mutunb.dossier.fichiers_client import entrees_du_dossier
from mutunb.dossier.modele_suivi import groupe_de, modele_suivi
from mutunb.dossier.questionnaire import questionnaire
from mutunb.dossier.suivi import Suivi, lire_suivi
from mutunb.erreurs import ErreurUsage
from tests.dossier.fabrique_classeurs import ods, xls, xlsx
from tests.fabrique_suivi import ADAM, BERE, EPCI, SI, charge, exercice, suivi, territoire, usager

UNITES = ["fonction", "siren", "unite", "unites_prevues", "unites_constatees", "mois_presence"]


def deposer(dossier: Path, nom: str, octets: bytes) -> Suivi | None:
    chemin = dossier / "suivi" / nom
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(octets)
    return lire_suivi(dossier, territoire())


@pytest.fixture(scope="module")
def fictif() -> Suivi:
    return mutunb.ouvrir(exemple.SIREN).suivi


# --- le modèle


def test_le_modele_se_lit_et_ses_listes_viennent_du_referentiel() -> None:
    modele = modele_suivi()
    assert modele.noms == ["exercice", "charges", "etp", "unites", "versements", "indicateurs", "gains", "jalons"]
    assert "SI_UO_POSTE" in modele.feuille("unites").champ("unite").valeurs
    assert modele.feuille("jalons").champ("tache").libelle_de("T21").startswith("Date d'effet")
    assert groupe_de("SI_01") == "economie" and groupe_de("SI_14") == "climat" and groupe_de("libre") is None
    groupes = set(modele.feuille("indicateurs").champ("groupe").valeurs)
    assert {groupe_de(code) for code in modele.feuille("indicateurs").champ("indicateur").valeurs} <= groupes


def test_le_questionnaire_n_a_pas_bouge() -> None:
    assert questionnaire().classeur == "classeur de collecte"
    assert not set(questionnaire().noms) & set(modele_suivi().noms)


# --- lecture


def test_sans_dossier_de_suivi_il_n_y_en_a_pas(tmp_path: Path) -> None:
    assert lire_suivi(tmp_path, territoire()) is None
    (tmp_path / "suivi").mkdir()
    assert lire_suivi(tmp_path, territoire()) is None


def test_aller_retour(tmp_path: Path) -> None:
    lu = suivi(tmp_path, {"exercice": [exercice()], "charges": [charge()], "unites": [usager(), usager(BERE)]})
    annee = lu.exercice()
    assert (annee.exercice, annee.complet, annee.date_arret, annee.part_ecoulee) == (2028, True, None, 1.0)
    assert annee.fonctions == (SI,)
    assert annee.table("unites")["siren"].tolist() == [ADAM, BERE]
    assert annee.table("charges")["montant_eur"].tolist() == [1000.0]
    assert annee.sha256 == hashlib.sha256((tmp_path / "suivi/suivi-2028.xlsx").read_bytes()).hexdigest()
    assert lu.constats == ()


def test_absent_n_est_pas_zero(tmp_path: Path) -> None:
    lignes = {"exercice": [exercice()], "unites": [usager(unites_constatees=None), usager(BERE, unites_constatees=0)]}
    constatees = suivi(tmp_path, lignes).exercice().table("unites")["unites_constatees"]
    assert pd.isna(constatees.iloc[0]) and constatees.iloc[1] == 0


def test_plusieurs_exercices_cote_a_cote(tmp_path: Path) -> None:
    suivi(tmp_path, {"exercice": [exercice(2028)], "unites": [usager()]})
    partiel = exercice(2029, complet="non", date_arret=datetime.date(2029, 9, 30))
    lu = suivi(tmp_path, {"exercice": [partiel], "unites": [usager()]}, 2029)
    assert list(lu.exercices) == [2028, 2029] and lu.dernier.exercice == 2029 and lu.exercice(2028).exercice == 2028
    assert lu.exercice().part_ecoulee == pytest.approx(273 / 365)
    assert lu.table("unites")["annee"].tolist() == [2028, 2029]
    with pytest.raises(ErreurUsage, match="2028 et 2029"):
        lu.exercice(2031)


def test_un_exercice_partiel_sans_arret_n_a_pas_de_part(tmp_path: Path) -> None:
    lu = suivi(tmp_path, {"exercice": [exercice(complet="non")], "unites": [usager()]}).exercice()
    assert not lu.complet and lu.part_ecoulee != lu.part_ecoulee


def test_sans_feuille_exercice_le_nom_du_fichier_dit_l_annee(tmp_path: Path) -> None:
    lu = suivi(tmp_path, {"unites": [usager()]})
    assert lu.exercice().exercice == 2028 and not lu.exercice().complet


def test_deux_fichiers_d_un_meme_exercice(tmp_path: Path) -> None:
    suivi(tmp_path, {"exercice": [exercice()], "unites": [usager()]})
    lu = suivi(tmp_path, {"exercice": [exercice()], "unites": [usager(unites_constatees=12)]}, nom="suivi-2028-bis.xlsx")
    assert len(lu.exercices) == 1
    double, conflit = (next(c for c in lu.constats if mot in c.trouve) for mot in ("2 fichiers", "« 12 »"))
    assert double.gravite == conflit.gravite == "erreur"
    assert "suivi-2028.xlsx, Unités de fonctionnement, cellule G5" in conflit.ou


def test_un_classeur_d_un_autre_territoire_est_signale(tmp_path: Path) -> None:
    lu = suivi(tmp_path, {"exercice": [exercice()]})
    assert not [c for c in lu.constats if "préparé pour" in c.trouve]
    autre = lire_suivi(tmp_path, mutunb.ouvrir("247900798").territoire)
    assert [c for c in autre.constats if f"préparé pour le SIREN {EPCI}" in c.trouve]


# --- dix classeurs hostiles : jamais d'exception, toujours une phrase


def _brut(*lignes: list[object], feuille: str = "Unités de fonctionnement") -> dict[str, list[list[object]]]:
    return {feuille: [UNITES, *map(list, lignes)]}


def test_hostile_en_tetes_et_nombres_de_mairie(tmp_path: Path) -> None:
    lignes = [["systemes information", "999 999 899", "poste de travail géré", "1 234,5", "NC", "12 mois"]]
    entetes = ["Fonction", "N° SIREN", "UNITE DE FONCTIONNEMENT", "unités prévues", "Unites constatees *", "mois de presence"]
    lu = deposer(tmp_path, "suivi-2028.xlsx", xlsx({"Feuil3": [["Relevé 2028"], [], entetes, *lignes]}))
    (ligne,) = lu.exercice().table("unites").to_dict("records")
    assert (ligne["siren"], ligne["unite"], ligne["unites_prevues"], ligne["mois_presence"]) == (ADAM, "SI_UO_POSTE", 1234.5, 12)
    assert pd.isna(ligne["unites_constatees"])


def test_hostile_ods(tmp_path: Path) -> None:
    lu = deposer(tmp_path, "suivi 2028.ods", ods(_brut([SI, ADAM, "SI_UO_POSTE", 10, 9.5, 12])))
    assert lu.exercice(2028).table("unites")["unites_constatees"].tolist() == [9.5]


def test_hostile_xls(tmp_path: Path) -> None:
    lu = deposer(tmp_path, "suivi_2028.xls", xls("Unites", [UNITES, [SI, ADAM, "SI_UO_POSTE", 10, 0, 12]]))
    assert lu.exercice(2028).table("unites")["unites_constatees"].tolist() == [0.0]


def test_hostile_csv(tmp_path: Path) -> None:
    texte = "\n".join([";".join(UNITES), f"{SI};{ADAM};SI_UO_POSTE;10;11;12", "Total;;;10;11;"])
    lu = deposer(tmp_path, "unites-2028.csv", texte.encode("cp1252"))
    assert lu.exercice(2028).table("unites")["unites_constatees"].tolist() == [11.0]
    assert [c for c in lu.constats if "total" in c.trouve]


def test_hostile_valeurs_impossibles(tmp_path: Path) -> None:
    lignes = [[SI, ADAM, "SI_UO_POSTE", -4, "beaucoup", 14], ["informatiqe quantique", BERE, "SI_UO_POSTE", 1, 1, 12]]
    lu = deposer(tmp_path, "suivi-2028.xlsx", xlsx(_brut(*lignes)))
    table = lu.exercice().table("unites")
    assert table[["unites_prevues", "unites_constatees", "mois_presence"]].isna().all().all() and len(table) == 1
    lieux = " ".join(c.ou for c in lu.constats if c.gravite == "erreur")
    assert all(f"cellule {place}" in lieux for place in ("D2", "E2", "F2", "A3"))


@pytest.mark.parametrize(
    ("nom", "octets"),
    [
        ("suivi-2028.xlsx", b""),
        ("suivi-2028.xlsx", b"PK\x03\x04 coupe en route"),
        ("suivi-2028.xlsx", b"<html><table><tr><td>1</td></tr></table></html>"),
        ("suivi-2028.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
        ("suivi-2028.xlsx", xlsx({"Notes": [["rien", "à", "voir"], [1, 2, 3]]})),
        ("suivi-2028.csv", b"\xff\xfe\x00a;b"),
    ],
)
def test_hostile_illisible(tmp_path: Path, nom: str, octets: bytes) -> None:
    lu = deposer(tmp_path, nom, octets)
    assert any(c.gravite == "erreur" and c.remede for c in lu.constats)
    assert all(table.empty for table in lu.exercice(2028).tables.values())


def test_hostile_sans_annee(tmp_path: Path) -> None:
    lu = deposer(tmp_path, "suivi.xlsx", xlsx(_brut([SI, ADAM, "SI_UO_POSTE", 10, 9, 12])))
    assert not lu.exercices and "aucun exercice" in lu.constats[-1].trouve


def test_hostile_deux_annees_ou_un_nom_qui_ment(tmp_path: Path) -> None:
    lu = suivi(tmp_path, {"exercice": [exercice(2028), exercice(2029)]}, nom="suivi-2028.xlsx")
    assert any("2028 et 2029" in c.trouve for c in lu.constats)
    menteur = suivi(tmp_path, {"exercice": [exercice(2029)]}, nom="suivi-2028.xlsx")
    assert list(menteur.exercices) == [2029] and any("nom du fichier" in c.attendu for c in menteur.constats)


def test_hostile_un_format_qui_ne_se_lit_pas_est_nomme(tmp_path: Path) -> None:
    lu = deposer(tmp_path, "suivi-2028.pdf", b"%PDF")
    assert not lu.exercices and [c.ou for c in lu.constats] == ["suivi/suivi-2028.pdf"]
    assert "classeur de suivi" in lu.constats[0].remede


# --- le territoire fictif


def test_fictif_lu_sans_erreur(fictif: Suivi) -> None:
    assert list(fictif.exercices) == list(exemple.EXERCICES) and fictif.constats == ()
    assert [e.complet for e in fictif.exercices.values()] == [True, True, False]
    assert fictif.dernier.date_arret == datetime.date(2030, 9, 30)
    assert all(len(table) for e in fictif.exercices.values() for table in e.tables.values())
    constats = mutunb.ouvrir(exemple.SIREN).constats_suivi
    assert {c.controle for c in constats} == {"charge_non_liee", "satisfaction_sans_taux", "gain_sans_preuve"}
    assert not [c for c in constats if c.gravite == "erreur"]


def test_fictif_suit_les_decisions_et_le_calendrier(fictif: Suivi) -> None:
    from mutunb.calculs.projet import projeter

    projet = projeter(mutunb.ouvrir(exemple.SIREN))
    premiere = min(fictif.exercices)
    for fonction in fictif.exercices[premiere].fonctions:
        choix = projet.choix[fonction]
        assert choix.date_effet == datetime.date(premiere, 1, 1), fonction
        modes = fictif.table("versements").query("fonction == @fonction")["mode"].unique()
        assert list(modes) == [choix.mode_financier]
        assert set(fictif.table("unites").query("fonction == @fonction")["siren"]) == set(choix.perimetre)


def test_fictif_une_mauvaise_annee_une_entree_une_sortie(fictif: Suivi) -> None:
    couts = fictif.table("charges").groupby("annee")["montant_eur"].sum()
    assert couts[2029] > couts[2028] * 1.1
    notes = fictif.table("indicateurs").query("groupe == 'satisfaction'").pivot(index="annee", columns="fonction", values="valeur")
    assert (notes.loc[2029] < notes.loc[2028]).all()
    mouvements = fictif.table("unites").query("mouvement != 'rien'")
    assert mouvements[["annee", "mouvement", "mois_presence"]].to_numpy().tolist() == [[2029, "entree", 6.0], [2030, "sortie", 6.0]]
    finances = fictif.table("unites").query("fonction == 'comptabilite_finances'")
    assert "999999956" not in finances.query("annee == 2028")["siren"].tolist()


def test_fictif_les_classeurs_sont_ceux_des_csv(fictif: Suivi) -> None:
    for annee, lu in fictif.exercices.items():
        livre = chemins.exemples() / exemple.SIREN / "suivi" / f"suivi-{annee}.xlsx"
        assert livre.read_bytes() == exemple.classeur_suivi(annee), "relancez python -m mutunb.dossier.exemple"
        for feuille in modele_suivi().feuilles:
            attendues = exemple.lire_suivi_exemple(feuille, annee)
            assert len(lu.table(feuille.nom)) == len(attendues), feuille.nom


def test_le_suivi_n_entre_pas_dans_le_t0(tmp_path: Path) -> None:
    suivi(tmp_path, {"exercice": [exercice()]})
    assert entrees_du_dossier(tmp_path) == {}

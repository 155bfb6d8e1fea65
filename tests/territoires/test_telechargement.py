"""Télécharger contre un serveur local : empreintes, reprise, et chaque mésaventure dite sans rien abîmer."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.territoires import reprise
from mutunb.territoires.exports import Export, exports, verifier_millesime
from mutunb.territoires.telechargement import JOURNAL, Telechargements, telecharger
from tests.territoires.serveur import Reponse, Serveur, servir

NOM = "ofgl-base-gfp-consolidee_2024.csv"
ENTETE = "exer;siren;epci_name;nat_juridique;agregat;montant;montant_bp;montant_ba;ptot\r\n"
# Brest métropole, comptes 2024 consolidés
LIGNES = "".join(
    f"2024;242900314;Brest Métropole;METRO;{agregat};{montant};{montant};0.0;216077\r\n"
    for agregat, montant in {
        "Dépenses de fonctionnement": 342554623.96, "Frais de personnel": 167312451.78,
        "Achats et charges externes": 112231346.04, "Recettes de fonctionnement": 398408026.6,
        "Epargne brute": 55853402.64, "Encours de dette": 372999819.09,
    }.items()
)
CSV = (ENTETE + LIGNES).encode("utf-8-sig")
PAGE = b"<!DOCTYPE html><html lang='fr'><title>Maintenance</title></html>"


@pytest.fixture(autouse=True)
def _sans_attente(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reprise, "PAUSE_S", 0)
    monkeypatch.setattr(reprise, "TAILLE_MORCEAU", 10)


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with servir({"export": Reponse(CSV, genre="text/csv")}) as lance:
        yield lance


def recevoir(serveur: Serveur, vers: Path, **options: object) -> Telechargements:
    return telecharger(
        "2025", vers, {"ofgl_epci": serveur.adresse("export")}, ["ofgl_epci"], delai_s=5, progression=False, **options
    )


def laisse(vers: Path) -> set[str]:
    """Fichiers visibles du dossier : jamais un reste de téléchargement."""
    return {chemin.name for chemin in vers.iterdir() if not chemin.name.startswith(".")} if vers.is_dir() else set()


def test_un_export_est_recu_verifie_et_consigne(serveur: Serveur, tmp_path: Path) -> None:
    obtenu = recevoir(serveur, tmp_path).fichiers[0]
    assert (tmp_path / NOM).read_bytes() == CSV
    assert (obtenu.sha256, obtenu.taille, obtenu.deja_la) == (hashlib.sha256(CSV).hexdigest(), len(CSV), False)
    fiche = json.loads((tmp_path / JOURNAL).read_text(encoding="utf-8"))["fichiers"][NOM]
    assert fiche["sha256"] == obtenu.sha256
    assert fiche["adresse"] == serveur.adresse("export")
    assert {chemin.name for chemin in tmp_path.iterdir()} == {NOM, JOURNAL}


def test_un_export_deja_la_et_intact_n_est_pas_retelecharge(serveur: Serveur, tmp_path: Path) -> None:
    recevoir(serveur, tmp_path)
    assert recevoir(serveur, tmp_path).fichiers[0].deja_la
    assert len(serveur.requetes) == 1


def test_un_export_altere_sur_place_est_retelecharge(serveur: Serveur, tmp_path: Path) -> None:
    recevoir(serveur, tmp_path)
    (tmp_path / NOM).write_bytes(CSV[:-20])
    assert not recevoir(serveur, tmp_path).fichiers[0].deja_la
    assert (tmp_path / NOM).read_bytes() == CSV


def test_une_coupure_est_reprise_ou_elle_s_etait_arretee(serveur: Serveur, tmp_path: Path) -> None:
    serveur.reponses["export"].coupures = [100, 150]
    recevoir(serveur, tmp_path)
    assert [plage for _, plage in serveur.requetes] == ["", "bytes=100-", "bytes=250-"]
    assert (tmp_path / NOM).read_bytes() == CSV


def test_la_reprise_se_fait_aussi_d_une_commande_a_l_autre(serveur: Serveur, tmp_path: Path) -> None:
    serveur.reponses["export"].coupures = [100]
    with pytest.raises(ErreurDonnees, match="corps tronqué, 100 octets reçus"):
        recevoir(serveur, tmp_path, tentatives=1)
    assert laisse(tmp_path) == set()
    recevoir(serveur, tmp_path)
    assert serveur.requetes[-1] == ("export", "bytes=100-")
    assert (tmp_path / NOM).read_bytes() == CSV


def test_un_serveur_sans_reprise_renvoie_tout(serveur: Serveur, tmp_path: Path) -> None:
    serveur.reponses["export"] = Reponse(CSV, coupures=[100], reprise=False)
    recevoir(serveur, tmp_path)
    assert [plage for _, plage in serveur.requetes] == ["", ""]
    assert (tmp_path / NOM).read_bytes() == CSV


def test_un_fichier_change_entre_deux_essais_est_repris_du_debut(serveur: Serveur, tmp_path: Path) -> None:
    serveur.reponses["export"].coupures = [100]
    with pytest.raises(ErreurDonnees):
        recevoir(serveur, tmp_path, tentatives=1)
    nouveau = CSV.replace("Brest Métropole".encode(), "Brest métropole".encode())
    serveur.reponses["export"] = Reponse(nouveau)
    recevoir(serveur, tmp_path)
    assert (tmp_path / NOM).read_bytes() == nouveau


def test_une_panne_passagere_est_reessayee(serveur: Serveur, tmp_path: Path) -> None:
    serveur.reponses["export"] = Reponse(CSV, code=503, pannes=2)
    recevoir(serveur, tmp_path)
    assert len(serveur.requetes) == 3


@pytest.mark.parametrize(
    ("reponse", "attendu"),
    [
        (Reponse(code=404), "le serveur répond 404. Le producteur a sans doute déplacé"),
        (Reponse(code=403), "le serveur répond 403. Le serveur refuse l'accès"),
        (Reponse(code=418), "le serveur répond 418. Ouvrez l'adresse dans un navigateur"),
        (Reponse(code=503), "le serveur répond 503 (essai 3 sur 3)"),
        (Reponse(CSV, coupures=[10, 10, 10], reprise=False), "corps tronqué, 10 octets reçus"),
        (Reponse(PAGE, genre="text/html; charset=utf-8"), "200 par une page web (HTML)"),
        (Reponse(PAGE, genre="text/csv"), "200 par une page web (HTML)"),
        (Reponse(b"", genre="text/csv"), "fichier vide"),
        (Reponse(b"a;b\r\n1;2\r\n"), "pas l'export attendu"),
        (Reponse(CSV.replace(b";agregat;", b";agregats;")), "des colonnes voisines : agregats"),
        (Reponse(CSV[:-30]), "fichier tronqué, la dernière ligne n'est pas terminée"),
        (Reponse(CSV.replace(b"55853402.64;5", b"beaucoup;5")), "ligne 6 : trouvé « beaucoup »"),
    ],
)
def test_une_mesaventure_est_dite_et_ne_laisse_rien(
    serveur: Serveur, tmp_path: Path, reponse: Reponse, attendu: str
) -> None:
    serveur.reponses["export"] = reponse
    with pytest.raises(ErreurDonnees) as erreur:
        recevoir(serveur, tmp_path)
    assert attendu in str(erreur.value)
    assert serveur.adresse("export") in str(erreur.value)
    assert NOM in str(erreur.value)
    assert laisse(tmp_path) == set()


def test_l_ancien_fichier_survit_a_un_telechargement_manque(serveur: Serveur, tmp_path: Path) -> None:
    recevoir(serveur, tmp_path)
    journal = (tmp_path / JOURNAL).read_text(encoding="utf-8")
    (tmp_path / NOM).write_bytes(CSV + LIGNES.replace("2024;", "2023;").encode())
    altere = (tmp_path / NOM).read_bytes()
    serveur.reponses["export"] = Reponse(b"a;b\r\n1;2\r\n")
    with pytest.raises(ErreurDonnees):
        recevoir(serveur, tmp_path)
    assert (tmp_path / NOM).read_bytes() == altere
    assert (tmp_path / JOURNAL).read_text(encoding="utf-8") == journal


def test_un_serveur_injoignable_est_dit(tmp_path: Path) -> None:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        adresse = f"http://127.0.0.1:{prise.getsockname()[1]}/export"
    with pytest.raises(ErreurDonnees, match="serveur injoignable"):
        telecharger("2025", tmp_path, {"ofgl_epci": adresse}, ["ofgl_epci"], progression=False)


def test_une_adresse_mal_ecrite_est_dite(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="adresse inutilisable"):
        telecharger("2025", tmp_path, {"ofgl_epci": "ftp://x/export"}, ["ofgl_epci"], progression=False)


def test_tous_les_exports_manquants_sont_dits_ensemble(serveur: Serveur, tmp_path: Path) -> None:
    adresses = {export.id: serveur.adresse("rien") for export in exports()}
    with pytest.raises(ErreurDonnees) as erreur:
        telecharger("2025", tmp_path, adresses, progression=False)
    assert len(erreur.value.constats) == len(exports())


def test_un_export_facultatif_manquant_n_est_qu_une_alerte(serveur: Serveur, tmp_path: Path) -> None:
    adresses = {"ofgl_epci": serveur.adresse("export"), "ept": serveur.adresse("rien")}
    resultat = telecharger("2025", tmp_path, adresses, ["ofgl_epci", "ept"], progression=False)
    assert [fichier.export for fichier in resultat.fichiers] == ["ofgl_epci"]
    assert "répond 404" in str(resultat.alertes[0])


def test_un_journal_abime_fait_retelecharger(serveur: Serveur, tmp_path: Path) -> None:
    recevoir(serveur, tmp_path)
    (tmp_path / JOURNAL).write_text("{", encoding="utf-8")
    assert not recevoir(serveur, tmp_path).fichiers[0].deja_la


@pytest.mark.national
def test_les_vrais_extraits_passent_par_le_serveur(dossier_national: Path, tmp_path: Path) -> None:
    formats = dossier_national / "formats"
    extraits = {
        "ofgl_communes": "ofgl_long_communes_brest_metropole_2024.csv",
        "ofgl_epci": "ofgl_long_gfp_brest_metropole_2024.csv",
        "dotations": "ofgl_dotations_communes_2026_extrait.csv",
    }
    reponses = {nom: Reponse((formats / extrait).read_bytes(), genre="text/csv") for nom, extrait in extraits.items()}
    with servir(reponses) as lance:
        adresses = {nom: lance.adresse(nom) for nom in extraits}
        resultat = telecharger("2025", tmp_path, adresses, list(extraits), progression=False)
    assert {f.export: f.taille for f in resultat.fichiers} == {
        nom: (formats / extrait).stat().st_size for nom, extrait in extraits.items()
    }


def test_les_adresses_officielles_portent_le_millesime() -> None:
    par_id = {export.id: export for export in exports()}
    comptes = par_id["ofgl_communes"].url("2025")
    assert comptes.startswith("https://data.ofgl.fr/api/explore/v2.1/catalog/datasets/ofgl-base-communes/exports/csv?")
    assert "where=year%28exer%29%3D2024" in comptes
    assert "Frais%20de%20personnel" in comptes
    assert par_id["composition"].nom_fichier("2026") == "epcicom2026.xlsx"
    assert "DESL/2026/EPCI/" in par_id["composition"].url("2026")
    assert all(export.licence and export.producteur for export in par_id.values())


@pytest.mark.parametrize("millesime", ["25", "deux mille", "2017", "2100", "2025.0"])
def test_un_millesime_impossible_est_refuse(millesime: str) -> None:
    with pytest.raises(ErreurUsage, match="année sur quatre chiffres"):
        verifier_millesime(millesime)


def test_un_export_inconnu_dit_ses_voisins(tmp_path: Path) -> None:
    with pytest.raises(ErreurUsage, match="ofgl_epci"):
        telecharger("2025", tmp_path, choix=["ofgl_ecpi"])


def test_un_export_mal_decrit_est_refuse() -> None:
    with pytest.raises(ValueError, match="contrôle inconnu « csv »"):
        Export(id="x", libelle="x", producteur="x", licence="x", fichier="x", adresse="x", controle="csv",
               obligatoire=True)

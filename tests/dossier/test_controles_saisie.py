"""Contrôles d'identité et de saisie : SIREN, noms, doublons, absences, zéros."""

from __future__ import annotations

import pytest

from mutunb.dossier.preremplissage import preremplir
from tests.dossier.fabrique_collecte import ADAM, BERE, COLY, EPCI, constats, contrat, mutualisation, poste, territoire


def test_siren_hors_territoire_et_voisin() -> None:
    inconnu = {"siren": "219900009", "nom": "Coly", "nature": "commune"}
    (constat,) = constats("siren_hors_territoire", entites=[inconnu])
    assert "« 219900009 » (Coly)" in constat.trouve.replace("\u00a0", " ")
    assert "219900000 (Adam)" in constat.remede


def test_un_ccas_declare_est_connu_partout() -> None:
    ccas = {"siren": "269900005", "nom": "CCAS d'Adam", "nature": "ccas", "rattachement": ADAM}
    assert not constats("siren_hors_territoire", entites=[ccas], contrats=[contrat(siren="269900005")])
    assert constats("siren_hors_territoire", contrats=[contrat(siren="269900005")])
    assert constats("siren_hors_territoire", entites=[ccas | {"rattachement": "269900006"}])


def test_la_fiche_dgf_est_celle_de_l_epci() -> None:
    assert constats("siren_hors_territoire", dgf=[{"siren": ADAM, "exercice": 2025.0, "cif": 0.3}])
    assert not constats("siren_hors_territoire", dgf=[{"siren": EPCI, "exercice": 2025.0, "cif": 0.3}])


def test_partie_hors_territoire() -> None:
    trouves = constats("partie_hors_territoire", mutualisations=[mutualisation(beneficiaires=f"{ADAM} ; 257900001")])
    assert [constat.trouve.split("»")[0].strip("« \u00a0") for constat in trouves] == ["257900001"]


def test_nom_et_siren_discordants() -> None:
    (constat,) = constats("nom_et_siren_discordants", effectifs=[poste(siren=ADAM, collectivite="BERE")])
    assert constat.attendu.startswith(BERE)
    assert not constats("nom_et_siren_discordants", effectifs=[poste(siren=BERE, collectivite="béré")])
    assert not constats("nom_et_siren_discordants", effectifs=[poste(siren=BERE, collectivite="Mairie de Béré")])


def test_doublons() -> None:
    lignes = [poste(part=0.5), poste(part=0.5)]
    (constat,) = constats("doublons", effectifs=lignes)
    assert constat.trouve == "2\u00a0lignes pour 219900000, P1, Achats"
    assert not constats("doublons", effectifs=[lignes[0], poste(fonction="juridique", part=0.5)])


def test_exercices_melanges() -> None:
    lignes = [poste(exercice=2025.0), poste(poste="P2", exercice=2025.0), poste(poste="P3", exercice=2024.0)]
    (constat,) = constats("exercices_melanges", effectifs=lignes)
    assert [cellule.ligne for cellule in constat.cellules] == [8]
    assert not constats("exercices_melanges", effectifs=lignes[:2])


def test_sans_reponse_nomme_les_absents() -> None:
    lues = {"contrats": [contrat(siren=EPCI), contrat(siren=ADAM)], "effectifs": [poste(BERE), poste(COLY)]}
    (constat,) = [c for c in constats("sans_reponse", **lues) if c.feuille == "contrats"]
    assert constat.trouve == "2\u00a0entités sans réponse sur 4 (27\u00a0% de la population)\u00a0: Béré et Coly"
    complets = [contrat(siren=siren) for siren in (EPCI, ADAM, BERE, COLY)]
    assert "contrats" not in {constat.feuille for constat in constats("sans_reponse", contrats=complets)}


def test_une_ligne_preremplie_n_est_pas_une_reponse() -> None:
    lignes = [dict(ligne) for ligne in preremplir(territoire())["entites"]]
    assert len(constats("entite_muette", entites=lignes)) == 4
    assert "entites" in {constat.feuille for constat in constats("sans_reponse", entites=lignes, effectifs=[poste()])}
    remplies = [ligne | {"agents": 3.0} for ligne in lignes]
    assert "entites" not in {constat.feuille for constat in constats("sans_reponse", entites=remplies)}
    corrigees = [ligne | {"charges_personnel_eur": 123.0} for ligne in lignes]
    assert "entites" not in {constat.feuille for constat in constats("sans_reponse", entites=corrigees)}


@pytest.mark.parametrize(("autres", "nombre"), [(2, 0), (3, 1)])
def test_zero_suspect(autres: int, nombre: int) -> None:
    lignes = [poste(poste=f"P{rang}", cout_employeur_eur=40_000.0) for rang in range(autres)]
    trouves = constats("zero_suspect", effectifs=[*lignes, poste(poste="Z", cout_employeur_eur=0.0)])
    assert len(trouves) == nombre
    for constat in trouves:
        assert "cellule vide" in constat.attendu


def test_zero_suspect_par_indicateur() -> None:
    def ligne(rang: int, indicateur: str, valeur: float | None) -> dict:
        return {"siren": ADAM, "fonction": "achats", "indicateur": indicateur, "valeur": valeur, "exercice": 2000.0 + rang}

    volumes = [*(ligne(rang, "mandats", 100.0) for rang in range(3)), ligne(9, "titres", 0.0), ligne(8, "mandats", None)]
    assert not constats("zero_suspect", activite=volumes)
    assert len(constats("zero_suspect", activite=[*volumes, ligne(7, "mandats", 0.0)])) == 1


def test_une_entite_muette_se_dit_une_fois_et_pas_feuille_par_feuille() -> None:
    lues = {"contrats": [contrat(siren=EPCI), contrat(siren=ADAM)], "effectifs": [poste(ADAM), poste(BERE)]}
    (muette,) = constats("entite_muette", **lues)
    assert (muette.ou, muette.trouve) == ("toutes les feuilles", "aucune réponse de Coly (9\u00a0% de la population)")
    par_feuille = {constat.feuille: constat.trouve for constat in constats("sans_reponse", **lues)}
    assert all("Coly" not in trouve for trouve in par_feuille.values())
    contrats = par_feuille["contrats"].replace("\u00a0", " ")
    assert contrats == "1 entité sans réponse sur 4 (18 % de la population) : Béré (en plus de 1 entité muette)"
    assert "toutes celles qui ont répondu par ailleurs" in par_feuille["couts"]


def test_l_epci_muet_se_dit_sans_population() -> None:
    (muette,) = constats("entite_muette", effectifs=[poste(siren) for siren in (ADAM, BERE, COLY)])
    assert muette.trouve == "aucune réponse de CC d'Essai, l'EPCI"


def test_une_mairie_lit_des_libelles_jamais_des_codes() -> None:
    double = [mutualisation(forme="madd"), mutualisation(forme="madd", etp=1.0)]
    (constat,) = constats("doublons", mutualisations=double)
    assert "Mise à disposition de service, de l'EPCI vers ses communes" in constat.trouve and "madd" not in str(constat)
    (manque,) = constats("parts_de_temps_en_deca", effectifs=[poste(part=0.5)])
    assert "« Hors fonctions support »" in manque.attendu.replace("\u00a0", " ") and "hors_support" not in str(manque)


def test_une_feuille_que_l_epci_remplit_ne_fait_pas_parler_les_communes() -> None:
    compensation = {"siren": ADAM, "exercice": 2025.0, "ac_fonctionnement_eur": 1000.0}
    muettes = constats("entite_muette", compensations=[compensation])
    assert [constat.trouve.split(" de ")[1].split(" (")[0] for constat in muettes] == ["Adam", "Béré", "Coly"]
    (constat,) = [c for c in constats("sans_reponse", compensations=[compensation]) if c.feuille == "compensations"]
    assert constat.trouve.replace("\u00a0", " ") == "2 entités sans réponse sur 3 (27 % de la population) : Béré et Coly"
    assert constat.remede.startswith("Relancez l'EPCI, qui la remplit")
    assert "compensations" not in {c.feuille for c in constats("sans_reponse", effectifs=[poste(ADAM)])}
    (dgf,) = [c for c in constats("sans_reponse", compensations=[compensation]) if c.feuille == "dgf"]
    assert dgf.trouve == "1\u00a0entité sans réponse sur 1\u00a0: CC d'Essai"

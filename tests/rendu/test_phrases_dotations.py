"""Les phrases et figures des dotations : un effet nul dit pourquoi, une absence se dit, rien n'est promis."""

import dataclasses
import re

import pytest

from mutunb.calculs.constat_dotations import constat_dotations
from mutunb.calculs.effets_dotations import EffetsDotations, etudier_dotations
from mutunb.calculs.imputations import Imputations, rassembler_imputations
from mutunb.calculs.projet import projeter
from mutunb.dossier import ouvrir
from mutunb.rendu import figures_dotations, phrases_dotations
from mutunb.rendu.affichage import Affichage

FICTIF, THOUARS, LABASTIDE, SELESTAT = "999999998", "247900798", "244600573", "246700967"
BREST, CONQUES, CLISSON, LYON = "242900314", "241200641", "200067635", "200046977"
PHRASES = [nom for nom in vars(phrases_dotations) if nom.startswith("dotations_")]


def etudier(siren: str) -> tuple[EffetsDotations, Imputations]:
    imputations = rassembler_imputations(projeter(ouvrir(siren)))
    return etudier_dotations(imputations), imputations


@pytest.fixture(scope="module")
def etudes() -> dict[str, tuple[EffetsDotations, Imputations]]:
    return {s: etudier(s) for s in (FICTIF, THOUARS, LABASTIDE, SELESTAT, BREST, CONQUES, CLISSON, LYON)}


def dire(nom: str, etude: tuple[EffetsDotations, Imputations]) -> str:
    fonction = getattr(phrases_dotations, nom)
    affichage: Affichage = fonction(*etude) if nom == "dotations_montant" else fonction(etude[0])
    return affichage.markdown


@pytest.mark.parametrize("nom", PHRASES)
def test_aucune_phrase_vide_ni_mot_de_machine(nom, etudes) -> None:
    for siren, etude in etudes.items():
        texte = dire(nom, etude)
        assert texte, siren
        assert not re.search(r"\bnan\b|\bNone\b|\{\w*\}|\binf\b|m€|\.\.", texte), (siren, texte)
        assert not re.search(r"\d [\d%€]", texte), (siren, texte)


def test_un_cif_au_plafond_donne_zero_et_pourquoi(etudes) -> None:
    texte = dire("dotations_effet", etudes[BREST])
    assert "≈ 0**, parce que le CIF retenu est déjà au plafond" in texte
    assert "k€ par an" not in texte.split("Effet sur la dotation")[1]


def test_sans_fiche_aucun_euro_de_dotation_n_est_annonce(etudes) -> None:
    for siren in (THOUARS, CLISSON):
        suite = dire("dotations_effet", etudes[siren]).split("En euros")[1]
        assert "ne se chiffre pas" in suite
        assert "€" not in suite.replace("euros", "")


def test_l_effet_chiffre_porte_sa_marge_sa_contrainte_et_sa_reserve(etudes) -> None:
    texte = dire("dotations_effet", etudes[FICTIF])
    for attendu in ("par an** (de ", "Aucune garantie ne joue", "Premier effet en 2030", "majorant", "règles 2024 à confirmer"):
        assert attendu in texte


def test_fiscalite_additionnelle(etudes) -> None:
    assert "L.5211-4-2" in dire("dotations_montant", etudes[LABASTIDE])
    assert "0,402" in dire("dotations_position", etudes[SELESTAT])
    assert figures_dotations.dotations_position(etudes[LABASTIDE][0]) is None
    assert figures_dotations.dotations_position(etudes[SELESTAT][0]) is not None


def test_ce_qui_est_indetermine_le_reste(etudes) -> None:
    texte = dire("dotations_position", etudes[CLISSON])
    assert "trop près du seuil de 0,35" in texte
    assert "à 0,06 près" in texte


def test_illustration_dite_comme_telle() -> None:
    effets = etudier_dotations(ouvrir(THOUARS))
    assert "à titre d'illustration" in phrases_dotations.dotations_montant(effets).markdown
    imputations = rassembler_imputations(projeter(ouvrir(THOUARS)))
    sans = dataclasses.replace(imputations, parts_eur={}, imputees=(), non_chiffrees=("juridique",))
    assert "n'est pas connu (le juridique)" in phrases_dotations.dotations_montant(etudier_dotations(sans), sans).markdown
    rien = dataclasses.replace(sans, non_chiffrees=())
    assert "tous se facturent" in phrases_dotations.dotations_montant(etudier_dotations(rien), rien).markdown


def test_des_parts_confidentielles_ne_nomment_personne(etudes) -> None:
    imputations = dataclasses.replace(etudes[FICTIF][1], publiables=False)
    texte = phrases_dotations.dotations_communes(etudier_dotations(imputations)).markdown
    assert "Saint-Cyrlin" not in texte
    assert "sous zéro pour" in texte


def test_hors_du_service_le_potentiel_monte() -> None:
    dossier = ouvrir(THOUARS)
    dedans = dict.fromkeys(dossier.territoire.communes["siren"].iloc[1:], 1_000)
    texte = phrases_dotations.dotations_communes(etudier_dotations(dossier, dedans)).markdown
    assert "Loretz-d'Argenton, hors du service, verrait son potentiel fiscal monter de 0,64" in texte
    assert "sans avoir rien décidé" in texte


def test_les_figures_disent_ce_qu_elles_montrent(etudes) -> None:
    effets = etudes[FICTIF][0]
    position, chaine = figures_dotations.dotations_position(effets), figures_dotations.dotations_pluriannuel(effets)
    assert "sous le seuil" in position.titre
    assert "2030" in chaine.titre
    assert position.affichage().elements[0]["id"] != chaine.affichage().elements[0]["id"]
    assert figures_dotations.dotations_pluriannuel(etudes[THOUARS][0]) is None
    assert "au-delà" in figures_dotations.dotations_position(etudes[BREST][0]).titre


def test_le_constat_du_premier_ecran_developpe_ses_sigles_et_ne_promet_rien(etudes) -> None:
    constats = {siren: constat_dotations(etude[0]) for siren, etude in etudes.items()}
    assert all("coefficient d'intégration fiscale (CIF)" in constat for constat in constats.values())
    assert "par an au plus, à partir de 2030" in constats[FICTIF]
    assert "ne se chiffre pas en euros" in constats[THOUARS] and "déjà au plafond" in constats[BREST]
    assert constats[LABASTIDE].startswith("En fiscalité additionnelle, le service se facture")

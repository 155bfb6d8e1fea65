"""Le référentiel livré : tout se charge, tout se répond."""

from __future__ import annotations

import datetime

import pytest

from mutunb import chemins, referentiel
from mutunb.erreurs import ErreurUsage
from mutunb.referentiel.identifiants import FONCTIONS, INSTRUMENTS

ENTREES_ATTENDUES = (
    "service_commun sortie_service_commun groupement_commandes groupement_commandes_epci centrale_achat "
    "attribution_compensation clect cif dotation_intercommunalite fpic potentiel_fiscal "
    "mise_a_disposition_descendante mise_a_disposition_ascendante mise_a_disposition_individuelle "
    "remboursement_mise_a_disposition schema_mutualisation pacte_gouvernance comite_social_territorial "
    "centre_de_gestion indemnite_mobilite rgpd rgs_nis2 tva service_facturier biens_partages "
    "convention_gestion entente service_unifie coefficient_mutualisation services_fonctionnels"
).split()
COLLECTIONS = (
    "fonctions droits reperes sources hypotheses instruments regles_eligibilite configurations actes contraintes "
    "taches controles unites points_a_verifier glossaire evaluations"
).split()


def le(texte: str) -> datetime.date:
    return datetime.date.fromisoformat(texte)


@pytest.mark.parametrize("nom", COLLECTIONS)
def test_chaque_collection_se_charge_une_fois(nom):
    lire = getattr(referentiel, nom)
    assert len(lire()) > 0
    assert lire() is lire()


@pytest.mark.parametrize("id", ENTREES_ATTENDUES)
def test_entree_de_droit_attendue(id):
    entree = referentiel.droit(id)
    assert entree.id == id
    assert entree.resume.endswith(".")


def test_service_commun():
    entree = referentiel.droit("service_commun")
    assert entree.texte == "CGCT, art. L.5211-4-2"
    assert entree.verifie_le == le("2026-10-05")
    assert entree.version == le("2022-02-23")
    assert not entree.a_verifier
    assert entree.comporte_reserves


@pytest.mark.parametrize(
    ("entree", "valeur", "jour", "attendu"),
    [
        ("dotation_intercommunalite", "plafond", "2019-01-01", 1.1),
        ("dotation_intercommunalite", "plafond", "2023-12-31", 1.1),
        ("dotation_intercommunalite", "plafond", "2024-01-01", 1.2),
        ("dotation_intercommunalite", "hausse_enveloppe", "2019-12-31", 37),
        ("dotation_intercommunalite", "hausse_enveloppe", "2023-12-31", 30),
        ("dotation_intercommunalite", "hausse_enveloppe", "2024-01-01", 90),
        ("dotation_intercommunalite", "plancher", "2026-01-01", 0.95),
        ("dotation_intercommunalite", "plancher_garanti", "2026-01-01", 1),
        ("dotation_intercommunalite", "seuil_cif_ca_cu_metropole", "2026-01-01", 0.35),
        ("dotation_intercommunalite", "seuil_cif_cc", "2026-01-01", 0.5),
        ("dotation_intercommunalite", "plafond_cif", "2026-01-01", 0.6),
        ("dotation_intercommunalite", "coefficient_metropole", "2026-01-01", 1.1),
        ("dotation_intercommunalite", "complement", "2026-01-01", 5),
        ("cif", "part_dsc", "2018-12-31", 0.5),
        ("cif", "part_dsc", "2019-01-01", 1),
        ("comite_social_territorial", "seuil_comite_propre", "2026-01-01", 50),
        ("comite_social_territorial", "convocation", "2026-01-01", 15),
        ("comite_social_territorial", "convocation_urgence", "2026-01-01", 8),
        ("centre_de_gestion", "seuil_affiliation", "2026-01-01", 350),
        ("indemnite_mobilite", "moins_de_20_km", "2026-01-01", 0),
        ("indemnite_mobilite", "de_20_a_40_km", "2026-01-01", 1600),
        ("indemnite_mobilite", "de_40_a_60_km", "2026-01-01", 2700),
        ("indemnite_mobilite", "de_60_a_90_km", "2026-01-01", 3800),
        ("indemnite_mobilite", "a_partir_de_90_km", "2026-01-01", 6000),
        ("indemnite_mobilite", "demenagement", "2026-01-01", 15000),
        ("clect", "rapport", "2026-01-01", 9),
        ("clect", "approbation_communes", "2026-01-01", 3),
        ("pacte_gouvernance", "adoption", "2026-01-01", 9),
        ("schema_mutualisation", "avis_communes", "2026-01-01", 3),
        ("seances_assemblees", "convocation_epci_et_grandes_communes", "2026-01-01", 5),
        ("seances_assemblees", "convocation_petites_communes", "2026-01-01", 3),
    ],
)
def test_valeur_du_droit(entree, valeur, jour, attendu):
    assert referentiel.droit(entree).valeur(valeur, le=le(jour)) == attendu


@pytest.mark.parametrize(
    ("id", "jour"),
    [
        ("comite_social_territorial", "2026-04-03"),
        ("centre_de_gestion", "2026-04-03"),
        ("groupement_commandes", "2026-04-01"),
        ("centrale_achat", "2026-04-01"),
        ("modification_statuts", "2015-01-01"),
        ("rgs_nis2", "2026-10-05"),
        ("biens_partages", "2026-10-05"),
    ],
)
def test_date_de_verification(id, jour):
    assert referentiel.droit(id).verifie_le == le(jour)


@pytest.mark.parametrize(
    "id", ["tva", "cif", "dotation_intercommunalite", "indemnite_mobilite", "schema_mutualisation"]
)
def test_pas_de_date_de_verification_inventee(id):
    assert referentiel.droit(id).verification == "date de vérification non établie"


def test_chaque_valeur_du_droit_a_unite_reference_et_source():
    for entree in referentiel.droits().values():
        for valeur in entree.valeurs:
            assert valeur.unite in referentiel.unites()
            assert all(source in referentiel.sources() for source in valeur.source)
            assert all(etape.reference for etape in valeur.historique)


def test_les_fonctions_et_leur_ordre():
    assert tuple(referentiel.fonctions()) == FONCTIONS
    assert [f.ordre for f in referentiel.fonctions().values()] == list(range(1, 13))
    piliers = [id for id, fonction in referentiel.fonctions().items() if fonction.famille == "pilier"]
    assert piliers == list(FONCTIONS[:5])


def test_tous_les_instruments_sont_decrits_dans_l_ordre():
    assert tuple(referentiel.instruments()) == INSTRUMENTS
    assert referentiel.instrument("SC").effet_cif == "si_ac"
    assert referentiel.instrument("SCC").effet_cif == "a_etudier"
    employeur = [i.id for i in referentiel.instruments().values() if i.effet_cif in ("oui", "si_ac", "a_etudier")]
    assert employeur == ["SC", "SCC", "SYN", "TR"]


def test_chaque_fonction_a_ses_configurations_sauf_le_droit_des_sols():
    assert set(FONCTIONS) - set(referentiel.configurations()) == {"application_droit_sols"}


def test_les_choix_de_configuration_sont_classes():
    for configuration in referentiel.configurations().values():
        for nom in type(configuration).model_fields:
            choix = getattr(configuration, nom)
            if nom not in ("id", "niveau", "source"):
                rangs = [un.rang for un in choix]
                assert rangs == sorted(rangs), (configuration.id, nom)


def test_les_propositions_ont_un_rang_et_un_instrument():
    for regle in referentiel.regles_eligibilite().values():
        assert (regle.rang is not None) == (regle.effet == "proposition"), regle.id
        if regle.effet == "proposition":
            assert regle.instruments, regle.id


def test_controles_et_points_complets():
    assert list(referentiel.controles()) == [f"G{rang}" for rang in range(1, 16)]
    assert list(referentiel.points_a_verifier()) == [f"V{rang}" for rang in range(1, 18)]
    cites = {point for entree in referentiel.droits().values() for point in entree.points_a_verifier}
    assert cites == set(referentiel.points_a_verifier())


def test_un_acte_a_des_clauses_imposees_sauf_pratique():
    for acte in referentiel.actes().values():
        assert any(clause.portee == "impose" for clause in acte.clauses), acte.id
        assert not any(clause.portee == "impose" and clause.a_verifier for clause in acte.clauses), acte.id


@pytest.mark.parametrize(
    ("lire", "faute", "voisin"),
    [
        ("fonction", "achat", "achats"),
        ("droit", "service_comun", "service_commun"),
        ("repere", "TR188", "TR18"),
        ("source", "cnfpt_bouqet", "cnfpt_bouquet"),
        ("hypothese", "part_rhh", "part_rh"),
        ("instrument", "SCD", "SC"),
    ],
)
def test_nom_inconnu_donne_les_voisins(lire, faute, voisin):
    with pytest.raises(ErreurUsage, match=f"« {faute} ».*{voisin}"):
        getattr(referentiel, lire)(faute)


def test_un_niveau_b_ne_cite_jamais_seul_un_texte_comme_fait():
    """Un point sans autre source que l'usage ne peut pas se dire de niveau A."""
    for entree in referentiel.droits().values():
        for point in (*entree.points, *entree.valeurs):
            if point.source == ("usage",):
                assert point.niveau == "B", (entree.id, point)


def test_glossaire_et_unites_sont_des_phrases():
    for phrases in (referentiel.glossaire(), referentiel.unites()):
        assert all(phrase.endswith(".") and phrase[0].isupper() for phrase in phrases.values())


def test_chaque_unite_du_fichier_sert():
    citees = {r.unite for r in referentiel.reperes().values()}
    citees |= {h.unite for h in referentiel.hypotheses().values()}
    citees |= {v.unite for entree in referentiel.droits().values() for v in entree.valeurs}
    for fonction in referentiel.fonctions().values():
        for objet in (*fonction.unites_oeuvre, *fonction.indicateurs, *fonction.gains.quantitatifs):
            citees.add(objet.unite)
    controles = (chemins.referentiel() / "controles_dossier.yaml").read_text(encoding="utf-8")
    orphelines = {u for u in set(referentiel.unites()) - citees if f"unite: {u}" not in controles}
    assert orphelines == set()

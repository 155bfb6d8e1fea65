"""Le moteur d'éligibilité : chaque refus de la méthode existe, cite son article, et l'emporte sur toute proposition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb import referentiel
from mutunb.calculs.conditions_eligibilite import ALERTES, CONDITIONS, INTERDICTIONS, PROPOSITIONS, VALEURS, Faits
from mutunb.calculs.consequences import clause_de_sortie, consequences, risque_tva
from mutunb.calculs.instruments import CONFIGURATIONS, examiner, examiner_faits
from mutunb.calculs.examen_instruments import modes_financiers
from mutunb.erreurs import ErreurMutunb, ErreurUsage
from mutunb.referentiel.identifiants import FONCTIONS, INSTRUMENTS

BOOLEENS = [nom for nom, champ in Faits.__dataclass_fields__.items() if champ.type == "bool"]
faits = st.builds(
    lambda fonction, communes, cdg, agents, statuts, choisis, **mots: Faits(
        fonction=fonction, communes=communes, commune_affiliee_cdg=cdg, agents_temps_plein=agents,
        statuts_groupement=statuts, **dict.fromkeys(choisis, True) | ({} if "epci_partie" in choisis else {"epci_partie": False}), **mots,
    ),
    fonction=st.sampled_from(FONCTIONS),
    communes=st.integers(0, 40),
    cdg=st.sampled_from([True, False, None]),
    agents=st.sampled_from([None, 0, 1, 12]),
    statuts=st.sampled_from([True, False, None]),
    choisis=st.sets(st.sampled_from(BOOLEENS)),
    **{nom: st.sampled_from(admises) for nom, admises in VALEURS.items()},
)  # fmt: skip


def titres(fonction: str, code: str, **mots) -> list[str]:
    return [refus.titre for refus in examiner(fonction, **mots).refus_de(code)]


def test_chaque_regle_a_son_predicat_et_reciproquement():
    regles = referentiel.regles_eligibilite()
    assert set(CONDITIONS) == set(regles) and len(CONDITIONS) == len(INTERDICTIONS) + len(PROPOSITIONS) + len(ALERTES)
    for effet, predicats in (("interdiction", INTERDICTIONS), ("proposition", PROPOSITIONS), ("alerte", ALERTES)):
        assert set(predicats) == {id for id, regle in regles.items() if regle.effet == effet}


def test_chaque_interdiction_a_un_titre_un_article_et_un_objet():
    for regle in referentiel.regles_eligibilite().values():
        if regle.effet == "interdiction":
            assert regle.titre and regle.article and (regle.instruments or regle.vise), regle.id


def test_les_configurations_sont_celles_du_referentiel():
    champs = set(type(referentiel.configurations()["achats"]).model_fields) - {"id", "niveau", "source"}
    assert set(CONFIGURATIONS) == champs


@pytest.mark.parametrize(
    ("titre", "code", "fonction", "mots"),
    [
        ("Service commun impossible sans l'EPCI", "SC", "juridique", {"epci_partie": False}),
        ("Service commun impossible sans l'EPCI", "SCC", "juridique", {"epci_partie": False, "gestionnaire": "commune"}),
        ("Mise à disposition ascendante réservée au transfert partiel", "MADA", "juridique", {}),
        ("Service commun réservé au territoire de l'EPCI", "SC", "juridique", {"beneficiaires_exterieurs": True}),
        ("Pas de service commun sur une compétence transférée", "SC", "juridique", {"competence_transferee": True}),
        ("Pas de service commun sur une compétence transférée", "SC", "juridique", {"transfert": "total"}),
        ("Pas d'adhésion à un marché déjà lancé", "GC", "achats", {"marche_lance": True}),
        ("Groupement confié à l'EPCI gratuit", "GCD", "achats", {"epci_paye": True}),
        ("Concessions exclues du groupement confié à l'EPCI", "GCD", "achats", {"concession": True}),
        ("Groupement confié à l'EPCI réservé à ses communes", "GCD", "achats", {"beneficiaires_exterieurs": True}),
        ("Biens partagés réservés aux biens de l'EPCI", "BP", "patrimoine_vehicules", {"bien": True}),
        ("Au moins une commune membre", "SC", "juridique", {"communes": 0}),
        ("Une fonction support ne se transfère pas seule", "TR", "juridique", {}),
        ("Service unifié réservé aux pairs", "SU", "juridique", {}),
    ],
)
def test_un_refus_attendu_existe_et_cite_son_article(titre, code, fonction, mots):
    examen = examiner(fonction, **mots)
    refus = next(r for r in examen.refus_de(code) if r.titre == titre)
    assert refus.article and refus.source and refus.raison and refus.regle in examen.regles
    assert code not in examen.codes_admis


@pytest.mark.parametrize(
    ("code", "fonction", "mots"),
    [
        ("SC", "juridique", {}),
        ("MADA", "juridique", {"transfert": "partiel"}),
        ("GC", "achats", {}),
        ("BP", "patrimoine_vehicules", {"bien": True, "epci_proprietaire": True}),
        ("TR", "juridique", {"transfert": "total"}),
        ("SU", "juridique", {"epci_partie": False}),
    ],
)
def test_l_autre_cote_du_refus_est_ouvert(code, fonction, mots):
    assert not titres(fonction, code, **mots) and code in examiner(fonction, **mots).codes_admis


def test_l_imputation_est_refusee_en_fiscalite_additionnelle_et_elle_seule():
    additionnelle = examiner("systemes_information", regime_fiscal="FA", toutes_communes=True)
    assert [r.titre for r in additionnelle.refuses if not r.code] == ["Imputation impossible en fiscalité additionnelle"]
    assert additionnelle.recommande == "SC" and additionnelle.modes_financiers("SC") == ("facture",)
    assert examiner("systemes_information", regime_fiscal="FPU").modes_financiers("SC")[0] == "ac"


@pytest.mark.parametrize(("affiliee", "exclues", "alerte"), [(True, True, False), (False, False, False), (None, False, True)])
def test_les_missions_du_centre_de_gestion(affiliee, exclues, alerte):
    examen = examiner("ressources_humaines", commune_affiliee_cdg=affiliee, communes=3)
    assert "SC" in examen.codes_admis
    assert any("centre de gestion" in r.objet.lower() for r in examen.refuses) is exclues
    assert ("affiliation_a_etablir" in examen.regles) is alerte
    assert "missions_du_centre_de_gestion" not in examiner("juridique", commune_affiliee_cdg=True).regles


@pytest.mark.parametrize(
    ("attendu", "fonction", "mots"),
    [
        ("SC", "systemes_information", {"toutes_communes": True}),
        ("GC", "achats", {"ponctuel": True}),
        ("GC", "achats", {"organisation_peu_mure": True, "toutes_communes": True}),
        ("SC", "achats", {"equipe_permanente": True, "toutes_communes": True}),
        ("CA", "achats", {"au_catalogue": True, "toutes_communes": True}),
        ("MADD", "juridique", {"service_epci_existant": True}),
        ("SC", "juridique", {"service_epci_existant": True, "agents_temps_plein": 1}),
        ("PS", "juridique", {"a_l_acte": True}),
        ("SCC", "juridique", {"gestionnaire": "commune", "ville_centre_seule": True}),
        ("MADI", "comptabilite_finances", {"ponctuel": True, "un_seul_agent": True}),
        ("SYN", "systemes_information", {"beneficiaires_exterieurs": True}),
        ("MADD", "ressources_humaines", {"forme_legere": True, "toutes_communes": True}),
        ("SC", "application_droit_sols", {"toutes_communes": True}),
        ("SC", "secretariat_mairie", {"ville_centre_seule": True}),
    ],
)
def test_le_premier_conseil(attendu, fonction, mots):
    assert examiner(fonction, **mots).recommande == attendu


def test_une_alerte_suit_l_instrument_admis():
    assert "accord_individuel" in examiner("comptabilite_finances", ponctuel=True).regles
    assert "accord_individuel" not in examiner("comptabilite_finances").regles
    assert "groupement_statuts_a_modifier" in examiner("achats", toutes_communes=True).regles
    assert "groupement_statuts_a_modifier" not in examiner("achats", toutes_communes=True, statuts_groupement=True).regles


def test_la_liste_des_communes_vaut_leur_nombre():
    assert examiner("juridique", communes=["a", "b"]) == examiner("juridique", communes=2)


@pytest.mark.parametrize(
    ("fonction", "mots", "mot"),
    [
        ("juridiques", {}, "juridique"),
        ("juridique", {"epci_parti": True}, "epci_partie"),
        ("juridique", {"regime_fiscal": "FPZ"}, "FPU ou FA"),
        ("juridique", {"transfert": "oui"}, "aucun ou partiel ou total"),
        ("juridique", {"communes": -1}, "0 au moins"),
        ("juridique", {"retenus": frozenset()}, "nom inconnu"),
    ],
)
def test_un_fait_illisible_est_refuse(fonction, mots, mot):
    with pytest.raises(ErreurMutunb, match=mot):
        examiner(fonction, **mots)


@given(faits)
def test_une_interdiction_l_emporte_toujours(cas):
    examen = examiner_faits(cas)
    assert not set(examen.codes_admis) & set(examen.codes_refuses)
    assert [a.rang for a in examen.admis] == sorted(a.rang for a in examen.admis)
    assert set(examen.codes_admis) <= set(INSTRUMENTS) and len(set(examen.codes_admis)) == len(examen.admis)
    assert set(examen.regles) <= set(CONDITIONS)
    assert examiner_faits(cas) == examen


@given(faits)
def test_sans_l_epci_ni_service_commun_ni_imputation_en_fa(cas):
    examen = examiner_faits(cas)
    if not cas.epci_partie or cas.beneficiaires_exterieurs or cas.transferee:
        assert not {"SC", "SCC"} & set(examen.codes_admis)
    if cas.regime_fiscal == "FA":
        assert all(examen.modes_financiers(code) == ("facture",) for code in INSTRUMENTS)
    if cas.transfert != "partiel":
        assert "MADA" not in examen.codes_admis


def test_voies_financieres():
    assert modes_financiers("TR", "FPU") == ("ac",) and modes_financiers("GC", "FPU") == ("facture",)
    assert modes_financiers("SCC", "FPU")[0] == "facture"
    with pytest.raises(ErreurUsage, match="SC"):
        modes_financiers("SCX", "FPU")


def test_consequences_et_tva():
    assert consequences("SC", "ac").effet_cif != consequences("SC", "facture").effet_cif == "aucun, le service étant facturé"
    assert consequences("SC").reversibilite == "faible" and consequences("TR").majorite.id == "transfert_competence"
    assert consequences("BP").delai_mois is None and consequences("BP").reversibilite is None
    assert consequences("SCC").effet_cif == "à étudier"
    assert risque_tva("SC", marge=True) == risque_tva("SC", hors_epci=True) == risque_tva("MADD", assujetti=True) == "haut"
    assert risque_tva("GC", assujetti=True) == "sans_objet" and risque_tva("SPL", assujetti=True) == "dans_le_champ"
    assert risque_tva("PS", fonction="juridique") == "moyen_a_haut"
    assert clause_de_sortie("SC") and not clause_de_sortie("GC")

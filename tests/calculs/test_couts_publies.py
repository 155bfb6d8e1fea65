"""Coûts déclarés publiés : petits effectifs, total composé de trop peu de communes, ce qui sort en JSON."""

import json

import pytest
from tests.fabrique import commune, dossier
from tests.fabrique_collecte import avec, poste, siren_commune

import mutunb
from mutunb.calculs.couts_publies import couts_declares, fonctions_masquees, tableau_couts_declares
from mutunb.calculs.effectifs import estimer_effectifs
from mutunb.calculs.masquage import TOTAL

FINANCES, RH = "comptabilite_finances", "ressources_humaines"
COMMUNES = [commune(f"C{i}", 500 * (i + 1), 500_000, 200_000) for i in range(5)]


@pytest.fixture
def etude():
    return dossier(COMMUNES, frais_personnel=2e6, achats_charges_externes=1e6)


def declarer(etude, agents_par_commune, fonction=FINANCES, epci=6, diffusion=False, **feuilles):
    lignes = [poste(etude.territoire.siren, f"E{n}", fonction) for n in range(epci)]
    for rang, agents in enumerate(agents_par_commune):
        lignes += [poste(siren_commune(etude, rang), f"P{n}", fonction, cout_employeur_eur=41_000.0 + rang) for n in range(agents)]
    repondu = avec(etude, effectifs=lignes, **feuilles)
    object.__setattr__(repondu, "reglages", repondu.reglages.model_copy(update={"diffusion_financiere": diffusion}))
    return estimer_effectifs(repondu)


def test_total_de_trois_communes_nombreuses_publie(etude):
    effectifs = declarer(etude, [6, 7, 8])
    assert fonctions_masquees(effectifs) == frozenset()
    tableau = tableau_couts_declares(effectifs)
    assert list(tableau.donnees.columns) == ["fonction", f"entite_{etude.territoire.siren}", "ensemble"]
    assert tableau.donnees["ensemble"].iloc[0] == couts_declares(effectifs).valeurs.at[FINANCES, TOTAL]


@pytest.mark.parametrize("communes", [[6], [6, 7]])
def test_total_de_une_ou_deux_communes_masque(etude, communes):
    # EPCI connu : la différence rendrait à l'une le coût de l'autre.
    effectifs = declarer(etude, communes)
    assert fonctions_masquees(effectifs) == {FINANCES}
    couts = couts_declares(effectifs)
    assert couts.masque.at[FINANCES, TOTAL] and couts.masque.at[TOTAL, TOTAL]
    assert fonctions_masquees(declarer(etude, communes, diffusion=True)) == frozenset()


@pytest.mark.parametrize(("agents", "masque"), [([1, 1, 1], True), ([5, 5, 5], False)])
def test_cases_de_petits_effectifs_masquees(etude, agents, masque):
    effectifs = declarer(etude, agents, diffusion=True)
    assert bool(couts_declares(effectifs).masque.loc[FINANCES, 1]) is masque


def test_fonction_de_moins_de_cinq_agents_masquee_partout(etude):
    effectifs = declarer(etude, [1, 1, 1], epci=0)
    assert fonctions_masquees(effectifs) == {FINANCES}
    tableau = mutunb.tableaux.fonctions(effectifs)
    rang = tableau.donnees["fonction"].tolist().index("Comptabilité et finances")
    assert [tableau.est_masquee(rang, f"cout_{b}") for b in ("bas", "central", "haut")] == [True] * 3
    assert tableau.est_masquee(rang, "etp_central")  # le total moins les estimations visibles : trois agents


@pytest.mark.parametrize(("combien", "masquee"), [(0, False), (1, True), (2, True), (3, False)])
def test_depense_informatique_de_trop_peu_de_communes(etude, combien, masquee):
    couts = [
        {"siren": siren_commune(etude, r), "fonction": "systemes_information", "nature": "licences", "montant_eur": 5_000.0}
        for r in range(combien)
    ]
    assert ("systemes_information" in fonctions_masquees(declarer(etude, [6, 7, 8], couts=couts))) is masquee


def test_client_ne_lit_ni_commune_ni_case_masquee(etude, monkeypatch):
    effectifs = declarer(etude, [1, 1, 1], epci=0)
    montre = mutunb.montrer(mutunb.tableaux.couts(effectifs))
    texte = montre.html + json.dumps(montre.elements)
    assert "41001" not in texte and "41\u00a0001" not in texte and "C1" not in texte and "123003" not in texte
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert "41001" in json.dumps(mutunb.montrer(mutunb.tableaux.couts(effectifs)).elements)


def test_rien_a_publier(etude):
    assert tableau_couts_declares(estimer_effectifs(etude)) is None
    assert tableau_couts_declares(declarer(etude, [2], fonction="hors_support")) is None

"""Tableaux, phrases et figures du modèle : ce qu'ils disent est ce qui est calculé, et rien de plus."""

import re

import pytest

from mutunb import formats
from mutunb.calculs import tableaux_gains, tableaux_modele
from mutunb.calculs.modele_economique import modele_economique
from mutunb.calculs.projet import projeter
from mutunb.dossier import ouvrir
from mutunb.rendu import figures_modele, phrases_modele
from tests.fabrique_projet import deux_communes, finances_declarees, projet

TABLEAUX = [
    *(getattr(tableaux_modele, f"tableau_{n}") for n in ("tendance", "dimensionnement", "services", "transition", "scenarios", "flux")),
    *(getattr(tableaux_gains, f"tableau_{n}") for n in ("gains", "biais", "facteurs", "hypotheses_modele", "incertitude")),
]
PHRASES = [getattr(phrases_modele, n) for n in dir(phrases_modele) if n.startswith("modele_")]
FIGURES = [figures_modele.courbe_en_j, figures_modele.modele_tornade, figures_modele.modele_distribution]
FINANCES = {"comptabilite_finances": "SC"}


@pytest.fixture(scope="module", params=["999999998", "247900798", "244600573", "242900314"])
def modele(request):
    return modele_economique(projeter(ouvrir(request.param)), tirages=2_000)


@pytest.mark.parametrize("dresser", TABLEAUX)
def test_les_tableaux_sont_complets_et_prefixes(modele, dresser):
    tableau = dresser(modele)
    assert tableau is None or (tableau.id.startswith("modele_") and len(tableau.donnees))


@pytest.mark.parametrize("dire", PHRASES)
def test_les_phrases_sont_propres(modele, dire):
    texte = dire(modele).markdown
    assert texte.strip()
    assert not re.search(r"nan|None|inf\b|\(\)|  |\bde les\b|\bde le\b|\bde des\b|parce que [aeiou]", texte)


@pytest.mark.parametrize("dessiner", FIGURES)
def test_les_figures_se_dessinent(modele, dessiner):
    assert "<img" in dessiner(modele).affichage().html


def test_un_territoire_reel_n_a_ni_charge_ni_economie():
    modele = modele_economique(projeter(ouvrir("247900798")))
    assert tableaux_modele.tableau_dimensionnement(modele) is None
    assert "Donnée non fournie" in phrases_modele.modele_dimensionnement(modele).markdown
    texte = phrases_modele.modele_gains(modele).markdown
    assert "Aucune économie budgétaire" in texte and "effet nul, parce qu'" in texte
    assert "ne peut pas être positive" in phrases_modele.modele_incertitude(modele).markdown
    assert "trois scénarios se confondent" in phrases_modele.modele_scenarios(modele).markdown
    tendance = tableaux_modele.tableau_tendance(modele)
    assert tendance.donnees.set_index("fonction").loc["Juridique"].isna().all()


def test_une_economie_comptee_se_dit_et_se_date():
    modele = modele_economique(projet(finances_declarees(10_000, depart=2028.0), FINANCES))
    assert "départs non remplacés" in phrases_modele.modele_gains(modele).markdown
    assert "se rembourse" in phrases_modele.modele_resultat(modele).markdown or modele.trajectoire.van(0.032) < 0


def test_un_projet_qui_rapporte_et_se_rembourse():
    gratuit = {n: 0.0 for n in ("conduite_projet", "pilotage_service", "encadrement_service", "convergence_logicielle", "couts_echoues")}
    modele = modele_economique(projet(finances_declarees(10_000, depart=2027.0), FINANCES), hypotheses=gratuit)
    texte = phrases_modele.modele_resultat(modele).markdown
    assert "rapporterait environ" in texte and "se rembourse en" in texte and "équilibrer" not in texte
    assert "remboursée en" in figures_modele.courbe_en_j(modele).titre


def test_la_transition_separe_le_ponctuel_du_recurrent():
    table = tableaux_modele.tableau_transition(modele_economique(projet(finances_declarees(), FINANCES))).donnees
    natures = table.set_index("depense")["nature"]
    assert natures["Alignement du régime indemnitaire"] == "récurrent"
    assert natures["Conduite du projet"].startswith("ponctuel")


def test_les_familles_de_gain_n_ont_pas_de_total():
    tableau = tableaux_gains.tableau_gains(modele_economique(projet(finances_declarees(), FINANCES)))
    assert not tableau.total and tableau.colonnes_chiffrees == []
    assert tableau.donnees["famille"].tolist() == ["GA", "GB", "GC", "GD", "GE", "GF", "GG"]


def test_au_client_trop_peu_d_agents_cachent_le_cout_et_le_total():
    modele = modele_economique(projet(finances_declarees(), {**FINANCES, "juridique": "SC"}))
    assert tableaux_modele.fonctions_masquees(modele) == {"comptabilite_finances"}
    tableau = tableaux_modele.tableau_tendance(modele)
    assert [tableau.est_masquee(ligne, "cout_central") for ligne in range(3)] == [True, False, True]
    assert not modele_economique(projet(deux_communes(), FINANCES)).sans_cout
    estime = tableaux_modele.tableau_tendance(modele_economique(projet(deux_communes(), FINANCES)))
    assert not estime.est_masquee(0, "cout_central")  # une estimation sur comptes publics n'est pas une réponse


def test_un_projet_vide_se_dit_partout():
    modele = modele_economique(projet(deux_communes(), {}))
    assert all(f(modele) is None for f in TABLEAUX if f is not tableaux_gains.tableau_hypotheses_modele)
    assert all(f(modele) is None for f in FIGURES)
    for dire in (phrases_modele.modele_tendance, phrases_modele.modele_resultat, phrases_modele.modele_gains):
        assert "Aucune fonction n'est retenue" in dire(modele).markdown


def test_le_constat_du_premier_ecran_dit_la_mediane_quand_elle_s_ecarte(modele):
    constat = phrases_modele.constat_modele(modele)
    assert "VAN" in constat and "valeur actuelle nette" in constat
    assert ("varient ensemble" in constat) == phrases_modele._est_decale(modele, modele.incertitude.p50)
    vide = modele_economique(projet(deux_communes(), {}))
    assert "Aucune fonction" in phrases_modele.constat_modele(vide)


def test_les_classes_des_tirages_sont_rondes_et_se_distinguent(modele):
    donnees = figures_modele.modele_distribution(modele).donnees
    assert len(donnees.donnees) <= figures_modele.CLASSES_MAX + 1
    assert donnees.donnees["part"].sum() == pytest.approx(1)
    assert all(formats.euros(a) != formats.euros(b) for a, b in zip(donnees.donnees["de"], donnees.donnees["a"], strict=True))


def test_des_scenarios_confondus_ne_font_qu_une_courbe():
    confondus = modele_economique(projeter(ouvrir("247900798")), tirages=2_000)
    assert list(figures_modele._courbes(confondus)) == [("prudent", "cible", "etendu")]
    assert "retour_actualise" not in tableaux_modele.tableau_scenarios(confondus).donnees

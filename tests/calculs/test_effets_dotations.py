"""L'assemblage des dotations : sources, illustration, refus, contrainte sans fiche, communes, options, résidu."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from mutunb.calculs import tableaux_dotations as textes
from mutunb.calculs import tableaux_dotations_montants as montants
from mutunb.calculs.attribution_figee import residu_attribution_figee
from mutunb.calculs.criteres_dotation import APPROCHE, FICHE, PUBLIE, lire_criteres
from mutunb.calculs.dotation import MENTION
from mutunb.calculs.effets_dotations import DECLAREE, SOLDE_OFGL, etudier_dotations
from mutunb.calculs.imputations import rassembler_imputations
from mutunb.calculs.options_dotation import exposer_options
from mutunb.calculs.position_dotation import NON_ETABLI, ou_se_tient
from mutunb.calculs.projet import projeter
from mutunb.calculs.tableau import Tableau
from mutunb.dossier import Dossier, ouvrir
from mutunb.erreurs import ErreurDonnees
from tests import fabrique

FICTIF, THOUARS, LABASTIDE, BREST, CLISSON = "999999998", "247900798", "244600573", "242900314", "200067635"
CONQUES, BELFORT = "241200641", "200069052"
TOUS = (
    textes.tableau_position,
    textes.tableau_comparaison,
    textes.tableau_options,
    textes.tableau_calendrier,
    montants.tableau_communes,
    montants.tableau_pluriannuel,
    montants.tableau_residu,
)


@pytest.fixture(scope="module")
def fictif() -> Dossier:
    return ouvrir(FICTIF)


def communes(nombre: int = 3) -> list[dict]:
    return [
        fabrique.commune(f"C{i}", 1000 * (i + 1), 1e5, 1e5, impots_locaux=1e6, fiscalite_reversee=10_000.0 * i)
        for i in range(nombre)
    ]


def epci(**options) -> Dossier:
    comptes = {"impots_locaux": 2e6, "impots_taxes": 2.5e6, "dgf": 1e5, "concours_etat": 2e5}
    return fabrique.dossier(communes(), **{**comptes, **options})


def test_la_fiche_prime_puis_le_cif_publie_puis_l_approximation(fictif) -> None:
    assert lire_criteres(fictif).origine_cif == FICHE
    assert lire_criteres(epci(cif_2025=0.44)).origine_cif == PUBLIE
    approche = lire_criteres(epci())
    assert (approche.origine_cif, approche.est_approche) == (APPROCHE, True)
    assert 0 < approche.cif < 1


def test_la_fiche_du_territoire_fictif_est_lue(fictif) -> None:
    criteres = lire_criteres(fictif)
    assert (criteres.cif, criteres.exercice, criteres.spontanee_eur, criteres.population_dgf) == (0.412873, 2025, 531_300, 19_529)
    position = ou_se_tient(criteres)
    assert (position.seuil, position.plafond_cif, position.borne, position.alertes) == ("au-dessous", "au-dessous", "aucune", ())


def test_sans_montant_c_est_une_illustration_selon_la_population() -> None:
    effets = etudier_dotations(epci(cif_2025=0.44))
    assert (effets.illustratif, effets.total_eur, effets.annee_effet) == (True, 100_000, 2029)
    assert effets.communes["imputation_eur"].sum() == pytest.approx(100_000)
    assert effets.communes["potentiel_hab_eur"].abs().max() < 1e-5
    assert "à titre d'illustration" in textes.tableau_comparaison(effets).titre
    nuls = etudier_dotations(epci(cif_2025=0.44), dict.fromkeys(effets.communes["siren"], 0))
    assert nuls.illustratif


def test_des_montants_donnes_ne_sont_pas_une_illustration() -> None:
    dossier = epci(cif_2025=0.44)
    siren = dossier.territoire.communes["siren"].iloc[1]
    effets = etudier_dotations(dossier, {siren: 15_000, dossier.territoire.siren: 99_999}, 2030)
    assert (effets.illustratif, effets.total_eur, effets.annee_effet) == (False, 15_000, 2032)
    ligne = effets.communes.set_index("siren").loc[siren]
    assert (ligne["ac_apres_eur"], bool(ligne["contributrice"])) == (-5_000, True)
    assert effets.communes["hors_service"].tolist() == [True, False, True]
    assert effets.communes["potentiel_eur"].sum() == pytest.approx(0)
    assert effets.communes.set_index("siren")["potentiel_hab_eur"].drop(siren).eq(2.5).all()


def test_siren_etranger_et_montant_absent() -> None:
    with pytest.raises(ErreurDonnees, match="2 problèmes"):
        etudier_dotations(epci(), {"123": 1, "456": 2})
    dossier = epci()
    with pytest.raises(ErreurDonnees):
        etudier_dotations(dossier, {dossier.territoire.communes["siren"].iloc[0]: np.nan})


def test_la_hausse_du_cif_ne_depend_que_de_la_somme() -> None:
    dossier = epci(cif_2025=0.44)
    a, b, _ = dossier.territoire.communes["siren"]
    variations = {etudier_dotations(dossier, parts).variation_cif.central for parts in ({a: 9_000}, {b: 9_000}, {a: 4_000, b: 5_000})}
    assert len(variations) == 1


def test_en_fiscalite_additionnelle_tout_se_facture() -> None:
    effets = etudier_dotations(ouvrir(LABASTIDE))
    assert "L.5211-4-2" in effets.refus
    assert effets.contraintes == ("regime",)
    assert math.isnan(effets.variation_cif.central)
    comparaison = textes.tableau_comparaison(effets)
    assert "seule voie ouverte" in comparaison.titre and list(comparaison.donnees) == ["critere", "facture"]
    assert [f(effets) for f in TOUS[2:]] == [None] * 5


def test_un_cif_au_plafond_se_dit_sans_fiche() -> None:
    effets = etudier_dotations(ouvrir(BREST))
    assert effets.contraintes == ("cif_plafonne",)
    assert (effets.hausse_part.bas, effets.hausse_part.haut) == (0, 0)
    assert textes.tableau_comparaison(effets).donnees["imputation"].iloc[2] == "≈ 0"


def test_pres_du_seuil_l_approximation_ne_tranche_pas() -> None:
    position = ou_se_tient(lire_criteres(ouvrir(CLISSON)))
    assert (position.seuil, position.borne, position.est_indeterminee) == ("indéterminé", NON_ETABLI, True)
    effets = etudier_dotations(ouvrir(CLISSON))
    assert effets.seuil_en_jeu
    assert effets.effet is None


def test_comptes_incomplets_le_denominateur_reste_absent() -> None:
    criteres = lire_criteres(ouvrir(CONQUES))
    assert criteres.denominateur is None
    assert "95" in criteres.motif_denominateur
    assert math.isnan(etudier_dotations(ouvrir(CONQUES)).variation_cif.haut)


def test_la_chaine_du_territoire_fictif(fictif) -> None:
    effets = etudier_dotations(fictif)
    assert [float(a.gain_eur) for a in effets.chaine[:2]] == [0, 0]
    assert effets.chaine[2].gain_eur == pytest.approx(effets.effet.gain_eur)
    assert effets.gain.bas <= effets.gain.central <= effets.gain.haut
    assert effets.effet.phrase.endswith("Premier effet en 2029.")
    assert etudier_dotations(fictif, annee_imputation=2025).effet is None  # la fiche 2025 n'est pas antérieure


def test_une_fiche_incomplete_dit_ce_qui_manque(fictif) -> None:
    fiche = fictif.collecte.table("dgf")
    fiche["dotation_perequation_eur"] = np.nan
    ampute = avec_feuille(fictif, "dgf", fiche)
    effets = etudier_dotations(ampute)
    assert effets.effet is None
    assert "dotation de péréquation" in effets.motif_dotation
    assert ou_se_tient(lire_criteres(ampute)).borne == NON_ETABLI


def avec_feuille(dossier: Dossier, nom: str, table: pd.DataFrame) -> Dossier:
    tables = {**dossier.collecte.tables, nom: table}
    return dataclasses.replace(dossier, collecte=dataclasses.replace(dossier.collecte, tables=tables))


@pytest.mark.parametrize(("cif", "alerte"), [(0.0, False), (1.0, False), (1.01, True), (-0.1, True)])
def test_un_cif_hors_de_zero_a_un_alerte_et_ne_sert_a_rien(cif, alerte):
    criteres = dataclasses.replace(lire_criteres(ouvrir(THOUARS)), cif=cif)
    position = ou_se_tient(criteres)
    assert any("n'est pas entre 0 et 1" in texte for texte in position.alertes) == alerte
    assert math.isnan(position.cif) == alerte


def test_une_fiche_qui_ne_suit_pas_les_regles_est_signalee(fictif) -> None:
    fiche = fictif.collecte.table("dgf")
    fiche["dotation_interco_eur"] = 700_000.0
    alertes = ou_se_tient(lire_criteres(avec_feuille(fictif, "dgf", fiche))).alertes
    assert len(alertes) == 1
    assert "faites vérifier la fiche" in alertes[0]


def test_seuil_franchi_par_un_cif_notifie(fictif) -> None:
    fiche = fictif.collecte.table("dgf")
    fiche["cif"] = 0.499
    fiche[["dotation_base_eur", "dotation_perequation_eur"]] = 200_000.0
    effets = etudier_dotations(avec_feuille(fictif, "dgf", fiche))
    assert "seuil_franchi" in effets.effet.contraintes
    assert effets.effet.gain_eur > 20_000


def test_attribution_declaree_ou_solde_jamais_confondus(fictif) -> None:
    declaree, solde = etudier_dotations(fictif), etudier_dotations(ouvrir(THOUARS))
    assert (declaree.origine_ac, solde.origine_ac) == (DECLAREE, SOLDE_OFGL)
    assert declaree.communes["ac_avant_eur"].iloc[0] == 1_170_080
    libelles = montants.tableau_communes(solde).libelles
    assert libelles["ac_avant_eur"].startswith("AC + DSC (OFGL)")
    assert "n'est pas l'attribution délibérée" in montants.tableau_communes(solde).note


def test_la_fourchette_du_cout_elargit_celle_du_cif() -> None:
    dossier = epci(cif_2025=0.44)
    parts = {dossier.territoire.communes["siren"].iloc[0]: 50_000}
    ferme, large = etudier_dotations(dossier, parts), etudier_dotations(dossier, parts, fourchette_eur=(25_000, 100_000))
    assert large.variation_cif.bas == pytest.approx(ferme.variation_cif.bas / 2)
    assert large.variation_cif.haut == pytest.approx(ferme.variation_cif.haut * 2)
    assert large.variation_cif.central == ferme.variation_cif.central


def test_les_imputations_du_projet(fictif) -> None:
    imputations = rassembler_imputations(projeter(fictif))
    assert set(imputations.imputees) | set(imputations.non_chiffrees) == {
        f for f, c in imputations_projet(fictif).items() if c in ("ac", "mixte")
    }
    assert fictif.territoire.siren not in imputations.parts_eur
    bas, haut = imputations.fourchette_eur
    assert 0 < bas <= imputations.total_eur <= haut
    effets = etudier_dotations(imputations, annee_imputation=2025)
    assert effets.annee == max(2025, imputations.annee_service)


def imputations_projet(dossier: Dossier) -> dict[str, str]:
    return {fonction: choix.mode_financier for fonction, choix in projeter(dossier).choix.items()}


def test_des_parts_confidentielles_sont_masquees_et_leur_total_arrondi(fictif) -> None:
    imputations = dataclasses.replace(rassembler_imputations(projeter(fictif)), publiables=False)
    effets = etudier_dotations(imputations)
    tableau = montants.tableau_communes(effets)
    element = tableau.element()
    visibles = [ligne[element["colonnes"].index("imputation_eur")] for ligne in element["lignes"]]
    assert visibles == [None] * len(visibles)
    assert effets.total_eur == float(f"{effets.total_eur:.1e}")


def test_une_commune_sans_cout_connu_n_est_pas_hors_du_service(fictif) -> None:
    imputations = rassembler_imputations(projeter(fictif))
    siren = fictif.territoire.communes["siren"].iloc[2]
    parts = {s: p for s, p in imputations.parts_eur.items() if s != siren}
    effets = etudier_dotations(dataclasses.replace(imputations, parts_eur=parts, incompletes=frozenset({siren})))
    ligne = effets.communes.set_index("siren").loc[siren]
    assert not ligne["hors_service"]
    assert pd.isna([ligne["imputation_eur"], ligne["ac_apres_eur"], ligne["potentiel_hab_eur"]]).all()


def test_les_options_ont_un_effet_ou_disent_pourquoi(fictif) -> None:
    options = exposer_options(etudier_dotations(fictif))
    assert len(options) == 5
    negatives = options[0]
    assert negatives.gain_variante_eur < negatives.gain_retenu_eur
    sans_fiche = exposer_options(etudier_dotations(ouvrir(BREST)))
    assert len(sans_fiche) == 7
    assert all(math.isnan(o.gain_retenu_eur) for o in sans_fiche)


@pytest.mark.parametrize("siren", [FICTIF, THOUARS, BELFORT, BREST, CONQUES, CLISSON])
def test_les_tableaux_portent_la_mention_et_des_identifiants_stables(siren) -> None:
    effets = etudier_dotations(ouvrir(siren))
    tableaux: list[Tableau] = [t for f in TOUS if (t := f(effets)) is not None]
    assert all(t.id.startswith("dotations_") for t in tableaux)
    for tableau in tableaux:
        assert tableau.element()["lignes"]
        if tableau.id not in ("dotations_communes", "dotations_residu"):
            assert MENTION.lower() in tableau.note.lower()


def test_le_total_des_communes_ferme(fictif) -> None:
    donnees = montants.tableau_communes(etudier_dotations(fictif)).donnees
    for colonne in ("ac_avant_eur", "imputation_eur", "ac_apres_eur"):
        assert donnees[colonne].iloc[:-1].sum() == pytest.approx(donnees[colonne].iloc[-1])
    baisse = donnees["ac_avant_eur"].iloc[-1] - donnees["ac_apres_eur"].iloc[-1]
    assert baisse == pytest.approx(donnees["imputation_eur"].iloc[-1])


def test_le_residu_d_une_attribution_figee() -> None:
    annees = residu_attribution_figee(100_000, "0.02", 3)
    assert [float(a.residu_eur) for a in annees] == [0, 2_000, 4_040]
    assert [float(a.cumul_eur) for a in annees] == [0, 2_000, 6_040]
    assert residu_attribution_figee(100, -0.1, 2)[1].residu_eur == -10
    for arguments in [(-1, 0.02), (None, 0.02), (1, -1), (1, 0.02, 0)]:
        with pytest.raises(ErreurDonnees):
            residu_attribution_figee(*arguments)

"""La dotation d'intercommunalité : exemples DI-1 et DI-4, bords, contrainte nommée, chaîne pluriannuelle."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.chaine_dotation import chaine_dotation
from mutunb.calculs.cif import cif_retenu
from mutunb.calculs.contraintes_dotation import dire_contraintes, nommer_contraintes
from mutunb.calculs.dotation import calculer_dotation, effet_imputation_dotation
from mutunb.erreurs import ErreurDonnees, ErreurUsage

POP, D = 50_000, 20


def effet(spontanee, avant, apres, nature="CC", annee=2024, **options):
    return effet_imputation_dotation(spontanee, avant, apres, POP, D, nature, annee, **options)


def test_di_1_tout_vient_du_seuil() -> None:
    resultat = effet(700_000, 0.3375, 0.3675, "CA", annee_imputation=2024)
    assert (resultat.avant.montant_eur, resultat.apres.montant_eur, resultat.gain_eur) == (950_000, 1_000_000, 50_000)
    assert round(resultat.apres.spontanee_eur, 2) == Decimal("762222.22")
    assert resultat.contraintes == ("seuil_franchi",)
    assert "seuil de 0,35" in resultat.phrase
    assert resultat.phrase.endswith("Premier effet en 2026.")
    assert resultat.gain_hab_eur == 1


def test_di_4_aucune_garantie_ne_joue() -> None:
    resultat = effet(1_050_000, 0.40, 0.42)
    assert (resultat.avant.montant_eur, resultat.apres.montant_eur) == (1_050_000, 1_102_500)
    assert (resultat.gain_eur, resultat.contraintes) == (52_500, ("aucune",))
    assert "suit le CIF" in resultat.phrase


@pytest.mark.parametrize(
    ("nature", "cif", "plancher"),
    [
        ("CA", "0.35", "0.95"),
        ("CA", "0.350001", "1"),
        ("METRO", "0.35", "0.95"),
        ("CC", "0.5", "0.95"),
        ("CC", "0.500001", "1"),
        ("CC", "0.36", "0.95"),
    ],
)
def test_les_seuils_sont_stricts(nature, cif, plancher) -> None:
    assert calculer_dotation(1, cif, POP, D, nature).plancher_part == Decimal(plancher)


def test_options_des_seuils_et_de_la_metropole() -> None:
    assert calculer_dotation(1, 0.35, POP, D, "CA", seuils="larges").plancher_part == 1
    assert calculer_dotation(1, 0.33, POP, D, "METRO").plancher_part == Decimal("0.95")
    assert calculer_dotation(1, 0.33, POP, D, "METRO", seuil_metropole="majore").plancher_part == 1
    assert calculer_dotation(1, 0.33, POP, D, "CA", seuil_metropole="majore").plancher_part == Decimal("0.95")


@pytest.mark.parametrize(
    ("clause", "relatif", "plancher"),
    [("sous_60", 0.59, 1), ("sous_60", 0.6, 0.95), ("inferieur_60", 0.59, 0.95), ("inferieur_60", 0.4, 1), ("off", 0.1, 0.95)],
)
def test_clause_des_60_pour_cent(clause, relatif, plancher) -> None:
    dotation = calculer_dotation(1, 0.3, POP, D, clause_60=clause, potentiel_relatif=relatif)
    assert float(dotation.plancher_part) == plancher


def test_la_clause_des_60_demande_le_potentiel() -> None:
    with pytest.raises(ErreurDonnees, match="potentiel_relatif"):
        calculer_dotation(1, 0.3, POP, D, clause_60="sous_60")
    with pytest.raises(ErreurUsage, match="seuils"):
        calculer_dotation(1, 0.3, POP, D, seuils="souples")


@pytest.mark.parametrize(("annee", "plafond"), [(2019, "1.1"), (2023, "1.1"), (2024, "1.2"), (2030, "1.2")])
def test_plafond_par_annee(annee, plafond) -> None:
    dotation = calculer_dotation(10**9, 0.4, POP, D, annee=annee)
    assert dotation.plafond_part == Decimal(plafond)
    assert (dotation.montant_eur, dotation.borne) == (Decimal(plafond) * POP * D, "plafond")


def test_avant_2019_la_regle_n_existe_pas() -> None:
    with pytest.raises(ErreurDonnees, match="aucune valeur connue"):
        calculer_dotation(1, 0.4, POP, D, annee=2018)


def test_plafond_du_cif_atteint_en_route_puis_deja_atteint() -> None:
    en_route = effet(1_000_000, 0.59, 0.62, "CC")
    assert en_route.contraintes == ("cif_plafonne_en_partie", "aucune")
    assert en_route.gain_eur == 1_000_000 * (Decimal("0.6") / Decimal("0.59") - 1)
    assert "qu'en partie" in en_route.phrase
    deja = effet(1_000_000, 0.6, 0.62, "CC")
    assert (deja.contraintes, deja.gain_eur) == (("cif_plafonne",), 0)


def test_metropole_coefficient_avant_plafond() -> None:
    libre = effet(1_000_000, 0.5, 0.51, "METRO")
    assert round(libre.gain_eur, 6) == 20_000
    assert effet(1_000_000, 0.55, 0.56, "METRO").contraintes == ("cif_plafonne",)
    assert effet(1_000_000, 0.54, 0.56, "METRO").contraintes == ("cif_plafonne_en_partie", "aucune")
    assert effet(1_000_000, 0.55, 0.56, "METRO", coefficient=1).contraintes == ("aucune",)


def test_plancher_avant_et_apres() -> None:
    bas = effet(700_000, 0.40, 0.41, "CC")
    assert (bas.gain_eur, bas.contraintes) == (0, ("plancher",))
    assert "plancher de 95" in bas.phrase
    garanti = effet(700_000, 0.40, 0.41, "CA")
    assert (garanti.gain_eur, garanti.contraintes) == (0, ("plancher",))
    assert "plancher de 100" in garanti.phrase


def test_sortie_du_plancher() -> None:
    sortie = effet(940_000, 0.40, 0.42, "CC")
    assert sortie.contraintes == ("sortie_plancher",)
    assert sortie.gain_eur == 987_000 - 950_000


def test_plafond_et_seuil_sans_effet_sont_tous_deux_cites() -> None:
    haut = effet(1_190_000, 0.34, 0.36, "CA")
    assert haut.contraintes == ("seuil_sans_effet", "plafond")
    assert haut.gain_eur == 10_000
    assert "20\u00a0%" in haut.phrase
    assert "10\u00a0%" in effet(1_190_000, 0.34, 0.36, "CA", annee=2023).phrase


def test_seuil_franchi_sans_effet_et_rien_ne_borne() -> None:
    resultat = effet(1_050_000, 0.34, 0.36, "CA")
    assert resultat.contraintes == ("seuil_sans_effet", "aucune")
    assert "sans effet cette année" in resultat.phrase


def test_cif_plafonne_et_plancher_sont_tous_deux_cites_le_plus_limitant_d_abord() -> None:
    assert effet(100_000, 0.6, 0.62, "CA").contraintes == ("cif_plafonne", "plancher")


def test_restitution_qui_fait_perdre_le_seuil() -> None:
    resultat = effet(700_000, 0.36, 0.34, "CA")
    assert resultat.contraintes == ("seuil_perdu",)
    assert resultat.gain_eur == -50_000


def test_imputation_nulle() -> None:
    resultat = effet(1_000_000, 0.40, 0.40, annee_imputation=2026)
    assert (resultat.gain_eur, resultat.contraintes) == (0, ("sans_imputation",))
    assert "Premier effet" not in resultat.phrase


def test_regime_additionnel() -> None:
    assert nommer_contraintes(None, "FA") == ("regime",)
    assert "se facture" in dire_contraintes(("regime",), annee_effet=2028)
    assert "2028" not in dire_contraintes(("regime",), annee_effet=2028)


def test_sans_dotation_l_an_dernier() -> None:
    nulle = calculer_dotation(100_000, 0.4, POP, 0)
    assert nulle.montant_eur == 0
    assert "Aucune dotation" in nulle.alertes[0]
    relevee = calculer_dotation(100_000, 0.4, POP, 0, complement=True)
    assert (relevee.montant_eur, relevee.alertes) == (Decimal("0.95") * 5 * POP, ())


@pytest.mark.parametrize(("d", "alerte"), [("4.99", True), (5, False)])
def test_alerte_sous_cinq_euros(d, alerte) -> None:
    assert bool(calculer_dotation(10**6, 0.4, POP, d).alertes) is alerte


@pytest.mark.parametrize("absent", [None, float("nan"), -1])
def test_donnees_absentes_ou_negatives(absent) -> None:
    for arguments in [(absent, 0.4, POP, D), (1, 0.4, absent, D), (1, 0.4, POP, absent), (1, absent, POP, D)]:
        with pytest.raises(ErreurDonnees):
            calculer_dotation(*arguments)
    with pytest.raises(ErreurDonnees, match="CIF nul"):
        effet(1, 0, 0.1)
    with pytest.raises(ErreurDonnees):
        calculer_dotation(1, 0.4, 0, D)


def test_la_chaine_refait_le_calcul_chaque_annee() -> None:
    chaine = chaine_dotation(700_000, 0.3375, 0.3675, POP, D, "CA", annee_imputation=2024, annees=4)
    sans = [POP * D * Decimal("0.95") ** n for n in range(1, 5)]
    assert [a.sans_eur for a in chaine] == sans
    assert [a.avec_eur for a in chaine] == [*sans[:2], sans[1], sans[1]]  # le plancher à 100 % fige la dotation
    assert [a.rang for a in chaine] == [0, 1, 2, 3]
    assert chaine[-1].cumul_eur == sum(a.gain_eur for a in chaine)


def test_la_chaine_part_de_l_annee_de_la_fiche() -> None:
    longue = chaine_dotation(700_000, 0.4, 0.41, POP, D, annee_imputation=2027, annees=3, annee_depart=2025)
    assert [a.annee for a in longue] == [2027, 2028, 2029]
    assert longue[0].sans_eur == POP * D * Decimal("0.95") ** 3
    with pytest.raises(ErreurDonnees):
        chaine_dotation(1, 0.4, 0.4, POP, D, annees=0)


cifs = st.decimals("0.05", "0.9", places=4)
natures = st.sampled_from(["CC", "CA", "CU", "METRO", "MET69"])


@given(st.integers(0, 3 * POP * D), cifs, st.decimals(0, "0.1", places=4), st.decimals(0, "0.1", places=4), natures)
def test_la_dotation_croit_avec_l_imputation_et_reste_dans_ses_bornes(spontanee, cif, petite, plus, nature) -> None:
    simple, double = effet(spontanee, cif, cif + petite, nature), effet(spontanee, cif, cif + petite + plus, nature)
    assert double.apres.montant_eur >= simple.apres.montant_eur >= simple.avant.montant_eur
    for dotation in (simple.avant, simple.apres, double.apres):
        assert dotation.plancher_part * D <= dotation.hab_eur <= dotation.plafond_part * D
    assert simple.phrase


@given(st.integers(0, 3 * POP * D), cifs, st.decimals(0, "0.1", places=4), natures)
def test_rien_en_n_ni_en_n_plus_1(spontanee, cif, hausse, nature) -> None:
    chaine = chaine_dotation(spontanee, cif, cif + hausse, POP, D, nature, annee_imputation=2026)
    assert [a.gain_eur for a in chaine[:2]] == [0, 0]
    assert all(a.gain_eur >= 0 for a in chaine)
    assert chaine[2].gain_eur >= 0


@given(st.integers(0, 3 * POP * D), cifs, st.decimals("0.0001", "0.1", places=4), natures)
def test_le_gain_ne_depasse_jamais_la_hausse_du_cif_retenu_ou_le_saut_de_garantie(spontanee, cif, hausse, nature) -> None:
    resultat = effet(spontanee, cif, cif + hausse, nature)
    hausse_max = cif_retenu(cif + hausse, nature) / cif_retenu(cif, nature) - 1
    if {"seuil_franchi", "seuil_sans_effet"} & set(resultat.contraintes):
        hausse_max = max(hausse_max, 1 / Decimal("0.95") - 1)
    assert resultat.gain_eur <= resultat.avant.montant_eur * hausse_max + Decimal("1e-15")

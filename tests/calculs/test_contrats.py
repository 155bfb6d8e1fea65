"""La carte des contrats : segments, montants comptés une fois, titulaires, échéances, fenêtres, potentiel."""

from __future__ import annotations

import datetime
import math

import pandas as pd
import pytest
from tests.fabrique_achats import carte, contrat

from mutunb import referentiel
from mutunb.calculs.contrats import contrats_distincts
from mutunb.calculs.echeances import echeances_par_annee, fenetres_achats
from mutunb.calculs.maturite_achats import grille, lire_part
from mutunb.calculs.montants_segments import montants_par_segment
from mutunb.calculs.potentiel_segments import fourchette, par_segment
from mutunb.calculs.segments import classer, matrice, normaliser_cpv, segment_declare, segments_du_cpv
from mutunb.calculs.tableaux_echeances import cout_evite_par_fenetres
from mutunb.calculs.titulaires import concentration, departement_postal, fournisseurs_locaux, titulaires_communs


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("50313200-4", "50313200"), ("50 313 200-4", "50313200"), ("503132004", "50313200"), (50313200.0, "50313200"),
        ("09123000-7", "09123000"), (9123000.0, "09123000"), ("CPV : 64212000-5", "64212000"), ("50313", "50313000"),
        ("50313200-4 ; 30120000-6", "50313200"), ("30.12.00.00-6", "30120000"), ("NC", None), ("", None), (None, None),
        (float("nan"), None), ("00000000", None), ("1", None),
    ],
)  # fmt: skip
def test_le_cpv_se_lit_comme_on_l_ecrit(ecrit, lu):
    assert normaliser_cpv(ecrit) == lu


@pytest.mark.parametrize(
    ("declare", "cpv", "segment", "origine"),
    [
        ("COPIEURS", None, "Copieurs et impression", "declare"),
        ("copieurs", "64212000", "Copieurs et impression", "declare"),
        ("Téléphonie", "64212000-5", "Téléphonie mobile", "cpv"),
        (None, "80533100", "Formation bureautique", "cpv"),
        (None, "80532000", "Formation métier", "cpv"),
        ("Téléphonie", None, None, None),
        ("Travaux d'électricité", None, None, None),
        (None, "98000000", None, None),
    ],
)
def test_le_segment_declare_l_emporte_sinon_le_cpv(declare, cpv, segment, origine):
    ligne = classer(pd.DataFrame([{"segment": declare, "cpv": cpv}])).iloc[0]
    assert (ligne["segment"], ligne["origine_segment"]) == (segment, origine)


def test_un_cpv_trop_large_ne_donne_que_la_famille():
    assert set(segments_du_cpv("64210000")) == {"Téléphonie mobile", "Téléphonie fixe"}
    ligne = classer(pd.DataFrame([{"segment": None, "cpv": "64210000"}])).iloc[0]
    assert (ligne["segment"], ligne["famille"]) == (None, "Télécoms")


def test_chaque_segment_se_declare_par_son_nom_et_par_chacun_de_ses_cpv():
    for nom, segment in matrice().items():
        assert segment_declare(nom) == nom
        assert [segments_du_cpv(p.ljust(8, "0")) for p in segment.cpv] == [(nom,)] * len(segment.cpv), nom


def test_les_reperes_des_segments_sont_des_repere_d_achat_en_pourcentage():
    cites = [referentiel.repere(r) for s in matrice().values() for r in s.reperes]
    assert cites and all(r.fonction == "achats" and r.unite.startswith("%") for r in cites)


def test_plusieurs_titulaires_ne_multiplient_pas_le_montant():
    lignes = [contrat("A", titulaire="X"), contrat("A", titulaire="Y"), contrat("A", titulaire="X ; Z")]
    distincts = contrats_distincts(pd.DataFrame(lignes))
    assert len(distincts) == 1
    assert distincts.loc[0, "titulaires"] == ("X", "Y", "Z")
    assert carte(*lignes).montant_eur == 1000


def test_des_montants_divergents_gardent_le_plus_grand_et_le_disent():
    distincts = contrats_distincts(pd.DataFrame([contrat("A", montant_annuel_eur=500.0), contrat("A")]))
    assert distincts.loc[0, "montant_annuel_eur"] == 1000
    assert "montants différents" in distincts.loc[0, "anomalie"]


def test_deux_lots_d_une_meme_reference_sont_deux_contrats():
    lots = [contrat("A", "Téléphonie mobile", reference="1"), contrat("A", "Téléphonie fixe", reference="1")]
    assert carte(*lots).montant_eur == 2000


def test_le_montant_annuel_se_deduit_du_total_et_de_la_duree():
    deduit = carte(contrat("A", montant_annuel_eur=None, montant_total_eur=4000, debut="2024-01-01", fin="2027-12-31"))
    assert deduit.montant_eur == pytest.approx(1000, rel=1e-3)
    assert deduit.statut_montant == "estime"
    assert carte(contrat("A"), contrat("B", montant_annuel_eur=None)).statut_montant == "declare"
    assert math.isnan(carte(contrat("A", montant_annuel_eur=None, montant_total_eur=4000)).montant_eur)


@pytest.mark.parametrize(
    ("dates", "situation", "utile"),
    [
        ({"fin": "2026-01-01"}, "en_cours", "2026-01-01"),
        ({"fin": "2025-12-31"}, "echu", None),
        ({"fin": None}, "fin_inconnue", None),
        ({"fin": "2025-06-30", "fin_max": "2028-06-30"}, "en_cours", "2028-06-30"),
        ({"fin": "2025-06-30", "reconduction": "tacite"}, "a_preciser", None),
        ({"fin": "2026-04-01", "reconduction": "tacite", "preavis_mois": 3}, "en_cours", "2026-04-01"),
        ({"fin": "2026-03-31", "reconduction": "tacite", "preavis_mois": 3, "fin_max": "2029-03-31"}, "en_cours", "2029-03-31"),
        ({"fin": "2026-03-31", "reconduction": "expresse", "preavis_mois": 3}, "en_cours", "2026-03-31"),
    ],
)
def test_prochaine_fin(dates, situation, utile):
    ligne = carte(contrat("A", **dates)).table.iloc[0]
    assert ligne["situation"] == situation
    assert pd.isna(ligne["fin_utile"]) if utile is None else ligne["fin_utile"] == pd.Timestamp(utile)


@pytest.mark.parametrize(("seconde", "trouvees"), [("2028-06-30", 1), ("2028-07-01", 0), ("2028-07-02", 0)])
def test_la_fenetre_est_a_moins_de_dix_huit_mois(seconde, trouvees):
    fenetres = fenetres_achats(carte(contrat("A", fin="2027-01-01"), contrat("B", fin=seconde)))
    assert len(fenetres) == trouvees


def test_une_fenetre_demande_deux_acheteurs_le_meme_segment_et_rien_de_deja_groupe():
    assert fenetres_achats(carte(contrat("A"), contrat("A", fin="2027-02-01"))).empty
    assert fenetres_achats(carte(contrat("A"), contrat("B", "Gaz", segment="Gaz naturel"))).empty
    assert fenetres_achats(carte(contrat("A"), contrat("B", cadre="groupement"))).empty
    assert len(fenetres_achats(carte(contrat("A"), contrat("B", cadre="propre")))) == 1


def test_la_fenetre_s_ouvre_a_la_premiere_fin_et_se_prepare_avant():
    fenetre = fenetres_achats(
        carte(contrat("A", fin="2027-01-01", preavis_mois=3), contrat("B", fin="2027-06-01"), contrat("C", fin="2027-09-01"))
    ).iloc[0]
    assert (fenetre["ouvre"], fenetre["ferme"]) == (pd.Timestamp("2027-01-01"), pd.Timestamp("2027-09-01"))
    assert fenetre["lancer_avant"] == pd.Timestamp("2026-07-01") and not fenetre["en_retard"]
    assert fenetre["denoncer_avant"] == pd.Timestamp("2026-10-01")
    assert fenetre["acheteurs"] == ("A", "B", "C")


@pytest.mark.parametrize(("reference", "en_retard"), [("2026-07-01", False), ("2026-07-02", True)])
def test_le_delai_de_montage_depasse_se_dit(reference, en_retard):
    jour = datetime.date.fromisoformat(reference)
    assert fenetres_achats(carte(contrat("A"), contrat("B"), reference=jour)).iloc[0]["en_retard"] == en_retard


def test_un_contrat_n_est_que_dans_la_fenetre_qui_rassemble_le_plus():
    fins = {"A": "2027-01-01", "B": "2028-05-01", "C": "2028-08-01", "D": "2028-09-01"}
    fenetres = fenetres_achats(carte(*(contrat(s, fin=f) for s, f in fins.items())))
    assert [f for f in fenetres["acheteurs"]] == [("B", "C", "D")]


def test_procedures_evitees_borne_haute():
    cout = cout_evite_par_fenetres(carte(*(contrat("A", fin=f"2027-01-{j:02d}") for j in range(1, 10)), contrat("B")))
    assert (cout.procedures_evitees, float(cout.direct_eur), float(cout.complet_eur)) == (9, 28_458, 55_458)
    assert "capacité libérée" in cout.qualification
    assert cout_evite_par_fenetres(carte(contrat("A"))) is None


def test_echeances_par_annee_sans_trou():
    comptes = echeances_par_annee(carte(contrat("A", fin="2027-01-01"), contrat("B", fin="2029-01-01")).table, "segment")
    assert comptes.loc["Copieurs et impression"].to_dict() == {2027: 1, 2028: 0, 2029: 1}


def test_titulaires_communs_malgre_l_ecriture():
    lus = titulaires_communs(
        carte(
            contrat("A", titulaire="S.A.S. Burotic"), contrat("B", titulaire="BUROTIC"), contrat("C", titulaire="Autre"),
            contrat("D", titulaire="Burotic Ouest ; Autre"),
        )
    )  # fmt: skip
    assert dict(zip(lus["titulaire"], lus["acheteurs"], strict=True)) == {"Autre": 2, "BUROTIC": 2} or set(lus["acheteurs"]) == {2}
    assert len(lus) == 2


def test_concentration_a_la_main():
    # 60 %, 40 % : 3 600 + 1 600 = 5 200.
    poids = concentration(carte(contrat("A", montant_annuel_eur=600.0), contrat("B", titulaire="Y", montant_annuel_eur=400.0)))
    assert poids.indice == pytest.approx(5_200)
    assert (poids.part_premiers, poids.lecture) == (1, "concentrée")


@pytest.mark.parametrize(("combien", "lecture"), [(11, "peu concentrée"), (10, "modérément concentrée"), (5, "modérément concentrée"), (4, "concentrée")])
def test_lecture_de_l_indice_aux_seuils(combien, lecture):
    contrats = [contrat("A", f"Objet {chr(65 + i)}", titulaire=f"T{i}") for i in range(combien)]
    poids = concentration(carte(*contrats))
    assert poids.lecture == lecture
    assert poids.part_premiers == pytest.approx(min(1, 5 / combien))


def test_un_groupement_de_titulaires_compte_une_fois():
    assert concentration(carte(contrat("A", titulaire="X ; Y"))).montant_eur == 1000


def test_fournisseurs_du_departement():
    lus = fournisseurs_locaux(
        carte(contrat("A", titulaire="X", titulaire_code_postal="79100"), contrat("B", titulaire="Y", titulaire_code_postal="75001"),
              contrat("C", titulaire="Z"))
    )  # fmt: skip
    assert (lus.locaux, lus.localises, lus.titulaires, lus.part) == (1, 2, 3, 0.5)
    assert math.isnan(fournisseurs_locaux(carte(contrat("A", titulaire_siret="12345678900011"))).part)


@pytest.mark.parametrize(
    ("code", "attendu"), [("79100", "79"), ("1000", "01"), ("97411", "974"), ("20167", "2A"), ("20200", "2B"), ("NC", None), (None, None)]
)
def test_departement_d_un_code_postal(code, attendu):
    assert departement_postal(code) == attendu


def test_fourchette_par_segment_jamais_un_taux_unique():
    for nom, segment in matrice().items():
        bornes = fourchette(nom, 0.01)
        if segment.gain_attendu is None or not segment.reperes:
            assert bornes is None, nom
        else:
            assert 0 < bornes[0] < bornes[1] < 1, nom


def test_potentiel_du_territoire_a_la_main():
    # copieurs : repère AC16, 5 à 20 % ; le contrat déjà en groupement n'est pas recompté.
    lignes = par_segment(carte(contrat("A"), contrat("B", cadre="groupement"), contrat("C", "Assurance", segment="Assurances")))
    copieurs, assurances = lignes.iloc[0], lignes.iloc[1]
    assert (copieurs["montant_eur"], copieurs["a_grouper_eur"]) == (2000, 1000)
    assert (copieurs["gain_bas_eur"], copieurs["gain_haut_eur"]) == pytest.approx((50, 200))
    assert copieurs["commencer"] == ("GC", "CA")
    assert (assurances["gain"], math.isnan(assurances["gain_haut_eur"])) == ("non classé", True)


def test_un_montant_isole_ne_se_montre_pas_et_ne_se_deduit_pas():
    trois = [contrat(s) for s in "ABC"]
    seul = [contrat("A", "Gaz", segment="Gaz naturel", montant_annuel_eur=77.0)]
    autres = [contrat(s, "Mobile", segment="Téléphonie mobile", montant_annuel_eur=500.0) for s in "BCD"]
    montants = montants_par_segment(carte(*trois, *seul, *autres, diffusion=False))["a_grouper"]
    assert math.isnan(montants["Gaz naturel"])
    assert montants.isna().sum() >= 2  # un second montant est caché, sinon le total rendrait le premier
    assert montants_par_segment(carte(*trois, *seul, *autres))["a_grouper"]["Gaz naturel"] == 77


@pytest.mark.parametrize(
    ("part", "lecture"), [(0.8, "acquis"), (0.79, "en_voie"), (0.5, "en_voie"), (0.49, "a_construire"), (float("nan"), "inconnu")]
)
def test_lecture_de_maturite_aux_seuils(part, lecture):
    assert lire_part(part) == lecture


def test_grille_de_maturite():
    parts = grille(carte(contrat("A", reconduction="tacite", cadre="centrale"), contrat("B", fin=None)))["part"]
    assert parts.iloc[0] == pytest.approx(2 / 5)
    assert (parts.iloc[1], parts.iloc[5], parts.iloc[6]) == (0.5, 0, 1)


def test_sans_contrat_rien_ne_casse():
    vide = carte()
    assert vide.est_vide and vide.acheteurs == 0 and math.isnan(vide.montant_eur)
    assert fenetres_achats(vide).empty and titulaires_communs(vide).empty and par_segment(vide).empty
    assert concentration(vide).lecture == "non établie"

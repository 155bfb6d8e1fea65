"""Charges, présence, indices, échéances, et la régularisation du territoire fictif relue exercice par exercice."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.charges_service import charges_service
from mutunb.calculs.compensation import regulariser
from mutunb.calculs.echeances_remboursement import controler_notification, controler_periodicite
from mutunb.calculs.indexation import coefficient_chaine, indexer
from mutunb.calculs.presence import au_prorata, mois_presence
from mutunb.calculs.reglement import COUT_REEL
from mutunb.calculs.regularisation import regulariser_exercice
from mutunb.dossier import ouvrir
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from tests import fabrique_regularisation as fabrique

jour = datetime.date
indices = st.dictionaries(st.integers(2024, 2034), st.decimals("50", "300", places=1), min_size=11, max_size=11)
annees = st.integers(2024, 2034)


# --- charges ---


def test_charges_admises_refusees_et_annualisees() -> None:
    lues = charges_service(
        fabrique.charges(
            {"montant_eur": 182_000, "libelle": "agents"},
            {"nature": "autre", "montant_eur": 9_000, "libelle": "cabinet du président", "strictement_lie": "non"},
            {"nature": "renouvellement", "remplacement_eur": 90_000, "duree_ans": 15, "charges_financieres_eur": 12_000,
             "entretien_eur_an": 2_000},
            {"nature": "contrats", "montant_eur": 1_000, "ajustement_budget_eur": -200, "justification": "avenant"},
        )  # fmt: skip
    )
    assert lues.natures_eur == {"personnel": 182_000, "contrats_rattaches": 800, "renouvellement_biens": 8_800}  # C3 : 8 800
    assert lues.total_eur == 191_600 == sum(lues.natures_eur.values())
    assert lues.ajustement_eur == -200 and not lues.remarques
    (refusee,) = lues.triees.refusees
    assert refusee.nom == "cabinet du président" and refusee.article == "CGCT, art. D.5211-16"


def test_ce_qui_manque_a_une_charge_est_dit_jamais_suppose() -> None:
    lues = charges_service(
        fabrique.charges(
            {"libelle": "agents"},
            {"nature": "renouvellement", "libelle": "serveurs", "remplacement_eur": 9_000},
            {"nature": "contrats", "montant_eur": 10, "ajustement_budget_eur": 5, "libelle": "logiciel"},
        )
    )
    assert [m.split(" : ")[0] for m in lues.manques] == ["agents", "serveurs"]
    assert "durée normale d'utilisation" in lues.manques[1]
    assert lues.remarques == ("logiciel : ajustement du budget sans justification",)
    assert charges_service(fabrique.charges()).manques == ("aucune charge n'est notée",)


def test_un_exercice_partiel_ne_prolonge_que_ce_qui_se_constate() -> None:
    lues = charges_service(
        fabrique.charges(
            {"montant_eur": 750, "source_montant": "compte"},
            {"nature": "contrats", "montant_eur": 100, "source_montant": "budget"},
            {"nature": "renouvellement", "remplacement_eur": 500, "duree_ans": 5},
        ),
        part_ecoulee=0.75,
    )
    assert lues.natures_eur == {"personnel": 1000, "contrats_rattaches": 100, "renouvellement_biens": 100}


@pytest.mark.parametrize(("dits", "attendu"), [(["oui", "non"], True), (["non", None], False), ([None, None], None)])
def test_drapeau_de_tva(dits, attendu) -> None:
    assert charges_service(fabrique.charges(*({"montant_eur": 1, "tva": dit} for dit in dits))).tva is attendu


# --- présence, indices, échéances ---


@given(st.dates(jour(2029, 1, 1), jour(2029, 12, 31)))
def test_sortir_un_jour_et_entrer_le_lendemain_font_douze_mois(sortie) -> None:
    entree = sortie + datetime.timedelta(days=1)
    assert mois_presence(2029, sortie=sortie) + mois_presence(2029, entree=entree) == 12


@given(st.decimals(0, 10_000, places=2), st.decimals(0, 12, places=1))
def test_les_proratas_complementaires_font_le_tout(annuel, mois) -> None:
    somme = au_prorata(annuel, mois) + au_prorata(annuel, 12 - mois)
    assert abs(somme - annuel) < Decimal("1e-20")


@pytest.mark.parametrize(("mois", "admis"), [(0, True), (12, True), (12.1, False), (-0.1, False)])
def test_bornes_de_la_presence(mois, admis) -> None:
    if admis:
        assert au_prorata(24, mois) == 2 * Decimal(str(mois))
    else:
        with pytest.raises(ErreurDonnees):
            au_prorata(24, mois)


@given(indices, annees, annees, annees)
def test_l_indexation_est_une_chaine(serie, a, b, c) -> None:
    assert coefficient_chaine(serie, a, b) * coefficient_chaine(serie, b, c) == coefficient_chaine(serie, a, c)
    assert coefficient_chaine(serie, a, a) == 1
    assert abs(indexer(indexer(1000, serie, a, b), serie, b, a) - 1000) < Decimal("1e-20")


def test_un_maillon_manquant_rompt_la_chaine() -> None:
    with pytest.raises(ErreurDonnees) as erreur:
        coefficient_chaine({2028: 100, 2031: 104}, 2028, 2031)
    assert len(erreur.value.constats) == 2
    assert coefficient_chaine({2028: 100, 2029: 102}, 2028, 2029) == Fraction(51, 50)


@pytest.mark.parametrize(
    ("notifie", "vote", "signe", "verdict"),
    [
        (jour(2029, 3, 26), jour(2029, 3, 27), None, "tenue"),
        (jour(2029, 3, 27), jour(2029, 3, 27), None, "non tenue"),
        (None, jour(2029, 3, 27), None, "à renseigner"),
        (jour(2029, 3, 1), None, None, "à renseigner"),
        (jour(2029, 4, 15), jour(2029, 3, 27), jour(2029, 1, 15), "tenue"),  # première année : trois mois de la signature
        (jour(2029, 4, 16), jour(2029, 5, 1), jour(2029, 1, 15), "non tenue"),
        (jour(2029, 3, 30), jour(2029, 3, 27), jour(2027, 6, 1), "non tenue"),  # la convention n'est plus de l'année
    ],
)
def test_annonce_du_cout_unitaire_des_deux_cotes(notifie, vote, signe, verdict) -> None:
    assert controler_notification(notifie, vote, signe, 2029).verdict == verdict


@pytest.mark.parametrize(("mois", "verdict"), [(12, "tenue"), (13, "non tenue"), (0, "non tenue"), (float("nan"), "à renseigner")])
def test_periodicite_des_deux_cotes(mois, verdict) -> None:
    assert controler_periodicite(mois).verdict == verdict


# --- un service ---


def test_service_complet() -> None:
    s = fabrique.service()
    assert s.reglement.cout_unitaire_eur == 100 and s.reglement.part_epci_eur == 10_000
    assert s.redevables["regularisation_eur"].tolist() == [-2000, 1000, 1000]
    assert s.table["genre"].iloc[0] == "epci" and s.table["regularisation_eur"].isna().iloc[0]
    assert s.totaux_publiables


def test_cas_c5_le_residu_se_regle_a_cote_de_l_attribution_figee() -> None:
    s = fabrique.service(
        charges=fabrique.charges({"montant_eur": 101_300}),
        unites=fabrique.unites((fabrique.AUBRELLE, 1, 1)),
        versements=fabrique.versements((fabrique.AUBRELLE, None, 98_264)),
    )
    attendu = regulariser(519_736, 98_264, 101_300)
    assert s.table["residu_ac_eur"].item() == s.table["regularisation_eur"].item() == float(attendu.montant_eur) == 3036


def test_une_unite_d_etat_se_ramene_aux_mois_de_presence() -> None:
    lignes = ((fabrique.AUBRELLE, 10, 10), (fabrique.MIRELLE, 5, 10, 6, "sortie"))
    options = {
        "charges": fabrique.charges({"montant_eur": 1500}),
        "versements": fabrique.versements((fabrique.AUBRELLE, 0), (fabrique.MIRELLE, 0)),
    }
    etat = fabrique.service(unites=fabrique.unites(*lignes, unite="SI_UO_POSTE"), stocks={"SI_UO_POSTE"}, **options)
    assert etat.redevables["du_eur"].tolist() == [1000, 500]
    flux = fabrique.service(unites=fabrique.unites(*lignes), **options)
    assert flux.redevables["du_eur"].tolist() == [1000, 1000]


@pytest.mark.parametrize(
    ("feuilles", "mot"),
    [
        ({"charges": fabrique.charges({})}, "montant absent"),
        ({"unites": fabrique.unites((fabrique.EPCI, 1, 1), (fabrique.AUBRELLE, 1, None))}, "unités constatées"),
        ({"unites": fabrique.unites((fabrique.EPCI, 1, 1), (fabrique.AUBRELLE, None, 1))}, "unités prévues"),
        ({"unites": fabrique.unites()}, "aucune unité"),
        ({"unites": fabrique.unites((fabrique.AUBRELLE, 1, 1), (fabrique.AUBRELLE, 1, 2))}, "en double"),
        ({"versements": fabrique.versements((fabrique.AUBRELLE, 1), (fabrique.MIRELLE, None), (fabrique.VALMORELLE, 1))}, "versement"),
    ],
)
def test_une_donnee_absente_suspend_le_compte_et_se_dit(feuilles, mot) -> None:
    s = fabrique.service(**feuilles)
    assert not s.est_calculee and any(mot in manque for manque in s.manques)
    assert s.table["du_eur"].isna().all()


def test_au_cout_reel_la_prevision_n_est_pas_exigee() -> None:
    lignes = fabrique.unites((fabrique.EPCI, None, 1), (fabrique.AUBRELLE, None, 3))
    s = fabrique.service(unites=lignes, versements=fabrique.versements((fabrique.AUBRELLE, 0)), methode=COUT_REEL)
    assert s.reglement.somme_regularisations_eur == 75_000 and s.table["prevu_eur"].isna().all()


@pytest.mark.parametrize(
    ("constatees", "publiables"),
    [((40, 30, 30), True), ((50, 50, 0), False), ((88, 6, 6), False), ((2, 90, 8), False), ((30, 59, 11), True)],
)
def test_un_total_se_tait_quand_il_dirait_quelqu_un(constatees, publiables) -> None:
    sirens = (fabrique.AUBRELLE, fabrique.MIRELLE, fabrique.VALMORELLE)
    s = fabrique.service(
        unites=fabrique.unites(*((siren, u, u) for siren, u in zip(sirens, constatees, strict=True))),
        versements=fabrique.versements(*((siren, 1000 * u) for siren, u in zip(sirens, constatees, strict=True))),
    )
    assert s.est_calculee and s.totaux_publiables is publiables


# --- le territoire fictif ---


@pytest.fixture(scope="module")
def fictif():
    return ouvrir(fabrique.FICTIF)


@pytest.mark.parametrize("exercice", [2028, 2029, 2030])
def test_chaque_exercice_fictif_ferme(fictif, exercice) -> None:
    regularisation = regulariser_exercice(fictif, exercice)
    assert regularisation.calcules
    for s in regularisation.calcules:
        comptes = s.reglement
        assert comptes.somme_regularisations_eur == comptes.a_repartir_eur - comptes.somme_verse_eur
        assert comptes.charges_eur == comptes.part_epci_eur + comptes.a_repartir_eur + comptes.recouvrement.non_recouvre_eur
        assert s.partiel is (exercice == 2030)
    total = sum(c.reglement.somme_regularisations_eur for c in regularisation.calcules)
    assert round(regularisation.communes["regularisation_eur"].sum(), 2) == float(total)


def test_exercice_zero_est_le_dernier_et_un_inconnu_se_dit(fictif) -> None:
    regularisation = regulariser_exercice(fictif)
    assert regularisation.exercice == max(fictif.suivi.exercices) and regularisation.partiel
    with pytest.raises(ErreurUsage, match="2028"):
        regulariser_exercice(fictif, 2019)


def test_entree_et_sortie_fictives(fictif) -> None:
    entree = regulariser_exercice(fictif, 2029).services["comptabilite_finances"].table.set_index("siren").loc["999999956"]
    assert (entree["mouvement"], entree["mois_presence"], entree["unites"]) == ("entree", 6, 371)
    sortie = regulariser_exercice(fictif, 2030).services["systemes_information"].table.set_index("siren").loc["999999980"]
    assert (sortie["mouvement"], sortie["unites"]) == ("sortie", 0.5)


def test_sans_suivi_rien_ne_s_invente() -> None:
    regularisation = regulariser_exercice(ouvrir("247900798"))
    assert regularisation.exercice == 0 and not regularisation.services and regularisation.communes.empty
    assert regularisation.projet.choix

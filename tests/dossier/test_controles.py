"""Les contrôles du dossier : la liste et les fonctions se répondent, chaque seuil des deux côtés."""

from __future__ import annotations

import datetime
import string
from dataclasses import replace
from pathlib import Path

import pytest

from mutunb import chemins, referentiel
from mutunb.dossier.bareme import baisses, chercher_decalage, lire_bareme
from mutunb.dossier.collecte import Collecte
from mutunb.dossier.controles import controler
from mutunb.dossier.examen import Examen, registre
from mutunb.dossier.liste_controles import controles, lire_controles
from mutunb.dossier.preremplissage import preremplir
from mutunb.erreurs import ErreurDonnees
from tests.dossier.fabrique_collecte import (
    ADAM,
    BERE,
    COLY,
    EPCI,
    JOUR,
    collecte,
    constats,
    contrat,
    mutualisation,
    poste,
    territoire,
)


def test_la_liste_et_les_fonctions_se_repondent() -> None:
    assert set(controles()) == set(registre())
    assert len(controles()) >= 30


def test_chaque_seuil_sert_et_dit_sa_source() -> None:
    for controle in controles().values():
        for seuil in controle.seuils.values():
            assert seuil.source in referentiel.sources(), controle.id
            assert seuil.unite in referentiel.unites(), controle.id


def test_un_defaut_de_la_liste_est_dit(tmp_path: Path) -> None:
    texte = (chemins.referentiel() / "controles_dossier.yaml").read_text(encoding="utf-8")
    faux = tmp_path / "controles_dossier.yaml"
    faux.write_text(texte.replace("feuilles: [dgf]", "feuilles: [dgff]").replace("a: TR08", "a: TR99"), encoding="utf-8")
    with pytest.raises(ErreurDonnees) as erreur:
        lire_controles(faux)
    assert [constat.trouve for constat in erreur.value.constats] == ["« TR99 »", "« dgff »"]


# --- effectifs ---------------------------------------------------------------


@pytest.mark.parametrize(("reste", "trop", "peu"), [(0.3, 0, 0), (0.305, 0, 0), (0.306, 1, 0), (0.295, 0, 0), (0.294, 0, 1)])
def test_parts_de_temps(reste: float, trop: int, peu: int) -> None:
    lignes = [poste(part=0.7), poste(fonction="juridique", part=reste)]
    assert len(constats("parts_de_temps_au_dela", effectifs=lignes)) == trop
    assert len(constats("parts_de_temps_en_deca", effectifs=lignes)) == peu


def test_une_part_inconnue_n_est_pas_un_manque() -> None:
    lignes = [poste(part=0.7), poste(fonction="juridique", part=None)]
    assert not constats("parts_de_temps_en_deca", effectifs=lignes)


def test_un_constat_nomme_la_cellule() -> None:
    (constat,) = constats("parts_de_temps_au_dela", effectifs=[poste(part=0.7), poste(fonction="juridique", part=0.4)])
    assert constat.ou == "reponses.xlsx, Effectifs, cellules E6 et E7"
    assert constat.trouve == "110\u00a0% pour le poste P1 (Adam), réparti sur 2\u00a0lignes"
    assert constat.gravite == "erreur"
    assert [cellule.adresse for cellule in constat.cellules] == ["E6", "E7"]


def test_deux_communes_ont_le_meme_repere_de_poste() -> None:
    assert not constats("parts_de_temps_au_dela", effectifs=[poste(part=0.7), poste(siren=BERE, part=0.7)])


def test_poste_contradictoire() -> None:
    lignes = [poste(part=0.5, categorie="b"), poste(fonction="juridique", part=0.5, categorie="c")]
    (constat,) = constats("poste_contradictoire", effectifs=lignes)
    assert constat.trouve.startswith("b et c pour le poste P1")
    assert not constats("poste_contradictoire", effectifs=[lignes[0], lignes[1] | {"categorie": None}])


@pytest.mark.parametrize(
    ("categorie", "bas", "haut"),
    # TR08 60 à 75, TR09 45 à 52, TR10 36 à 42 k€, élargis de 30 %
    [("a", 42_000, 97_500), ("b", 31_500, 67_600), ("c", 25_200, 54_600), (None, 25_200, 97_500)],
)
def test_cout_d_un_etp(categorie: str | None, bas: float, haut: float) -> None:
    def combien(cout: float) -> int:
        ligne = poste(categorie=categorie, cout_employeur_eur=cout)
        return len(constats("cout_etp_hors_bornes", effectifs=[ligne]))

    assert [combien(bas - 1), combien(bas), combien(haut), combien(haut + 1)] == [1, 0, 0, 1]


def test_le_cout_est_ramene_au_temps_plein_et_l_apprenti_laisse_a_part() -> None:
    mi_temps = poste(quotite=0.5, categorie="c", cout_employeur_eur=20_000.0)
    assert not constats("cout_etp_hors_bornes", effectifs=[mi_temps])
    assert constats("cout_etp_hors_bornes", effectifs=[mi_temps | {"quotite": 1.0}])
    assert not constats("cout_etp_hors_bornes", effectifs=[mi_temps | {"quotite": 1.0, "statut": "apprenti"}])


@pytest.mark.parametrize(("annee", "nombre"), [(2025.0, 1), (2026.0, 0), (None, 0)])
def test_depart_passe(annee: float | None, nombre: int) -> None:
    assert len(constats("annee_depart_passee", effectifs=[poste(annee_depart=annee)])) == nombre


@pytest.mark.parametrize(("total", "nombre"), [(1.45, 0), (1.44, 1), (2.0, 0), (None, 0)])
def test_effectifs_au_dela_du_total(total: float | None, nombre: int) -> None:
    entite = {"siren": ADAM, "nom": "Adam", "nature": "commune", "effectif_etp": total}
    lignes = [poste(), poste(poste="P2", quotite=0.5)]
    assert len(constats("effectifs_au_dela_du_total", effectifs=lignes, entites=[entite])) == nombre


# --- comptes et activité -----------------------------------------------------


@pytest.mark.parametrize(("cout", "declare", "nombre"), [(200_000.0, None, 0), (200_001.0, None, 1), (150_000.0, 149_999.0, 1)])
def test_support_au_dela_du_personnel(cout: float, declare: float | None, nombre: int) -> None:
    entite = {"siren": BERE, "nom": "Béré", "nature": "commune", "charges_personnel_eur": declare}
    lignes = [poste(siren=BERE, cout_employeur_eur=cout), poste(BERE, "P2", "hors_support", cout_employeur_eur=9e6)]
    assert len(constats("support_au_dela_du_personnel", effectifs=lignes, entites=[entite])) == nombre
    couts = [{"siren": BERE, "fonction": "achats", "nature": "personnel", "montant_eur": cout}]
    assert len(constats("support_au_dela_du_personnel", couts=couts, entites=[entite])) == nombre


@pytest.mark.parametrize(("declare", "nombre"), [(240_000.0, 0), (240_001.0, 1), (160_000.0, 0), (159_999.0, 1), (200.0, 1)])
def test_personnel_ecarte_du_compte(declare: float, nombre: int) -> None:
    entite = {"siren": BERE, "nom": "Béré", "charges_personnel_eur": declare}
    assert len(constats("personnel_ecarte_du_compte", entites=[entite])) == nombre


@pytest.mark.parametrize(("charges", "nombre"), [(28_000.0, 0), (27_999.0, 1), (67_600.0, 0), (67_601.0, 1)])
def test_personnel_par_etp(charges: float, nombre: int) -> None:
    entite = {"siren": BERE, "nom": "Béré", "charges_personnel_eur": charges, "effectif_etp": 1.0}
    assert len(constats("personnel_par_etp_hors_bornes", entites=[entite])) == nombre


def test_personnel_par_etp_suit_l_hypothese_du_client() -> None:
    hypotheses = dict(referentiel.hypotheses())
    hypotheses["cout_etp_moyen"] = hypotheses["cout_etp_moyen"].remplacee(60_000, 70_000, 80_000, auteur="x", motif="y")
    entite = {"siren": BERE, "nom": "Béré", "charges_personnel_eur": 90_000.0, "effectif_etp": 1.0}
    trouves = controler(collecte(entites=[entite]), territoire(), hypotheses, JOUR)
    assert "personnel_par_etp_hors_bornes" not in {constat.controle for constat in trouves}


@pytest.mark.parametrize(("declare", "nombre"), [(55_000.0, 0), (55_001.0, 1), (45_000.0, 0), (44_999.0, 1)])
def test_couts_de_personnel_qui_ne_ferment_pas(declare: float, nombre: int) -> None:
    couts = [{"siren": ADAM, "fonction": "achats", "nature": "personnel", "montant_eur": declare, "exercice": 2025.0}]
    lignes = [poste(cout_employeur_eur=50_000.0)]
    assert len(constats("couts_de_personnel_qui_ne_ferment_pas", couts=couts, effectifs=lignes)) == nombre
    inconnu = [*lignes, poste(poste="P2")]
    assert not constats("couts_de_personnel_qui_ne_ferment_pas", couts=couts, effectifs=inconnu)


@pytest.mark.parametrize(("ac", "nombre"), [(96_000.0, 0), (95_999.0, 1), (64_000.0, 1), (120_000.0 - 24_000.0, 0)])
def test_compensations_ecartees_du_compte(ac: float, nombre: int) -> None:
    lignes = [
        {"siren": ADAM, "exercice": 2025.0, "ac_fonctionnement_eur": ac},
        {"siren": COLY, "exercice": 2025.0, "ac_fonctionnement_eur": 0.0},
        {"siren": ADAM, "exercice": 2024.0, "ac_fonctionnement_eur": 1e9},
    ]
    trouves = constats("compensations_ecartees_du_compte", compensations=lignes)
    assert len(trouves) == nombre
    for constat in trouves:
        assert "AC + DSC (OFGL)" in constat.attendu
        assert "Réserve" in constat.remede


@pytest.mark.parametrize(("cif", "annee", "nombre"), [(0.3505, 2025.0, 0), (0.3506, 2025.0, 1), (0.5, 2024.0, 0)])
def test_cif_different_du_publie(cif: float, annee: float, nombre: int) -> None:
    vu = territoire(cif_2025=0.35)
    lignes = [{"siren": EPCI, "exercice": annee, "cif": cif}]
    assert len(constats("cif_different_du_publie", vu=vu, dgf=lignes)) == nombre
    assert not constats("cif_different_du_publie", vu=territoire(), dgf=lignes), "CIF public inconnu"


@pytest.mark.parametrize(
    ("bulletins", "unite", "alertes", "erreurs"),
    [(120.0, "pièces/an", 0, 0), (119.0, "pièces/an", 1, 0), (10.0, "pièces/an", 1, 0), (9.0, "pièces/an", 0, 1),
     (10.0, "bulletins/mois", 0, 0), (9.0, "bulletins/mois", 1, 0)],
)  # fmt: skip
def test_bulletins(bulletins: float, unite: str, alertes: int, erreurs: int) -> None:
    entites = [{"siren": ADAM, "nom": "Adam", "agents": 10.0}]
    ligne = {"siren": ADAM, "fonction": "ressources_humaines", "indicateur": "bulletins", "valeur": bulletins, "unite": unite}
    assert len(constats("bulletins_sous_douze_par_agent", entites=entites, activite=[ligne])) == alertes
    assert len(constats("bulletins_sous_les_agents", entites=entites, activite=[ligne])) == erreurs


@pytest.mark.parametrize(("payes", "nombre"), [(12.0, 0), (13.0, 1), (8.0, 0), (7.0, 1)])
def test_agents_payes(payes: float, nombre: int) -> None:
    entites = [{"siren": ADAM, "nom": "Adam", "agents": 10.0}]
    ligne = {"siren": ADAM, "fonction": "ressources_humaines", "indicateur": "agents_payes", "valeur": payes}
    assert len(constats("agents_payes_incoherents", entites=entites, activite=[ligne])) == nombre


# --- contrats et licences ----------------------------------------------------


@pytest.mark.parametrize(("fin", "nombre"), [("2026-03-01", 0), ("2026-02-28", 1), (None, 0)])
def test_contrat_fini_avant_debut(fin: str | None, nombre: int) -> None:
    assert len(constats("contrat_fini_avant_debut", contrats=[contrat(debut="2026-03-01", fin=fin)])) == nombre


@pytest.mark.parametrize(("fin_max", "nombre"), [("2027-06-30", 0), ("2027-06-29", 1)])
def test_fin_ferme_apres_fin_max(fin_max: str, nombre: int) -> None:
    assert len(constats("fin_ferme_apres_fin_max", contrats=[contrat(fin="2027-06-30", fin_max=fin_max)])) == nombre


@pytest.mark.parametrize(
    ("fin", "fin_max", "nombre"),
    [("2026-01-15", None, 0), ("2026-01-14", None, 1), ("2025-01-01", "2026-01-15", 0), ("2025-01-01", "2026-01-14", 1)],
)
def test_contrat_echu(fin: str, fin_max: str | None, nombre: int) -> None:
    assert len(constats("contrat_echu", contrats=[contrat(fin=fin, fin_max=fin_max)])) == nombre


@pytest.mark.parametrize(("preavis", "nombre"), [(3.0, 0), (4.0, 1), (None, 0)])
def test_preavis_plus_long_que_la_duree(preavis: float | None, nombre: int) -> None:
    ligne = contrat(debut="2026-01-01", fin="2026-03-31", preavis_mois=preavis)
    assert len(constats("preavis_plus_long_que_la_duree", contrats=[ligne])) == nombre


@pytest.mark.parametrize(
    ("reconduction", "fin", "tacites", "sans_fin"),
    [("tacite", None, 1, 0), ("tacite", "2027-01-01", 0, 0), ("expresse", None, 0, 1), (None, None, 0, 1)],
)
def test_contrats_sans_date(reconduction: str | None, fin: str | None, tacites: int, sans_fin: int) -> None:
    lignes = [contrat(reconduction=reconduction, fin=fin)]
    assert len(constats("reconduction_tacite_sans_date", contrats=lignes)) == tacites
    assert len(constats("contrat_sans_fin", contrats=lignes)) == sans_fin


@pytest.mark.parametrize(("annuel", "nombre"), [(1000.0, 0), (1200.0, 0), (1201.0, 1), (800.0, 0), (799.0, 1)])
def test_montants_de_contrat(annuel: float, nombre: int) -> None:
    ligne = contrat(debut="2024-01-01", fin="2027-12-31", montant_annuel_eur=annuel, montant_total_eur=4000.0)
    assert len(constats("montants_de_contrat_qui_ne_ferment_pas", contrats=[ligne])) == nombre


def test_le_total_peut_porter_sur_la_duree_maximale() -> None:
    ligne = contrat(
        debut="2024-01-01", fin="2024-12-31", fin_max="2027-12-31", montant_annuel_eur=1000.0, montant_total_eur=4000.0
    )
    assert not constats("montants_de_contrat_qui_ne_ferment_pas", contrats=[ligne])


def test_contrat_en_double_probable() -> None:
    jumeaux = [contrat("C1", objet="Copieurs", titulaire="SA Bureau"), contrat("C2", objet="COPIEURS", titulaire="S.A. Bureau")]
    assert not constats("contrat_en_double_probable", contrats=jumeaux)
    jumeaux[1]["titulaire"] = "sa bureau"
    (constat,) = constats("contrat_en_double_probable", contrats=jumeaux)
    assert "C1 et C2" in constat.trouve
    assert not constats("contrat_en_double_probable", contrats=[jumeaux[0], jumeaux[1] | {"siren": BERE}])


@pytest.mark.parametrize(("fin", "nombre"), [(datetime.date(2026, 1, 15), 0), (datetime.date(2026, 1, 14), 1)])
def test_licence_echue(fin: datetime.date, nombre: int) -> None:
    ligne = {"siren": ADAM, "domaine": "finances", "application": "Compta", "fin_contrat": fin}
    assert len(constats("licence_echue", applications=[ligne])) == nombre


def test_sauvegarde_jamais_testee() -> None:
    lignes = [{"siren": siren, "domaine": "finances", "application": nom} for siren in (ADAM, BERE) for nom in "ab"]
    lignes[0]["sauvegarde_testee_le"] = datetime.date(2025, 1, 1)
    (constat,) = constats("sauvegarde_jamais_testee", applications=lignes)
    assert (constat.gravite, constat.trouve.endswith("de Béré")) == ("information", True)


# --- mutualisations et appétence ---------------------------------------------


@pytest.mark.parametrize(("forme", "fin", "nombre"), [("sc", None, 1), ("sc", "2027-01-01", 0), ("syn", None, 0)])
def test_mutualisation_sans_terme(forme: str, fin: str | None, nombre: int) -> None:
    assert len(constats("mutualisation_sans_terme", mutualisations=[mutualisation(forme=forme, fin=fin)])) == nombre


@pytest.mark.parametrize(("fin", "nombre"), [("2020-01-01", 0), ("2019-12-31", 1)])
def test_mutualisation_finie_avant_debut(fin: str, nombre: int) -> None:
    lignes = [mutualisation(debut="2020-01-01", fin=fin)]
    assert len(constats("mutualisation_finie_avant_debut", mutualisations=lignes)) == nombre


@pytest.mark.parametrize(("prix", "nombre"), [(101_000.0, 0), (101_001.0, 1), (50_000.0, 0)])
def test_refacturation_au_dela_du_cout(prix: float, nombre: int) -> None:
    lignes = [mutualisation(cout_annuel_eur=100_000.0, prix_eur=prix)]
    assert len(constats("refacturation_au_dela_du_cout", mutualisations=lignes)) == nombre


PUBLIE = (
    "1=574,88;2=1149,76;3=1552,18;4=2069,57;5=2586,96;6=2414,5;7=2816,92;8=3219,33;9=3621,75;10=3789,84;"
    "11=4024,16;12=4426,58;13=4829;14=5231,42;15=5633,83;16=5978,76"
)
EXACT = PUBLIE.replace("10=3789,84;11=4024,16;12=4426,58;13=4829;14=5231,42;15=5633,83", "10=4024,16;11=4426,58;12=4828,99")


def test_la_table_publiee_est_decalee_de_11_a_15() -> None:
    """Cas A1 : la ligne n porte le montant de n-1 postes."""
    decalage = chercher_decalage(lire_bareme(PUBLIE), 0.05)
    assert decalage.quantites == (11, 12, 13, 14, 15)
    assert decalage.prix_unitaire_eur == pytest.approx(402.416, abs=0.001)
    assert chercher_decalage(lire_bareme(EXACT), 0.05) is None


def test_un_tarif_proportionnel_ou_a_part_fixe_n_est_pas_decale() -> None:
    assert chercher_decalage({float(n): 100.0 * n for n in range(1, 20)}, 0.05) is None
    assert chercher_decalage({float(n): 50 + 100.0 * n for n in range(1, 20)}, 0.05) is None


def test_bareme_dans_le_dossier() -> None:
    lignes = [mutualisation(bareme=PUBLIE)]
    (decale,) = constats("tarif_decale_d_un_rang", mutualisations=lignes)
    assert "11, 12, 13, 14 et 15" in decale.trouve
    (baisse,) = constats("tarif_non_croissant", mutualisations=lignes)
    assert "pour 6 (" in baisse.trouve
    assert not constats("bareme_illisible", mutualisations=lignes)
    assert constats("bareme_illisible", mutualisations=[mutualisation(bareme="selon convention")])


def test_un_palier_plat_est_admis() -> None:
    assert baisses({1.0: 10.0, 2.0: 10.0, 3.0: 9.99}) == (3.0,)


@pytest.mark.parametrize("texte", ["1 = dix", "1 = 2 ; 1 = 3", "", "12"])
def test_bareme_illisible(texte: str) -> None:
    assert lire_bareme(texte) is None


@pytest.mark.parametrize(("direction", "repondant", "nombre"), [(2.0, "dgs", 0), (3.0, "dgs", 1), (3.0, "secretaire", 1), (None, "dgs", 0)])
def test_maire_et_direction(direction: float | None, repondant: str, nombre: int) -> None:
    commun = {"siren": ADAM, "fonction": "achats"}
    lignes = [commun | {"repondant": "maire", "interet": 0.0}, commun | {"repondant": repondant, "interet": direction}]
    trouves = constats("maire_et_direction_en_ecart", appetence=lignes)
    assert [constat.gravite for constat in trouves] == ["information"] * nombre


# --- identité et saisie ------------------------------------------------------


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
    assert constat.trouve == "2\u00a0lignes pour 219900000, P1, achats"
    assert not constats("doublons", effectifs=[lignes[0], poste(fonction="juridique", part=0.5)])


def test_exercices_melanges() -> None:
    lignes = [poste(exercice=2025.0), poste(poste="P2", exercice=2025.0), poste(poste="P3", exercice=2024.0)]
    (constat,) = constats("exercices_melanges", effectifs=lignes)
    assert [cellule.ligne for cellule in constat.cellules] == [8]
    assert not constats("exercices_melanges", effectifs=lignes[:2])


def test_sans_reponse_nomme_les_absents() -> None:
    (constat,) = [c for c in constats("sans_reponse", contrats=[contrat(siren=EPCI), contrat(siren=ADAM)]) if c.feuille == "contrats"]
    assert constat.trouve == "2\u00a0entités sans réponse sur 4 (27\u00a0% de la population)\u00a0: Béré et Coly"
    complets = [contrat(siren=siren) for siren in (EPCI, ADAM, BERE, COLY)]
    assert "contrats" not in {constat.feuille for constat in constats("sans_reponse", contrats=complets)}


def test_une_ligne_preremplie_n_est_pas_une_reponse() -> None:
    lignes = [dict(ligne) for ligne in preremplir(territoire())["entites"]]
    assert "entites" in {constat.feuille for constat in constats("sans_reponse", entites=lignes)}
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


# --- ensemble ----------------------------------------------------------------


def test_une_collecte_vide_ne_dit_que_l_absence() -> None:
    trouves = controler(Collecte({}), territoire(), referentiel.hypotheses(), JOUR)
    assert {constat.controle for constat in trouves} == {"sans_reponse"}


def test_les_constats_sont_tries_et_sans_plafond() -> None:
    lignes = [poste(poste=f"P{rang:03d}", part=1.5 if rang % 2 else 0.5) for rang in range(300)]
    trouves = controler(collecte(effectifs=lignes), territoire(), referentiel.hypotheses(), JOUR)
    rangs = [["erreur", "alerte", "information"].index(constat.gravite) for constat in trouves]
    assert rangs == sorted(rangs)
    assert sum(constat.controle == "parts_de_temps_au_dela" for constat in trouves) == 150
    assert trouves == controler(collecte(effectifs=lignes), territoire(), referentiel.hypotheses(), JOUR)


def test_toute_phrase_est_remplie() -> None:
    """Chaque fonction donne tous les champs de ses phrases, et la phrase ne garde ni accolade ni NaN."""
    lues = collecte(
        entites=[{"siren": ADAM, "nom": "Adam", "agents": 10.0, "charges_personnel_eur": 100.0, "effectif_etp": 1.0}],
        effectifs=[poste(part=0.9, cout_employeur_eur=9e6, annee_depart=2000.0), poste(fonction="juridique", categorie="a")],
        contrats=[contrat(debut="2025-01-02", fin="2025-01-01", fin_max="2024-01-01"), contrat("C2", siren="1")],
        mutualisations=[mutualisation(bareme="x", prix_eur=2.0, cout_annuel_eur=1.0)],
    )
    trouves = controler(lues, territoire(), referentiel.hypotheses(), JOUR)
    assert len({constat.controle for constat in trouves}) > 10
    for constat in trouves:
        texte = str(constat)
        assert not {"{", "}"} & set(texte), texte
        assert "nan" not in texte.split(), texte


def test_un_controle_ne_modifie_pas_la_collecte() -> None:
    lues = collecte(effectifs=[poste(part=1.2)], contrats=[contrat(fin="2020-01-01")])
    avant = {nom: lues.table(nom) for nom in lues.tables}
    controler(lues, territoire(), referentiel.hypotheses(), JOUR)
    for nom, table in avant.items():
        assert lues.table(nom).equals(table)


def test_les_champs_des_phrases_sont_des_noms_simples() -> None:
    for controle in controles().values():
        for _, champ, mise_en_forme, _ in string.Formatter().parse(controle.phrase + controle.attendu + controle.remede):
            assert champ is None or (champ.isidentifier() and not mise_en_forme), controle.id


def test_chaque_controle_tient_sur_une_collecte_vide() -> None:
    examen = Examen(Collecte({}), territoire(), referentiel.hypotheses(), JOUR)
    for nom, fonction in registre().items():
        assert nom == "sans_reponse" or list(fonction(replace(examen, controle=controles()[nom]))) == [], nom

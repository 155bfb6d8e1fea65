"""Les écritures de la vraie vie, une fonction par type : une valeur, un problème éventuel, jamais d'exception."""

from __future__ import annotations

import datetime
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mutunb.dossier import valeurs
from mutunb.dossier.ecriture_brute import Lu, Pourcentage
from mutunb.dossier.questionnaire import Champ, questionnaire
from mutunb.dossier.synonymes import synonymes


def champ(nom: str) -> Champ:
    feuille, _, champ_voulu = nom.partition(".")
    return questionnaire().feuille(feuille).champ(champ_voulu)


def nature(lu: Lu) -> str | None:
    return lu.probleme.nature if lu.probleme else None


ABSENCES = ["", " ", "\u00a0", None, float("nan"), "NC", "n.c.", "N.C", "n.d.", "ND", "-", "–", "—", "--", "?", "??", "/", "N/A", "null",
            "non communiqué", "à compléter"]  # fmt: skip


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("1 234,5", 1234.5), ("1.234,50", 1234.5), ("1,234.50", 1234.5), ("1\u00a0234\u202f567", 1_234_567), ("1234 €", 1234),
        ("12 k€", 12_000), ("12K€", 12_000), ("1,5 M€", 1_500_000), ("12 milliers d'euros", 12_000), ("6 400 € HT", 6400),
        ("46 500 €/an", 46_500), ("1.234.567", 1_234_567), ("1'234,5", 1234.5), ("-5", -5), ("−5", -5), ("(1 200)", -1200),
        ("1,2E+06", 1_200_000), ("1234,-", 1234), (",5", 0.5), ("0", 0), (0, 0), (3, 3), (2.5, 2.5), ('="0123"', 123),
        ("\u202a1 234\u202c", 1234), ("1 234 567,89 euros", 1_234_567.89),
    ],
)  # fmt: skip
def test_montant(ecrit: object, lu: float) -> None:
    assert valeurs.montant(ecrit, "€/an") == Lu(lu)


@pytest.mark.parametrize("ecrit", ["douze", "3 à 4", "3-4", "3 (dont 1 vacant)", "12 34", "1,2,3", "1.23.4", "1O", "12 rue", True, "x" * 500, "1" * 300, float("inf"), datetime.date(2025, 1, 1), "1e99"])
def test_un_nombre_illisible_n_a_pas_de_valeur(ecrit: object) -> None:
    lu = valeurs.montant(ecrit)
    assert lu.valeur is None and lu.probleme.gravite == "erreur"


@pytest.mark.parametrize("lire", [valeurs.montant, valeurs.nombre, valeurs.entier, valeurs.part, valeurs.date, valeurs.annee, valeurs.siren, valeurs.texte, valeurs.booleen])
@pytest.mark.parametrize("ecrit", ABSENCES)
def test_une_absence_n_est_jamais_zero(lire, ecrit: object) -> None:
    assert lire(ecrit) == Lu(None)


@pytest.mark.parametrize("lire", [valeurs.montant, valeurs.entier, valeurs.part, valeurs.date, valeurs.texte])
@pytest.mark.parametrize("ecrit", ["néant", "Néant", "NEANT", "sans objet", "aucun", "rien"])
def test_neant_est_une_absence_a_confirmer(lire, ecrit: str) -> None:
    lu = lire(ecrit)
    assert (lu.valeur, nature(lu), lu.probleme.gravite) == (None, "absence_douteuse", "alerte")


@pytest.mark.parametrize(
    ("ecrit", "lu"), [("env. 3", 3), ("environ 3", 3), ("3 environ", 3), ("~3", 3), ("≈ 12 k€", 12_000), ("3 ?", 3), ("plus de 3", 3), ("+/- 3", 3)]
)
def test_approche(ecrit: str, lu: float) -> None:
    assert (valeurs.montant(ecrit).valeur, nature(valeurs.montant(ecrit)), valeurs.montant(ecrit).probleme.gravite) == (lu, "approche", "alerte")


def test_point_de_milliers_ou_decimal_selon_le_champ() -> None:
    assert (valeurs.montant("1.234").valeur, nature(valeurs.montant("1.234"))) == (1234.0, "ambigu")
    assert (valeurs.nombre("1.234").valeur, nature(valeurs.nombre("1.234"))) == (1.234, "ambigu")
    assert valeurs.nombre("0.442966") == Lu(0.442966)
    assert nature(valeurs.montant("12,345")) == "ambigu"
    assert valeurs.nombre("12,345") == Lu(12.345)


@pytest.mark.parametrize(("ecrit", "unite", "lu"), [("3 mois", "mois", 3), ("3 jours", "mois", None), ("50 %", "ETP", None), ("2,5 ETP", "ETP", 2.5), ("1 agent", "agents", 1), ("500 €/mois", "€/an", None)])
def test_une_autre_unite_n_est_jamais_convertie(ecrit: str, unite: str, lu: float | None) -> None:
    assert valeurs.nombre(ecrit, unite) == Lu(lu) if lu else nature(valeurs.nombre(ecrit, unite)) == "unite"


def test_ttc_dans_une_colonne_hors_taxes() -> None:
    assert nature(valeurs.montant("6 400 € TTC", "€ HT/an")) == "unite"
    assert valeurs.montant("6 400 € TTC", "€ HT/an").valeur == 6400


def test_entier() -> None:
    assert valeurs.entier("12,0") == Lu(12.0)
    assert nature(valeurs.entier("12,5")) == "type"
    assert valeurs.entier("1.250").valeur == 1250


@pytest.mark.parametrize(
    ("ecrit", "echelle", "lu", "alerte"),
    [
        ("50 %", "", 0.5, None), ("50%", "unite", 0.5, None), (50, "", 0.5, None), ("100", "", 1, None), (0, "", 0, None), ("0 %", "", 0, None),
        (0.5, "", 0.5, "ambigu"), ("0,5", "", 0.5, "ambigu"), (1, "", 1, "ambigu"), (0.5, "unite", 0.5, None), (1, "unite", 1, None),
        (0.5, "cent", 0.5, "ambigu"), (1.5, "cent", 0.015, "ambigu"), ("0,5 %", "", 0.005, "ambigu"), (Pourcentage(1), "", 1, None),
        (Pourcentage(0.4), "cent", 0.4, None), ("mi-temps", "", 0.5, None), ("temps complet", "", 1, None), ("28/35", "", 0.8, "approche"),
        ("17,5/35e", "", 0.5, "approche"), ("env. 40", "", 0.4, "approche"),
    ],
)  # fmt: skip
def test_part(ecrit: object, echelle: str, lu: float, alerte: str | None) -> None:
    rendu = valeurs.part(ecrit, echelle)
    assert rendu.valeur == pytest.approx(lu) and nature(rendu) == alerte


@pytest.mark.parametrize("ecrit", [101, "120 %", -1, "-10 %", "35/28", "1/0"])
def test_part_hors_bornes(ecrit: object) -> None:
    assert (valeurs.part(ecrit).valeur, nature(valeurs.part(ecrit))) == (None, "borne")
    assert valeurs.part(100).valeur == 1


FIN = datetime.date(2027, 12, 31)


@pytest.mark.parametrize(
    "ecrit",
    ["31/12/2027", "31-12-27", "31.12.2027", "31 12 2027", "2027-12-31", "2027-12-31T00:00:00", "2027/12/31", "20271231", "31 décembre 2027",
     "31 déc. 2027", "le 31 décembre 2027", "vendredi 31 décembre 2027", 46752, 46752.0, "46752", FIN, datetime.datetime(2027, 12, 31, 8)],
)  # fmt: skip
def test_date(ecrit: object) -> None:
    assert valeurs.date(ecrit) == Lu(FIN)


@pytest.mark.parametrize("ecrit", ["décembre 2027", "déc. 2027", "12/2027", "2027-12", "2027", 2027, "fin 2027", "fin décembre 2027"])
def test_date_incomplete(ecrit: object) -> None:
    assert valeurs.date(ecrit, en_fin=True).valeur == FIN and nature(valeurs.date(ecrit, en_fin=True)) == "approche"


def test_date_incomplete_au_debut_et_1904() -> None:
    assert valeurs.date("décembre 2027").valeur == datetime.date(2027, 12, 1)
    assert valeurs.date("2027").valeur == datetime.date(2027, 1, 1)
    assert valeurs.date("février 2028", en_fin=True).valeur == datetime.date(2028, 2, 29)
    assert valeurs.date("1er mars 2026").valeur == datetime.date(2026, 3, 1)
    assert valeurs.date(46752 - 1462, origine_1904=True).valeur == FIN
    assert valeurs.date("01/01/79").valeur == datetime.date(2079, 1, 1)
    assert valeurs.date("01/01/80").valeur == datetime.date(1980, 1, 1)
    assert (valeurs.date("12/31/2027").valeur, nature(valeurs.date("12/31/2027"))) == (FIN, "ambigu")


@pytest.mark.parametrize("ecrit", ["31/02/2027", "00/00/0000", "31/12/9999", "bientôt", "13/13/2027", "2027-13", -5, 1e9, True, datetime.time(3), "mi-2027", "32 décembre 2027"])
def test_date_illisible(ecrit: object) -> None:
    assert valeurs.date(ecrit).valeur is None and valeurs.date(ecrit).probleme.gravite == "erreur"


def test_annee() -> None:
    assert valeurs.annee("2027") == valeurs.annee(2027.0) == valeurs.annee("exercice 2027") == valeurs.annee(datetime.date(2027, 1, 1)) == Lu(2027.0)
    assert (valeurs.annee("15/03/2027").valeur, nature(valeurs.annee("15/03/2027"))) == (2027.0, "type")
    assert all(valeurs.annee(ecrit).valeur is None for ecrit in ("27", 27, 1949, 2101, "dans 3 ans", 2027.5, True))
    assert valeurs.annee(1950).valeur == 1950 and valeurs.annee(2100).valeur == 2100


@pytest.mark.parametrize("ecrit", ["217903293", "217 903 293", "217\u00a0903\u202f293", 217903293, 217903293.0, "217903293.0", "21790329300016", 21790329300016.0, "217.903.293", "SIREN : 217903293"])
def test_siren(ecrit: object) -> None:
    assert valeurs.siren(ecrit) == Lu("217903293")


def test_siren_faux_ou_autre_chose() -> None:
    assert (valeurs.siren("217903294").valeur, nature(valeurs.siren("217903294"))) == ("217903294", "siren")
    for ecrit, indice in (("79329", "INSEE"), (1004, "INSEE"), ("2A004", "INSEE"), ("2,17903E+08", "abrégé"), ("Thouars", "9 chiffres"), ("2179032931", "9 chiffres")):
        lu = valeurs.siren(ecrit)
        assert lu.valeur is None and indice in lu.probleme.remede


@pytest.mark.parametrize(("ecrit", "lu"), [("oui", "oui"), ("O", "oui"), ("x", "oui"), ("X", "oui"), (True, "oui"), (1, "oui"), ("✔", "oui"), ("Non", "non"), ("N", "non"), (False, "non"), (0.0, "non"), ("ne sait pas", "ne_sait_pas"), ("NSP", "ne_sait_pas")])
def test_booleen(ecrit: object, lu: str) -> None:
    assert valeurs.booleen(ecrit) == Lu(lu)


def test_booleen_sans_choix() -> None:
    assert valeurs.booleen("O/N").valeur is None and valeurs.booleen("O/N").probleme.gravite == "erreur"
    assert valeurs.booleen("peut-être").probleme.gravite == "erreur"
    assert (valeurs.booleen("oui, en partie").valeur, nature(valeurs.booleen("oui, en partie"))) == ("oui", "approche")


@pytest.mark.parametrize(
    ("nom", "ecrit", "code", "alerte"),
    [
        ("effectifs.fonction", "Comptabilité et finances", "comptabilite_finances", None),
        ("effectifs.fonction", "COMPTABILITE_FINANCES", "comptabilite_finances", None),
        ("effectifs.fonction", "compta", "comptabilite_finances", None), ("effectifs.fonction", "RH", "ressources_humaines", None),
        ("effectifs.fonction", "Resources humaines", "ressources_humaines", "approche"),
        ("effectifs.categorie", "B", "b", None), ("effectifs.categorie", "Catégorie C", "c", None),
        ("effectifs.statut", "Contractuels permanents", "contractuel_permanent", "approche"),
        ("effectifs.statut", "contractuel", "contractuel_non_permanent", "approche"),
        ("effectifs.remplacant", "aucun", "aucun", None), ("contrats.reconduction", "Aucune", "aucune", None),
        ("effectifs.fonction", "jardinage", None, "liste"), ("effectifs.categorie", "z", None, "liste"),
    ],
)  # fmt: skip
def test_liste(nom: str, ecrit: str, code: str | None, alerte: str | None) -> None:
    lu = valeurs.liste(ecrit, champ(nom))
    assert (lu.valeur, nature(lu)) == (code, alerte)


def test_chaque_code_et_chaque_libelle_se_relisent() -> None:
    for feuille in questionnaire().feuilles:
        for colonne in (colonne for colonne in feuille.champs if colonne.type == "liste"):
            for code, libelle in zip(colonne.valeurs, colonne.libelles, strict=True):
                assert valeurs.liste(code, colonne) == valeurs.liste(libelle.upper(), colonne) == Lu(code)


def test_les_synonymes_ne_prennent_la_place_d_aucun_libelle() -> None:
    for feuille in questionnaire().feuilles:
        for colonne in (colonne for colonne in feuille.champs if colonne.type == "liste"):
            for ecriture, (code, _) in synonymes().get(colonne.liste, {}).items():
                assert colonne.code_de(ecriture) in (None, code), (colonne.liste, ecriture)


@pytest.mark.parametrize("ecrit", ["Accueil ; Signature", "accueil;signature", "Accueil, signature", "accueil\nsignature", "- Accueil\n- Signature\n", "ACCUEIL ;; signature ; accueil"])
def test_liste_multiple(ecrit: str) -> None:
    assert valeurs.liste_multiple(ecrit, champ("appetence.lignes_rouges")) == Lu("accueil;signature")


def test_liste_multiple_garde_ce_qui_est_lisible() -> None:
    lu = valeurs.liste_multiple("accueil ; la météo", champ("appetence.lignes_rouges"))
    assert (lu.valeur, nature(lu)) == ("accueil", "liste")
    beneficiaires = champ("mutualisations.beneficiaires")
    assert valeurs.liste_multiple("217 903 293, 21790157800019", beneficiaires) == Lu("217903293;217901578")
    assert valeurs.liste_multiple(217903293.0, beneficiaires) == Lu("217903293")
    assert valeurs.liste_multiple("toutes les communes", beneficiaires).probleme.gravite == "erreur"


def test_texte() -> None:
    assert valeurs.texte("  Bureautique\u00a0de  l’Ouest ") == Lu("Bureautique de l'Ouest")
    assert valeurs.texte(12345678900012.0) == Lu("12345678900012")
    assert valeurs.texte('="007"') == Lu("007")
    assert (valeurs.texte(datetime.date(2023, 7, 1)).valeur, nature(valeurs.texte(datetime.date(2023, 7, 1)))) == ("2023-07-01", "type")
    assert len(valeurs.texte("é" * 40_000).valeur) == 4000
    for formule in ("=cmd|'/c calc'!A1", "=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-HYPERLINK(x)"):
        assert (valeurs.texte(formule).valeur, nature(valeurs.texte(formule))) == (None, "formule")
    assert valeurs.texte("مرحبا") == Lu("مرحبا")
    assert nature(valeurs.texte("########")) == "erreur_tableur"
    for ordinaire in ("- voir annexe", "+ de 3 sites", "@mairie", "a=b", "-12 %"):
        assert valeurs.texte(ordinaire) == Lu(ordinaire)


def test_erreurs_de_tableur_pour_tous_les_types() -> None:
    for feuille in questionnaire().feuilles:
        for colonne in feuille.champs:
            for ecrit in ("#REF!", "#N/A", "#VALEUR!", "#DIV/0!", "Err:502"):
                assert nature(valeurs.analyser(ecrit, colonne)) == "erreur_tableur"


def test_bornes_des_deux_cotes() -> None:
    interet = champ("appetence.interet")
    assert [valeurs.analyser(note, interet).valeur for note in (-1, 0, 4, 5)] == [None, 0.0, 4.0, None]
    assert nature(valeurs.analyser(5, interet)) == "borne"


BRUTS = st.one_of(
    st.text(max_size=60), st.text(alphabet="0123456789 ,.-%€k\u202f/eE+()", max_size=20), st.integers(), st.floats(), st.booleans(), st.none(),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(brut=BRUTS)
def test_jamais_d_exception_et_toujours_le_bon_type(brut: object) -> None:
    for colonne in CHAMPS:
        lu = valeurs.analyser(brut, colonne)
        if colonne.type in ("entier", "decimal", "montant", "part", "annee"):
            assert lu.valeur is None or (isinstance(lu.valeur, float) and math.isfinite(lu.valeur))
        elif colonne.type == "date":
            assert lu.valeur is None or type(lu.valeur) is datetime.date
        else:
            assert lu.valeur is None or (isinstance(lu.valeur, str) and lu.valeur.strip())
        if lu.valeur is None and isinstance(brut, int) and not isinstance(brut, bool):
            assert lu.probleme is not None


CHAMPS = list({colonne.type: colonne for feuille in questionnaire().feuilles for colonne in feuille.champs}.values())


@settings(deadline=None)
@given(nombre=st.floats(-1e9, 1e9), espace=st.sampled_from([" ", "\u00a0", "\u202f", ""]))
def test_tout_nombre_ecrit_a_la_francaise_se_relit(nombre: float, espace: str) -> None:
    nombre = round(nombre, 2)
    ecrit = f"{nombre:,.2f}".replace(",", espace).replace(".", ",")
    assert valeurs.montant(f"{ecrit} €") == Lu(nombre)


@settings(deadline=None)
@given(jour=st.dates(datetime.date(1980, 1, 1), datetime.date(2079, 12, 31)), forme=st.sampled_from(["%d/%m/%Y", "%d-%m-%y", "%Y-%m-%d", "%d.%m.%Y", "%d %m %Y"]))
def test_toute_date_ecrite_se_relit(jour: datetime.date, forme: str) -> None:
    assert valeurs.date(jour.strftime(forme)) == Lu(jour)
    assert valeurs.date((jour - datetime.date(1899, 12, 30)).days) == Lu(jour)

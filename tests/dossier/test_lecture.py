"""La lecture des fichiers renvoyés : cas hostiles, gabarits, aller-retour avec le classeur de collecte."""

from __future__ import annotations

import datetime
import io
import random
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from mutunb import chemins, territoires
from mutunb.dossier.classeur_collecte import RANG_ENTETES, RANG_NOMS, RANG_SAISIE, classeurs
from mutunb.dossier.collecte import COLONNES_ORIGINE, Collecte, lire_collecte
from mutunb.dossier.questionnaire import NOMBRES, Champ, questionnaire
from mutunb.erreurs import Constat, ErreurUsage
from tests.dossier import classeurs_hostiles as hostiles
from tests.dossier.classeurs_hostiles import BONNE, ENTETES, HOSTILES, LOUZY, THOUARS, Hostile, avec, effectifs
from tests.dossier.fabrique_classeurs import ods, xls


def lire(dossier: Path, octets: bytes, fichier: str = "retour.xlsx") -> Collecte:
    chemin = dossier / fichier
    chemin.write_bytes(octets)
    return lire_collecte([chemin])


@pytest.mark.parametrize("cas", HOSTILES, ids=lambda cas: cas.nom)
def test_un_classeur_hostile_donne_une_lecture_juste_ou_un_constat_clair(cas: Hostile, tmp_path: Path) -> None:
    collecte = lire(tmp_path, cas.fabriquer(), cas.fichier)
    phrases = "\n".join(map(str, collecte.constats))
    for fragment in cas.dits:
        assert fragment in phrases, phrases
    assert not (cas.sans_constat and collecte.constats), phrases
    for feuille, combien in cas.lignes.items():
        assert len(collecte.table(feuille)) == combien, phrases
    for (feuille, rang, champ), attendue in cas.cellules.items():
        lue = collecte.table(feuille).loc[rang, champ]
        assert pd.isna(lue) if attendue is None else lue == attendue
    for constat in collecte.constats:
        assert constat.ou.startswith(cas.fichier) and constat.trouve and constat.attendu and constat.remede
        assert constat.gravite in ("erreur", "alerte")
        assert len(str(constat)) < 1000 and "\x00" not in str(constat)


@pytest.mark.parametrize(("fichier", "octets"), [("a.xlsx", effectifs(BONNE)), ("a.xls", xls("Effectifs", [ENTETES, BONNE])), ("a.ods", ods({"Effectifs": [ENTETES, BONNE]}))], ids=["xlsx", "xls", "ods"])
def test_un_fichier_abime_au_hasard_ne_plante_ni_ne_laisse_de_trace(fichier: str, octets: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    hasard = random.Random(20261124)
    for _ in range(60):
        abime = bytearray(octets)
        for _ in range(hasard.choice([1, 3, 10, 40])):
            abime[hasard.randrange(len(abime))] = hasard.randrange(256)
        coupe = len(abime) if hasard.random() < 0.7 else hasard.randrange(len(abime))
        collecte = lire(tmp_path, bytes(abime[:coupe]), fichier)
        assert collecte.constats or len(collecte.table("effectifs")) == 1
    assert capfd.readouterr() == ("", "")


def test_il_y_a_au_moins_quarante_cas_hostiles_distincts() -> None:
    assert len({cas.nom for cas in HOSTILES}) == len(HOSTILES) >= 40


def test_toutes_les_erreurs_d_un_classeur_a_la_fois(tmp_path: Path) -> None:
    collecte = lire(tmp_path, effectifs(avec(part_temps=140, categorie="z"), avec(poste="P02", quotite="x", cout_employeur_eur=-1)))
    places = {constat.ou.split()[-1] for constat in collecte.constats}
    assert places == {"E2", "G2", "F3", "H3"}


def test_le_nom_d_un_agent_n_est_nulle_part(tmp_path: Path) -> None:
    collecte = lire(tmp_path, effectifs(avec(poste="Mme DURAND Sophie"), avec(poste="Sophie Durand", fonction="achats")))
    assert "durand" not in (str(collecte.constats) + collecte.table("effectifs").to_csv()).casefold()
    postes = collecte.table("effectifs")["poste"]
    assert postes.nunique() == 1 and postes[0].startswith("agent_")


@pytest.mark.parametrize("repere", ["P01", "Secrétaire de mairie", "Agent comptable", "DGS", "Responsable RH", "RH-2", "Adjoint administratif"])
def test_un_repere_ordinaire_reste_tel_quel(repere: str, tmp_path: Path) -> None:
    collecte = lire(tmp_path, effectifs(avec(poste=repere)))
    assert collecte.table("effectifs")["poste"].tolist() == [repere]
    assert not collecte.constats


def test_echelle_des_parts_lue_sur_la_colonne(tmp_path: Path) -> None:
    tout_en_parts = lire(tmp_path, effectifs(avec(part_temps=0.4, quotite=0.8), avec(poste="P02", part_temps=1, quotite=1)))
    assert tout_en_parts.table("effectifs")["part_temps"].tolist() == [0.4, 1.0]
    assert not tout_en_parts.constats
    melange = lire(tmp_path, effectifs(avec(part_temps=0.4), avec(poste="P02", part_temps=60)))
    assert melange.table("effectifs")["part_temps"].tolist() == [0.4, 0.6]
    assert [constat.ou.split()[-1] for constat in melange.constats] == ["E2"]


def test_une_cellule_au_format_pourcent_est_deja_une_part(tmp_path: Path) -> None:
    def remplir(classeur: openpyxl.Workbook) -> None:
        hostiles.poser(classeur, [ENTETES, avec(part_temps=1, quotite=1)])
        classeur.active["E2"].number_format = "0%"
        classeur.active["F2"].number_format = '0" %"'

    collecte = lire(tmp_path, hostiles.par_openpyxl(remplir))
    assert [constat.ou.split()[-1] for constat in collecte.constats] == ["F2"]
    assert collecte.table("effectifs").loc[0, ["part_temps", "quotite"]].tolist() == [1.0, 1.0]


def test_types_et_colonnes_d_une_table(tmp_path: Path) -> None:
    collecte = lire(tmp_path, effectifs(BONNE))
    for nom in questionnaire().noms:
        table = collecte.table(nom)
        feuille = questionnaire().feuille(nom)
        assert list(table.columns) == [*feuille.colonnes, *COLONNES_ORIGINE]
        for champ in feuille.champs:
            attendu = "float64" if champ.type in NOMBRES else "datetime64[ns]" if champ.type == "date" else "str"
            assert str(table[champ.nom].dtype) == attendu
    with pytest.raises(ErreurUsage, match="effectifs"):
        collecte.table("effectif")


def test_la_table_rendue_est_une_copie(tmp_path: Path) -> None:
    collecte = lire(tmp_path, effectifs(BONNE))
    rendue = collecte.table("effectifs")
    rendue.loc[0, "poste"] = "autre"
    assert collecte.table("effectifs").loc[0, "poste"] == "P01"


def test_provenance_et_cellule(tmp_path: Path) -> None:
    collecte = lire(tmp_path, effectifs([], BONNE, onglet="RH"))
    origine = collecte.provenance("effectifs", 0)
    assert (origine.fichier, origine.feuille, origine.ligne) == ("retour.xlsx", "RH", 3)
    assert collecte.cellule("effectifs", 0, "quotite") == "F3"
    assert collecte.cellule("effectifs", 0, "site") is None


def test_deux_fichiers_de_meme_nom_se_distinguent(tmp_path: Path) -> None:
    lus = []
    for nom, siren in (("thouars", THOUARS), ("louzy", LOUZY)):
        (tmp_path / nom).mkdir()
        (tmp_path / nom / "retour.xlsx").write_bytes(effectifs(avec(siren=siren)))
        lus.append(tmp_path / nom / "retour.xlsx")
    collecte = lire_collecte(lus)
    assert [fichier.nom for fichier in collecte.fichiers] == ["thouars/retour.xlsx", "louzy/retour.xlsx"]
    assert len({fichier.sha256 for fichier in collecte.fichiers}) == 2


def test_un_fichier_absent_est_un_constat(tmp_path: Path) -> None:
    (constat,) = lire_collecte([tmp_path / "absent.xlsx"]).constats
    assert "ne peut pas ouvrir" in constat.trouve


# --- gabarits CSV ---

VOLUMES = "siren;collectivite;annee;nb_mandats;nb_titres;nb_bulletins_paie;nb_agents;delai_global_paiement_jours;source"
MARCHES = "acheteur_siret;acheteur;reference;objet;fonction_support;code_cpv;procedure;groupement_commandes;titulaire_siret;" \
          "titulaire;montant_annuel_ht_eur;montant_total_ht_eur;date_notification;duree_mois;reconductions;date_fin_ferme;" \
          "date_fin_max;tacite_reconduction;source"
EFFECTIFS = "siren;collectivite;fonction_support;intitule_poste;categorie;statut;etp_poste;quotite_fonction_pct;" \
            "cout_annuel_charge_eur;annee;depart_prevu_annee;lieu;source"


def gabarit(dossier: Path, fichier: str, entete: str, *lignes: str) -> Collecte:
    return lire(dossier, "\n".join([entete, *lignes]).encode(), fichier)


def test_volumes_au_format_large(tmp_path: Path) -> None:
    collecte = gabarit(tmp_path, "volumes_activite.csv", VOLUMES, f"{THOUARS};Thouars;2025;1 850;NC;240;;28;logiciel", f"{LOUZY};Louzy;2025;env. 300;;;12;;")
    lu = collecte.table("activite")[["siren", "fonction", "indicateur", "valeur", "unite", "exercice"]]
    assert lu.values.tolist() == [
        [THOUARS, "comptabilite_finances", "mandats", 1850, "pièces/an", 2025],
        [THOUARS, "ressources_humaines", "bulletins", 240, "bulletins/an", 2025],
        [THOUARS, "comptabilite_finances", "delai_paiement", 28, "jours", 2025],
        [LOUZY, "comptabilite_finances", "mandats", 300, "pièces/an", 2025],
        [LOUZY, "ressources_humaines", "agents_payes", 12, "agents", 2025],
    ]
    assert collecte.cellule("activite", 0, "siren") == "A2"
    assert [constat.ou.split()[-1] for constat in collecte.constats] == ["D3"]


def test_marches_du_gabarit(tmp_path: Path) -> None:
    ligne = f"{THOUARS}00016;Thouars;M1;Copieurs;systemes_information;50313200;MAPA;oui;12345678900012;Bureautique;6400;;01/07/2023;48;0;30/06/2027;;oui;registre"
    collecte = gabarit(tmp_path, "marches_contrats.csv", MARCHES, ligne)
    lu = collecte.table("contrats").iloc[0]
    assert (lu["siren"], lu["cadre"], lu["reconduction"], lu["cpv"]) == (THOUARS, "groupement", "tacite", "50313200")
    assert lu["titulaire_siret"] == "12345678900012" and lu["fin"] == pd.Timestamp(2027, 6, 30)
    assert all(constat.gravite == "alerte" for constat in collecte.constats)


def test_effectifs_du_gabarit(tmp_path: Path) -> None:
    ligne = f"{THOUARS};Thouars;rh;Gestionnaire paie;b;titulaire;0,8;50;46 500,00;2025;2029;mairie;TE"
    collecte = gabarit(tmp_path, "effectifs_support.csv", EFFECTIFS, ligne, ligne.replace("0,8", "1"))
    lu = collecte.table("effectifs")
    assert lu["poste"].tolist() == ["Gestionnaire paie", "Gestionnaire paie n° 2"]
    assert lu["etp_poste"].tolist() == [0.8, 1.0] and lu["part_temps"].tolist() == [0.5, 0.5]
    (constat,) = collecte.constats
    assert "même intitulé" in constat.trouve


def test_balance_hors_questionnaire(tmp_path: Path) -> None:
    (constat,) = gabarit(tmp_path, "balance_comptes.csv", "siren;compte;montant_eur", "1;2;3").constats
    assert constat.gravite == "alerte" and "hors du questionnaire" in constat.trouve


def test_les_gabarits_vides_se_reconnaissent_tous(tmp_path: Path) -> None:
    dossier = chemins.racine().parent / "shared" / "donnees" / "templates"
    if not dossier.is_dir():
        pytest.skip(f"gabarits absents ({dossier})")
    collecte = lire_collecte(sorted(dossier.glob("*.csv")))
    assert len(collecte.fichiers) == 8
    assert all(constat.gravite == "alerte" for constat in collecte.constats)
    assert not [constat for constat in collecte.constats if "colonne du questionnaire" in constat.attendu]


# --- aller-retour ---


def reponse(champ: Champ, rang: int) -> object:
    """Ce qu'une mairie saisit : l'exemple du questionnaire, ou une valeur plausible de ce type."""
    if champ.type == "liste_multiple" and champ.valeurs:
        return " ; ".join(champ.libelles[:2])
    if champ.valeurs:
        return champ.libelles[rang % len(champ.libelles)]
    plausibles = {"siren": "200000172", "date": datetime.date(2026, 5, 4), "annee": 2026, "part": 35, "montant": 1234.5,
                  "entier": 3, "decimal": 0.5, "liste_multiple": "217903293 ; 217901578"}  # fmt: skip
    return plausibles.get(champ.type, f"Texte {rang}")


def attendue(champ: Champ, saisie: object) -> object:
    """La même réponse, telle que la table la garde."""
    if champ.type == "part":
        return saisie / 100
    if champ.type == "liste_multiple":
        codes = [morceau.strip() for morceau in str(saisie).split(";")]
        return ";".join(champ.code_de(code) or code for code in codes)
    if champ.type == "date":
        return pd.Timestamp(saisie)
    return champ.code_de(saisie) if champ.valeurs else saisie


@pytest.fixture(scope="module")
def rempli(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[object]]]:
    """Classeur de collecte où une mairie a ajouté une ligne complète à chaque feuille, et ces lignes."""
    octets = classeurs(territoires.ouvrir("247900798"))["collecte.xlsx"]
    classeur = openpyxl.load_workbook(io.BytesIO(octets))
    saisies = {}
    for rang, feuille in enumerate(questionnaire().feuilles):
        onglet = classeur[feuille.libelle]
        saisies[feuille.nom] = [reponse(champ, rang) for champ in feuille.champs]
        ligne = RANG_SAISIE + 1
        while onglet.cell(ligne, 2).value is not None:
            ligne += 1
        for colonne, saisie in enumerate(saisies[feuille.nom], start=2):
            onglet.cell(ligne, colonne).value = saisie
    chemin = tmp_path_factory.mktemp("retour") / "collecte.xlsx"
    classeur.save(chemin)
    return chemin, saisies


def test_aller_retour_du_classeur_de_collecte(rempli: tuple[Path, dict[str, list[object]]]) -> None:
    chemin, saisies = rempli
    collecte = lire_collecte([chemin])
    assert [str(constat) for constat in collecte.constats if "même clé" not in constat.trouve] == []
    assert collecte.fichiers[0].version == str(questionnaire().version)
    for feuille in questionnaire().feuilles:
        champs = list(zip(feuille.champs, saisies[feuille.nom], strict=True))
        cle = {champ.nom: attendue(champ, saisie) for champ, saisie in champs if champ.nom in feuille.cle}
        table = collecte.table(feuille.nom)
        trouvee = table[(table[list(cle)] == pd.Series(cle)).all(axis=1)]
        assert len(trouvee) == 1, feuille.nom
        for champ, saisie in champs:
            assert trouvee.iloc[0][champ.nom] == attendue(champ, saisie), (feuille.nom, champ.nom)


def test_sans_la_ligne_technique_le_classeur_se_lit_par_ses_libelles(rempli: tuple[Path, dict[str, list[object]]], tmp_path: Path) -> None:
    chemin, _ = rempli
    classeur = openpyxl.load_workbook(chemin)
    for feuille in questionnaire().feuilles:
        classeur[feuille.libelle].delete_rows(RANG_NOMS + 1)
        classeur[feuille.libelle].title = f"Feuille {feuille.libelle}"[:31]
    classeur.save(tmp_path / "collecte.xlsx")
    avant, apres = lire_collecte([chemin]), lire_collecte([tmp_path / "collecte.xlsx"])
    for nom in questionnaire().noms:
        champs = questionnaire().feuille(nom).colonnes
        pd.testing.assert_frame_equal(avant.table(nom)[champs], apres.table(nom)[champs])


def test_un_classeur_tel_qu_envoye_ne_donne_aucun_constat(tmp_path: Path) -> None:
    for fichier, octets in classeurs(territoires.ouvrir("247900798"), un_par_commune=True).items():
        constats: list[Constat] = list(lire(tmp_path, octets, fichier).constats)
        assert [str(constat) for constat in constats if constat.gravite == "erreur"] == []
    assert RANG_ENTETES < RANG_NOMS < RANG_SAISIE

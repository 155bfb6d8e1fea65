"""Le questionnaire : lu en entier, cohérent avec le référentiel, et tous ses défauts dits à la fois."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from mutunb import chemins, referentiel
from mutunb.dossier import notice_questionnaire
from mutunb.dossier.questionnaire import forme_simple, lire_questionnaire, questionnaire
from mutunb.erreurs import ErreurDonnees, ErreurUsage

SAIN = """
version: 1
listes:
  categorie: {a: A, b: B, c: C}
feuilles:
  effectifs:
    libelle: Effectifs
    grain: une ligne par poste
    cle: [siren, poste]
    champs:
      siren: {libelle: SIREN, type: siren, obligatoire: true}
      poste: {libelle: Poste, type: texte, alias: [agt_id]}
      categorie: {libelle: Catégorie, type: liste, liste: categorie, exemple: b}
      part: {libelle: Part, type: part, min: 0, max: 1}
"""


def ecrire(dossier: Path, texte: str) -> Path:
    chemin = dossier / "questionnaire.yaml"
    chemin.write_text(texte, encoding="utf-8")
    return chemin


def defauts(dossier: Path, texte: str) -> list[str]:
    with pytest.raises(ErreurDonnees) as refus:
        lire_questionnaire(ecrire(dossier, texte))
    return [f"{constat.ou} | {constat.trouve}" for constat in refus.value.constats]


def test_le_questionnaire_en_vigueur_se_lit_une_fois() -> None:
    assert questionnaire() is questionnaire()
    assert questionnaire().noms[:2] == ["entites", "effectifs"]
    assert questionnaire().feuille("effectifs").sensible


def test_les_objets_ne_se_modifient_pas() -> None:
    with pytest.raises(ValidationError):
        questionnaire().feuille("effectifs").libelle = "Agents"


def test_les_fonctions_et_les_instruments_sont_ceux_du_referentiel() -> None:
    listes = questionnaire().listes
    assert listes["fonction_support"] == {id: f.libelle_court for id, f in referentiel.fonctions().items()}
    assert list(listes["fonction"]) == [*listes["fonction_support"], "hors_support"]
    connus = {code.lower(): instrument.libelle for code, instrument in referentiel.instruments().items()}
    assert listes["forme"].items() <= connus.items()


def test_un_nom_inconnu_donne_ses_voisins() -> None:
    with pytest.raises(ErreurUsage, match="effectifs"):
        questionnaire().feuille("effectif")
    with pytest.raises(ErreurUsage, match="part_temps"):
        questionnaire().feuille("effectifs").champ("part_temp")


@pytest.mark.parametrize(
    ("entete", "nom"),
    [
        ("part_temps", "part_temps"),
        ("Part du temps du poste (%) *", "part_temps"),
        ("  PART DU TEMPS DU POSTE ", "part_temps"),
        ("Coût employeur annuel du poste\u00a0(€/an)", "cout_employeur_eur"),
        ("agt_id", "poste"),
        ("Année", "exercice"),
    ],
)
def test_un_en_tete_se_reconnait_de_plusieurs_facons(entete: str, nom: str) -> None:
    assert questionnaire().feuille("effectifs").champ_de(entete).nom == nom


def test_un_en_tete_inconnu_n_est_pas_devine() -> None:
    assert questionnaire().feuille("effectifs").champ_de("Âge du capitaine") is None


@pytest.mark.parametrize("onglet", ["Appétence", "appetence", "APPETENCE "])
def test_une_feuille_se_reconnait_sans_ses_accents(onglet: str) -> None:
    assert questionnaire().feuille_de(onglet).nom == "appetence"


@pytest.mark.parametrize("saisie", ["comptabilite_finances", "Comptabilité et finances", "COMPTABILITE ET FINANCES"])
def test_une_valeur_de_liste_se_lit_par_son_code_ou_son_libelle(saisie: str) -> None:
    champ = questionnaire().feuille("effectifs").champ("fonction")
    assert champ.code_de(saisie) == "comptabilite_finances"
    assert champ.libelle_de("comptabilite_finances") == "Comptabilité et finances"


def test_une_valeur_hors_liste_n_a_pas_de_code() -> None:
    assert questionnaire().feuille("effectifs").champ("fonction").code_de("cantine") is None


def test_un_booleen_a_trois_reponses() -> None:
    assert questionnaire().feuille("applications").champ("mfa").valeurs == ("oui", "non", "ne_sait_pas")


def test_l_en_tete_ne_repete_pas_l_unite() -> None:
    champs = questionnaire().feuille("entites")
    assert champs.champ("agents").entete == "Agents employés au 31 décembre"
    assert champs.champ("effectif_etp").entete == "Effectif total (ETP)"


def test_la_forme_simple_ignore_casse_accents_et_ponctuation() -> None:
    assert forme_simple("  Cœur d'Été\u202f(%) *") == "coeur d ete %"


def test_un_questionnaire_sain_se_lit(tmp_path: Path) -> None:
    lu = lire_questionnaire(ecrire(tmp_path, SAIN))
    assert lu.feuille("effectifs").colonnes == ["siren", "poste", "categorie", "part"]


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        ("type: siren", "type: sirene", "effectifs, siren, type | « sirene »"),
        ("liste: categorie", "liste: categories", "effectifs, categorie, liste | « categories »"),
        ("liste: categorie, ", "", "effectifs, categorie, liste | rien"),
        ("type: part", "tipe: part, type: part", "effectifs, part, tipe | la clé « tipe »"),
        ("cle: [siren, poste]", "cle: [siren, agent]", "effectifs, cle | « agent »"),
        ("cle: [siren, poste]", "cle: []", "effectifs, cle | une liste"),
        ("[agt_id]", "[agt_id, Agt_ID]", "effectifs, poste, alias | « Agt_ID » une seconde fois"),
        ("[agt_id]", "[SIREN]", "effectifs, poste | « siren », déjà pris par « siren »"),
        ("max: 1}", "max: -1}", "effectifs, part, max | -1"),
        ("exemple: b", "exemple: d", "effectifs, categorie, exemple | « d »"),
        ("b: B", "b: A", "listes, categorie, b | « A », déjà pris par « a »"),
        ("c: C", "c: C;D", "listes, categorie, c | « C;D »"),
        ("libelle: Effectifs", f"libelle: {'x' * 32}", "effectifs, libelle | 32 caractères"),
        ("part: {", "part: {a_defaut: etp, ", "effectifs, part, a_defaut | « etp »"),
        ("version: 1", "version: 0", "questionnaire.yaml, version | 0"),
        ("version: 1", "version: 1\nauteur: moi", "questionnaire.yaml | la clé « auteur »"),
    ],
)
def test_un_defaut_est_dit_a_son_endroit(tmp_path: Path, avant: str, apres: str, attendu: str) -> None:
    trouves = defauts(tmp_path, SAIN.replace(avant, apres))
    assert len(trouves) == 1
    assert trouves[0].endswith(attendu), trouves


def test_tous_les_defauts_sont_dits_a_la_fois(tmp_path: Path) -> None:
    texte = SAIN.replace("type: siren", "type: sirene").replace("liste: categorie", "liste: x").replace("max: 1", "max: -1")
    assert len(defauts(tmp_path, texte)) >= 3


@pytest.mark.parametrize(
    ("gabarit", "attendu"),
    [
        ("{feuille: agents}", "feuille | « agents »"),
        ("{}", "motif | rien"),
        ("{feuille: effectifs, indicateurs: {nb: {fonction: a, indicateur: b, unite: c}}}", "nb | « fonction »"),
        ("{feuille: effectifs, traductions: {cat: {champ: categorie, valeurs: {cadre: z}}}}", "cat | « z »"),
    ],
)
def test_un_gabarit_ne_renvoie_qu_a_ce_qui_existe(tmp_path: Path, gabarit: str, attendu: str) -> None:
    trouves = defauts(tmp_path, f"{SAIN}\ngabarits:\n  agents.csv: {gabarit}\n")
    assert f"questionnaire.yaml, gabarits, agents.csv, {attendu}" in trouves


@pytest.mark.national
def test_toute_colonne_des_gabarits_est_connue_ou_ignoree_expres(dossier_national: Path) -> None:
    gabarits = sorted((dossier_national / "templates").glob("*.csv"))
    if not gabarits:
        pytest.skip(f"aucun gabarit CSV dans {dossier_national / 'templates'}")
    inconnues = []
    for chemin in gabarits:
        gabarit = questionnaire().gabarit(chemin.name)
        assert gabarit is not None, chemin.name
        if not gabarit.feuille:
            continue
        feuille = questionnaire().feuille(gabarit.feuille)
        prevues = {*gabarit.ignorees, *gabarit.indicateurs, *gabarit.traductions}
        colonnes = chemin.read_text(encoding="utf-8-sig").splitlines()[0].split(";")
        inconnues += [f"{chemin.name} : {c}" for c in colonnes if c not in prevues and feuille.champ_de(c) is None]
        assert prevues <= set(colonnes), f"{chemin.name} : le questionnaire cite des colonnes que le gabarit n'a pas"
    assert inconnues == []


def test_deux_colonnes_d_un_gabarit_ne_visent_pas_le_meme_champ() -> None:
    for gabarit in filter(lambda g: g.traductions, questionnaire().gabarits):
        vises = [traduction.champ for traduction in gabarit.traductions.values()]
        assert len(vises) == len(set(vises)), gabarit.fichier


def test_la_notice_est_a_jour() -> None:
    chemin = notice_questionnaire.chemin_notice()
    assert chemin == chemins.racine() / "docs" / "questionnaire.md"
    assert chemin.read_text(encoding="utf-8") == notice_questionnaire.rediger(questionnaire()), (
        "docs/questionnaire.md ne suit plus le questionnaire : "
        "lancez « python -m mutunb.dossier.notice_questionnaire »."
    )


def test_la_notice_cite_chaque_champ_et_chaque_liste() -> None:
    notice = notice_questionnaire.rediger(questionnaire())
    for feuille in questionnaire().feuilles:
        for champ in feuille.champs:
            assert f"`{champ.nom}`" in notice
            assert not champ.liste or f'id="liste-{champ.liste}"' in notice

"""Réunir les fichiers renvoyés : une clé, une ligne ; deux valeurs, un conflit dit."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mutunb.dossier import fusion
from mutunb.dossier.collecte import Collecte, lire_collecte
from mutunb.dossier.ligne_lue import LigneLue
from tests.dossier.classeurs_hostiles import BONNE, ENTETES, LOUZY, THOUARS, avec, effectifs
from tests.dossier.fabrique_classeurs import xlsx


def lire(dossier: Path, **fichiers: bytes) -> Collecte:
    """Collecte des fichiers donnés, lus dans l'ordre des arguments."""
    chemins = []
    for nom, octets in fichiers.items():
        (dossier / f"{nom}.xlsx").write_bytes(octets)
        chemins.append(dossier / f"{nom}.xlsx")
    return lire_collecte(chemins)


def test_memes_cles_et_memes_valeurs_font_une_ligne(tmp_path: Path) -> None:
    collecte = lire(tmp_path, un=effectifs(BONNE), deux=effectifs(avec(poste="p01", collectivite="THOUARS")))
    assert len(collecte.table("effectifs")) == 1
    assert collecte.conflits == () and collecte.constats == ()


def test_un_champ_vide_est_complete_par_l_autre_fichier(tmp_path: Path) -> None:
    collecte = lire(tmp_path, un=effectifs(avec(cout_employeur_eur=None)), deux=effectifs(avec(categorie="NC", annee_depart=None)))
    ligne = collecte.table("effectifs").loc[0]
    assert (ligne["cout_employeur_eur"], ligne["categorie"], ligne["annee_depart"]) == (46500, "b", 2029)
    assert collecte.conflits == ()


def test_deux_valeurs_font_un_conflit_dont_la_premiere_est_gardee(tmp_path: Path) -> None:
    autres = [avec(siren=LOUZY, poste="P09")]
    collecte = lire(tmp_path, un=effectifs(BONNE, *autres), deux=effectifs(avec(cout_employeur_eur=50_000), *autres))
    (conflit,) = collecte.conflits
    assert (conflit.feuille, conflit.champ, conflit.retenue, conflit.ecartee) == ("effectifs", "cout_employeur_eur", 46500, 50_000)
    assert conflit.cle == {"siren": THOUARS, "poste": "P01", "fonction": "comptabilite_finances"}
    assert (conflit.ou_retenue, conflit.ou_ecartee) == ("un.xlsx, Effectifs, cellule H2", "deux.xlsx, Effectifs, cellule H2")
    assert conflit.motif == fusion.PREMIERE_LUE
    assert collecte.table("effectifs").loc[0, "cout_employeur_eur"] == 46500
    phrase = str(conflit.constat())
    assert all(morceau in phrase for morceau in ("un.xlsx", "deux.xlsx", "46500", "50000", "Coût employeur", "première lue"))


def test_le_fichier_propre_a_l_entite_l_emporte_meme_lu_apres(tmp_path: Path) -> None:
    commun = effectifs(BONNE, avec(siren=LOUZY, poste="P09"))
    collecte = lire(tmp_path, commun=commun, thouars=effectifs(avec(cout_employeur_eur=50_000)))
    (conflit,) = collecte.conflits
    assert (conflit.retenue, conflit.ecartee, conflit.motif) == (50_000, 46500, fusion.PLUS_SPECIFIQUE)
    assert collecte.table("effectifs").loc[0, "cout_employeur_eur"] == 50_000
    assert collecte.table("effectifs")["_fichier"].tolist() == ["thouars.xlsx", "commun.xlsx"]


def test_une_mairie_fait_foi_sur_elle_seule_dans_le_classeur_commun(tmp_path: Path) -> None:
    """Le classeur commun porte les entités pré-remplies de tous ; n'y répondre que pour soi rend le fichier spécifique."""
    entete = ["siren", "nom", "nature", "charges_personnel_eur"]

    def retour(thouars: int, louzy: int, siren: str) -> bytes:
        entites = [entete, [THOUARS, "Thouars", "commune", thouars], [LOUZY, "Louzy", "commune", louzy]]
        return xlsx({"Entités": entites, "Effectifs": [ENTETES, avec(siren=siren)]})

    collecte = lire(tmp_path, thouars=retour(480_000, 90_000, THOUARS), louzy=retour(400_000, 95_000, LOUZY))
    charges = collecte.table("entites").set_index("siren")["charges_personnel_eur"]
    assert charges.to_dict() == {THOUARS: 480_000, LOUZY: 95_000}
    assert {conflit.motif for conflit in collecte.conflits} == {fusion.PLUS_SPECIFIQUE}


def test_trois_fichiers_trois_valeurs_deux_conflits(tmp_path: Path) -> None:
    autres = [avec(siren=LOUZY, poste="P09")]
    collecte = lire(tmp_path, **{nom: effectifs(avec(annee_depart=annee), *autres) for nom, annee in (("a", 2029), ("b", 2030), ("c", 2031))})
    assert [conflit.ecartee for conflit in collecte.conflits] == [2030, 2031]
    assert collecte.table("effectifs").loc[0, "annee_depart"] == 2029


def test_cles_differentes_restent_distinctes(tmp_path: Path) -> None:
    collecte = lire(tmp_path, un=effectifs(BONNE, avec(fonction="achats")), deux=effectifs(avec(siren=LOUZY)))
    assert len(collecte.table("effectifs")) == 3 and collecte.conflits == ()


def test_doublon_dans_un_fichier_signale_et_reuni(tmp_path: Path) -> None:
    collecte = lire(tmp_path, un=effectifs(BONNE, avec(cout_employeur_eur=1000)))
    assert len(collecte.table("effectifs")) == 1
    (conflit,), (constat,) = collecte.conflits, collecte.constats
    assert conflit.ou_ecartee.endswith("H3") and "ligne 3" in constat.ou and constat.gravite == "alerte"


@pytest.mark.parametrize(("une", "autre", "egales"), [(1.0, 1.0 + 1e-13, True), (1.0, 1.01, False), ("Été", "ete", True), ("—", "–", False), ("a", 1.0, False)])
def test_memes_valeurs(une: object, autre: object, egales: bool) -> None:
    assert fusion.memes(une, autre) is egales


VALEURS = st.fixed_dictionaries({}, optional={"cout_employeur_eur": st.sampled_from([1.0, 2.0]), "categorie": st.sampled_from(["a", "b"])})


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["P1", "P2"]), VALEURS, st.booleans()), max_size=8))
def test_rien_ne_se_perd_sans_etre_dit(tires: list[tuple[str, dict[str, object], bool]]) -> None:
    """Chaque valeur donnée est dans la ligne réunie, ou dans un écart."""
    lignes = [
        LigneLue("effectifs", f"f{rang}", "Effectifs", 2, {"siren": THOUARS, "poste": poste, "fonction": "achats", **donnees}, specifique=propre)
        for rang, (poste, donnees, propre) in enumerate(tires)
    ]
    reunies, ecarts, _ = fusion.fusionner(lignes)
    gardees = {ligne.valeurs["poste"]: ligne.valeurs for ligne in reunies.get("effectifs", [])}
    assert set(gardees) == {poste for poste, _, _ in tires}
    for ligne in lignes:
        for champ, donnee in ligne.valeurs.items():
            ecarte = any(ecart["champ"] == champ and ecart["ecartee"] == donnee and str(ecart["ou_ecartee"]).startswith(f"{ligne.fichier},") for ecart in ecarts)
            assert fusion.memes(gardees[ligne.valeurs["poste"]][champ], donnee) or ecarte


def test_une_table_vide_a_ses_colonnes() -> None:
    table = lire_collecte([]).table("contrats")
    assert len(table) == 0 and "objet" in table.columns
    assert math.isnan(pd.Series(table["montant_annuel_eur"]).sum(min_count=1))

"""Les contrôles du dossier : la liste et les fonctions se répondent, tous les constats, triés."""

from __future__ import annotations

import string
from dataclasses import replace
from pathlib import Path

import pytest

from mutunb import chemins, referentiel
from mutunb.dossier.collecte import Collecte
from mutunb.dossier.controles import controler
from mutunb.dossier.examen import Examen, registre
from mutunb.dossier.liste_controles import controles, lire_controles
from mutunb.erreurs import ErreurDonnees
from tests.dossier.fabrique_collecte import ADAM, JOUR, collecte, contrat, mutualisation, poste, territoire


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


def test_une_collecte_vide_ne_dit_que_l_absence() -> None:
    trouves = controler(Collecte({}), territoire(), referentiel.hypotheses(), JOUR)
    assert [constat.controle for constat in trouves] == ["entite_muette"] * 4
    assert {constat.ou for constat in trouves} == {"toutes les feuilles"}


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
        assert nom == "entite_muette" or list(fonction(replace(examen, controle=controles()[nom]))) == [], nom

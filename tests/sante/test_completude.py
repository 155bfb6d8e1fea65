"""Tout chiffre du référentiel a son unité, sa source et son niveau de preuve ; toute source citée existe."""

from __future__ import annotations

import pytest

from tests.sante.regles import depot
from tests.sante.regles.completude import (
    OBLIGATOIRES_HYPOTHESE,
    OBLIGATOIRES_REPERE,
    lire,
    lire_reperes,
    manques,
    manques_par_borne,
    sources_citees,
)

DOSSIER = depot.RACINE / "data" / "referentiel"
REPERES = lire_reperes(DOSSIER / "reperes.csv")
HYPOTHESES = lire(DOSSIER / "hypotheses.yaml")
HYPOTHESE = {
    "libelle": "Part des agents",
    "fonction": "transversal",
    "bas": 0,
    "central": 1,
    "haut": 2,
    "unite": "%",
    "qualite": "vert",
    "impact": "fort",
    "niveau": "A",
    "sources": {"bas": "usage", "central": "usage", "haut": "usage"},
}


def test_les_reperes_sont_complets() -> None:
    assert len(REPERES) > 50
    trouves = [manque for nom, ligne in REPERES.items() for manque in manques(nom, ligne, OBLIGATOIRES_REPERE)]
    depot.exiger(trouves, "un repère sans unité, source ou niveau ne s'affiche pas : complétez-le ou retirez-le.")


def test_les_hypotheses_sont_completes() -> None:
    assert HYPOTHESES
    trouves = [
        manque
        for nom, hypothese in HYPOTHESES.items()
        for manque in [*manques(nom, hypothese, OBLIGATOIRES_HYPOTHESE), *manques_par_borne(nom, hypothese)]
    ]
    depot.exiger(trouves, "une hypothèse porte trois bornes, une unité, et pour chacune un niveau et une source.")


def test_toute_source_citee_existe() -> None:
    connues = lire(DOSSIER / "sources.yaml")
    citees = [
        citation
        for chemin in depot.fichiers("data/referentiel", suffixe=".yaml")
        if chemin.name not in ("sources.yaml", "questionnaire.yaml", "suivi.yaml")  # « source » y est une colonne du classeur
        for citation in sources_citees(lire(chemin), depot.relatif(chemin))
    ]
    citees += [(f"data/referentiel/reperes.csv › {nom}", ligne["source"]) for nom, ligne in REPERES.items()]
    assert len(citees) > len(REPERES)
    inconnues = [f"{endroit} : {source}" for endroit, source in citees if source not in connues]
    depot.exiger(inconnues, "ajoutez la source à data/referentiel/sources.yaml, ou corrigez l'identifiant.")


@pytest.mark.parametrize("champ", OBLIGATOIRES_HYPOTHESE)
def test_un_champ_vide_ou_absent_est_vu(champ: str) -> None:
    sans = {nom: contenu for nom, contenu in HYPOTHESE.items() if nom != champ}
    attendu = [f"h : {champ} manque"]
    assert list(manques("h", sans, OBLIGATOIRES_HYPOTHESE)) == attendu
    assert list(manques("h", HYPOTHESE | {champ: ""}, OBLIGATOIRES_HYPOTHESE)) == attendu


def test_zero_n_est_pas_une_absence() -> None:
    assert list(manques("h", HYPOTHESE, OBLIGATOIRES_HYPOTHESE)) == []


def test_niveau_et_source_par_borne() -> None:
    assert list(manques_par_borne("h", HYPOTHESE)) == []
    boiteuse = HYPOTHESE | {"niveau": None, "sources": {"bas": "usage", "haut": "usage"}}
    assert list(manques_par_borne("h", boiteuse)) == ["h : niveau manque", "h, sources : central manque"]


def test_les_sources_se_trouvent_a_toute_profondeur() -> None:
    objet = {"points": [{"source": ["S1", "S2"]}], "sources": {"bas": "usage"}, "gain": {"source": "F1"}}
    assert [cite for _, cite in sources_citees(objet, "x")] == ["S1", "S2", "usage", "F1"]

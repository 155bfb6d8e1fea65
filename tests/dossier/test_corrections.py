"""Les corrections : des fiches gardées par l'ancienne valeur, tout ou rien, et une trace."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pandas as pd
import pytest

from mutunb.dossier.collecte import Collecte, Conflit
from mutunb.dossier.corrections import COLONNES_TRACE, Correction, appliquer, lire_corrections, tracer
from mutunb.erreurs import ErreurDonnees
from tests.dossier.fabrique_collecte import ADAM, BERE, collecte, contrat, mutualisation, poste

FICHE = """\
- feuille: effectifs
  cle: {siren: "219900000", poste: P1, fonction: achats}
  champ: part_temps
  ancienne: 0.4
  nouvelle: 50 %
  motif: poste partagé à parts égales
  auteur: Cabinet
  date: 2026-01-15
"""


def correction(**autres) -> Correction:
    corps = {
        "feuille": "effectifs",
        "cle": {"siren": ADAM, "poste": "P1", "fonction": "achats"},
        "champ": "part_temps",
        "ancienne": 0.4,
        "nouvelle": 0.5,
        "motif": "confirmé",
        "auteur": "Cabinet",
        "date": datetime.date(2026, 1, 15),
    }
    return Correction.model_validate(corps | autres)


def lue() -> Collecte:
    return collecte(
        effectifs=[poste(part=0.4, cout_employeur_eur=30_000.0), poste(siren=BERE, part=None, categorie="b")],
        contrats=[contrat(fin="2027-06-30")],
        mutualisations=[mutualisation()],
    )


def defauts(*fiches: Correction) -> list[tuple[str, str]]:
    with pytest.raises(ErreurDonnees) as erreur:
        appliquer(lue(), fiches)
    return [(constat.ou.removeprefix("corrections.yaml, "), constat.trouve) for constat in erreur.value.constats]


def test_une_fiche_se_lit_et_s_applique(tmp_path: Path) -> None:
    chemin = tmp_path / "corrections.yaml"
    chemin.write_text(FICHE, encoding="utf-8")
    avant = lue()
    apres, faites = appliquer(avant, lire_corrections(chemin))
    assert apres.table("effectifs").loc[0, "part_temps"] == 0.5
    assert avant.table("effectifs").loc[0, "part_temps"] == 0.4, "la collecte lue ne change pas"
    assert faites[0].endroit == "reponses.xlsx, Effectifs, cellule E6"


def test_sans_fichier_aucune_correction(tmp_path: Path) -> None:
    assert lire_corrections(tmp_path / "absent.yaml") == ()
    (tmp_path / "vide.yaml").write_text("# rien encore\n", encoding="utf-8")
    assert lire_corrections(tmp_path / "vide.yaml") == ()


def test_tous_les_defauts_du_fichier_a_la_fois(tmp_path: Path) -> None:
    chemin = tmp_path / "corrections.yaml"
    chemin.write_text(FICHE.replace("  motif: poste partagé à parts égales\n", "") + "- 12\n" + FICHE.replace("champ", "chanp"), encoding="utf-8")
    with pytest.raises(ErreurDonnees) as erreur:
        lire_corrections(chemin)
    endroits = {constat.ou.split(", ")[1] for constat in erreur.value.constats}
    assert endroits == {"correction n° 1", "correction n° 2", "correction n° 3"}


@pytest.mark.parametrize("texte", ["feuille: effectifs\n", "- [\n"])
def test_un_fichier_mal_fait_est_dit(tmp_path: Path, texte: str) -> None:
    chemin = tmp_path / "corrections.yaml"
    chemin.write_text(texte, encoding="utf-8")
    with pytest.raises(ErreurDonnees):
        lire_corrections(chemin)


def test_la_source_a_change() -> None:
    assert defauts(correction(ancienne=0.3)) == [("correction n° 1, ancienne", "0.4")]
    assert defauts(correction(ancienne=None)) == [("correction n° 1, ancienne", "0.4")]
    assert defauts(correction(cle={"siren": BERE}, ancienne=0.4)) == [("correction n° 1, ancienne", "rien")]


def test_ligne_introuvable_ou_ambigue() -> None:
    assert defauts(correction(cle={"siren": ADAM, "poste": "P9"}))[0][1].startswith("aucune ligne")
    assert defauts(correction(cle={"poste": "P1"}))[0][1].startswith("2\u00a0lignes")


def test_l_origine_leve_l_ambiguite() -> None:
    apres, _ = appliquer(lue(), [correction(cle={"poste": "P1", "_ligne": 6})])
    assert apres.table("effectifs")["part_temps"].tolist()[0] == 0.5


@pytest.mark.parametrize(
    ("autres", "trouve"),
    [
        ({"feuille": "efectifs"}, "« efectifs »"),
        ({"champ": "part_tems"}, "« part_tems »"),
        ({"cle": {"sirene": ADAM}}, "« sirene »"),
        ({"nouvelle": 1.2}, "1.2"),
        ({"nouvelle": "beaucoup"}, "« beaucoup »"),
        ({"champ": "categorie", "ancienne": None, "nouvelle": "d"}, "« d »"),
        ({"champ": "remplacant", "ancienne": None, "nouvelle": True}, "oui (true)"),
    ],
)
def test_un_nom_ou_une_valeur_refuses_sont_dits(autres: dict, trouve: str) -> None:
    assert defauts(correction(**autres))[0][1] == trouve


def test_tout_ou_rien_et_tous_les_defauts() -> None:
    trouves = defauts(correction(), correction(champ="x"), correction(cle={"poste": "P1"}))
    assert [ou.split(",")[0] for ou, _ in trouves] == ["correction n° 2", "correction n° 3"]


def test_une_absence_peut_etre_remplie_et_une_valeur_videe() -> None:
    apres, _ = appliquer(
        lue(),
        [
            correction(cle={"siren": BERE}, ancienne=None, nouvelle=0.25),
            correction(nouvelle=None),
            correction(feuille="contrats", cle={"reference": "C1"}, champ="fin", ancienne="30/06/2027", nouvelle=None),
            correction(feuille="contrats", cle={"reference": "C1"}, champ="fin_max", ancienne=None, nouvelle=datetime.date(2028, 1, 1)),
            correction(feuille="mutualisations", cle={"porteur_siren": "200000000"}, champ="forme", ancienne="sc", nouvelle="Prestation de services"),
        ],
    )  # fmt: skip
    effectifs, contrats = apres.table("effectifs"), apres.table("contrats")
    assert pd.isna(effectifs.loc[0, "part_temps"])
    assert effectifs.loc[1, "part_temps"] == 0.25
    assert pd.isna(contrats.loc[0, "fin"])
    assert contrats.loc[0, "fin_max"] == pd.Timestamp("2028-01-01")
    assert apres.table("mutualisations").loc[0, "forme"] == "ps"
    assert contrats["fin"].dtype == "datetime64[ns]"


def test_deux_corrections_de_la_meme_cellule_s_enchainent() -> None:
    apres, faites = appliquer(lue(), [correction(), correction(ancienne=0.5, nouvelle=0.6)])
    assert apres.table("effectifs").loc[0, "part_temps"] == 0.6
    assert len(faites) == 2


def test_une_correction_tranche_un_conflit() -> None:
    cle = {"siren": ADAM, "poste": "P1", "fonction": "achats"}
    conflit = Conflit("effectifs", cle, "part_temps", 0.4, 0.6, "a", "b", "première lue")
    autre = dataclasses.replace(conflit, champ="quotite")
    vue = dataclasses.replace(lue(), conflits=(conflit, autre))
    apres, _ = appliquer(vue, [correction(nouvelle=0.4)])
    assert apres.conflits == (autre,)


def test_la_trace_dit_tout_sauf_ce_qui_revele_une_personne() -> None:
    _, faites = appliquer(lue(), [correction(), correction(feuille="contrats", cle={"reference": "C1"}, champ="objet", ancienne="Objet C1", nouvelle="Copieurs")])
    diffusee, interne = tracer(faites), tracer(faites, diffusion=False)
    assert list(diffusee) == list(COLONNES_TRACE)
    assert diffusee["nouvelle"].tolist() == ["(non diffusé)", "« Copieurs »"]
    assert interne["nouvelle"].tolist() == ["0.5", "« Copieurs »"]
    assert interne["motif"].tolist() == ["confirmé", "confirmé"]
    assert tracer(()).empty

"""Les décisions du client : lues, figées, et refusées toutes à la fois quand elles se trompent."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml

import mutunb
from mutunb import territoires
from mutunb.dossier.creation import DECISIONS
from mutunb.dossier.decisions import Decisions, lire_decisions
from mutunb.erreurs import ErreurDonnees

SIREN = "247900798"
SIGNATURE = {"auteur": "Bureau", "date": datetime.date(2026, 1, 15), "motif": "vote du bureau"}


@pytest.fixture(scope="module")
def territoire():
    return territoires.ouvrir(SIREN)


def lire(tmp_path: Path, territoire, contenu: object) -> Decisions:
    chemin = tmp_path / "decisions.yaml"
    texte = contenu if isinstance(contenu, str) else yaml.safe_dump(contenu, allow_unicode=True)
    chemin.write_text(texte, encoding="utf-8")
    return lire_decisions(chemin, territoire)


def refus(tmp_path: Path, territoire, contenu: object) -> list[str]:
    with pytest.raises(ErreurDonnees) as attrapee:
        lire(tmp_path, territoire, contenu)
    return [str(constat) for constat in attrapee.value.constats]


@pytest.mark.parametrize("texte", ["", "# rien n'est décidé\n", DECISIONS, "{}"])
def test_rien_d_ecrit_n_est_pas_une_erreur(tmp_path, territoire, texte):
    assert dict(lire(tmp_path, territoire, texte).fonctions) == {}


def test_un_fichier_absent_n_est_pas_une_erreur(tmp_path, territoire):
    assert lire_decisions(tmp_path / "decisions.yaml", territoire) == Decisions()


def test_l_exemple_du_modele_se_lit(tmp_path, territoire):
    _, fonctions, _, calendrier, _, priorites = DECISIONS.split("#\n")
    exemple = "\n".join(ligne.removeprefix("# ") for ligne in (fonctions + calendrier + priorites).splitlines())
    decisions = lire(tmp_path, territoire, exemple)
    decision = decisions.de("comptabilite_finances")
    assert (decision.instrument, decision.cle, decision.date_effet) == ("SC", "unites", datetime.date(2028, 1, 1))
    assert decision.perimetre is None and decision.scenario is None
    assert decisions.priorites.poids["potentiel_gain"] == 0.5


def test_une_decision_ne_se_modifie_pas(tmp_path, territoire):
    decisions = lire(tmp_path, territoire, {"juridique": SIGNATURE})
    with pytest.raises(TypeError):
        decisions.fonctions["achats"] = decisions.de("juridique")
    assert decisions.de("achats") is None


def test_un_siren_sans_guillemets_garde_ses_zeros(tmp_path, territoire):
    siens = [int(s) for s in territoire.communes["siren"].head(2)]
    lue = lire(tmp_path, territoire, {"juridique": SIGNATURE | {"perimetre": siens}}).de("juridique")
    assert lue.perimetre == tuple(f"{s:09d}" for s in siens)


def test_toutes_les_erreurs_a_la_fois_avec_les_noms_voisins(tmp_path, territoire):
    phrases = "\n".join(
        refus(
            tmp_path,
            territoire,
            {
                "comptabilite": SIGNATURE,
                "achats": SIGNATURE | {"instrument": "SCE", "cle": "populations", "perimetre": ["Thouars", SIREN]},
                "juridique": {"auteur": "x", "retenue": "oui", "instruments": "SC"},
                "archives": True,
                "assurances": SIGNATURE | {"scenario": "cibles", "mode_financier": "factures"},
            },
        )
    )
    for attendu in ("comptabilite_finances", "SC, SCC", "Vouliez-vous dire : population", "Thouars (", "true ou false",
                    "Vouliez-vous dire : instrument", "la clé « date »", "la clé « motif »", "archives", "cible", "facture"):  # fmt: skip
        assert attendu in phrases
    assert "Thouars (" in phrases and "CC du Thouarsais (" not in phrases


@pytest.mark.parametrize(
    ("champs", "mot"),
    [
        ({"perimetre": []}, "une liste de SIREN"),
        ({"perimetre": ["247900798", "247900798"]}, "plusieurs fois"),
        ({"perimetre": ["247900798"]}, "une seule entité"),
        ({"perimetre": ["000000000", "247900798"]}, "000000000"),
        ({"date_effet": datetime.date(2025, 1, 1)}, "ne prend pas effet avant"),
        ({"date_effet": "janvier"}, "une date AAAA-MM-JJ"),
    ],
)
def test_un_champ_faux_est_refuse(tmp_path, territoire, champs, mot):
    assert any(mot in phrase for phrase in refus(tmp_path, territoire, {"juridique": SIGNATURE | champs}))


@pytest.mark.parametrize("texte", ["- juridique", "juridique: [", "juridique:\n  auteur: a\njuridique:\n  auteur: b"])
def test_un_fichier_mal_ecrit_est_refuse(tmp_path, territoire, texte):
    assert refus(tmp_path, territoire, texte)


def test_le_territoire_fictif_porte_deux_decisions():
    decisions = mutunb.ouvrir("999999998").decisions
    assert set(decisions.fonctions) == {"systemes_information", "comptabilite_finances"}
    assert decisions.de("comptabilite_finances").date_effet == datetime.date(2028, 1, 1)
    decision = decisions.de("systemes_information")
    assert decision.auteur and decision.motif and decision.date == datetime.date(2026, 2, 12)
    assert len(decision.perimetre) == 11 and decision.cle is None


def test_sans_dossier_aucune_decision():
    assert dict(mutunb.ouvrir(SIREN).decisions.fonctions) == {}

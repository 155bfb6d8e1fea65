"""Paires de contrats : accents, ordre des mots, synonymes, faux amis, CPV, validations relues."""

from __future__ import annotations

import datetime
import itertools
import time

import pytest
from tests.fabrique_achats import carte, contrat

from mutunb.calculs.objets import ressemblance
from mutunb.calculs.rapprochement import SEUIL, note_paire, proposer_paires
from mutunb.dossier.rapprochements import Rapprochement, inscrire, lire_rapprochements
from mutunb.erreurs import ErreurDonnees

MEMES = [
    ("Location de copieurs", "Photocopieurs : location et maintenance"),
    ("Copieurs", "PHOTOCOPIEURS"),
    ("Téléphonie mobile", "Mobile - téléphonie des services"),
    ("Fourniture d'électricité", "FOURNITURE D’ELECTRICITE - bâtiments communaux"),
    ("Vérification des extincteurs", "Extincteurs (maintenance et vérification annuelle)"),
    ("Nettoyage des locaux", "Entretien ménager des locaux"),
    ("Assurance dommages aux biens", "Assurances - Dommages aux biens et risques annexes"),
    ("Fourniture de gaz naturel", "Achat de gaz"),
    ("Imprimantes", "Imprimentes"),
    ("Denrées alimentaires", "Fourniture de denrées alimentaires pour la cantine"),
    ("Acquisition d'un tracteur", "Tracteur : acquisition"),
    ("Travaux de voirie", "Voirie, travaux à bons de commande"),
]
FAUX_AMIS = [
    ("Maintenance des ascenseurs", "Maintenance des copieurs"),
    ("Téléphonie mobile", "Téléphonie fixe"),
    ("Fourniture de gaz", "Fourniture de gazon"),
    ("Mobilier scolaire", "Téléphonie mobile"),
    ("Fournitures scolaires", "Fournitures de bureau"),
    ("Transport scolaire", "Restauration scolaire"),
    ("Fourniture d'électricité", "Travaux d'électricité"),
    ("Achat de véhicules", "Assurance des véhicules"),
    ("Achat de véhicules", "Entretien de véhicules"),
    ("Assurance flotte automobile", "Téléphonie mobile"),
    ("Formation bureautique", "Licences bureautiques"),
    ("Hébergement du site internet", "Hébergement touristique"),
    ("Entretien des espaces verts", "Entretien de l'éclairage public"),
    ("Maintenance du logiciel de paie", "Maintenance du logiciel de finances"),
    ("Marché de services", "Prestations de services"),
    ("Produits d'entretien", "Entretien des véhicules"),
]


@pytest.mark.parametrize(("un", "autre"), MEMES)
def test_le_meme_achat_est_propose(un, autre):
    assert note_paire(un, autre) >= SEUIL


@pytest.mark.parametrize(("un", "autre"), FAUX_AMIS)
def test_un_faux_ami_n_est_pas_propose(un, autre):
    assert note_paire(un, autre) < SEUIL


@pytest.mark.parametrize(("un", "autre"), [*MEMES, *FAUX_AMIS])
def test_la_note_ne_depend_pas_de_l_ordre(un, autre):
    assert note_paire(un, autre) == pytest.approx(note_paire(autre, un))
    assert 0 <= note_paire(un, autre) <= 100


@pytest.mark.parametrize("texte", ["", "de la", None])
def test_un_objet_vide_ne_ressemble_a_rien(texte):
    assert ressemblance(texte, "Copieurs") == 0


def test_le_cpv_complete_l_objet():
    objets = ("Solutions d'impression", "Photocopieurs")
    assert note_paire(*objets) < SEUIL
    assert note_paire(*objets, "30121100", "30121100") >= SEUIL
    assert note_paire(*objets, "30000000", "30000000") < SEUIL  # une division ne dit pas l'achat
    assert note_paire("Location de copieurs", "Photocopieurs", "30121100", "50313200") >= SEUIL


def test_seuls_deux_acheteurs_differents_se_rapprochent():
    paires = proposer_paires(carte(contrat("A", reference="1"), contrat("A", reference="2"), contrat("B", "Photocopieurs", reference="3")))
    assert set(zip(paires["un"], paires["autre"], strict=True)) == {("A / 1", "B / 3"), ("A / 2", "B / 3")}
    assert paires["decision"].isna().all()


def decision(un: str, autre: str, choix: str = "oui") -> Rapprochement:
    return Rapprochement(paire=(un, autre), decision=choix, auteur="consultant", date=datetime.date(2026, 1, 5))


def test_une_decision_est_relue_meme_sous_le_seuil():
    contrats = [contrat("A", "Copieurs", reference="1"), contrat("B", "Gaz", reference="2")]
    paires = proposer_paires(carte(*contrats, rapprochements=[decision("B / 2", "A / 1", "non")]))
    assert paires[["un", "autre", "decision"]].values.tolist() == [["A / 1", "B / 2", "non"]]


def test_une_paire_validee_donne_son_segment():
    contrats = [contrat("A", reference="1"), contrat("B", "Impressions", reference="2", segment=None)]
    assert carte(*contrats).table.loc[1, "segment"] is None
    assert carte(*contrats, rapprochements=[decision("A / 1", "B / 2", "non")]).table.loc[1, "segment"] is None
    classe = carte(*contrats, rapprochements=[decision("A / 1", "B / 2")]).table.loc[1]
    assert (classe["segment"], classe["origine_segment"]) == ("Copieurs et impression", "rapprochement")


def test_deux_contrats_non_classes_mais_valides_forment_un_groupe():
    contrats = [contrat("A", "Dératisation", reference="1", segment=None), contrat("B", "Lutte contre les rats", reference="2", segment=None)]
    groupes = carte(*contrats, rapprochements=[decision("A / 1", "B / 2")]).table["groupe"]
    assert groupes.tolist() == ["Dératisation"] * 2


def test_les_validations_se_gardent_et_se_relisent(tmp_path):
    fichier = tmp_path / "rapprochements.yaml"
    assert lire_rapprochements(fichier) == ()
    inscrire(fichier, [decision("B / 2", "A / 1"), decision("A / 1", "C / é : 3", "non")])
    inscrire(fichier, [decision("A / 1", "B / 2", "non")])
    lues = lire_rapprochements(fichier)
    assert [(r.paire, r.decision) for r in lues] == [(("A / 1", "B / 2"), "non"), (("A / 1", "C / é : 3"), "non")]
    assert (lues[0].auteur, lues[0].date) == ("consultant", datetime.date(2026, 1, 5))


def test_oui_et_non_sans_guillemets_se_lisent(tmp_path):
    fichier = tmp_path / "rapprochements.yaml"
    fichier.write_text("- {paire: [a, b], decision: oui, auteur: DGS, date: 2026-01-05}\n", encoding="utf-8")
    assert lire_rapprochements(fichier)[0].decision == "oui"
    fichier.write_text("- {paire: [a, b], decision: no, auteur: DGS, date: 2026-01-05}\n", encoding="utf-8")
    assert lire_rapprochements(fichier)[0].decision == "non"


def test_tous_les_defauts_a_la_fois(tmp_path):
    fichier = tmp_path / "rapprochements.yaml"
    fichier.write_text(
        "- {paire: [a, b], decision: peut-être, auteur: DGS, date: 2026-01-05}\n- {paire: [a], decision: oui}\n"
        "- {paire: [c, d], decision: oui, auteur: x, date: 2026-01-05}\n- {paire: [d, c], decision: non, auteur: x, date: 2026-01-06}\n",
        encoding="utf-8",
    )
    with pytest.raises(ErreurDonnees) as leve:
        lire_rapprochements(fichier)
    message = str(leve.value)
    for attendu in ("entrée 1, decision", "'peut-être'", "entrée 2, paire", "entrée 2, auteur", "c et d : trouvé oui et non"):
        assert attendu in message


@pytest.mark.parametrize("contenu", ["paire: [a, b]", "- [", "\tx: 1"])
def test_un_fichier_illisible_se_dit(tmp_path, contenu):
    fichier = tmp_path / "rapprochements.yaml"
    fichier.write_text(contenu, encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="rapprochements.yaml"):
        lire_rapprochements(fichier)


def test_mille_contrats_se_comparent_vite():
    objets = [f"{a} {b}" for a, b in itertools.product(("Copieurs", "Gaz", "Mobile", "Papier", "Voirie"), "abcdefghij")]
    contrats = [contrat(f"S{i % 20}", objets[i % 50], reference=str(i)) for i in range(1000)]
    debut = time.perf_counter()
    assert len(proposer_paires(carte(*contrats))) > 0
    assert time.perf_counter() - debut < 20

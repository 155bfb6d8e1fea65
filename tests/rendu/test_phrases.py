"""Les phrases chiffrées : singulier, pluriel, zéro, absent, et l'absence de tout mot de machine."""

import re

import pytest
from tests.fabrique import commune, dossier, sans_comptes

import mutunb
from mutunb import referentiel
from mutunb.calculs.signaux import Signal
from mutunb.rendu import phrases_priorites

PHRASES = mutunb.phrases
PETITES = [commune(f"C{i}", 300 + i, 80_000, 60_000) for i in range(6)]
GRANDES = [commune(f"V{i}", 30_000 + i, 30e6, 20e6) for i in range(6)]


def dire(fonction, objet) -> str:
    return fonction(objet).markdown.replace("\u00a0", " ")


def test_presentation():
    texte = dire(PHRASES.presentation, mutunb.portrait(dossier([commune("A", 1, 0, 0)])))
    assert texte.startswith("**La CC d'Essai** est une communauté de communes à fiscalité professionnelle unique")
    assert "1 commune et 1 habitant " in texte


@pytest.mark.parametrize(
    ("parts", "morceau"),
    [
        ((50, 50), "domine"),
        ((49, 26, 25), "49 % des habitants : son poids"),
        ((49, 20, 16, 15), "2 fois la deuxième commune"),
        ((25, 25, 25, 25), "25 % des habitants : son poids"),
        ((24, 19, 19, 19, 19), "Aucune"),
    ],
)
def test_ville_centre_aux_seuils(parts, morceau):
    communes = [commune(f"C{i}", p * 100, 1e5, 1e5) for i, p in enumerate(parts)]
    assert morceau in dire(PHRASES.ville_centre, mutunb.portrait(dossier(communes)))


@pytest.mark.parametrize(
    ("populations", "morceau"),
    [((999, 1000), "1 commune sur 2 compte"), ((999, 998), "Toutes les communes comptent moins"),
     ((1000, 1001), "Toutes les communes comptent au moins"), ((1, 2, 5000), "2 communes sur 3 comptent")],
)  # fmt: skip
def test_petites_communes(populations, morceau):
    portrait = mutunb.portrait(dossier([commune(f"C{i}", p, 1, 1) for i, p in enumerate(populations)]))
    assert morceau in dire(PHRASES.ville_centre, portrait)


def test_comptes_absents_dits():
    assert "Donnée non fournie" in dire(PHRASES.finances, mutunb.portrait(dossier([sans_comptes("A", 10)])))
    texte = dire(PHRASES.finances, mutunb.portrait(dossier([commune("A", 10, 1e6, 1e6), sans_comptes("B", 10)])))
    assert "Les comptes de B manquent" in texte


def test_cif_inconnu_dit_ou_le_trouver():
    texte = dire(PHRASES.integration, mutunb.integration(dossier(PETITES, frais_personnel=3e5)))
    assert "fiche individuelle DGF" in texte and "n.d." not in texte


@pytest.mark.parametrize(
    ("montants", "morceaux"),
    [
        ((100.0, -50.0), ("1 commune reçoit 100 €", "1 commune reverse 50 €")),
        ((100.0, 200.0), ("2 communes reçoivent 300 €", "Aucune commune ne reverse")),
        ((-100.0, -200.0), ("Aucune commune ne reçoit", "2 communes reversent 300 €")),
    ],
)
def test_reversements(montants, morceaux):
    communes = [commune(f"C{i}", 100, 1, 1, fiscalite_reversee=m) for i, m in enumerate(montants)]
    texte = dire(PHRASES.reversements, mutunb.portrait(dossier(communes)))
    assert all(m in texte for m in morceaux)
    assert "il n'y a pas d'attribution" in dire(PHRASES.reversements, mutunb.portrait(dossier(communes, regime="FA")))


def test_continuite_rurale_et_urbaine():
    assert "Dans aucune des 6 communes" in dire(PHRASES.continuite, mutunb.effectifs(dossier(PETITES)))
    urbaine = dire(PHRASES.continuite, mutunb.effectifs(dossier(GRANDES)))
    assert "au moins un poste entier dans les quatre fonctions" in urbaine


def test_continuite_une_seule_commune_fragile():
    texte = dire(PHRASES.continuite, mutunb.effectifs(dossier([*GRANDES, PETITES[0]])))
    assert "Sur 7 communes, le poste ne serait pas entier : en comptabilité dans 1" in texte


def test_mise_en_commun_ne_promet_pas_un_poste_qui_n_existe_pas():
    assert "ne suffirait" in dire(PHRASES.mise_en_commun, mutunb.effectifs(dossier(PETITES)))
    nombreuses = [commune(f"C{i}", 900, 600_000, 400_000) for i in range(30)]
    texte = dire(PHRASES.mise_en_commun, mutunb.effectifs(dossier(nombreuses)))
    assert "Ce ne sont pas des postes à supprimer" in texte


def test_potentiel_toujours_en_fourchette():
    etude = dossier(PETITES, achats_charges_externes=1e6)
    texte = dire(PHRASES.potentiel_achats, mutunb.potentiel_achats(etude))
    assert re.search(r"\*\*[\d,]+ à [\d,]+ k€ par an\*\*", texte)
    assert "Donnée non fournie" in dire(PHRASES.potentiel_achats, mutunb.potentiel_achats(dossier([sans_comptes("A", 9)])))


@pytest.mark.parametrize(
    ("frais", "morceau"),
    [(5e6, "élargir aux achats et aux ressources humaines"), (0.0, "engager les achats sous une forme légère")],
)
def test_perimetre_suit_l_integration(frais, morceau):
    priorites = mutunb.priorites(dossier(PETITES, frais_personnel=frais))
    assert morceau in dire(PHRASES.perimetre, priorites)


def test_chaque_signal_a_sa_phrase():
    valeurs = {"sous": 3, "communes": 5, "petits": 3, "seuil": 50, "part": 0.6, "achats_hab": 410.0, "isoles": 4}
    identifiants = [
        "integration_forte", "integration_faible", "communes_nombreuses", "communes_sans_poste", "communes_equipees",
        "employeurs_petits", "employeurs_grands", "ville_centre_dominante", "achats_eleves", "achats_modestes",
        "achats_declares", "sans_petite_commune", "secretariats_isoles",
    ]  # fmt: skip
    for identifiant in identifiants:
        phrase = phrases_priorites.phrase_signal(Signal(identifiant, "facilite", {}, valeurs))
        assert phrase and "{" not in phrase


def test_une_raison_par_fonction_et_une_recommandation_chacune():
    affichage = PHRASES.pourquoi_chacune(mutunb.priorites(dossier(PETITES, frais_personnel=5e6)))
    assert len(affichage.elements) == len(referentiel.fonctions())
    assert [e["rang"] for e in affichage.elements] == list(range(1, len(affichage.elements) + 1))


@pytest.mark.parametrize("communes", [PETITES, GRANDES, [sans_comptes("A", 10)], [commune("Seule", 10, 0, 0)]])
@pytest.mark.parametrize("regime", ["FPU", "FA"])
def test_aucune_phrase_ne_laisse_voir_la_machine(communes, regime):
    etude = dossier(communes, regime=regime)
    portrait, effectifs, priorites = mutunb.portrait(etude), mutunb.effectifs(etude), mutunb.priorites(etude)
    textes = [
        PHRASES.presentation(portrait),
        PHRASES.ville_centre(portrait),
        PHRASES.finances(portrait),
        PHRASES.integration(mutunb.integration(etude)),
        PHRASES.reversements(portrait),
        PHRASES.ordre_de_grandeur(effectifs),
        PHRASES.continuite(effectifs),
        PHRASES.mise_en_commun(effectifs),
        PHRASES.enjeu_informatique(effectifs),
        PHRASES.potentiel_achats(mutunb.potentiel_achats(etude)),
        PHRASES.perimetre(priorites),
        PHRASES.pourquoi_chacune(priorites),
        PHRASES.stabilite(mutunb.stabilite(priorites, 200), priorites),
    ]
    for affichage in textes:
        assert affichage.markdown
        assert not re.search(r"\bnan\b|None|\{|\}| ,|  ", affichage.markdown), affichage.markdown
        assert not re.search(r"\d [\d%€]", affichage.markdown), affichage.markdown


def test_nom_hostile_inerte():
    portrait = mutunb.portrait(dossier([commune("<script>[x](http://a)*", 100, 1, 1)]))
    texte = PHRASES.ville_centre(portrait).markdown
    assert "\\<script\\>" in texte and "\\[x\\]\\(" in texte

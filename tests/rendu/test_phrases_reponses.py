"""Les phrases des réponses : sans collecte, partielles, complètes, au singulier, et jamais un mot de machine."""

import re

import pytest
from tests.fabrique import commune, dossier
from tests.fabrique_collecte import avec, poste, siren_commune

import mutunb
from mutunb.dossier import exemple

PHRASES, FIGURES, TABLEAUX = mutunb.phrases, mutunb.figures, mutunb.tableaux
FINANCES, SI, ACHATS = "comptabilite_finances", "systemes_information", "achats"
COMMUNES = [commune(f"C{i}", 1000 * (i + 1), 500_000, 200_000) for i in range(4)]


@pytest.fixture
def etude():
    return dossier(COMMUNES, frais_personnel=2e6, achats_charges_externes=1e6)


def texte(affichage) -> str:
    return affichage.markdown.replace("\u00a0", " ")


def repondu(etude, *rangs, epci=False, **autres):
    sirens = [siren_commune(etude, r) for r in rangs] + ([etude.territoire.siren] if epci else [])
    return mutunb.effectifs(avec(etude, effectifs=[poste(s, "P1", FINANCES, 0.5, **autres) for s in sirens]))


def interets(etude, fonction, *notes, repondant="maire", **autres):
    return [
        {"siren": siren_commune(etude, r), "fonction": fonction, "repondant": repondant, "interet": n} | autres
        for r, n in enumerate(notes)
    ]


def test_sans_collecte_une_phrase_par_section(etude):
    effectifs, priorites = mutunb.effectifs(etude), mutunb.priorites(etude)
    dites = [
        PHRASES.reponses(effectifs), PHRASES.fragilite(effectifs), PHRASES.dispersion(effectifs),
        PHRASES.appetence(priorites), PHRASES.changements(priorites), PHRASES.mutualisations(mutunb.conformite(etude)),
    ]  # fmt: skip
    assert all(texte(d).startswith("Donnée non fournie : ") for d in dites)
    muets = [PHRASES.comparaison(effectifs), PHRASES.lignes_rouges(priorites), FIGURES.departs(effectifs), FIGURES.appetence(priorites)]
    muets += [t(effectifs) for t in (TABLEAUX.comparaison, TABLEAUX.dispersion, TABLEAUX.volumes, TABLEAUX.couts)]
    assert muets == [None] * 8


@pytest.mark.parametrize(
    ("rangs", "epci", "debut", "reste"),
    [
        ((0,), False, "1 commune sur 4 a rempli", "3 communes et l'EPCI restent estimés"),
        ((0, 1, 2), True, "3 communes sur 4 et l'EPCI ont rempli", "1 commune reste estimée"),
        ((), True, "L'EPCI seul a rempli", "4 communes restent estimées"),
        ((0, 1, 2, 3), True, "4 communes sur 4 et l'EPCI ont rempli", "font 100 %"),
        ((0, 1, 2, 3), False, "4 communes sur 4 ont rempli", "L'EPCI reste estimé."),
    ],
)
def test_qui_a_repondu(etude, rangs, epci, debut, reste):
    dit = texte(PHRASES.reponses(repondu(etude, *rangs, epci=epci)))
    assert dit.startswith(debut) and reste in dit


def test_population_couverte(etude):
    # Communes de 1 000, 2 000, 3 000 et 4 000 habitants : la première et la dernière font la moitié.
    assert "(50 % de la population)" in texte(PHRASES.reponses(repondu(etude, 0, 3)))


@pytest.mark.parametrize(
    ("rangs", "remplacant", "morceau"),
    [((0,), "aucun", "un seul cas repose sur un poste unique, **sans remplaçant**"),
     ((0, 1), "aucun", "2 cas reposent sur un poste unique, **2 sans remplaçant**"),
     ((0, 1), "interne", "sans que l'absence de remplaçant soit signalée")],
)  # fmt: skip
def test_isolements(etude, rangs, remplacant, morceau, monkeypatch):
    assert "quelques cas reposent" in texte(PHRASES.fragilite(repondu(etude, *rangs, remplacant=remplacant)))
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert morceau in texte(PHRASES.fragilite(repondu(etude, *rangs, remplacant=remplacant)))


def test_departs_dits_et_dessines(etude, monkeypatch):
    effectifs = repondu(etude, 0, 1, annee_depart=2027.0)
    assert "trop peu de départs" in texte(PHRASES.fragilite(effectifs)) and FIGURES.departs(effectifs) is None
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    dit = texte(PHRASES.fragilite(effectifs))
    assert "libèrent 1,0 ETP" in dit and "en 2027" in dit and "la comptabilité" in dit
    figure = FIGURES.departs(effectifs)
    assert "2027" in figure.titre and figure.alt.count(" : ") == 5
    assert "Aucun départ n'est annoncé" in texte(PHRASES.fragilite(repondu(etude, 0)))


def test_comparaison_chiffree(etude, monkeypatch):
    assert "0,5 ETP" not in texte(PHRASES.comparaison(repondu(etude, 0)))
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert "0,5 ETP déclarés pour" in texte(PHRASES.comparaison(repondu(etude, 0)))


def test_lignes_rouges_ecartent_la_forme_pas_la_fonction(etude, monkeypatch):
    reponses = interets(etude, ACHATS, 3, 3, lignes_rouges="choix_fournisseur") + interets(etude, SI, 3, 3, 3)
    priorites = mutunb.priorites(avec(etude, appetence=reponses))
    assert "2 communes" not in texte(PHRASES.lignes_rouges(priorites))
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    dit = texte(PHRASES.lignes_rouges(priorites))
    assert "2 communes sur 2" in dit and "groupement de commandes" in dit and "La fonction reste à étudier" in dit
    achats = texte(PHRASES.pourquoi_chacune(priorites)).split("**Achats.**")[1].split("\n")[0]
    assert "(groupement de commandes)" not in achats and "Écarté par les lignes rouges" in achats


def test_aucune_ligne_rouge_partagee(etude):
    priorites = mutunb.priorites(avec(etude, appetence=interets(etude, SI, 3, 3)))
    assert "toutes les formes restent ouvertes" in texte(PHRASES.lignes_rouges(priorites))


def test_changement_explique(etude):
    priorites = mutunb.priorites(avec(etude, appetence=interets(etude, SI, 0, 0, 0, 0)))
    dit = texte(PHRASES.changements(priorites))
    assert "**Les systèmes d'information**" in dit and "appétence 0 sur 4" in dit


def test_collecte_sans_effet(etude):
    volume = {"siren": siren_commune(etude, 0), "fonction": SI, "indicateur": "postes", "valeur": 4.0}
    assert "elle les confirme" in texte(PHRASES.changements(mutunb.priorites(avec(etude, activite=[volume]))))


@pytest.mark.parametrize(
    ("combien", "morceaux"),
    [(1, ("1 mutualisation existante** est", "1 point est à corriger dans une convention")),
     (2, ("2 mutualisations existantes** sont", "2 points sont à corriger dans 2 conventions"))],
)  # fmt: skip
def test_conformite_au_singulier_et_au_pluriel(etude, combien, morceaux):
    conventions = [
        {"forme": "sc", "fonction": f, "porteur_siren": etude.territoire.siren, "non_conformite": "tva"} for f in ("juridique", "archives")
    ]
    dit = texte(PHRASES.mutualisations(mutunb.conformite(avec(etude, mutualisations=conventions[:combien]))))
    assert all(m in dit for m in morceaux)


def test_tout_le_territoire_fictif_se_dit_en_francais():
    etude = mutunb.ouvrir(exemple.SIREN)
    effectifs, priorites, conformite = mutunb.effectifs(etude), mutunb.priorites(etude), mutunb.conformite(etude)
    affichages = [
        *(p(effectifs) for p in (PHRASES.reponses, PHRASES.comparaison, PHRASES.dispersion, PHRASES.fragilite, PHRASES.ordre_de_grandeur)),
        *(p(priorites) for p in (PHRASES.appetence, PHRASES.lignes_rouges, PHRASES.changements, PHRASES.pourquoi_chacune)),
        PHRASES.mutualisations(conformite),
    ]  # fmt: skip
    for affichage in affichages:
        assert affichage.markdown
        assert not re.search(r"\bnan\b|None|\{|\}| ,|  |n\.d\.", affichage.markdown), affichage.markdown
        assert not re.search(r"\d [\d%€]", affichage.markdown), affichage.markdown


def test_le_commentaire_d_un_maire_ne_sort_jamais(etude):
    reponses = interets(etude, SI, 1, 3, 2, commentaire="SECRET-DU-MAIRE")
    priorites = mutunb.priorites(avec(etude, appetence=reponses))
    montres = [mutunb.montrer(t(priorites)) for t in (TABLEAUX.appetence, TABLEAUX.changements, TABLEAUX.priorites)]
    montres += [PHRASES.appetence(priorites), PHRASES.changements(priorites), FIGURES.appetence(priorites).affichage()]
    assert not any("SECRET" in f"{m.html}{m.markdown}{m.elements}" for m in montres)

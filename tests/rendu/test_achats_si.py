"""Phrases, tableaux et figures des achats et de l'informatique : avec et sans données, singulier, pluriel, absence."""

from __future__ import annotations

import re

import pytest
from tests.fabrique import commune, dossier
from tests.fabrique_achats import application, carte, contrat, inventaire

import mutunb
from mutunb.rendu.figures import echeances, fins_de_licence, solutions_par_domaine

PHRASES_ACHATS = ("carte_contrats", "titulaires", "reconductions", "potentiel_segments", "fenetres", "procedures_evitees")
PHRASES_SI = ("applications", "licences", "securite", "roles")
TABLEAUX_ACHATS = ("contrats", "potentiel", "titulaires", "surveillance", "maturite", "paires", "fenetres", "procedures")
TABLEAUX_SI = ("heterogeneite", "licences", "couts_applications", "securite", "securite_entites", "roles", "attestations", "prerequis")
CARTES = {
    "vide": carte(),
    "seul": carte(contrat("A")),
    "echu": carte(contrat("A", fin="2020-01-01")),
    "sans_rien": carte({"siren": "A", "reference": "1", "objet": "x"}),
    "pleine": carte(*(contrat(s, reconduction="tacite", preavis_mois=2) for s in "ABCD"), contrat("A", "Divers", segment=None, fin=None)),
    "fermee": carte(*(contrat(s) for s in "ABC"), diffusion=False),
    "isolee": carte(contrat("A"), diffusion=False),
}
INVENTAIRES = {
    "vide": inventaire(),
    "seul": inventaire(application("A")),
    "plein": inventaire(
        *(application(s, n, mfa="oui", sauvegarde_testee_le="2025-12-01", fin_contrat="2027-05-01", utilisateurs=3,
                      cout_annuel_eur=900.0, hebergement="epci", administrateur_unique="non")
          for s, n in zip("ABC", ("e.magnus", "Cosoluce", "e-magnus"), strict=True))
    ),
}  # fmt: skip


def dire(nom: str, objet) -> str:
    affichage = getattr(mutunb.phrases, nom)(objet)
    return "" if affichage is None else affichage.markdown.replace("\u00a0", " ")


@pytest.mark.parametrize("cas", CARTES)
def test_les_phrases_d_achat_ne_laissent_pas_voir_la_machine(cas):
    for nom in PHRASES_ACHATS:
        verifier(dire(nom, CARTES[cas]))


@pytest.mark.parametrize("cas", INVENTAIRES)
def test_les_phrases_si_ne_laissent_pas_voir_la_machine(cas):
    for nom in PHRASES_SI:
        verifier(dire(nom, INVENTAIRES[cas]))


def verifier(texte: str) -> None:
    assert not re.search(r"\bnan\b|NaT|None|\{|\}| ,|  |\b0 (contrat|segment)", texte), texte
    assert not re.search(r"\b1 (contrats|acheteurs|fenêtres|titulaires|entités|solutions|licences)\b", texte), texte


@pytest.mark.parametrize(("nom", "objet"), [("carte_contrats", CARTES["vide"]), ("fenetres", CARTES["vide"]),
                                            ("applications", INVENTAIRES["vide"]), ("securite", INVENTAIRES["vide"])])  # fmt: skip
def test_l_absence_se_dit(nom, objet):
    assert dire(nom, objet).startswith("Donnée non fournie : ")


def test_sans_dossier_chaque_section_a_sa_phrase_et_aucun_tableau():
    etude = dossier([commune("A", 100, 1, 1)])
    contrats, parc = mutunb.contrats(etude, "2026-01-01"), mutunb.applications(etude, "2026-01-01")
    assert all(getattr(mutunb.tableaux, nom)(contrats) is None for nom in TABLEAUX_ACHATS)
    assert all(getattr(mutunb.tableaux, nom)(parc) is None for nom in TABLEAUX_SI)
    assert echeances(contrats) is None and solutions_par_domaine(parc) is None and fins_de_licence(parc) is None


@pytest.mark.parametrize("cas", CARTES)
def test_chaque_tableau_d_achat_se_montre(cas):
    for nom in TABLEAUX_ACHATS:
        affichage = mutunb.montrer(getattr(mutunb.tableaux, nom)(CARTES[cas]))
        assert affichage is None or not re.search(r"\bnan\b|NaT|None", affichage.html), nom


@pytest.mark.parametrize("cas", INVENTAIRES)
def test_chaque_tableau_si_se_montre(cas):
    for nom in TABLEAUX_SI:
        affichage = mutunb.montrer(getattr(mutunb.tableaux, nom)(INVENTAIRES[cas]))
        assert affichage is None or not re.search(r"\bnan\b|NaT|None", affichage.html), nom


def test_les_figures_se_dessinent():
    for figure in (echeances(CARTES["pleine"]), solutions_par_domaine(INVENTAIRES["plein"]), fins_de_licence(INVENTAIRES["plein"])):
        affichage = figure.affichage()
        assert "<img" in affichage.html and affichage.elements[0]["genre"] == "figure"


def test_carte_au_singulier_et_au_pluriel():
    assert "**1 contrat en cours** est recensé chez 1 acheteur sur 5, pour **1 000 € HT par an**" in dire("carte_contrats", CARTES["seul"])
    assert "**5 contrats en cours** sont recensés chez 4 acheteurs sur 5" in dire("carte_contrats", CARTES["pleine"])
    assert "échus" in dire("carte_contrats", CARTES["echu"])
    assert "Aucun n'est rattaché" in dire("carte_contrats", CARTES["sans_rien"])


def test_le_montant_d_une_seule_commune_ne_se_lit_nulle_part():
    textes = [dire(nom, CARTES["isolee"]) for nom in PHRASES_ACHATS]
    tableaux = [getattr(mutunb.tableaux, nom)(CARTES["isolee"]) for nom in TABLEAUX_ACHATS]
    vus = " ".join([*textes, *(str(t.element()["lignes"]) for t in tableaux if hasattr(t, "element"))])
    assert not re.search(r"(?<![\d ])1 ?000(?!\d)", vus)
    assert "1 000 €" in dire("carte_contrats", CARTES["seul"])


def test_le_potentiel_est_une_fourchette():
    assert "de **200 € à 800 € par an**" in dire("potentiel_segments", CARTES["pleine"])


def test_la_fenetre_dit_quand_decider():
    texte = dire("fenetres", CARTES["pleine"])
    assert "**1 fenêtre de regroupement** apparaît" in texte
    assert "s'ouvre le 1er janvier 2027" in texte and "avant le 1er juillet 2026" in texte
    assert "délai de montage" not in texte
    assert "Aucun segment ne réunit" in dire("fenetres", CARTES["seul"])


def test_un_montage_trop_tardif_se_dit():
    proches = [contrat(s, fin="2026-03-01") for s in "AB"]
    assert "Le délai de montage y est déjà dépassé" in dire("fenetres", carte(*proches))
    suite = [contrat(s, "Gaz", "2027-03-01", segment="Gaz naturel") for s in "AB"]
    assert "Dans l'une d'elles" in dire("fenetres", carte(*proches, *suite))


def test_les_paires_a_valider_viennent_d_abord():
    paires = mutunb.tableaux.paires(carte(contrat("A"), contrat("B"), contrat("C", "Photocopieurs", segment=None))).donnees
    assert ["Photocopieurs" in ligne for ligne in paires["contrat_un"] + paires["contrat_autre"]] == [True, True, False]


def test_la_borne_haute_n_est_pas_une_economie():
    texte = dire("procedures_evitees", CARTES["pleine"])
    assert "**3 procédures** au plus seraient évitées, soit environ 57 jours-personne" in texte
    assert "non une économie budgétaire" in texte


def test_la_securite_ne_nomme_personne_et_ne_dit_rien_de_nis2():
    texte = dire("securite", INVENTAIRES["plein"])
    assert "préalables de l'étape « infrastructure » sont déclarés partout" in texte
    assert "Commune" not in texte
    assert "Commune" not in str(mutunb.tableaux.securite(INVENTAIRES["plein"]).element())
    tout = " ".join(dire(nom, INVENTAIRES["plein"]) for nom in PHRASES_SI)
    assert "NIS2" not in tout


def test_la_date_de_reference_se_choisit_ou_se_refuse():
    etude = dossier([commune("A", 100, 1, 1)])
    assert str(mutunb.contrats(etude, "2027-03-01").reference) == "2027-03-01"
    assert mutunb.contrats(etude).reference == etude.jour
    with pytest.raises(mutunb.erreurs.ErreurUsage, match="AAAA-MM-JJ"):
        mutunb.contrats(etude, "mars 2027")


@pytest.mark.parametrize("nom", ["<script>x</script>", "[x](http://a)", "a|b"])
def test_un_nom_hostile_reste_inerte(nom):
    pleine = carte(contrat("A", nom, segment=None), contrat("B", nom, segment=None), contrat("C", titulaire=nom))
    for tableau in TABLEAUX_ACHATS:
        affichage = mutunb.montrer(getattr(mutunb.tableaux, tableau)(pleine))
        assert affichage is None or "<script>" not in affichage.html

"""Tableaux, figures, encadrés : HTML accessible, échappé, et éléments de résultats fidèles."""

import base64
import re
from html import unescape

import pytest
from tests.fabrique import commune, dossier, sans_comptes

import mutunb
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.rendu.affichage import TYPE_RESULTATS, Affichage, liste_a_puces, phrases, texte_sur
from mutunb.rendu.encadres import badge_niveau
from mutunb.rendu.figure import Figure

COMMUNES = [commune(f"Commune <{i}>", 300 * (i + 1), 80_000 * (i + 1), 60_000) for i in range(7)]


@pytest.fixture(scope="module")
def etude():
    return dossier(COMMUNES, frais_personnel=5e5, achats_charges_externes=3e5, cif_2025=0.41)


def test_tableau_accessible_et_echappe(etude):
    html = mutunb.montrer(mutunb.portrait(etude).detail_communes).html
    assert "<caption" in html and 'scope="col"' in html and 'scope="row"' in html
    assert "Commune &lt;0&gt;" in html and "<0>" not in html
    assert html.count('<tr class="total">') == 1
    assert "Source :" in html and "Périmètre :" in html and "constaté" in html


def test_statuts_melanges_portes_par_les_colonnes(etude):
    html = mutunb.montrer(mutunb.potentiel_achats(etude).tableau).html
    assert {"statut-constate", "statut-hypothese", "statut-estime"} <= set(re.findall(r"statut-\w+", html))


def test_rien_a_montrer_ne_montre_rien():
    assert mutunb.montrer(mutunb.portrait(dossier(COMMUNES, regime="FA")).reversements) is None


def test_element_du_tableau_dans_le_paquet(etude):
    paquet = mutunb.montrer(mutunb.portrait(etude).finances)._repr_mimebundle_()
    (element,) = paquet[TYPE_RESULTATS]
    assert element["id"] == "portrait_finances" and element["statuts"]["epci"] == "constate"


def figures(etude):
    portrait, effectifs, priorites = mutunb.portrait(etude), mutunb.effectifs(etude), mutunb.priorites(etude)
    return [
        mutunb.carte(portrait),
        mutunb.figures.poids_communes(portrait),
        mutunb.figures.positions(mutunb.comparables(etude)),
        mutunb.figures.etp_fonctions(effectifs),
        mutunb.figures.seuils_postes(effectifs),
        mutunb.figures.sensibilite(etude),
        mutunb.figures.classement(priorites, mutunb.stabilite(priorites, 200)),
    ]


def test_figures_completes(etude):
    for figure in figures(etude):
        html = figure.affichage().html
        assert re.search(r'<img src="data:image/(svg\+xml|png);base64,', html)
        assert 'alt="' in html and "<figcaption>Source" in html and "<table" in html
        assert len(figure.alt) > 30 and not re.search(r"\bnan\b|None", figure.alt + figure.titre)
        assert len(html) < 120_000


def test_figures_identiques_a_deux_dessins(etude):
    for une, autre in zip(figures(etude), figures(etude), strict=True):
        assert une.affichage().html == autre.affichage().html


def test_figures_d_un_territoire_sans_comptes_ni_comparables():
    for figure in figures(dossier([sans_comptes("A", 10), commune("B", 20, 1, 1)])):
        assert figure.affichage().html


def test_figure_incomplete_refusee(etude):
    modele = mutunb.figures.etp_fonctions(mutunb.effectifs(etude))
    with pytest.raises(ErreurDonnees, match="alt"):
        Figure("t", "s", " ", modele.donnees, modele.dessin)


def test_carte_avec_contours_reels(dossier_national):
    from mutunb import dossier as dossiers

    figure = mutunb.carte(mutunb.portrait(dossiers.ouvrir("242900314", dossier_national)))
    assert "contours" in figure.sous_titre
    assert len(figure.affichage().html) < 200_000


def test_carte_accepte_une_collection_de_geometries():
    from mutunb.rendu.cartes import _chemins

    carre = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    geometrie = {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": carre},
                 {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}]}  # fmt: skip
    assert len(list(_chemins(geometrie))) == 1


def test_carte_dense_en_png(dossier_national, monkeypatch):
    from mutunb import dossier as dossiers

    monkeypatch.setattr("mutunb.rendu.figure.MARQUES_SVG", 10)

    html = mutunb.carte(mutunb.portrait(dossiers.ouvrir("200067213", dossier_national))).affichage().html
    type_image, contenu = re.search(r'src="data:(image/[^;]+);base64,([^"]+)"', html).groups()
    assert type_image == "image/png"
    assert base64.b64decode(contenu)[25] == 3  # PNG à palette


def test_encadre_de_droit():
    html = mutunb.droit("service_commun").html
    assert "L.5211-4-2" in html and "Dernière vérification" in html and "à vérifier" in html
    with pytest.raises(ErreurUsage, match="service_commun"):
        mutunb.droit("services_communs")


@pytest.mark.parametrize(
    ("niveau", "badge"), [("A", False), ("D", False), ("B", True), ("A15", True), ("A-t", True), ("A-", True), ("C", True)]
)
def test_badge_a_verifier(niveau, badge):
    assert ("à vérifier" in badge_niveau(niveau)) is badge


@pytest.mark.parametrize(
    ("identifiant", "morceau"),
    [("RH06", "1 841"), ("AC10", "de 10 à 15"), ("AC01", "au moins 45"), ("AC17", "jusqu'à 20"), ("FI06", "5,83 (de 2,07 à 10)")],
)
def test_encadre_de_repere(identifiant, morceau):
    assert morceau in unescape(mutunb.repere(identifiant).html).replace("\u00a0", " ")


def test_evaluations_citent_leur_source():
    html = mutunb.evaluations().html
    assert html.count("<li>") >= 10 and "Cour des comptes" in html


def test_fiches_des_fonctions_a_etudier(etude):
    html = mutunb.fiches(mutunb.priorites(etude)).html
    assert "Expertise juridique" in html and "Achats" not in re.findall(r"<summary>([^<]+)", html)


def test_synthese_cinq_chiffres_trois_constats(etude):
    element, *indicateurs = mutunb.syntheses.diagnostic(etude, mutunb.priorites(etude)).elements
    assert {"population", "cif", "etp_support_central", "perimetre"} <= {i["id"] for i in indicateurs}
    assert all(i["genre"] == "indicateur" and i["statut"] and i["source"] for i in indicateurs)
    assert len(element["chiffres"]) == 5 and len(element["constats"]) == 3
    assert all(c["statut"] and c["source"] and c["affichage"] for c in element["chiffres"])
    assert element["titre"].startswith("Étudier les systèmes d'information, le juridique et la comptabilité")
    assert element["decision"].startswith("Valider ce périmètre")


def test_un_texte_joint_a_un_tableau_passe_en_html():
    texte = liste_a_puces(["**Un** & deux", f"nom {texte_sur('<b>*x*')}"]) + phrases("Fin.")
    assert not texte.html
    joint = texte + Affichage(html="<table></table>") + phrases("Suite.")
    assert joint.html == (
        "<ul><li><strong>Un</strong> &amp; deux</li><li>nom &lt;b&gt;*x*</li></ul><p>Fin.</p><table></table><p>Suite.</p>"
    )


def test_la_source_d_une_figure_ne_se_dit_qu_une_fois(etude):
    assert mutunb.figures.poids_communes(mutunb.portrait(etude)).affichage().html.count("Source :") == 1

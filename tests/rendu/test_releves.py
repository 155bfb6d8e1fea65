"""Un relevé ne porte que les chiffres de son destinataire ; leur somme est le total ; la page sans suivi reste utile."""

from __future__ import annotations

import io
import itertools
import re
from html import unescape

import openpyxl
import pytest

from mutunb import formats
from mutunb.calculs import tableaux_preparation_suivi as preparation
from mutunb.calculs import tableaux_regularisation as tableaux
from mutunb.calculs.regularisation import Regularisation, regulariser_exercice
from mutunb.dossier import ouvrir
from mutunb.execution import releves as ecriture
from mutunb.execution.elements import Releve
from mutunb.rendu import figures_regularisation, phrases_regularisation
from mutunb.rendu.releves import composer_releves, regularisation_releves
from mutunb.rendu.tableaux import montrer
from tests import fabrique_regularisation as fabrique

COLONNES_PROPRES = ("unites_prevues", "unites", "prevu_eur", "du_eur", "verse_eur", "regularisation_eur")
#: nombres distincts et reconnaissables, un jeu par commune
CANARIS = {
    fabrique.AUBRELLE: (40_111, 40_222, 61_333.17), fabrique.MIRELLE: (30_444, 30_555, 52_666.29),
    fabrique.VALMORELLE: (20_777, 20_888, 43_999.31), fabrique.CYRLIN: (10_123, 10_456, 34_789.43),
}  # fmt: skip


def service_canari(*sirens: str, **options):
    choisis = {siren: CANARIS[siren] for siren in sirens}
    return fabrique.service(
        charges=fabrique.charges({"montant_eur": 207_013.57}),
        unites=fabrique.unites((fabrique.EPCI, 15_987, 15_654), *((s, p, c) for s, (p, c, _) in choisis.items())),
        versements=fabrique.versements(*((s, v) for s, (_, _, v) in choisis.items())),
        **options,
    )


@pytest.fixture(scope="module")
def canaris() -> Regularisation:
    return fabrique.regularisation(service_canari(*CANARIS))


def fichiers(regularisation: Regularisation) -> dict[str, str | bytes]:
    lus = [Releve.model_validate(e) for e in composer_releves(regularisation)]
    return ecriture.contenus(regularisation.dossier.territoire, lus)


def texte_de(contenu: str | bytes) -> str:
    """Tout ce qu'on peut lire d'un fichier, nombres écrits à la française et bruts."""
    if isinstance(contenu, str):
        return unescape(contenu).replace("Val d'Aubrelle", "")
    cellules = [c.value for ligne in openpyxl.load_workbook(io.BytesIO(contenu)).active.iter_rows() for c in ligne]
    return "\n".join(str(c) for c in cellules if c is not None)


def ecritures(nombre: float) -> set[str]:
    """Façons d'écrire un nombre : brut, au centime, à quatre décimales, à la française."""
    return {f"{nombre:.2f}", repr(float(nombre)), formats.nombre(nombre, 2), formats.nombre(nombre, 4), formats.nombre(nombre)} | (
        {str(int(nombre))} if float(nombre).is_integer() else set()
    )


def nombres_propres(regularisation: Regularisation, siren: str) -> set[str]:
    ecrits: set[str] = set()
    for s in regularisation.calcules:
        ligne = s.table.set_index("siren").loc[siren]
        for colonne in COLONNES_PROPRES:
            if ligne[colonne] == ligne[colonne] and abs(ligne[colonne]) > 500:
                ecrits |= ecritures(abs(ligne[colonne]))
    return ecrits


def contient(texte: str, ecrit: str) -> bool:
    return re.search(rf"(?<![\d\u00a0,.]){re.escape(ecrit)}(?![\d,.]|\u00a0\d)", texte) is not None


def test_un_releve_ne_contient_aucun_chiffre_d_une_autre(canaris: Regularisation) -> None:
    emis = fichiers(canaris)
    for siren, autre in itertools.permutations(CANARIS, 2):
        propres, etrangers = nombres_propres(canaris, siren), nombres_propres(canaris, autre)
        nom = canaris.calcules[0].table.set_index("siren").at[autre, "nom"]
        for extension in ("html", "xlsx"):
            texte = texte_de(emis[f"releves/{siren}.{extension}"])
            assert not [e for e in etrangers - propres if contient(texte, e)], (siren, autre, extension)
            assert nom not in texte and autre not in texte
            assert any(contient(texte, e) for e in propres)  # la recherche sait trouver


def test_la_part_de_l_epci_n_y_est_pas(canaris: Regularisation) -> None:
    etrangers = nombres_propres(canaris, fabrique.EPCI)
    assert etrangers
    for nom, contenu in fichiers(canaris).items():
        assert not [e for e in etrangers if contient(texte_de(contenu), e)], nom


def test_les_autres_ne_se_lisent_que_si_le_dossier_le_permet(canaris: Regularisation) -> None:
    ouverte = fabrique.regularisation(*canaris.calcules, diffusion=True)
    texte = texte_de(fichiers(ouverte)[f"releves/{fabrique.AUBRELLE}.html"])
    assert "Sainte-Mirelle" in texte and "diffusion financière permise" in texte


def test_a_deux_communes_les_totaux_se_taisent_et_cela_se_dit() -> None:
    duo = fabrique.regularisation(service_canari(fabrique.AUBRELLE, fabrique.MIRELLE))
    comptes = duo.calcules[0].reglement
    interdits = ecritures(207_013.57) | ecritures(float(comptes.unites_reference)) | ecritures(float(comptes.unites_constatees))
    for siren in (fabrique.AUBRELLE, fabrique.MIRELLE):
        for extension in ("html", "xlsx"):
            texte = texte_de(fichiers(duo)[f"releves/{siren}.{extension}"])
            assert not [e for e in interdits if contient(texte, e)]
            assert formats.MASQUE in texte and "trop peu nombreuses" in texte
    vu = montrer(tableaux.tableau_services(duo)).html
    assert formats.MASQUE in vu and not [e for e in interdits if contient(vu, e)]
    assert "ne se montrent pas" in phrases_regularisation.regularisation_resultat(duo).markdown
    assert phrases_regularisation.regularisation_recouvrement(duo) is None


def test_la_page_commune_ne_porte_le_compte_d_aucune(canaris: Regularisation) -> None:
    vus = [montrer(getattr(tableaux, nom)(canaris)) for nom in dir(tableaux) if nom.startswith("tableau_")]
    page = "".join(vu.html + str(vu.elements) for vu in vus if vu) + regularisation_releves(canaris).markdown
    for siren in CANARIS:
        assert not [e for e in nombres_propres(canaris, siren) if contient(page, e)], siren


def test_l_etat_par_usager_est_au_consultant(canaris: Regularisation, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tableaux.tableau_usagers(canaris) is None
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert len(tableaux.tableau_usagers(canaris).donnees) == 5


@pytest.mark.parametrize("exercice", [2028, 2029, 2030])
def test_la_somme_des_releves_est_le_total(exercice: int) -> None:
    regularisation = regulariser_exercice(ouvrir(fabrique.FICTIF), exercice)
    comptes = [next(t for t in r["tableaux"] if t["id"] == "releve_compte") for r in composer_releves(regularisation)]
    for colonne, attendu in (
        ("du_eur", sum(s.reglement.a_repartir_eur for s in regularisation.calcules)),
        ("verse_eur", sum(s.reglement.somme_verse_eur for s in regularisation.calcules)),
        ("regularisation_eur", sum(s.reglement.somme_regularisations_eur for s in regularisation.calcules)),
    ):
        lues = [ligne[t["colonnes"].index(colonne)] for t in comptes for ligne in t["lignes"] if ligne[0] != "Total"]
        assert round(sum(lues), 2) == float(attendu)


def test_memes_entrees_memes_octets_quel_que_soit_le_profil(monkeypatch: pytest.MonkeyPatch) -> None:
    un = fichiers(regulariser_exercice(ouvrir(fabrique.FICTIF), 2029))
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert fichiers(regulariser_exercice(ouvrir(fabrique.FICTIF), 2029)) == un
    assert all("<script" not in c for c in un.values() if isinstance(c, str))


def test_un_exercice_partiel_n_appelle_rien() -> None:
    regularisation = regulariser_exercice(ouvrir(fabrique.FICTIF), 2030)
    for releve in composer_releves(regularisation):
        assert releve["provisoire"] and "n'appellent aucun paiement" in releve["phrases"][0]
        assert {s for t in releve["tableaux"] for s in t["statuts"].values()} <= {"estime", "mixte"}
    assert "prévision à la clôture" in phrases_regularisation.regularisation_ouverture(regularisation).markdown


def test_sans_suivi_la_page_dit_quoi_preparer() -> None:
    regularisation = regulariser_exercice(ouvrir("247900798"))
    for tableau in (preparation.tableau_unites, preparation.tableau_calendrier, preparation.tableau_modele_releve):
        assert len(tableau(regularisation).donnees)
    assert not composer_releves(regularisation) and figures_regularisation.regularisation_cout_unitaire(regularisation) is None
    for nom in ("ouverture", "cout", "resultat", "attributions", "tendance", "echeances"):
        assert getattr(phrases_regularisation, f"regularisation_{nom}")(regularisation).markdown


def test_sur_et_sous_recouvrement_se_disent_des_deux_cotes() -> None:
    for constatee, attendu in ((300, "ne sont pas recouvrés"), (500, "au-delà des charges"), (400, "récupère ses charges")):
        unites = fabrique.unites((fabrique.EPCI, 100, 100), (fabrique.AUBRELLE, 400, constatee), (fabrique.MIRELLE, 300, 300),
                                 (fabrique.VALMORELLE, 200, 200))  # fmt: skip
        regularisation = fabrique.regularisation(fabrique.service(unites=unites))
        assert attendu in phrases_regularisation.regularisation_recouvrement(regularisation).markdown


def test_figure_et_tendance_fictives() -> None:
    regularisation = regulariser_exercice(ouvrir(fabrique.FICTIF), 2029)
    figure = figures_regularisation.regularisation_cout_unitaire(regularisation)
    assert "plus vite que les prix" in figure.titre and figure.affichage().html
    assert "2028 à 2029" in phrases_regularisation.regularisation_tendance(regularisation).markdown

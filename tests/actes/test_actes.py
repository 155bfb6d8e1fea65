"""Les actes écrits, relus par python-docx : rien d'inventé, rien d'exécuté, tout ce qui manque est dit."""

from __future__ import annotations

import dataclasses
import datetime
import io
import re

import docx
import pytest
from click.testing import CliRunner
from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Cm

from mutunb import cli, formats, referentiel
from mutunb.actes import manques, marques, modeles, redaction, signes
from mutunb.actes.contexte import contexte_d_une_fonction, contexte_du_territoire, etudier
from mutunb.actes.redaction import Acte, composer, rediger
from mutunb.actes.variables import COMMUNES, D_UNE_FONCTION, DU_SCHEMA, aplatir
from mutunb.calculs.projet import projeter
from mutunb.dossier import Dossier, ouvrir
from mutunb.dossier.decisions import DecisionFonction, Decisions
from mutunb.erreurs import ErreurUsage
from tests import fabrique

FICTIF, REEL = "999999998", "247900798"
BALISE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
POSTES = re.compile(r"\bP\d{2}\b")


def texte(document: Document) -> str:
    """Tout le texte du corps, tableaux compris."""
    return "\n".join(paragraphe.text for paragraphe in signes.paragraphes(document))


def avec(dossier: Dossier, **fonctions: dict) -> Dossier:
    """Le dossier, avec des décisions écrites à la main."""
    signature = {"auteur": "Bureau", "date": datetime.date(2026, 1, 15), "motif": "essai"}
    decisions = {nom: DecisionFonction(**signature, **champs) for nom, champs in fonctions.items()}
    return dataclasses.replace(dossier, decisions=Decisions(fonctions=decisions))


def acte(dossier: Dossier, nom: str = "convention_service_commun", fonction: str = "systemes_information") -> tuple[Document, tuple]:
    octets, points = composer(projeter(dossier), Acte(nom, "x.docx", "" if nom == redaction.SCHEMA else fonction))
    return docx.Document(io.BytesIO(octets)), points


@pytest.fixture(scope="module")
def fictif() -> Dossier:
    return ouvrir(FICTIF)


@pytest.fixture(scope="module")
def ecrits(fictif, tmp_path_factory) -> redaction.Redaction:
    return rediger(projeter(fictif), sorties=tmp_path_factory.mktemp("actes"))


def test_chaque_instrument_a_ses_actes(ecrits, fictif):
    noms = {ecrit.chemin.name for ecrit in ecrits.ecrits}
    choix = projeter(fictif).choix
    for fonction, choisi in choix.items():
        assert f"deliberation_epci_{fonction}.docx" in noms
        assert f"deliberation_commune_{fonction}.docx" in noms
        assert (f"convention_service_commun_{fonction}.docx" in noms) == (choisi.instrument in ("SC", "SCC"))
        assert (f"fiche_impact_{fonction}.docx" in noms) == (choisi.instrument in ("SC", "SCC"))
        assert (f"convention_groupement_commandes_{fonction}.docx" in noms) == (choisi.instrument in ("GC", "GCD"))
    assert "schema_de_mutualisation.docx" in noms
    sans_convention = [c for c in choix.values() if c.instrument not in ("SC", "SCC", "GC", "GCD")]
    assert len(ecrits.remarques) == len(sans_convention) > 0
    assert all("pas encore de convention-type" in remarque for remarque in ecrits.remarques)


def test_points_a_completer_listes_comptes_et_surlignes(ecrits):
    for ecrit in ecrits.ecrits:
        document = docx.Document(str(ecrit.chemin))
        trouves = manques.recenser(signes.parties(document))
        assert trouves == ecrit.points and trouves, ecrit.chemin.name
        liste = next(t for t in document.tables if t.cell(0, 1).text == "À compléter")
        assert [ligne.cells[1].text for ligne in liste.rows[1:]] == [point.libelle for point in trouves]
        assert [int(ligne.cells[3].text) for ligne in liste.rows[1:]] == [point.fois for point in trouves]
        assert f"Points à compléter\u00a0: {len(trouves)}" in texte(document)
        surlignes = "".join(
            m.text for p in signes.paragraphes(document) for m in p.runs if m.font.highlight_color == WD_COLOR_INDEX.YELLOW
        )
        assert surlignes.count("[à compléter : ") == sum(point.fois for point in trouves)


def test_aucune_balise_ni_absence_muette(ecrits):
    for ecrit in ecrits.ecrits:
        contenu = texte(docx.Document(str(ecrit.chemin)))
        assert not BALISE.search(contenu), ecrit.chemin.name
        assert "n.d." not in contenu and "nan" not in contenu.lower().split() and "None" not in contenu, ecrit.chemin.name


def test_styles_page_langue_et_proprietes(ecrits):
    for ecrit in ecrits.ecrits:
        document = docx.Document(str(ecrit.chemin))
        styles = {paragraphe.style.name for paragraphe in signes.paragraphes(document)}
        assert {"Title", "Heading 1", "Heading 2", "Normal", "Texte de tableau"} <= styles
        section = document.sections[0]
        assert (section.page_width, section.page_height) == (Cm(21), Cm(29.7)) or abs(section.page_width - Cm(21)) < 1000
        assert "PROJET — à relire par un juriste" in section.header.paragraphs[0].text
        assert {"PAGE", "NUMPAGES"} <= {
            champ.get(qn("w:instr")).strip() for champ in section.footer._element.iter(qn("w:fldSimple"))
        }
        langue = document.styles.element.find(qn("w:docDefaults")).find(".//" + qn("w:lang"))
        assert langue.get(qn("w:val")) == "fr-FR"
        proprietes = document.core_properties
        assert ecrit.titre in proprietes.title and proprietes.language == "fr-FR"
        assert proprietes.author == proprietes.last_modified_by == "Projet d'acte, à relire"


def test_tableaux_a_en_tete_repete_et_texte_alternatif(ecrits):
    for ecrit in ecrits.ecrits:
        for table in docx.Document(str(ecrit.chemin)).tables:
            assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
            for nom in ("w:tblCaption", "w:tblDescription"):
                assert table._tbl.tblPr.find(qn(nom)).get(qn("w:val")).strip()


def test_memes_entrees_memes_octets(fictif, ecrits):
    ecrit = ecrits.ecrits[0]
    prevu = next(a for a in redaction.actes_prevus(projeter(fictif), "systemes_information") if a.fichier == ecrit.chemin.name)
    assert composer(projeter(fictif), prevu)[0] == ecrit.chemin.read_bytes()


def test_aucun_poste_ni_remuneration_individuelle(fictif, ecrits):
    couts = fictif.collecte.tables["effectifs"]["cout_employeur_eur"].dropna().astype(int).unique()
    for ecrit in ecrits.ecrits:
        contenu = texte(docx.Document(str(ecrit.chemin))).replace("\u00a0", "")
        assert not POSTES.search(contenu), ecrit.chemin.name
        assert not [cout for cout in couts if str(cout) in contenu], ecrit.chemin.name


def test_un_cout_porte_par_trop_peu_d_agents_ne_s_ecrit_pas(fictif):
    reglages = fictif.reglages.model_copy(update={"seuil_confidentialite": 500})
    document, points = acte(dataclasses.replace(fictif, reglages=reglages))
    assert any("moins de 500 agents" in point.libelle for point in points)
    assert not re.search(r"\d+\s*€", texte(document))


def test_effectifs_transferes_commune_par_commune(fictif):
    document, _ = acte(fictif)
    table = next(t for t in document.tables if t.cell(0, 1).text == "Fonctionnaires transférés")
    lignes = {ligne.cells[0].text: [c.text for c in ligne.cells[1:]] for ligne in table.rows[1:]}
    assert set(lignes) == {*fictif.territoire.communes["nom"], "Ensemble"}
    assert lignes["Aubrelle"] == ["1", "1", "0"]  # deux informaticiens à plein temps, un titulaire et un contractuel
    assert all("à compléter" in cellule for cellule in lignes["Pierrelue"])  # n'a pas répondu : ni zéro, ni estimation
    assert lignes["Ensemble"][0] == "1 (9 sur 10 communes)"


def test_ce_qui_n_est_pas_decide_est_une_proposition(fictif):
    decide = {"instrument": "SC", "cle": "unites", "date_effet": datetime.date(2029, 1, 1), "mode_financier": "facture"}
    document, _ = acte(avec(fictif, systemes_information=decide))
    contenu = texte(document).replace("\u00a0", " ")
    assert "prend effet le 1er janvier 2029," in contenu
    assert "Clé de répartition : unités d'œuvre. Les parts" in contenu
    document, _ = acte(ouvrir(REEL))
    assert "(proposition)" in texte(document)


@pytest.mark.parametrize("cle", ["population", "depense", "mixte", "fixe_variable"])
def test_toute_cle_calculee_donne_les_parts_du_carnet_qui_paie(cle):
    """Une clé qui ne mesure pas l'usage partage entre communes ce que l'usage ne laisse pas à l'EPCI."""
    etude = etudier(projeter(avec(ouvrir(REEL), systemes_information={"cle": cle})), "systemes_information")
    contexte = contexte_d_une_fonction(etude, "convention_service_commun")
    service = etude.repartition
    attendus = {ligne.siren: getattr(ligne, f"part_{cle}_eur") for ligne in service.communes.itertuples()}
    assert {ligne["siren"]: ligne["montant"] for ligne in contexte["parts"]} == {
        siren: formats.euros_exacts(formats.environ(montant)) for siren, montant in attendus.items()
    }
    finances = contexte["finances"]
    assert finances["total_montant"] == formats.euros_exacts(formats.environ(sum(attendus.values())))
    assert formats.euros_exacts(formats.environ(service.part_epci_eur)) in finances["part_epci"]
    assert "(proposition)" in finances["part_epci"]


def test_un_usage_declare_ne_se_deduit_pas_de_la_part_de_l_epci():
    etude = etudier(projeter(avec(ouvrir(REEL), systemes_information={"cle": "population"})), "systemes_information")
    table = etude.repartition.table.assign(statut_etp="declare")
    declaree = dataclasses.replace(etude.repartition, table=table, usage="etp")
    contexte = contexte_d_une_fonction(dataclasses.replace(etude, repartition=declaree), "convention_service_commun")
    assert "à compléter" in contexte["finances"]["part_epci"]
    assert all("à compléter" in ligne["montant"] for ligne in contexte["parts"])


@pytest.mark.parametrize(
    ("siren", "attendu"),
    [(FICTIF, "la dotation de l'EPCI de"), (REEL, "fiche DGF de l'EPCI n'est pas fournie"), ("242900314", "déjà au plafond")],
)
def test_le_schema_dit_l_effet_simule_sur_la_dotation(siren, attendu):
    remarque = contexte_du_territoire(projeter(ouvrir(siren)))["remarques"]["dotations"]
    assert attendu in remarque and "à compléter" not in remarque and "à confirmer" in remarque


def test_la_raison_d_une_proposition_reste_dans_l_etude(ecrits):
    for ecrit in ecrits.ecrits:
        assert "ligne rouge" not in texte(docx.Document(str(ecrit.chemin))), ecrit.chemin.name


def test_territoire_sans_dossier_tout_est_a_completer():
    document, points = acte(ouvrir(REEL), fonction="juridique")
    contenu = texte(document)
    assert "Communauté de communes du Thouarsais" in contenu
    assert "coût annuel de départ du service, effectifs et charges à recueillir" in {p.libelle for p in points}
    table = next(t for t in document.tables if t.cell(0, 1).text == "Fonctionnaires transférés")
    assert all("à compléter" in ligne.cells[1].text for ligne in table.rows[1:-1])


def test_fiscalite_additionnelle_sans_attribution_de_compensation():
    communes = [fabrique.commune(f"Commune{i}", 900 * i, 200_000.0 * i, 90_000.0 * i) for i in range(1, 5)]
    dossier = avec(fabrique.dossier(communes, regime="FA"), comptabilite_finances={"instrument": "SC", "mode_financier": "ac"})
    for nom in ("convention_service_commun", "deliberation"):
        document, _ = acte(dossier, nom, "comptabilite_finances")
        contenu, releve = texte(document).lower().split("relevé de travail")
        assert "compensation" not in contenu and "imputation" not in contenu and "clect" not in contenu
        assert "la décision écrite n'est pas suivie" in releve  # la décision « ac » est dite, pas tue
    document, _ = acte(dossier, "convention_service_commun", "comptabilite_finances")
    assert "rembourse au gestionnaire" in texte(document)


def test_fiscalite_professionnelle_unique_avec_imputation(fictif):
    contenu = texte(acte(avec(fictif, systemes_information={"instrument": "SC", "mode_financier": "ac"}))[0])
    assert "imputation sur l'attribution de compensation" in contenu and "rembourse au gestionnaire" not in contenu


HOSTILE = '<b>&"Saint</b> {{ 7 * 7 }} {% for x in y %} {{ epci.__class__ }} \u202egnissapmI\u202c \x00\x07\n'


def test_noms_hostiles_ni_executes_ni_perdus():
    communes = [
        fabrique.commune(HOSTILE, 1200, 300_000.0, 100_000.0),
        fabrique.commune("N" * 5000, 800, 200_000.0, 90_000.0),
        fabrique.commune("بلدية الاختبار", 700, 150_000.0, 60_000.0),
    ]
    document, _ = acte(avec(fabrique.dossier(communes), comptabilite_finances={"instrument": "SC"}), fonction="comptabilite_finances")
    contenu = texte(document)
    assert "<b>&\"Saint</b> { { 7 * 7 } } { % for x in y % }" in contenu
    assert "49" not in contenu.split("Visas")[0] and not BALISE.search(contenu)
    assert "\u202e" not in contenu and "بلدية الاختبار" in contenu
    assert "N" * 2000 + "…" in contenu and "N" * 2001 not in contenu


def test_chaque_clause_de_l_acte_est_dans_son_modele():
    for nom in modeles.TITRES:
        modele = docx.Document(str(modeles.modele(nom)))
        presentes = set(re.findall(r"marque\.(\w+)", texte(modele)))
        attendues = {marques.nom_simple(clause.titre) for clause in referentiel.actes()[nom].clauses}
        assert presentes == attendues, nom


def test_les_marques_disent_l_article_et_la_preuve():
    for contenu in referentiel.actes().values():
        for clause, marque in zip(contenu.clauses, marques.marques_de_l_acte(contenu.id).values(), strict=True):
            assert marques.MOTIF.fullmatch(marque), marque
            assert ("imposé" in marque) == (clause.portee == "impose")
            assert ("à vérifier" in marque) == clause.a_verifier
    droit = marques.marques_du_droit()
    assert droit["service_commun_agents_occupes_en_partie"].startswith("[règle à vérifier")
    assert droit["seances_assemblees"].endswith("; rédaction 2015, à revérifier]")
    assert marques.references_du_droit()["service_commun"].startswith("[référence : ")


def test_marques_et_textes_cites_dans_la_convention(fictif):
    contenu = texte(acte(fictif)[0])
    for clause in referentiel.actes()["convention_service_commun"].clauses:
        if clause.portee == "impose":
            assert f"[imposé par la loi : {clause.article}]" in contenu
    assert "[recommandé ; à vérifier]" in contenu and "V10" in contenu


def test_chaque_article_porte_une_marque(ecrits):
    for ecrit in ecrits.ecrits:
        parties: dict[str, str] = {}
        for titre, contenu in signes.parties(docx.Document(str(ecrit.chemin))):
            parties[titre] = parties.get(titre, "") + contenu
        articles = {titre: contenu for titre, contenu in parties.items() if titre.startswith("Article ")}
        assert not [titre for titre, contenu in articles.items() if not marques.MOTIF.search(contenu)], ecrit.chemin.name
        assert articles or not ecrit.chemin.name.startswith("convention")


def test_le_schema_porte_ses_deux_effets(fictif):
    document, _ = acte(fictif, redaction.SCHEMA)
    titres = [t.cell(0, 0).text for t in document.tables]
    assert titres.count("Fonction") >= 3
    contenu = texte(document)
    assert "Impact prévisionnel sur les effectifs" in contenu and "Impact prévisionnel sur les dépenses de fonctionnement" in contenu
    assert "réuni avec les communes" in contenu  # moins de cinq agents à l'EPCI : pas de montant isolé


def test_les_variables_documentees_sont_celles_du_contexte(fictif):
    projet = projeter(fictif)
    vues = set(aplatir(contexte_d_une_fonction(etudier(projet, "systemes_information"), "convention_service_commun")))
    rh = avec(fictif, ressources_humaines={"instrument": "SC"})
    vues |= set(aplatir(contexte_d_une_fonction(etudier(projeter(rh), "ressources_humaines"), "convention_service_commun")))
    du_redacteur = {nom for nom in COMMUNES if nom.startswith(("points", "nombre_points", "avertissement.points"))}
    assert vues == (set(COMMUNES) | set(D_UNE_FONCTION)) - du_redacteur
    assert set(aplatir(contexte_du_territoire(projet))) - set(COMMUNES) == set(DU_SCHEMA)


def test_une_fonction_non_retenue_est_refusee(fictif):
    with pytest.raises(ErreurUsage, match=r"« communication » n'est pas dans le projet.*Fonctions retenues"):
        rediger(projeter(fictif), "communication")
    with pytest.raises(ErreurUsage, match="systemes_information"):
        rediger(projeter(fictif), "systeme_information")


def test_une_deliberation_par_commune(fictif, tmp_path):
    faite = rediger(projeter(fictif), "achats", par_commune=True, sorties=tmp_path)
    membres = [s for s in projeter(fictif).choix["achats"].perimetre if s != FICTIF]
    noms = [e.chemin.name for e in faite.ecrits]
    assert [f"deliberation_{siren}_achats.docx" for siren in membres] == noms[2:]
    contenu = texte(docx.Document(str(faite.ecrits[-1].chemin)))
    assert "[à compléter : nom de la commune]" not in contenu and "jours francs" in contenu


def test_la_commande_ecrit_et_compte(tmp_path):
    lance = CliRunner().invoke(cli.principal, ["actes", REEL, "--fonction", "achats", "--sorties", str(tmp_path)])
    assert lance.exit_code == 0, lance.output
    assert "3 actes" in lance.output.replace("\u00a0", " ") and "à compléter" in lance.output
    assert len(list((tmp_path / REEL / "actes").glob("*.docx"))) == 3
    refus = CliRunner().invoke(cli.principal, ["actes", REEL, "--fonction", "achat"])
    assert refus.exit_code == 2 and "achats" in refus.output

"""Les classeurs que des mairies renvoient, en pire : chacun dit ce qu'il doit donner, lecture juste ou constats clairs."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

import openpyxl
import xlsxwriter

from tests.dossier.fabrique_classeurs import Lignes, modifier_zip, ods, xls, xlsx

THOUARS, LOUZY, EPCI = "217903293", "217901578", "247900798"
ENTETES = ["siren", "collectivite", "poste", "fonction", "part_temps", "quotite", "categorie", "cout_employeur_eur", "annee_depart"]
BONNE = [THOUARS, "Thouars", "P01", "comptabilite_finances", 40, 100, "b", 46500, 2029]
CONTRATS = ["siren", "reference", "objet", "montant_annuel_eur", "debut", "fin", "reconduction"]
CONTRAT = [THOUARS, "2023-07", "Copieurs", 6400, "01/07/2023", "30/06/2027", "tacite"]
DEFAUT_ZIP = ("abîmé",)
ERREUR_ODS = '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""><text:p>#DIV/0!</text:p></table:table-cell>'
POURCENT_ODS = '<table:table-cell office:value-type="percentage" office:value="1"><text:p>100 %</text:p></table:table-cell>'
FUSION_ODS = f'<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>{THOUARS}</text:p></table:table-cell>'


@dataclass(frozen=True)
class Hostile:
    """Un fichier hostile et ce qu'on en attend.

    ``dits`` : fragments que les constats doivent contenir. ``lignes`` : lignes lues par feuille. ``cellules`` :
    (feuille, rang, champ) → valeur lue, ``None`` pour une absence. ``sans_constat`` : la lecture doit être muette.
    """

    nom: str
    fichier: str
    fabriquer: Callable[[], bytes]
    dits: tuple[str, ...] = ()
    lignes: dict[str, int] = field(default_factory=dict)
    cellules: dict[tuple[str, int, str], object] = field(default_factory=dict)
    sans_constat: bool = False


HOSTILES: list[Hostile] = []


def ajouter(nom: str, fabriquer: Callable[[], bytes], *dits: str, fichier: str = "retour.xlsx", **attendus: object) -> None:
    """Range un classeur hostile ; ``attendus`` complète :class:`Hostile`."""
    HOSTILES.append(Hostile(nom, fichier, fabriquer, dits, **attendus))  # type: ignore[arg-type]


def effectifs(*lignes: list[object], onglet: str = "Effectifs", entetes: list[str] | None = None) -> bytes:
    """Classeur d'une feuille d'effectifs."""
    return xlsx({onglet: [entetes or ENTETES, *lignes]})


def avec(**changes: object) -> list[object]:
    """La bonne ligne, quelques champs changés."""
    return [changes.get(nom, valeur) for nom, valeur in zip(ENTETES, BONNE, strict=True)]


def par_openpyxl(remplir: Callable[[openpyxl.Workbook], None]) -> bytes:
    """Classeur écrit par openpyxl, pour les fusions, graphiques, protections et formules jamais calculées."""
    classeur = openpyxl.Workbook()
    classeur.active.title = "Effectifs"
    remplir(classeur)
    tampon = io.BytesIO()
    classeur.save(tampon)
    return tampon.getvalue()


def poser(classeur: openpyxl.Workbook, lignes: Lignes) -> None:
    """Ajoute des lignes à la feuille active."""
    for ligne in lignes:
        classeur.active.append(list(ligne))


def csv_de(*lignes: list[object], separateur: str = ";", encodage: str = "utf-8", fin: str = "\r\n") -> bytes:
    """CSV d'effectifs dans l'encodage voulu."""
    return fin.join(separateur.join(map(str, ligne)) for ligne in lignes).encode(encodage)


UNE = {"effectifs": 1}
COMPTA = {("effectifs", 0, "fonction"): "comptabilite_finances"}

# --- le fichier lui-même ---
ajouter("fichier vide", lambda: b"", "un fichier vide")
ajouter("pas un zip", lambda: b"\x00\x01\x02 ceci n'est pas un classeur" * 30, "sait pas lire")
ajouter("texte sans en-tete", lambda: b"bonjour, voici nos reponses", "n'est pas un classeur")
ajouter("zip sans classeur", lambda: _zip({"lisezmoi.txt": b"rien"}), "illisible")
ajouter("xlsx tronque", lambda: effectifs(BONNE)[:1500], *DEFAUT_ZIP)
ajouter("xlsx dont un morceau est abime", lambda: _abimer(effectifs(BONNE)), *DEFAUT_ZIP)
ajouter("xml de feuille coupe", lambda: modifier_zip(effectifs(BONNE), "xl/worksheets/sheet1.xml", b"</sheetData>", b"<"), "illisible")
ajouter("zip bombe", lambda: _zip({f"xl/media/{rang}.bin": bytes(60_000_000) for rang in range(4)}), "décompressé")
ajouter("cellule au bout du monde", lambda: _cellule_lointaine(), "démesurée")
ajouter("page web sous xls", lambda: b"<html><table><tr><td>siren</td></tr></table></html>", "page web", fichier="retour.xls")
ajouter("classeur chiffre", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600), "mot de passe")
ajouter("ole abime", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "illisible", fichier="retour.xls")
ajouter("xlsx nomme xls", lambda: effectifs(BONNE), fichier="retour.xls", lignes=UNE, sans_constat=True)
ajouter("csv nomme xlsx", lambda: csv_de(ENTETES, BONNE), "extension de classeur", lignes=UNE)

# --- feuilles ---
ajouter("feuille vide", lambda: xlsx({"Effectifs": []}), "aucune feuille reconnue")
ajouter("en-tetes sans ligne", lambda: effectifs(), "aucune ligne remplie", lignes={"effectifs": 0})
ajouter("en-tetes absents", lambda: xlsx({"Effectifs": [BONNE, BONNE]}), "aucun en-tête reconnu")
ajouter("feuille renommee", lambda: effectifs(BONNE, onglet="tableau RH 2025 (v3)"), lignes=UNE, sans_constat=True)
ajouter("feuille etrangere", lambda: xlsx({"Effectifs": [ENTETES, BONNE], "Budget": [["compte", "libellé"], ["6411", "paie"]]}), "Budget", "hors du questionnaire", lignes=UNE)
ajouter("feuille protegee", lambda: par_openpyxl(lambda c: (poser(c, [ENTETES, BONNE]), c.active.protection.enable())), lignes=UNE, sans_constat=True)
ajouter("feuille masquee", lambda: _masquee(), "feuille masquée", lignes={"effectifs": 2})
ajouter("feuille graphique", lambda: par_openpyxl(lambda c: (poser(c, [ENTETES, BONNE]), c.create_chartsheet("Graphique"))), lignes=UNE, sans_constat=True)
ajouter("deux feuilles pour un theme", lambda: xlsx({"Effectifs": [ENTETES, BONNE], "suite": [ENTETES, avec(poste="P02")]}), lignes={"effectifs": 2}, sans_constat=True)
ajouter("en-tetes communs seulement", lambda: xlsx({"Feuil1": [["siren", "collectivite", "fonction"], [THOUARS, "Thouars", "achats"]]}), "aucune feuille reconnue")

# --- en-têtes ---
ajouter("quinzieme ligne", lambda: xlsx({"Effectifs": [["Mairie de Thouars"], *[[]] * 13, ENTETES, BONNE]}), lignes=UNE, sans_constat=True)
ajouter("seizieme ligne", lambda: xlsx({"Effectifs": [["Mairie", "Thouars"], *[[]] * 14, ENTETES, BONNE]}), "aucun en-tête reconnu")
ajouter("deux lignes d'en-tete", lambda: xlsx({"Effectifs": [["Employeur", None, "Poste"], ["SIREN de l’employeur *", "EMPLOYEUR", "repere du poste", "Fonction", "part du temps du poste (%)", "Quotité de travail"], BONNE[:6]]}), lignes=UNE, cellules=COMPTA, sans_constat=True)
ajouter("colonnes deplacees", lambda: effectifs(BONNE[::-1], entetes=ENTETES[::-1]), lignes=UNE, cellules=COMPTA, sans_constat=True)
ajouter("colonne en trop", lambda: effectifs([*BONNE, "à voir"], entetes=[*ENTETES, "Observations"]), "Observations", lignes=UNE)
ajouter("colonne nominative", lambda: effectifs([*BONNE, "Durand"], entetes=[*ENTETES, "Nom et prénom"]), "semble nominative", lignes=UNE)
ajouter("colonnes en double", lambda: effectifs([*BONNE, 99], entetes=[*ENTETES, "Part du temps du poste"]), "une seconde colonne", "J", lignes=UNE, cellules={("effectifs", 0, "part_temps"): 0.4})
ajouter("colonne obligatoire absente", lambda: effectifs(BONNE[:4], entetes=ENTETES[:4]), "colonne manquante", "Part du temps", lignes=UNE)
ajouter("sans colonne siren", lambda: effectifs(BONNE[1:], entetes=ENTETES[1:]), "SIREN de l'employeur", "aucune ligne", lignes={"effectifs": 0})
ajouter("en-tete mal tape", lambda: effectifs(BONNE, entetes=[*ENTETES[:7], "Cout employer annuel du poste", "annee_depart"]), "Coût employeur annuel", lignes=UNE, cellules={("effectifs", 0, "cout_employeur_eur"): 46500.0})
ajouter("en-tete repete au milieu", lambda: effectifs(BONNE, ENTETES, avec(poste="P02")), lignes={"effectifs": 2}, sans_constat=True)

# --- lignes ---
ajouter("ligne de total", lambda: effectifs(BONNE, [None, "TOTAL", None, None, 40, 100, None, 46500]), "ligne de total", lignes=UNE)
ajouter("total sans libelle", lambda: effectifs(BONNE, [None] * 7 + [46500]), "sans doute un total", lignes=UNE)
ajouter("note sous le tableau", lambda: effectifs(BONNE, ["(*) données arrêtées au 31 décembre"]), "note sous le tableau", lignes=UNE)
ajouter("ligne d'exemple", lambda: effectifs(["Exemple", *BONNE[1:]], BONNE), lignes=UNE, sans_constat=True)
ajouter("lignes vides", lambda: effectifs([], BONNE, ["  ", "\u00a0"], [], avec(poste="P02")), lignes={"effectifs": 2}, sans_constat=True)
ajouter("ligne preremplie seule", lambda: effectifs([THOUARS, "Thouars"], BONNE), lignes=UNE, sans_constat=True)
ajouter("poste manquant", lambda: effectifs(avec(poste=None)), "C2", "repère du poste", "écartée", lignes={"effectifs": 0})
ajouter("doublon exact", lambda: effectifs(BONNE, BONNE), "la même clé", "ligne 2", lignes=UNE)
ajouter("fusion verticale", lambda: _fusion("A2:A3"), "fusionnées", "reprise", lignes={"effectifs": 2}, cellules={("effectifs", 1, "siren"): THOUARS})
ajouter("fusion d'un montant", lambda: _fusion("H2:H3"), "H2", "défusionnez", lignes={"effectifs": 2}, cellules={("effectifs", 1, "cout_employeur_eur"): None})
ajouter("nom d'agent", lambda: effectifs(avec(poste="Mme DURAND Sophie")), "nom d'un agent", "Confidentialité", lignes=UNE)

# --- cellules ---
ajouter("formule calculee", lambda: _formule(46500), lignes=UNE, cellules={("effectifs", 0, "cout_employeur_eur"): 46500.0}, sans_constat=True)
ajouter("formule jamais calculee", lambda: par_openpyxl(lambda c: poser(c, [ENTETES, avec(cout_employeur_eur="=SUM(A1:A2)")])), "H2", "résultat de la formule", lignes=UNE, cellules={("effectifs", 0, "cout_employeur_eur"): None})
ajouter("reference perdue", lambda: _formule("#REF!"), "H2", "#REF!", "erreur de tableur", lignes=UNE, cellules={("effectifs", 0, "cout_employeur_eur"): None})
ajouter("non disponible", lambda: _formule("#N/A"), "H2", "#N/A", lignes=UNE)
ajouter("texte a la place d'un nombre", lambda: effectifs(avec(cout_employeur_eur="voir avec la trésorerie")), "H2", "un nombre", lignes=UNE, cellules={("effectifs", 0, "cout_employeur_eur"): None})
ajouter("nombre change en date", lambda: effectifs(avec(cout_employeur_eur=datetime.date(2025, 3, 1))), "H2", "en date", lignes=UNE)
ajouter("part au-dela de cent", lambda: effectifs(avec(part_temps=140)), "E2", "0 à 100 %", lignes=UNE, cellules={("effectifs", 0, "part_temps"): None})
ajouter("negatif", lambda: effectifs(avec(cout_employeur_eur=-46500)), "H2", "au moins 0", lignes=UNE, cellules={("effectifs", 0, "cout_employeur_eur"): None})
ajouter("siren en nombre", lambda: effectifs(avec(siren=217903293)), lignes=UNE, cellules={("effectifs", 0, "siren"): THOUARS}, sans_constat=True)
ajouter("siret en nombre", lambda: effectifs(avec(siren=21790329300016)), lignes=UNE, cellules={("effectifs", 0, "siren"): THOUARS}, sans_constat=True)
ajouter("insee sans zero a la place du siren", lambda: effectifs(avec(siren=1004)), "A2", "INSEE", lignes={"effectifs": 0})
ajouter("siren faux", lambda: effectifs(avec(siren="217903294")), "A2", "clé de contrôle", lignes=UNE)
ajouter("siren abrege", lambda: effectifs(avec(siren="2,17903E+08")), "A2", "abrégé", lignes={"effectifs": 0})
ajouter("dates 1904", lambda: xlsx({"Contrats": [CONTRATS, [*CONTRAT[:5], datetime.datetime(2027, 6, 30), "tacite"]]}, date_1904=True), lignes={"contrats": 1}, cellules={("contrats", 0, "fin"): datetime.datetime(2027, 6, 30)}, sans_constat=True)
ajouter("serie 1904 sans format", lambda: xlsx({"Contrats": [CONTRATS, [*CONTRAT[:5], 45106, "tacite"]]}, date_1904=True), lignes={"contrats": 1}, cellules={("contrats", 0, "fin"): datetime.datetime(2027, 6, 30)}, sans_constat=True)
ajouter("jour impossible", lambda: xlsx({"Contrats": [CONTRATS, [*CONTRAT[:5], "31/02/2027", "tacite"]]}), "F2", "n'existe pas", lignes={"contrats": 1}, cellules={("contrats", 0, "fin"): None})
ajouter("chaine de 40 000 caracteres", lambda: csv_de(CONTRATS, [*CONTRAT[:2], "é" * 40_000, *CONTRAT[3:]]), "C2", "premiers caractères", fichier="contrats.csv", lignes={"contrats": 1})
ajouter("injection", lambda: csv_de(CONTRATS, [*CONTRAT[:2], "=cmd|'/c calc'!A1", *CONTRAT[3:]]), "C2", "pas une formule", fichier="contrats.csv", lignes={"contrats": 1}, cellules={("contrats", 0, "objet"): None})
ajouter("nul et sens inverse", lambda: csv_de(CONTRATS, [*CONTRAT[:2], "Copi\x00eurs \u202eruof", *CONTRAT[3:]]), "C2", "invisibles", fichier="contrats.csv", lignes={"contrats": 1}, cellules={("contrats", 0, "objet"): "Copieurs ruof"})
ajouter("absences de toutes sortes", lambda: effectifs(avec(categorie="n.c.", cout_employeur_eur="NC", annee_depart="?")), lignes=UNE, cellules={("effectifs", 0, "cout_employeur_eur"): None, ("effectifs", 0, "categorie"): None}, sans_constat=True)

# --- autres formats ---
ajouter("ods", lambda: ods({"Effectifs": [ENTETES, BONNE]}), fichier="retour.ods", lignes=UNE, cellules=COMPTA, sans_constat=True)
ajouter("ods aux lignes repetees a l'infini", lambda: ods({"Effectifs": [ENTETES, BONNE]}, 1_048_576), "démesurée", fichier="retour.ods")
ajouter("ods a l'erreur de formule", lambda: ods({"Effectifs": [ENTETES, avec(cout_employeur_eur=ERREUR_ODS)]}), "H2", "#DIV/0!", fichier="retour.ods", lignes=UNE, cellules={("effectifs", 0, "cout_employeur_eur"): None})
ajouter("ods en pourcent", lambda: ods({"Effectifs": [ENTETES, avec(part_temps=POURCENT_ODS)]}), fichier="retour.ods", lignes=UNE, cellules={("effectifs", 0, "part_temps"): 1.0}, sans_constat=True)
ajouter("ods aux cellules fusionnees", lambda: ods({"Effectifs": [ENTETES, avec(siren=FUSION_ODS), avec(siren=None, poste="P02")]}), "fusionnées", fichier="retour.ods", lignes={"effectifs": 2}, cellules={("effectifs", 1, "siren"): THOUARS})
ajouter("xls", lambda: xls("Effectifs", [ENTETES, BONNE]), fichier="retour.xls", lignes=UNE, cellules=COMPTA, sans_constat=True)
ajouter("csv mac", lambda: csv_de(ENTETES, avec(collectivite="Saint-Léger-de-Montbrun, à côté"), encodage="mac_roman", fin="\r"), "MacRoman", fichier="retour.csv", lignes=UNE, cellules={("effectifs", 0, "collectivite"): "Saint-Léger-de-Montbrun, à côté"})
ajouter("csv windows", lambda: csv_de(ENTETES, avec(collectivite="Brion-près-Thouet", cout_employeur_eur="46 500 €"), encodage="cp1252"), "Windows-1252", fichier="retour.csv", lignes=UNE, cellules={("effectifs", 0, "collectivite"): "Brion-près-Thouet", ("effectifs", 0, "cout_employeur_eur"): 46500.0})
ajouter("csv a tabulation", lambda: csv_de(ENTETES, BONNE, separateur="\t"), fichier="retour.csv", lignes=UNE, cellules=COMPTA, sans_constat=True)
ajouter("csv a virgule", lambda: csv_de(ENTETES, BONNE, separateur=","), fichier="retour.csv", lignes=UNE, cellules=COMPTA, sans_constat=True)
ajouter("csv utf-16", lambda: csv_de(ENTETES, BONNE, encodage="utf-16"), fichier="retour.csv", lignes=UNE, cellules=COMPTA, sans_constat=True)
ajouter("csv au guillemet ouvert", lambda: csv_de(ENTETES, BONNE, avec(poste='"P02')) + b"a" * 140_000, "guillemets", fichier="retour.csv", lignes=UNE)
ajouter("csv trop long", lambda: csv_de(ENTETES) + b"\n;" * 200_001, "lignes au plus", fichier="retour.csv")


def _zip(membres: dict[str, bytes]) -> bytes:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        for nom, contenu in membres.items():
            archive.writestr(nom, contenu)
    return tampon.getvalue()


def _abimer(octets: bytes) -> bytes:
    place = octets.index(b"xl/worksheets/sheet1.xml") + 40
    return octets[:place] + bytes(octet ^ 0xFF for octet in octets[place : place + 30]) + octets[place + 30 :]


def _cellule_lointaine() -> bytes:
    def remplir(classeur: openpyxl.Workbook) -> None:
        poser(classeur, [ENTETES, BONNE])
        classeur.active["XFD1048576"] = "x"

    return par_openpyxl(remplir)


def _masquee() -> bytes:
    def remplir(classeur: openpyxl.Workbook) -> None:
        poser(classeur, [ENTETES, BONNE])
        cachee = classeur.create_sheet("ancienne")
        for ligne in (ENTETES, avec(poste="P09")):
            cachee.append(ligne)
        cachee.sheet_state = "hidden"

    return par_openpyxl(remplir)


def _fusion(plage: str) -> bytes:
    def remplir(classeur: openpyxl.Workbook) -> None:
        poser(classeur, [ENTETES, BONNE, avec(poste="P02")])
        classeur.active.merge_cells(plage)

    return par_openpyxl(remplir)


def _formule(resultat: object) -> bytes:
    tampon = io.BytesIO()
    document = xlsxwriter.Workbook(tampon, {"in_memory": True})
    onglet = document.add_worksheet("Effectifs")
    onglet.write_row(0, 0, ENTETES)
    onglet.write_row(1, 0, avec(cout_employeur_eur=None))
    onglet.write_formula(1, 7, "=23250*2", None, resultat)
    document.close()
    return tampon.getvalue()

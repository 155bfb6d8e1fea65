"""Le classeur de collecte : le questionnaire mis en feuilles, pré-rempli, prêt à envoyer à une mairie."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from mutunb.dossier.mode_emploi import CLASSEUR_COMMUN, CONSIGNES, TITRE, Retour, ecrire_mode_emploi
from mutunb.dossier.preremplissage import Ligne, preremplir
from mutunb.dossier.questionnaire import NOMBRES, SEPARATEUR, Champ, Feuille, Questionnaire, forme_simple, questionnaire
from mutunb.dossier.styles_collecte import Styles
from mutunb.dossier.validations_collecte import FEUILLE_LISTES, ecrire_listes, validation
from mutunb.territoires import Territoire

#: propriétés du document que la lecture retrouve
PROPRIETE_VERSION = "version du modèle"
PROPRIETE_TERRITOIRE = "SIREN du territoire"
NOM_FICHIER = "collecte.xlsx"
#: première colonne de chaque feuille : elle marque la ligne d'exemple, et rien d'autre
MARQUE_EXEMPLE = "exemple"
#: rangs, à partir de zéro, des lignes d'une feuille
RANG_TITRE, RANG_ENTETES, RANG_NOMS, RANG_EXEMPLE, RANG_SAISIE = range(5)
#: dernière ligne où s'appliquent les listes et les bornes
RANG_DERNIER = 9_999
#: date fixe : deux classeurs du même territoire sont identiques octet pour octet
CREATION = datetime.datetime(2025, 1, 1)
#: une chaîne reste une chaîne : ni formule, ni lien, ni nombre deviné
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
#: champs qui restent visibles quand on fait défiler vers la droite
_FIGES = 2
#: caractères du nom d'une commune gardés dans un nom de fichier
_LONGUEUR_NOM = 40
_PERMIS = {"format_columns": True, "format_rows": True, "insert_rows": True, "sort": True}
_LARGEURS = {"texte": 24, "liste": 22, "liste_multiple": 28, "siren": 13, "date": 13, "booleen": 13}


@dataclass(frozen=True)
class Envoi:
    """Un classeur à produire : à qui, quelles feuilles, quelles lignes déjà écrites ; ``commun`` s'il va à toutes les entités.

    ``titre``, ``consignes`` et ``modele`` sont ceux du questionnaire, sauf pour un classeur d'une autre sorte.
    """

    fichier: str
    destinataire: str
    feuilles: tuple[Feuille, ...]
    lignes: Mapping[str, Sequence[Ligne]]
    commun: bool = False
    titre: str = TITRE
    consignes: tuple[tuple[str, str], ...] = CONSIGNES
    modele: Questionnaire = field(default_factory=questionnaire)


def classeurs(territoire: Territoire, un_par_commune: bool = False, retour: Retour = Retour()) -> dict[str, bytes]:
    """Octets des classeurs à envoyer, par nom de fichier.

    Parameters
    ----------
    territoire : Territoire
        Données publiques du territoire, pour le pré-remplissage.
    un_par_commune : bool
        Faux : ``collecte.xlsx`` pour tous. Vrai : ``collecte_epci.xlsx`` et ``collecte_<insee>_<nom>.xlsx``.
    retour : Retour
        Date limite et contact écrits dans le mode d'emploi.
    """
    modele = questionnaire()
    envois = _un_par_entite(territoire, modele) if un_par_commune else [_pour_tous(territoire, modele)]
    return {envoi.fichier: classeur(territoire, envoi, retour) for envoi in envois}


def _pour_tous(territoire: Territoire, modele: Questionnaire) -> Envoi:
    return Envoi(NOM_FICHIER, f"{territoire.nom} et ses communes", modele.feuilles, preremplir(territoire), True)


def _un_par_entite(territoire: Territoire, modele: Questionnaire) -> list[Envoi]:
    """L'EPCI reçoit ses lignes et les feuilles que lui seul remplit ; chaque commune, ses lignes."""
    lignes = preremplir(territoire)
    pour_epci = tuple(feuille for feuille in modele.feuilles if "epci" in feuille.destinataires)
    pour_commune = tuple(feuille for feuille in modele.feuilles if "commune" in feuille.destinataires)
    reservees = {feuille.nom for feuille in modele.feuilles if feuille.destinataires == ("epci",)}
    siennes = _lignes_de(territoire.siren, lignes) | {nom: lignes[nom] for nom in reservees if nom in lignes}
    envois = [Envoi("collecte_epci.xlsx", territoire.nom, pour_epci, siennes)]
    for _, commune in territoire.communes.iterrows():
        fichier = f"collecte_{commune['insee']}_{nom_de_fichier(commune['nom'])}.xlsx"
        envois.append(Envoi(fichier, commune["nom"], pour_commune, _lignes_de(commune["siren"], lignes)))
    return envois


def nom_de_fichier(nom: str) -> str:
    """Un nom de commune sans accent, espace ni signe, lisible et sûr dans un nom de fichier.

    Examples
    --------
    >>> nom_de_fichier("Saint-Maurice-Étusson")
    'saint-maurice-etusson'
    """
    lisible = re.sub(r"[^a-z0-9]+", "-", forme_simple(nom))
    return lisible[:_LONGUEUR_NOM].strip("-") or "commune"


def _lignes_de(siren: str, lignes: Mapping[str, Sequence[Ligne]]) -> dict[str, list[Ligne]]:
    return {nom: [ligne for ligne in contenu if ligne["siren"] == siren] for nom, contenu in lignes.items()}


def classeur(territoire: Territoire, envoi: Envoi, retour: Retour | None = Retour()) -> bytes:
    """Octets d'un classeur, avec les lignes de l'envoi ; ``retour`` vaut ``None`` s'il n'est à renvoyer à personne."""
    tampon = io.BytesIO()
    document = xlsxwriter.Workbook(tampon, OPTIONS)
    _proprietes(document, territoire, envoi)
    styles = Styles(document)
    etats = {feuille.nom: len(envoi.lignes.get(feuille.nom, ())) for feuille in envoi.feuilles}
    consignes = (*envoi.consignes, *([CLASSEUR_COMMUN] if envoi.commun else []), *(retour.consignes if retour else ()))
    titre, publiques = f"{envoi.titre} : {envoi.destinataire}", envoi.modele is questionnaire()
    ecrire_mode_emploi(document, styles, territoire, titre, envoi.feuilles, etats, consignes, publiques)
    onglets = [document.add_worksheet(feuille.libelle) for feuille in envoi.feuilles]
    plages = ecrire_listes(document.add_worksheet(FEUILLE_LISTES), envoi.feuilles, styles)
    for onglet, feuille in zip(onglets, envoi.feuilles, strict=True):
        _ecrire_feuille(onglet, feuille, envoi.lignes.get(feuille.nom, ()), plages, styles)
    document.close()
    return tampon.getvalue()


def _proprietes(document: Workbook, territoire: Territoire, envoi: Envoi) -> None:
    titre = f"{envoi.titre} : {envoi.destinataire}"
    document.set_properties({"title": titre, "author": "mutunb", "created": CREATION})
    document.set_custom_property(PROPRIETE_VERSION, str(envoi.modele.version), "text")
    document.set_custom_property(PROPRIETE_TERRITOIRE, territoire.siren, "text")


def _ecrire_feuille(
    onglet: Worksheet, feuille: Feuille, lignes: Sequence[Ligne], plages: Mapping[str, str], styles: Styles
) -> None:
    _ecrire_tete(onglet, feuille, styles)
    for colonne, champ in enumerate(feuille.champs, start=1):
        onglet.set_column(colonne, colonne, _largeur(champ), styles.saisie(champ))
        onglet.data_validation(RANG_SAISIE, colonne, RANG_DERNIER, colonne, validation(champ, plages))
    for rang, ligne in enumerate(lignes, start=RANG_SAISIE):
        for colonne, champ in enumerate(feuille.champs, start=1):
            if champ.nom in ligne:
                _ecrire_valeur(onglet, rang, colonne, champ, ligne[champ.nom], styles.prerempli(champ))
    _proteger(onglet, len(feuille.champs), len(lignes))


def _ecrire_tete(onglet: Worksheet, feuille: Feuille, styles: Styles) -> None:
    """Titre, en-têtes, noms techniques et exemple : quatre lignes verrouillées."""
    onglet.set_column(0, 0, 9, styles.marge)
    for rang, style in enumerate((styles.titre, styles.marque, styles.marque, styles.marque)):
        onglet.write_blank(rang, 0, None, style)
    onglet.write_string(RANG_TITRE, 0, f"{feuille.libelle} : {feuille.grain}", styles.titre)
    onglet.write_string(RANG_EXEMPLE, 0, MARQUE_EXEMPLE, styles.marque)
    onglet.set_row(RANG_ENTETES, 48)
    onglet.set_row(RANG_NOMS, 10, None, {"hidden": True})
    for colonne, champ in enumerate(feuille.champs, start=1):
        onglet.write_blank(RANG_TITRE, colonne, None, styles.titre)
        onglet.write_string(RANG_ENTETES, colonne, champ.entete, styles.entete(champ.obligatoire))
        onglet.write_string(RANG_NOMS, colonne, champ.nom, styles.technique)
        exemple = champ.exemple
        if exemple is None or exemple == "":
            onglet.write_blank(RANG_EXEMPLE, colonne, None, styles.exemple(champ))
        else:
            _ecrire_valeur(onglet, RANG_EXEMPLE, colonne, champ, exemple, styles.exemple(champ))


def _ecrire_valeur(onglet: Worksheet, rang: int, colonne: int, champ: Champ, valeur: object, style: object) -> None:
    if champ.type in NOMBRES and isinstance(valeur, int | float):
        onglet.write_number(rang, colonne, valeur, style)
    elif isinstance(valeur, datetime.date):
        onglet.write_datetime(rang, colonne, valeur, style)
    else:
        onglet.write_string(rang, colonne, _texte(champ, str(valeur)), style)


def _texte(champ: Champ, valeur: str) -> str:
    """Ce qui se lit dans la cellule : le libellé d'un code, les libellés d'une liste multiple."""
    if not champ.ferme:
        return valeur
    codes = valeur.split(SEPARATEUR) if champ.type == "liste_multiple" else [valeur]
    return f" {SEPARATEUR} ".join(champ.libelle_de(champ.code_de(code) or code.strip()) for code in codes)


def _largeur(champ: Champ) -> float:
    plus_long = max((len(mot) for mot in champ.entete.split()), default=0) + 2
    return max(_LARGEURS.get(champ.type, 14), plus_long, len(champ.entete) / 3)


def _proteger(onglet: Worksheet, colonnes: int, lignes: int) -> None:
    onglet.freeze_panes(RANG_SAISIE, 1 + _FIGES)
    onglet.ignore_errors({"number_stored_as_text": f"A1:XFD{RANG_DERNIER + 1}"})
    onglet.protect("", _PERMIS)
    onglet.set_landscape()
    onglet.set_paper(9)  # A4
    onglet.fit_to_pages(1, 0)
    onglet.repeat_rows(RANG_ENTETES)
    onglet.print_area(0, 0, max(RANG_SAISIE + lignes, RANG_SAISIE + 30), colonnes)

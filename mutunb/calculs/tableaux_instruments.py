"""Les tableaux des instruments : ce qui est retenu, ce qui est possible ou refusé, et ce que chaque forme change."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.cles import CLES
from mutunb.calculs.consequences import consequences, delai
from mutunb.calculs.examen_instruments import Refus
from mutunb.calculs.projet import CHAMPS, Choix, Projet
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.variantes import examiner_variantes
from mutunb.referentiel.identifiants import INSTRUMENTS
from mutunb.referentiel.niveaux import MENTIONS

VOIES = {"ac": "Imputation sur l'AC", "facture": "Facture", "mixte": "Base imputée, usage facturé"}
#: formes dont les membres n'ont, au plus, que des frais de coordination à partager
GROUPEMENTS = frozenset({"GC", "GCD"})
FRAIS_PARTAGES = "Frais à partager, s'il y en a"
SCENARIOS = {"prudent": "Prudent", "cible": "Cible", "etendu": "Étendu"}
NOMS_CHAMPS = {
    "perimetre": "périmètre", "instrument": "instrument", "cle": "clé", "scenario": "scénario",
    "date_effet": "date d'effet", "mode_financier": "voie financière",
}  # fmt: skip
SOURCE = "référentiel mutunb : règles d'éligibilité tirées des textes cités, rangs d'usage (niveau B)"


def libelle_court(fonction: str) -> str:
    """Libellé court d'une fonction."""
    return referentiel.fonction(fonction).libelle_court


def perimetre_en_clair(projet: Projet, choix: Choix) -> str:
    """« EPCI et 24 communes », « EPCI et 5 communes sur 10 », « 3 communes sur 10, sans l'EPCI »."""
    territoire = projet.dossier.territoire
    communes = len(set(choix.perimetre) - {territoire.siren})
    toutes = communes == len(territoire.communes)
    compte = formats.pluriel(communes, "commune") + ("" if toutes else f" sur {len(territoire.communes)}")
    return f"EPCI et {compte}" if territoire.siren in choix.perimetre else f"{compte}, sans l'EPCI"


def origine_en_clair(choix: Choix) -> str:
    """Champs que le client a décidés : « Périmètre, instrument », ou « Rien : tout est recommandé »."""
    decides = [NOMS_CHAMPS[champ] for champ in CHAMPS if choix.est_decide(champ)]
    texte = ", ".join(decides) or "rien, tout est recommandé"
    return f"{texte[0].upper()}{texte[1:]}"


def preuve(niveau: str) -> str:
    """Niveau de preuve, tel qu'il se lit : « Texte lu », « Usage à vérifier »…"""
    texte = MENTIONS[niveau] or "texte lu"
    return f"{texte[0].upper()}{texte[1:]}"


def tableau_choix(projet: Projet) -> Tableau:
    """Une ligne par fonction retenue : avec qui, sous quelle forme, selon quelle clé, par quelle voie, quand."""
    lignes = [
        {
            "fonction": libelle_court(choix.fonction),
            "perimetre": perimetre_en_clair(projet, choix),
            "instrument": referentiel.instrument(choix.instrument).libelle,
            "cle": CLES[choix.cle],
            "voie": FRAIS_PARTAGES if choix.instrument in GROUPEMENTS else VOIES[choix.mode_financier],
            "date_effet": formats.date(choix.date_effet),
            "decide": origine_en_clair(choix),
        }
        for choix in projet.choix.values()
    ]
    return _textes(
        projet,
        "instruments_choix",
        "Les fonctions retenues, et ce qui est proposé pour chacune",
        lignes,
        {
            "fonction": "Fonction",
            "perimetre": "Périmètre",
            "instrument": "Instrument",
            "cle": "Clé de répartition",
            "voie": "Voie financière",
            "date_effet": "Date d'effet visée",
            "decide": "Décidé par le client",
        },
        source="décisions du dossier ; à défaut, recommandations de mutunb (niveau B)",
        note=f"Délais comptés du {formats.date(projet.reference)} ({projet.motif_reference}). Le calendrier (chapitre 4) peut reporter une "
        "date visée. AC : attribution de compensation.",
    )


def tableau_admis(projet: Projet) -> Tableau:
    """Instruments (lignes) par fonction (colonnes) : retenu, possible, refusé ; vide s'il n'est pas en question."""
    croises = {
        libelle_court(fonction): {code: _etat(choix, code) for code in INSTRUMENTS} for fonction, choix in projet.choix.items()
    }
    table = pd.DataFrame(croises)
    vus = [code for code in INSTRUMENTS if any(table.loc[code] != "")]
    table = table.loc[vus].replace("", "·")
    noms = pd.Series([referentiel.instrument(code).libelle for code in vus], name="instrument")
    donnees = pd.concat([noms, table.reset_index(drop=True)], axis=1)
    return Tableau(
        id="instruments_admis",
        titre="Ce que le droit et l'usage permettent, fonction par fonction",
        donnees=donnees,
        unites=dict.fromkeys(donnees.columns, "texte"),
        libelles={"instrument": "Instrument", **{nom: nom for nom in croises}},
        perimetre=mentions.perimetre_bloc(projet.dossier.territoire),
        source=SOURCE,
        statuts={},
        note="« Possible (1) » : aussi conseillé que la forme retenue ; (2) : solution de rechange. Un point : la forme ne "
        "répond pas à la question posée ici, sans être interdite.",
    )


def _etat(choix: Choix, code: str) -> str:
    if code == choix.instrument:
        return "Retenu"
    admis = next((a for a in choix.examen.admis if a.code == code), None)
    if admis is not None:
        return f"Possible ({admis.rang})"
    return "Refusé" if choix.examen.refus_de(code) else ""


def tableau_refus(projet: Projet) -> Tableau:
    """Ce qui est refusé, pourquoi, par quel article ; une ligne par objet et par règle, les fonctions réunies."""
    reunis: dict[tuple[str, str], dict] = {}
    for fonction, choix in projet.choix.items():
        for refus in choix.examen.refuses:
            ligne = reunis.setdefault((refus.objet, refus.regle), {"refus": refus, "fonctions": []})
            ligne["fonctions"].append(fonction)
    lignes = [
        {
            "objet": objet,
            "motif": f"{ligne['refus'].titre}. {ligne['refus'].raison}",
            "article": ligne["refus"].article,
            "fonctions": _fonctions(projet, ligne["fonctions"]),
            "preuve": preuve(ligne["refus"].niveau),
        }
        for (objet, _), ligne in reunis.items()
    ]
    libelles = {
        "objet": "Refusé",
        "motif": "Pourquoi",
        "article": "Article",
        "fonctions": "Fonctions",
        "preuve": "Preuve",
    }
    return _textes(projet, "instruments_refus", "Ce qui est refusé, et par quel article", lignes, libelles)


def tableau_variantes(projet: Projet) -> Tableau:
    """Ce qui devient impossible, et ce qui reste possible, si l'on s'y prend autrement."""
    lignes = [
        {
            "variante": variante.libelle,
            "impossible": " ; ".join(_reunir(variante.refus)) or "Rien de plus",
            "possible": " ; ".join(referentiel.instrument(code).libelle for code in variante.possibles) or "Rien",
        }
        for variante in examiner_variantes(projet)
    ]
    libelles = {"variante": "Si…", "impossible": "Devient impossible", "possible": "Possible, toutes fonctions réunies"}
    note = "Seuls les refus qui s'ajoutent aux précédents sont cités."
    return _textes(projet, "instruments_variantes", "Et si l'on s'y prenait autrement ?", lignes, libelles, note=note)


def _reunir(refus: Iterable[Refus]) -> list[str]:
    """Les refus d'une même règle, en une fois : « Service commun impossible sans l'EPCI (CGCT, …) »."""
    return list(dict.fromkeys(f"{r.titre} ({r.article})" for r in refus))


def tableau_vigilances(projet: Projet) -> Tableau | None:
    """Les alertes que les faits déclenchent ; ``None`` s'il n'y en a pas."""
    reunies: dict[str, dict] = {}
    for fonction, choix in projet.choix.items():
        for alerte in choix.examen.alertes:
            if not alerte.instruments or choix.instrument in alerte.instruments:
                reunies.setdefault(alerte.regle, {"alerte": alerte, "fonctions": []})["fonctions"].append(fonction)
    lignes = [
        {
            "titre": ligne["alerte"].titre,
            "texte": ligne["alerte"].texte,
            "article": ligne["alerte"].article or "Usage",
            "fonctions": _fonctions(projet, ligne["fonctions"]),
            "preuve": preuve(ligne["alerte"].niveau),
        }
        for ligne in reunies.values()
    ]
    libelles = {"titre": "Vigilance", "texte": "Ce qu'il faut faire", "article": "Texte", "fonctions": "Fonctions", "preuve": "Preuve"}
    return _textes(projet, "instruments_vigilances", "Ce que les formes retenues demandent", lignes, libelles) if lignes else None


def tableau_consequences(projet: Projet) -> Tableau:
    """Ce que change l'instrument retenu de chaque fonction, et une autre forme possible quand il y en a une."""
    reunies: dict[tuple, list[str]] = {}
    for fonction, choix in projet.choix.items():
        rechange = [code for code in choix.examen.codes_admis if code != choix.instrument][:1]
        for code in (choix.instrument, *rechange):
            retenu = code == choix.instrument
            mode = choix.mode_financier if retenu else choix.examen.modes_financiers(code)[0]
            effets = consequences(code, mode, fonction=fonction)
            ligne = (
                not retenu, effets.instrument.libelle, effets.agents, effets.argent, effets.risque_tva, effets.effet_cif,
                effets.reversibilite or formats.ABSENT, delai(effets.delai_mois),
            )  # fmt: skip
            reunies.setdefault(ligne, []).append(libelle_court(fonction))
    lignes = [
        (f"{', '.join(fonctions)}{' (autre forme)' if autre else ''}", *effets)
        for (autre, *effets), fonctions in sorted(reunies.items(), key=lambda paire: paire[0][0])
    ]
    libelles = {
        "fonction": "Fonction",
        "instrument": "Instrument",
        "agents": "Les agents",
        "argent": "L'argent",
        "tva": "Risque de TVA",
        "cif": "Effet sur le CIF",
        "reversibilite": "Retour en arrière",
        "delai": "Délai de montage",
    }
    return _textes(
        projet,
        "instruments_consequences",
        "Ce que change la forme retenue, et ce que changerait une autre forme possible",
        [dict(zip(libelles, ligne, strict=True)) for ligne in lignes],
        libelles,
        source="référentiel mutunb : catalogue des instruments (textes cités) et comparaison d'usage (niveau B)",
        note="Délais et retour en arrière : usage, à vérifier ; n.d. : l'usage ne les établit pas. Un risque de TVA suppose "
        "des bénéficiaires non assujettis ; une régie d'eau ou un service industriel le porte à « haut ».",
    )


def _fonctions(projet: Projet, fonctions: Iterable[str]) -> str:
    """« Toutes », ou les fonctions par leur nom."""
    citees = list(dict.fromkeys(fonctions))
    if len(citees) == len(projet.choix) > 1:
        return "Toutes"
    return ", ".join(libelle_court(fonction) for fonction in citees)


def _textes(
    projet: Projet, id: str, titre: str, lignes: list[dict], libelles: dict[str, str], source: str = SOURCE, note: str = ""
) -> Tableau:
    """Tableau de textes sur tout le territoire."""
    return Tableau(
        id=id,
        titre=titre,
        donnees=pd.DataFrame(lignes, columns=list(libelles)),
        unites=dict.fromkeys(libelles, "texte"),
        libelles=libelles,
        perimetre=mentions.perimetre_bloc(projet.dossier.territoire),
        source=source,
        statuts={},
        note=note,
    )

"""Les tableaux du tableau de bord : indicateurs par groupe, usage, jalons, dérives ; et, sans suivi, ce qu'il faut noter."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.indicateurs_suivis import ALERTE, GROUPES, INCONNU, SANS_REGLE, SOUS_CIBLE, TENU
from mutunb.calculs.obligations import obligations
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableau_de_bord import TableauDeBord
from mutunb.referentiel.identifiants import TRANSVERSAL

ETATS = {ALERTE: "alerte", TENU: "cible tenue", SOUS_CIBLE: "sous la cible", SANS_REGLE: "cible à fixer", INCONNU: formats.ABSENT}
SENS = {"hausse": "plus haut est mieux", "baisse": "plus bas est mieux", "cible": "proche de la cible", "": "—"}
GROUPES_REFERENTIEL = {"economie_efficience": "Économie", "rh_climat": "RH et climat", "unite": "Unité à compter"}
#: états qui se comptent
JUGEMENTS = (TENU, SOUS_CIBLE, ALERTE)
REGLE = (
    "Alerte : au-delà du seuil dans le mauvais sens, ou plus loin de la cible que lui ; au seuil même, pas d'alerte. Une note de "
    "satisfaction ne se montre qu'avec son taux de réponse."
)


def libelle_fonction(nom: object) -> str:
    """Libellé court d'une fonction ; « Ensemble des services » si l'indicateur est transversal."""
    if not isinstance(nom, str):
        return formats.ABSENT
    return "Ensemble des services" if nom == TRANSVERSAL else referentiel.fonction(nom).libelle_court


def source_suivi(bord: TableauDeBord) -> str:
    """« suivi de l'exercice 2029 », précédé de la mention du territoire fictif."""
    texte = f"classeur de suivi, exercice {bord.annee}" if bord.est_suivi else "projet de mutualisation, référentiel mutunb"
    if bord.est_prolonge and bord.exercice.date_arret is not None:
        texte += f", arrêté au {formats.date(bord.exercice.date_arret)}"
    return f"{mentions.INVENTES} ; {texte}" if mentions.est_fictif(bord.dossier.territoire) else texte


def perimetre_suivi(bord: TableauDeBord) -> str:
    """Périmètre d'un tableau du suivi."""
    return f"services mutualisés {mentions.de_nom(bord.dossier.territoire)}"


def _tableau(bord: TableauDeBord, donnees: pd.DataFrame, colonnes: Mapping[str, tuple[str, str]], **suite) -> Tableau:
    return Tableau(
        donnees=donnees[list(colonnes)],
        libelles={c: libelle for c, (libelle, _) in colonnes.items()},
        unites={c: unite for c, (_, unite) in colonnes.items()},
        **{"perimetre": perimetre_suivi(bord), "source": source_suivi(bord), "statuts": "constate", **suite},
    )


def tableau_indicateurs(bord: TableauDeBord, fonction: str = "") -> Tableau | None:
    """Indicateurs de l'exercice : valeur, cible, seuil, tendance et état, par fonction et par groupe ; ``None`` sans suivi."""
    if not bord.est_suivi or bord.indicateurs.empty:
        return None
    table = bord.indicateurs if not fonction else bord.indicateurs[bord.indicateurs["fonction"].eq(fonction)]
    donnees = pd.DataFrame(
        {
            "indicateur": table["libelle"],
            "fonction": table["fonction"].map(libelle_fonction),
            "groupe": table["groupe"].map(lambda g: GROUPES.get(g, g)),
            "valeur": [valeur_lisible(i) for i in table.itertuples()],
            "cible": [ecrire(i.cible, i.unite) for i in table.itertuples()],
            "seuil": [ecrire(i.seuil_alerte, i.unite) for i in table.itertuples()],
            "tendance": [_tendance(i) for i in table.itertuples()],
            "etat": table["etat"].map(ETATS),
        }
    )
    return _tableau(
        bord,
        donnees,
        {
            "indicateur": ("Indicateur", "texte"),
            "fonction": ("Fonction", "texte"),
            "groupe": ("Groupe", "texte"),
            "valeur": (f"Valeur {bord.annee}", "texte"),
            "cible": ("Cible", "texte"),
            "seuil": ("Seuil d'alerte", "texte"),
            "tendance": ("Depuis l'exercice d'avant", "texte"),
            "etat": ("État", "texte"),
        },
        id="suivi_indicateurs",
        titre=f"Indicateurs de l'exercice {bord.annee}",
        note=REGLE,
    )


def tableau_groupes(bord: TableauDeBord) -> Tableau | None:
    """Indicateurs jugés, groupe par groupe : cible tenue, sous la cible, en alerte ; ``None`` s'il n'y en a pas."""
    if not bord.est_suivi:
        return None
    juges = bord.indicateurs[bord.indicateurs["etat"].isin(list(JUGEMENTS))]
    presents = [g for g in GROUPES if juges["groupe"].eq(g).any()]
    if not presents:
        return None
    lignes = [
        {"groupe": GROUPES[g], **{e: int((juges["groupe"].eq(g) & juges["etat"].eq(e)).sum()) for e in JUGEMENTS}} for g in presents
    ]
    return _tableau(
        bord,
        pd.DataFrame(lignes),
        {"groupe": ("Groupe", "texte"), **{e: (ETATS[e].capitalize(), "nombre") for e in JUGEMENTS}},
        id="suivi_groupes",
        titre=f"Indicateurs de {bord.annee}, groupe par groupe",
    )


def ecrire(valeur: float, unite: str) -> str:
    """Valeur d'un indicateur avec son unité : « 2 547 €/poste/an », « 99,6 % », « 4,1 sur 5 »."""
    if formats.est_absent(valeur):
        return formats.ABSENT
    decimales = 0 if float(valeur).is_integer() or abs(valeur) >= 100 else 2 if unite.startswith("€") else 1
    nombre = formats.nombre(valeur, decimales)
    return f"{nombre} sur 5" if unite == "note 1 à 5" else formats.avec_unite(nombre, unite)


def valeur_lisible(indicateur) -> str:
    """Valeur, ou la raison pour laquelle elle ne se montre pas ; une note porte son taux de réponse."""
    if indicateur.reserve:
        return indicateur.reserve
    texte = ecrire(indicateur.valeur, indicateur.unite)
    if indicateur.groupe != "satisfaction":
        return texte
    qui = "" if pd.isna(indicateur.repondants) else f", {formats.pluriel(int(indicateur.repondants), 'répondant')}"
    return f"{texte} ({formats.pourcent(indicateur.taux_reponse)} de réponses{qui})"


def _tendance(indicateur) -> str:
    if not indicateur.tendance or pd.isna(indicateur.precedente):
        return indicateur.tendance or formats.ABSENT
    return f"{indicateur.tendance} ({ecrire(indicateur.precedente, indicateur.unite)})"


def tableau_usage(bord: TableauDeBord) -> Tableau | None:
    """Communes adhérentes et communes qui ont vraiment recouru au service ; ``None`` sans suivi."""
    if not bord.est_suivi or bord.usage.empty:
        return None
    donnees = bord.usage.assign(fonction=bord.usage["fonction"].map(libelle_fonction))
    return _tableau(
        bord,
        donnees,
        {
            "fonction": ("Fonction", "texte"),
            "adherentes": ("Communes adhérentes", "nombre"),
            "utilisatrices": ("Communes utilisatrices", "nombre"),
            "non_relevees": ("Unités non relevées", "nombre"),
            "part": ("Part d'utilisatrices", "part"),
        },
        id="suivi_usage",
        titre="Adhérer n'est pas utiliser",
        note="Adhérente : présente au moins un mois de l'exercice. Utilisatrice : une unité au moins. « n.d. » si une commune n'a "
        "pas été relevée.",
    )


def tableau_jalons(bord: TableauDeBord) -> Tableau | None:
    """Jalons face à leur date ; ``None`` s'il n'y en a pas."""
    if not bord.est_suivi or bord.jalons.empty:
        return None
    jalons = bord.jalons
    donnees = pd.DataFrame(
        {
            "tache": jalons["libelle"],
            "fonction": jalons["fonction"].map(libelle_fonction),
            "prevu": [_date(j.prevu_le, f" ({j.origine})" if j.origine != "suivi" else "") for j in jalons.itertuples()],
            "fait": jalons["fait_le"].map(_date),
            "retard": [_retard(j) for j in jalons.itertuples()],
            "etat": jalons["etat"],
            "commentaire": jalons["commentaire"].replace("", "—"),
        }
    )
    return _tableau(
        bord,
        donnees,
        {
            "tache": ("Jalon", "texte"),
            "fonction": ("Fonction", "texte"),
            "prevu": ("Prévu le", "texte"),
            "fait": ("Fait le", "texte"),
            "retard": ("Écart", "texte"),
            "etat": ("État", "texte"),
            "commentaire": ("Commentaire", "texte"),
        },
        id="suivi_jalons",
        titre="Jalons, face au calendrier",
    )


def _date(jour: object, suffixe: str = "") -> str:
    return formats.ABSENT if jour is None or pd.isna(jour) else f"{formats.date(jour)}{suffixe}"


def _retard(jalon) -> str:
    jours = jalon.retard_jours
    if pd.isna(jours):
        return formats.ABSENT if jalon.prevu_le is None else "—"
    if jours == 0:
        return "à la date"
    return f"{formats.pluriel(int(abs(jours)), 'jour')} {'de retard' if jours > 0 else 'd’avance'}"


def tableau_derives(bord: TableauDeBord) -> Tableau | None:
    """Hypothèses du projet face à l'année ; ``None`` sans suivi."""
    if not bord.est_suivi:
        return None
    return _tableau(
        bord,
        bord.derives,
        {
            "hypothese": ("Hypothèse", "texte"),
            "prevu": ("Retenu", "texte"),
            "constate": ("Constaté", "texte"),
            "etat": ("Lecture", "texte"),
            "consequence": ("Ce que cela change", "texte"),
        },
        id="suivi_derives",
        titre="Hypothèses du projet, face à l'année",
        note=f"Hausses en rythme annuel depuis {bord.depart.annee}. Volumes : un écart de plus de 5\u00a0% à la prévision est signalé.",
    )


def tableau_a_noter(bord: TableauDeBord) -> Tableau | None:
    """Unité et indicateurs à noter pour chaque fonction retenue ; ``None`` si rien n'est retenu."""
    if bord.a_noter.empty:
        return None
    table = bord.a_noter
    donnees = pd.DataFrame(
        {
            "fonction": table["fonction"].map(libelle_fonction),
            "groupe": table["groupe"].map(lambda g: GROUPES_REFERENTIEL.get(g, GROUPES.get(g, g))),
            "quoi": table["quoi"],
            "unite": table["unite"],
            "sens": table["sens"].map(SENS),
        }
    )
    colonnes = {"fonction": "Fonction", "groupe": "Groupe", "quoi": "À noter", "unite": "Unité", "sens": "Sens"}
    return _tableau(
        bord,
        donnees,
        {c: (libelle, "texte") for c, libelle in colonnes.items()},
        id="suivi_a_noter",
        titre="Unité et indicateurs à noter, fonction par fonction",
        source="référentiel mutunb, indicateurs d'usage (à vérifier)",
        note="Cinq à huit indicateurs suffisent par fonction : choisissez ceux que vous saurez relever chaque année, et relevez-les "
        "une première fois avant l'ouverture.",
    )


def tableau_obligations(bord: TableauDeBord) -> Tableau | None:
    """Calendrier des obligations du pilotage ; ``None`` si rien n'est retenu."""
    table = obligations(bord.projet)
    if table.empty:
        return None
    reserves = table["niveau"].map(lambda niveau: "" if niveau == "A" else " (à vérifier)")
    donnees = table.assign(texte=table["texte"] + reserves)
    colonnes = {"quoi": "Obligation", "quand": "Quand", "premier": "Première échéance", "qui": "Qui", "texte": "Texte"}
    return _tableau(
        bord,
        donnees,
        {c: (libelle, "texte") for c, libelle in colonnes.items()},
        id="suivi_obligations",
        titre="Obligations et rendez-vous du pilotage",
        source="CGCT et pratique ; dates déduites du calendrier du projet",
        note="La méthode du coût unitaire s'impose aux mises à disposition de services ; un service commun peut la reprendre sans y "
        "être tenu.",
    )


def tableau_depart(bord: TableauDeBord) -> Tableau | None:
    """Ce qu'un T0 gelé aujourd'hui permettrait de démontrer, fonction par fonction ; ``None`` si rien n'est retenu."""
    if not bord.projet.choix:
        return None
    lignes = []
    for nom, choix in bord.projet.choix.items():
        table = bord.depart.situation(nom).reindex(list(choix.perimetre))
        declares = int(table["statut_cout"].isin(["declare", "mixte"]).sum())
        unites = int(table["statut_unites"].eq("declare").sum())
        lignes.append((libelle_fonction(nom), len(table), declares, unites, _reste_a_faire(bord, len(table), declares, unites)))
    donnees = pd.DataFrame(lignes, columns=["fonction", "entites", "couts", "unites", "reste"])
    return _tableau(
        bord,
        donnees,
        {
            "fonction": ("Fonction", "texte"),
            "entites": ("Entités du service", "nombre"),
            "couts": ("dont coût déclaré", "nombre"),
            "unites": ("dont volume déclaré", "nombre"),
            "reste": ("Reste à faire", "texte"),
        },
        id="suivi_depart",
        titre="État de départ, fonction par fonction",
        source=bord.depart.reference or "questionnaire et comptes publics du moment, non gelés",
        statuts="constate",
        note="Une estimation sur comptes publics ne prouve aucun gain : seul un coût déclaré, puis gelé, le permet.",
    )


def _reste_a_faire(bord: TableauDeBord, entites: int, declares: int, unites: int) -> str:
    manques = [
        f"coût de {formats.pluriel(entites - declares, 'entité')}" if declares < entites else "",
        f"volume de {formats.pluriel(entites - unites, 'entité')}" if unites < entites else "",
    ]
    dits = [m for m in manques if m]
    collecte = f"collecter le {formats.liste(dits, 'et le')}" if dits else ""
    gel = "" if bord.depart.gele else "geler le T0"
    return " ; ".join(t for t in (collecte, gel) if t) or "rien"

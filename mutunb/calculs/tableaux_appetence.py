"""Les tableaux de l'enquête d'appétence : par fonction, par ligne rouge, et ce que la collecte change au classement."""

from __future__ import annotations

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.changements import comparer_aux_donnees_publiques
from mutunb.calculs.declarations import source
from mutunb.calculs.petits_nombres import NOTE, petits_nombres
from mutunb.calculs.priorites import Priorites
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_priorites import LIBELLES_PORTEE, SOURCE
from mutunb.dossier.confidentialite import ENTITES_MIN, est_consultant
from mutunb.dossier.questionnaire import questionnaire

#: code et libellé des lignes rouges réunies, faute d'assez de communes
AUTRES, AUTRES_ROUGES = "_autres", f"Autres lignes rouges (moins de {ENTITES_MIN} communes chacune)"


def _libelle(fonction: str) -> str:
    return referentiel.fonction(fonction).libelle_court


def libelle_code(champ: str, code: str) -> str:
    """Libellé d'un code de la feuille « appétence » du questionnaire : ``accueil`` → « Accueil »."""
    return questionnaire().feuille("appetence").champ(champ).libelle_de(code)


def tableau_appetence(priorites: Priorites) -> Tableau | None:
    """Intérêt, dispersion, non-réponses, lignes rouges et écart maire–direction par fonction ; ``None`` sans enquête."""
    if priorites.appetence is None:
        return None
    table = priorites.appetence.table
    notes = ["interet_maire", "interet_direction", "q1", "q3", "ecart_interet", "ecart_satisfaction", "interet_epci"]
    nombres = ["communes", "non_reponses", "rouges", "desaccords"]
    colonnes = ["communes", "non_reponses", "interet_maire", "interet_direction", "q1", "q3", "rouges", "part_rouges"]
    colonnes += ["ecart_interet", "ecart_satisfaction", "desaccords", "interet_epci"]
    territoire = priorites.appetence.dossier.territoire
    return Tableau(
        id="appetence",
        titre="Ce que veulent les maires et les directions",
        donnees=pd.DataFrame({"fonction": [_libelle(f) for f in table["fonction"]], **{c: table[c] for c in colonnes}}),
        unites={
            "fonction": "texte",
            **dict.fromkeys(notes, "note"),
            **dict.fromkeys(nombres, "nombre"),
            "part_rouges": "part",
        },
        libelles={
            "fonction": "Fonction",
            "communes": "Communes répondantes",
            "non_reponses": "Maires sans réponse",
            "interet_maire": "Intérêt médian, maires (0 à 4)",
            "interet_direction": "Intérêt médian, directions (0 à 4)",
            "q1": "1er quartile",
            "q3": "3e quartile",
            "rouges": "Communes posant une ligne rouge",
            "part_rouges": "soit",
            "ecart_interet": "Écart d'intérêt, direction − maire",
            "ecart_satisfaction": "Écart de satisfaction, direction − maire",
            "desaccords": "Communes en désaccord net",
            "interet_epci": "Intérêt de l'EPCI, dit par son président",
        },
        perimetre=mentions.perimetre_communes(territoire),
        source=source(priorites.appetence.dossier),
        statuts="declare",
        note="Quartiles : toutes les réponses, maires et directions. Écarts : médiane des écarts commune par commune. "
        "Désaccord net : deux points d'intérêt ou plus. La réponse de l'EPCI, en dernière colonne, n'entre dans aucun autre chiffre : "
        f"c'est celle d'une personne, réservée au consultant. {NOTE}",
        masque=_masque_appetence(table, notes),
    )


def _masque_appetence(table: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Vrai pour ce que moins de trois communes, ou moins de trois maires ou directions, ont dit."""
    peu = table["communes"].lt(ENTITES_MIN)
    masque = pd.DataFrame({c: peu & table[c].notna() for c in [*notes, "rouges", "part_rouges", "desaccords"]})
    masque["interet_maire"] |= table["maires"].between(1, ENTITES_MIN - 1)
    masque["interet_direction"] |= table["directions"].between(1, ENTITES_MIN - 1)
    for ecart in ("ecart_interet", "ecart_satisfaction"):
        masque[ecart] |= table["couples"].between(1, ENTITES_MIN - 1)
    for compte in ("rouges", "desaccords"):
        masque[compte] |= petits_nombres(table, [compte])[compte]
    masque["part_rouges"] = masque["rouges"]
    masque["interet_epci"] = table["interet_epci"].notna()  # la réponse d'une seule personne
    return masque


def tableau_lignes_rouges(priorites: Priorites) -> Tableau | None:
    """Ce que les communes veulent garder, fonction par fonction, et les formes que cela écarte ; ``None`` s'il n'y en a pas."""
    if priorites.appetence is None or priorites.appetence.lignes_rouges.empty:
        return None
    table = priorites.appetence.lignes_rouges
    if not est_consultant():
        table = _rouges_partagees(table)
    return Tableau(
        id="appetence_lignes_rouges",
        titre="Les lignes rouges des communes",
        donnees=pd.DataFrame(
            {
                "fonction": [_libelle(f) for f in table["fonction"]],
                "ligne_rouge": [AUTRES_ROUGES if r == AUTRES else libelle_code("lignes_rouges", r) for r in table["ligne_rouge"]],
                "communes": table["communes"],
                "part": table["part"],
                "formes": [
                    formats.liste([libelle_code("forme_preferee", f) for f in formes]) or "aucune" for formes in table["formes"]
                ],
            }
        ),
        unites={"fonction": "texte", "ligne_rouge": "texte", "communes": "communes", "part": "part", "formes": "texte"},
        libelles={
            "fonction": "Fonction",
            "ligne_rouge": "Doit rester en commune",
            "communes": "Communes",
            "part": "Part des répondantes",
            "formes": "Formes écartées",
        },
        perimetre=mentions.perimetre_communes(priorites.appetence.dossier.territoire),
        source=source(priorites.appetence.dossier),
        statuts="declare",
        note="Une ligne rouge partagée par plus d'un tiers des communes répondantes écarte une forme, jamais la fonction "
        f"(usage professionnel, à vérifier). Le lien entre ligne rouge et forme est un choix de mutunb, à discuter. {NOTE}",
        masque=pd.DataFrame(dict.fromkeys(("communes", "part"), table["ligne_rouge"].eq(AUTRES).tolist())),
    )


def _rouges_partagees(table: pd.DataFrame) -> pd.DataFrame:
    """Les lignes rouges posées par moins de trois communes, réunies par fonction, sans compte ni part."""
    peu = table["communes"].lt(ENTITES_MIN)
    restes = table[peu].drop_duplicates("fonction").assign(ligne_rouge=AUTRES)
    restes["formes"] = [tuple(dict.fromkeys(f for fs in table.loc[peu & table["fonction"].eq(n), "formes"] for f in fs)) for n in restes["fonction"]]
    toutes = pd.concat([table[~peu], restes])
    ordre = {fonction: rang for rang, fonction in enumerate(table["fonction"].unique())}
    return toutes.sort_values("fonction", key=lambda noms: noms.map(ordre), kind="stable").reset_index(drop=True)


def tableau_changements(priorites: Priorites) -> Tableau | None:
    """Rang et recommandation de chaque fonction, sur données publiques puis avec la collecte ; ``None`` sans collecte."""
    changements = comparer_aux_donnees_publiques(priorites)
    if changements is None:
        return None
    lignes = changements.fonctions
    dossier = changements.publique.integration.dossier
    return Tableau(
        id="priorites_changements",
        titre="Le classement avant et après la collecte",
        donnees=pd.DataFrame(
            {
                "fonction": [_libelle(c.fonction) for c in lignes],
                "rang_avant": [c.rang_avant for c in lignes],
                "rang_apres": [c.rang_apres for c in lignes],
                "note_avant": [c.note_avant for c in lignes],
                "note_apres": [c.note_apres for c in lignes],
                "portee_avant": [LIBELLES_PORTEE[c.portee_avant] for c in lignes],
                "portee_apres": [LIBELLES_PORTEE[c.portee_apres] for c in lignes],
            }
        ),
        unites={
            **dict.fromkeys(("fonction", "portee_avant", "portee_apres"), "texte"),
            **dict.fromkeys(("rang_avant", "rang_apres"), "rang"),
            **dict.fromkeys(("note_avant", "note_apres"), "note"),
        },
        libelles={
            "fonction": "Fonction",
            "rang_avant": "Rang, données publiques",
            "rang_apres": "Rang, avec la collecte",
            "note_avant": "Note, données publiques",
            "note_apres": "Note, avec la collecte",
            "portee_avant": "Recommandation, données publiques",
            "portee_apres": "Recommandation, avec la collecte",
        },
        perimetre=mentions.perimetre_bloc(dossier.territoire),
        source=f"{SOURCE} ; questionnaire",
        statuts="mixte",
        note="Rang sur la note seule ; les ex æquo partagent le meilleur rang.",
    )

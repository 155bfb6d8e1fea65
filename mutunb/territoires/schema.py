"""Les colonnes des tables publiques : nom, genre, unité, source. Une seule liste, pour lire, construire et documenter.

Règles de lecture : un texte (SIREN, INSEE, département…) est une chaîne, un nombre est un ``float64``,
une valeur absente est vide (NaN), jamais zéro.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mutunb.erreurs import Constat
from mutunb.invocation import commande

#: source → ce qu'elle est ; les sigles sont ceux du jeu de référence
SOURCES = {
    "DGCL": "DGCL, composition communale des EPCI à fiscalité propre (BANATIC) et populations légales",
    "COG": "INSEE, code officiel géographique et populations légales, d'après data.gouv.fr",
    "OFGL-C": "OFGL d'après DGFiP, ofgl-base-communes (budget principal)",
    "OFGL-G": "OFGL d'après DGFiP, ofgl-base-gfp-consolidee (budgets principaux et annexes consolidés)",
    "DGF": "DGCL, critères de répartition de la DGF des EPCI",
    "BAN": "DGCL (BANATIC), compétences déclarées, nomenclature 2021",
    "DECP": "acheteurs publics, données essentielles de la commande publique, travaux du second semestre 2024",
    "GEO": "IGN, ADMIN EXPRESS simplifié",
    "calcul": "calcul du projet sur les colonnes ci-dessus",
}


@dataclass(frozen=True)
class Colonne:
    """Une colonne : ``genre`` vaut ``texte``, ``entier`` ou ``reel`` ; ``unite`` est un code de formats."""

    nom: str
    genre: str
    unite: str
    source: str
    libelle: str

    @property
    def type_sql(self) -> str:
        """Type de la colonne dans les Parquet du projet."""
        return {"texte": "VARCHAR", "entier": "BIGINT", "reel": "DOUBLE"}[self.genre]


def _textes(source: str, **libelles: str) -> tuple[Colonne, ...]:
    return tuple(Colonne(nom, "texte", "texte", source, libelle) for nom, libelle in libelles.items())


def _entiers(source: str, unite: str, **libelles: str) -> tuple[Colonne, ...]:
    return tuple(Colonne(nom, "entier", unite, source, libelle) for nom, libelle in libelles.items())


def _reels(source: str, unite: str, **libelles: str) -> tuple[Colonne, ...]:
    return tuple(Colonne(nom, "reel", unite, source, libelle) for nom, libelle in libelles.items())


def choisir(colonnes: tuple[Colonne, ...], *voulues: str) -> tuple[Colonne, ...]:
    """Les colonnes nommées, dans l'ordre demandé."""
    par_nom = {colonne.nom: colonne for colonne in colonnes}
    return tuple(par_nom[nom] for nom in voulues)


#: agrégats de l'OFGL repris sous leur nom, en euros arrondis à l'euro
MONTANTS = {
    "dep_fonctionnement": "dépenses de fonctionnement",
    "frais_personnel": "frais de personnel",
    "achats_charges_externes": "achats et charges externes",
    "dep_intervention": "dépenses d'intervention",
    "charges_financieres": "charges financières",
    "autres_dep_fonctionnement": "autres dépenses de fonctionnement",
    "rec_fonctionnement": "recettes de fonctionnement",
    "impots_taxes": "impôts et taxes",
    "impots_locaux": "impôts locaux",
    "fiscalite_reversee": "AC + DSC (OFGL) : fiscalité reversée entre collectivités, reçue moins versée",
    "concours_etat": "concours de l'État",
    "dgf": "dotation globale de fonctionnement",
    "subventions_recues": "subventions reçues et participations",
    "ventes_biens_services": "ventes de biens et services",
    "epargne_brute": "épargne brute",
    "epargne_nette": "épargne nette",
    "dep_equipement": "dépenses d'équipement",
    "encours_dette": "encours de dette",
    "depots_tresor": "dépôts au Trésor",
}
#: montants dont la somme sur les communes est portée par la ligne de l'EPCI (colonnes ``communes_*``)
MONTANTS_SOMMES = (
    "dep_fonctionnement",
    "frais_personnel",
    "achats_charges_externes",
    "rec_fonctionnement",
    "fiscalite_reversee",
    "dgf",
    "encours_dette",
    "epargne_brute",
)

_POPULATIONS = (
    *_entiers(
        "DGCL", "habitants", pop_municipale_2025="population municipale en vigueur en 2025",
        pop_totale_2025="population totale en vigueur en 2025",
    ),
    *_entiers("COG", "habitants", pop_municipale_2026="population municipale en vigueur en 2026"),
)
_COORDONNEES = _reels("GEO", "degres", lat="latitude d'un point intérieur", lon="longitude d'un point intérieur")

EPCI = (
    *_textes("DGCL", epci_siren="SIREN de l'EPCI", nom="nom"),
    *_textes("OFGL-G", nom_long="nom complet"),
    *_textes(
        "DGCL", nature="nature juridique (CC, CA, CU, METRO, MET69)", regime_fiscal="régime fiscal (FPU ou FA)",
        dep_siege="département du siège",
    ),
    *_textes("COG", reg="région du siège"),
    *_entiers("DGCL", "communes", nb_communes="nombre de communes membres"),
    *_POPULATIONS,
    *_COORDONNEES,
    *_entiers("OFGL-G", "eur", **MONTANTS),
    *_entiers("OFGL-G", "habitants", ofgl_pop_totale="population retenue par l'OFGL"),
    *_entiers(
        "OFGL-C", "eur",
        **{f"communes_{nom}": f"{MONTANTS[nom]}, somme des communes membres" for nom in MONTANTS_SOMMES},
    ),
    *_entiers("calcul", "communes", communes_avec_comptes="communes membres qui ont des comptes"),
    *_reels(
        "calcul", "part", communes_couverture_pop="population des comptes communaux / population totale",
        ofgl_couverture_pop="population des comptes de l'EPCI / population totale",
    ),
    *_reels("DGF", "coefficient", cif_2025="coefficient d'intégration fiscale"),
    *_entiers("DGF", "eur", potentiel_fiscal_2025="potentiel fiscal"),
    *_reels("DGF", "eur_hab", potentiel_fiscal_hab_2025="potentiel fiscal par habitant DGF"),
    *_entiers("DGF", "habitants", pop_dgf_2025="population DGF"),
    *_entiers(
        "BAN", "nombre", comp_gestion_personnel="compétence 9915 déclarée (1) ou non (0)",
        comp_acquisition_commune_materiel="compétence 9920 déclarée (1) ou non (0)",
        comp_ntic="compétence 9930 déclarée (1) ou non (0)",
        comp_maison_services_public="compétence 9940 déclarée (1) ou non (0)",
        nb_competences_banatic="nombre de compétences déclarées",
    ),
    *_entiers("DECP", "nombre", marches_travaux_2024s2="marchés de travaux notifiés au second semestre 2024"),
)

COMMUNES = (
    *_textes(
        "COG", insee="code INSEE", siren="SIREN de la commune", nom="nom", dep="département", reg="région",
    ),
    *_textes("DGCL", epci_siren="SIREN de l'EPCI (vide : aucune intercommunalité)"),
    *_textes("COG", ept_siren="SIREN de l'établissement public territorial (Grand Paris)"),
    *_POPULATIONS,
    *_textes("calcul", strate="tranche de population totale"),
    *_COORDONNEES,
    *_entiers("OFGL-C", "eur", **MONTANTS),
    *_entiers("OFGL-C", "habitants", ofgl_pop_totale="population retenue par l'OFGL"),
    *_entiers("calcul", "nombre", ofgl_nb_budgets_principaux="budgets principaux additionnés"),
    *_reels("calcul", "part", ofgl_couverture_pop="population des comptes / population totale"),
    *_textes("calcul", ofgl_qualite="qualité des comptes : ok, partiel, a_verifier, absent"),
    *_textes("OFGL-C", ofgl_nomenclature="nomenclature comptable", ofgl_maj="date de la base OFGL"),
)

CONTOURS = (
    *_textes("COG", insee="code INSEE"),
    *_textes("DGCL", epci_siren="SIREN de l'EPCI"),
    *_textes("GEO", geometry_geojson="contour simplifié, GeoJSON"),
)

EPT = (
    *_textes("OFGL-G", ept_siren="SIREN de l'établissement public territorial", nom="nom"),
    *_entiers("OFGL-G", "habitants", ofgl_pop_totale="population retenue par l'OFGL"),
    *_entiers("OFGL-G", "eur", **MONTANTS),
    *_entiers("calcul", "communes", nb_communes="nombre de communes"),
)

#: ce qu'il faut d'une commune pour dire de quel EPCI elle est membre
COMMUNES_IDENTITE = choisir(COMMUNES, "insee", "siren", "nom", "dep", "epci_siren")

#: colonnes calculées à l'ouverture sur les communes membres, par la même requête pour un EPCI ou pour tous
EPCI_CALCULEES = _reels(
    "calcul", "part", part_ville_centre="part de la commune la plus peuplée dans la population municipale",
    communes_moins_1000="part des communes de moins de 1 000 habitants (population municipale)",
)

#: dans l'échantillon, la ligne d'un EPCI dit d'abord si ses communes y sont
DETAIL = _textes("calcul", detail="complet : communes embarquées ; comparable : ligne d'EPCI seule")

#: distribution nationale d'une mesure dans un groupe d'EPCI
NORMES = (
    *_textes("calcul", groupe="nature-régime, ou « ensemble »", indicateur="critère ou indicateur"),
    *_entiers("calcul", "nombre", n="EPCI dont la mesure est connue"),
    *_reels(
        "calcul", "nombre", moyenne="moyenne",
        ecart_type="écart-type de la population", q1="premier quartile", mediane="médiane", q3="troisième quartile",
    ),
)

#: table → colonnes, dans l'ordre des fichiers ; ``epci`` et ``communes`` sont indispensables
TABLES: Mapping[str, tuple[Colonne, ...]] = {
    "epci": EPCI,
    "communes": COMMUNES,
    "communes_contours": CONTOURS,
    "ept": EPT,
}
TABLES_INDISPENSABLES = ("epci", "communes")
REMEDE = f"Reconstruisez le dossier avec « {commande('donnees')} »."


def noms(colonnes: tuple[Colonne, ...]) -> list[str]:
    """Noms des colonnes, dans l'ordre."""
    return [colonne.nom for colonne in colonnes]


def constats_de_colonnes(ou: str, colonnes: tuple[Colonne, ...], presentes: Mapping[str, str]) -> list[Constat]:
    """Colonnes absentes, et textes devenus nombres (un code INSEE y aurait perdu son zéro).

    ``presentes`` donne le type SQL de chaque colonne du fichier.
    """
    constats = [
        Constat(ou, "aucune colonne de ce nom", f"la colonne « {colonne.nom} » ({colonne.libelle})",
                REMEDE)
        for colonne in colonnes if colonne.nom not in presentes
    ]
    for colonne in colonnes:
        type_lu = presentes.get(colonne.nom, colonne.type_sql)
        if (colonne.genre == "texte") != (type_lu == "VARCHAR"):
            attendu = "du texte (les zéros initiaux comptent)" if colonne.genre == "texte" else "des nombres"
            constats.append(Constat(f"{ou}, colonne {colonne.nom}", f"le type {type_lu}", attendu,
                                    REMEDE))
    return constats


def mettre_en_forme(table: pd.DataFrame, colonnes: tuple[Colonne, ...]) -> pd.DataFrame:
    """La table réduite à ``colonnes``, dans leur ordre : textes en ``str``, nombres en ``float64``, vide = NaN."""
    types = {colonne.nom: "str" if colonne.genre == "texte" else "float64" for colonne in colonnes}
    a_convertir = {nom: type_ for nom, type_ in types.items() if table[nom].dtype != type_}
    return table[list(types)].astype(a_convertir).reset_index(drop=True)

"""Les tableaux tirés de l'estimation des effectifs : par fonction, par commune, par seuil, et la sensibilité."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb.calculs import mentions
from mutunb.calculs.effectifs import BORNES, FONCTIONS_ESTIMEES, HYPOTHESES_ETP, Effectifs, sensibilite_etp
from mutunb.calculs.tableau import Tableau
from mutunb.dossier import Dossier
from mutunb.referentiel import fonctions

NOTE_BORNES = (
    "Bas et haut combinent toutes les hypothèses basses, puis toutes les hautes : l'intervalle est large parce que "
    "les comptes publics ne disent pas qui fait quoi. Il se resserre avec le questionnaire."
)


def _libelle(fonction: str) -> str:
    return fonctions()[fonction].libelle_court


def tableau_fonctions(effectifs: Effectifs) -> Tableau:
    """ETP et coût annuel estimés par fonction fondatrice ; juridique reste « n.d. », faute de ratio publié."""
    lignes = []
    for fonction in (f for f in fonctions().values() if f.famille == "pilier"):
        connue = fonction.id in FONCTIONS_ESTIMEES
        ligne = {"fonction": fonction.libelle_court}
        ligne["epci"] = effectifs.total(fonction.id, genre="epci") if connue else np.nan
        ligne["communes"] = effectifs.total(fonction.id, genre="commune") if connue else np.nan
        for borne in BORNES:
            ligne[f"etp_{borne}"] = effectifs.total(fonction.id, borne) if connue else np.nan
        for borne in BORNES:
            ligne[f"cout_{borne}"] = effectifs.cout(fonction.id, borne) if connue else np.nan
        lignes.append(ligne)
    etp = ["epci", "communes", *(f"etp_{b}" for b in BORNES)]
    couts = [f"cout_{b}" for b in BORNES]
    territoire = effectifs.dossier.territoire
    return Tableau(
        id="effectifs_fonctions",
        titre="Effectifs et coûts estimés des fonctions support",
        donnees=pd.DataFrame(lignes),
        unites={"fonction": "texte", **dict.fromkeys(etp, "etp"), **dict.fromkeys(couts, "eur_an")},
        libelles={
            "fonction": "Fonction",
            "epci": "EPCI (central)",
            "communes": "Communes (central)",
            "etp_bas": "Total, bas",
            "etp_central": "Total, central",
            "etp_haut": "Total, haut",
            "cout_bas": "Coût, bas",
            "cout_central": "Coût, central",
            "cout_haut": "Coût, haut",
        },
        perimetre=mentions.perimetre_bloc(territoire),
        source=mentions.estimation(territoire),
        statuts="estime",
        note="Juridique : aucun ratio publié n'est retenu, l'effectif se collecte. Systèmes d'information : le coût "
        f"comprend la dépense hors personnel. {NOTE_BORNES}",
    )


def tableau_entites(effectifs: Effectifs) -> Tableau:
    """ETP estimés (central) par entité et par fonction ; la dernière ligne est la somme de l'EPCI et des communes."""
    table = effectifs.entites[["nom", "population", "effectif_central"]].copy()
    table.loc[effectifs.entites["genre"].eq("epci"), "population"] = np.nan
    table = table.join(effectifs.etp["central"][list(FONCTIONS_ESTIMEES)])
    total = {"nom": "Ensemble", **table.drop(columns="nom").sum(min_count=1)}
    table = pd.concat([table, pd.DataFrame([total])], ignore_index=True)
    etp = ["effectif_central", *FONCTIONS_ESTIMEES]
    territoire = effectifs.dossier.territoire
    return Tableau(
        id="effectifs_entites",
        titre="Effectifs estimés par entité et par fonction",
        donnees=table,
        unites={"nom": "texte", "population": "habitants", **dict.fromkeys(etp, "etp")},
        libelles={
            "nom": "Entité",
            "population": "Population municipale",
            "effectif_central": "Effectif total",
            **{f: _libelle(f) for f in FONCTIONS_ESTIMEES},
        },
        perimetre=mentions.perimetre_bloc(territoire),
        source=f"{mentions.estimation(territoire)}, valeurs centrales",
        statuts={"population": "constate", **dict.fromkeys(etp, "estime")},
        note="n.d. : comptes absents ou inexploitables à la source.",
        total=True,
    )


def tableau_seuils(effectifs: Effectifs) -> Tableau:
    """Par fonction, communes sous le demi-poste, sous le poste plein, au-delà ; et lecture dans l'hypothèse haute."""
    lignes = []
    central, haut = effectifs.etp["central"], effectifs.etp["haut"]
    for fonction in FONCTIONS_ESTIMEES:
        etp = central.loc[effectifs.communes, fonction].dropna()
        sous = etp[etp < effectifs.seuil_plein]
        lignes.append(
            {
                "fonction": _libelle(fonction),
                "moins_demi": int((etp < effectifs.seuil_partage).sum()),
                "demi_a_un": int(((etp >= effectifs.seuil_partage) & (etp < effectifs.seuil_plein)).sum()),
                "un_et_plus": int((etp >= effectifs.seuil_plein).sum()),
                "sous_un_haut": int((haut.loc[effectifs.communes, fonction] < effectifs.seuil_plein).sum()),
                "etp_sous_un": float(sous.sum()),
            }
        )
    communes = ["moins_demi", "demi_a_un", "un_et_plus", "sous_un_haut"]
    territoire = effectifs.dossier.territoire
    return Tableau(
        id="effectifs_seuils",
        titre="Communes où la fonction n'occupe pas un poste entier",
        donnees=pd.DataFrame(lignes),
        unites={"fonction": "texte", **dict.fromkeys(communes, "communes"), "etp_sous_un": "etp"},
        libelles={
            "fonction": "Fonction",
            "moins_demi": "Moins d'un demi-poste",
            "demi_a_un": "D'un demi-poste à un poste",
            "un_et_plus": "Un poste et plus",
            "sous_un_haut": "Sous un poste, hypothèse haute",
            "etp_sous_un": "ETP cumulés des communes sous un poste",
        },
        perimetre=f"{effectifs.communes_estimees} communes dont les comptes permettent l'estimation",
        source=mentions.estimation(territoire),
        statuts="estime",
        note="Moins d'un poste : la fonction repose sur une personne au plus, souvent une part du temps d'un agent "
        "polyvalent. C'est une lecture de continuité, pas une norme d'effectif.",
    )


def tableau_sensibilite(dossier: Dossier) -> Tableau:
    """Total des ETP estimés du bloc quand une seule hypothèse varie ; triée par effet."""
    table = sensibilite_etp(dossier)
    hypotheses = dossier.hypotheses
    couleurs = {"vert": "solide", "orange": "indirecte", "rouge": "fragile"}
    return Tableau(
        id="effectifs_sensibilite",
        titre="Ce qui fait varier l'estimation : une hypothèse à la fois",
        donnees=pd.DataFrame(
            {
                "hypothese": [hypotheses[h].libelle for h in table["hypothese"]],
                "qualite": [couleurs[hypotheses[h].qualite] for h in table["hypothese"]],
                "bas": table["bas"],
                "central": table["central"],
                "haut": table["haut"],
                "amplitude": table["amplitude"],
            }
        ),
        unites={
            "hypothese": "texte",
            "qualite": "texte",
            **dict.fromkeys(("bas", "central", "haut", "amplitude"), "etp"),
        },
        libelles={
            "hypothese": "Hypothèse qui varie",
            "qualite": "Qualité de la source",
            "bas": "Total, bas",
            "central": "Total, central",
            "haut": "Total, haut",
            "amplitude": "Amplitude",
        },
        perimetre=mentions.perimetre_bloc(dossier.territoire),
        source=mentions.estimation(dossier.territoire),
        statuts="estime",
        note="Total des quatre fonctions estimées (achats, systèmes d'information, comptabilité et finances, RH).",
    )


def tableau_hypotheses(dossier: Dossier) -> Tableau:
    """Les hypothèses de l'estimation : valeurs, unité, niveau de preuve, qualité et impact, remplacement éventuel."""
    noms = [*HYPOTHESES_ETP, "depense_si_par_agent", "cout_etp_gestion", "cout_etp_expertise", "seuil_poste_plein"]
    rang = {"fort": 0, "moyen": 1, "faible": 2}
    choisies = sorted((dossier.hypotheses[n] for n in noms), key=lambda h: rang[h.impact])
    table = Tableau(
        id="effectifs_hypotheses",
        titre="Hypothèses employées, de la plus à la moins influente",
        donnees=pd.DataFrame(
            {
                "libelle": [h.libelle for h in choisies],
                "bas": [h.bas for h in choisies],
                "central": [h.central for h in choisies],
                "haut": [h.haut for h in choisies],
                "unite": [h.unite for h in choisies],
                "niveau": [h.niveau for h in choisies],
                "qualite": [h.qualite for h in choisies],
                "impact": [h.impact for h in choisies],
                "origine": ["dossier" if h.id in dossier.hypotheses_propres else "référentiel" for h in choisies],
            }
        ),
        unites={
            **dict.fromkeys(("libelle", "unite", "niveau", "qualite", "impact", "origine"), "texte"),
            **dict.fromkeys(("bas", "central", "haut"), "valeur"),
        },
        libelles={
            "libelle": "Hypothèse",
            "bas": "Bas",
            "central": "Central",
            "haut": "Haut",
            "unite": "Unité",
            "niveau": "Niveau de preuve",
            "qualite": "Qualité",
            "impact": "Impact",
            "origine": "Origine",
        },
        perimetre="estimation des effectifs et des coûts",
        source="référentiel mutunb, sources par hypothèse",
        statuts="hypothese",
    )
    return table if dossier.hypotheses_propres else table.reduit([c for c in table.donnees if c != "origine"])


def tableau_collecte() -> Tableau:
    """Ce qu'il faut collecter pour les fonctions fondatrices : première étape et unités d'œuvre constatables."""
    choisies = [f for f in fonctions().values() if f.famille == "pilier"]
    return Tableau(
        id="effectifs_collecte",
        titre="Ce qu'il faut collecter pour remplacer ces estimations",
        donnees=pd.DataFrame(
            {
                "fonction": [f.libelle_court for f in choisies],
                "premiere_etape": [f.premiere_etape.texte for f in choisies],
                "unites_oeuvre": [" ; ".join(u.libelle for u in f.unites_oeuvre if u.constatable) for f in choisies],
            }
        ),
        unites=dict.fromkeys(("fonction", "premiere_etape", "unites_oeuvre"), "texte"),
        libelles={
            "fonction": "Fonction",
            "premiere_etape": "Première étape",
            "unites_oeuvre": "Volumes à relever",
        },
        perimetre="chaque commune et l'EPCI",
        source="référentiel mutunb (usage professionnel, niveau B)",
        statuts={},
    )

"""Les tableaux tirés de l'estimation des effectifs : par fonction, par commune, par seuil, et la sensibilité."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.couts_publies import fonctions_masquees
from mutunb.calculs.declarations import source
from mutunb.calculs.effectifs import BORNES, FONCTIONS_ESTIMEES, Effectifs, estimer_effectifs, sensibilite_etp
from mutunb.calculs.effectifs_publies import effectifs_publies, etendre, note_masque
from mutunb.calculs.tableau import Tableau
from mutunb.dossier import Dossier
from mutunb.referentiel import fonctions

NOTE_BORNES = (
    "Bas et haut combinent toutes les hypothèses basses, puis toutes les hautes : l'intervalle est large parce que "
    "les comptes publics ne disent pas qui fait quoi. Il se resserre avec le questionnaire."
)
NOTE_DECLARES = (
    " Un chiffre déclaré est le même aux trois bornes. Le juridique ne réunit que les entités qui ont répondu. "
    "Coûts au millier d'euros ; coût masqué : il désignerait quelqu'un, ou dirait le coût d'une commune. "
)


#: qualité d'une hypothèse → ce qu'on en dit
QUALITES = {"vert": "solide", "orange": "indirecte", "rouge": "fragile"}


def _libelle(fonction: str) -> str:
    return fonctions()[fonction].libelle_court


def tableau_fonctions(effectifs: Effectifs) -> Tableau:
    """ETP et coût annuel par fonction fondatrice ; le juridique, faute de ratio publié, n'est connu que s'il est déclaré."""
    lignes, fondatrices = [], [f for f in fonctions().values() if f.famille == "pilier"]
    for fonction in fondatrices:
        connue = fonction.id in FONCTIONS_ESTIMEES
        ligne = {"fonction": fonction.libelle_court}
        ligne["epci"] = effectifs.total(fonction.id, genre="epci") if connue else np.nan
        ligne["communes"] = effectifs.total(fonction.id, genre="commune") if connue else np.nan
        for borne in BORNES:
            ligne[f"etp_{borne}"] = effectifs.total(fonction.id, borne) if connue else np.nan
        for borne in BORNES:
            ligne[f"cout_{borne}"] = effectifs.cout(fonction.id, borne) if connue else np.nan
        lignes.append(ligne | _statuts(effectifs, fonction.id))
    etp = ["epci", "communes", *(f"etp_{b}" for b in BORNES)]
    couts = [f"cout_{b}" for b in BORNES]
    parts = ["part_declare", "part_estime"] if effectifs.declares is not None else []
    territoire = effectifs.dossier.territoire
    return Tableau(
        id="effectifs_fonctions",
        titre=f"Effectifs et coûts {'déclarés et estimés' if parts else 'estimés'} des fonctions support",
        donnees=pd.DataFrame(lignes),
        unites={
            "fonction": "texte",
            **dict.fromkeys(etp, "etp"),
            **dict.fromkeys(couts, "eur_an"),
            **dict.fromkeys(parts, "part_fine"),
        },
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
            **dict(zip(parts, ("Part déclarée des ETP", "Part estimée des ETP"), strict=False)),
        },
        perimetre=mentions.perimetre_bloc(territoire),
        source=source_effectifs(effectifs),
        statuts=effectifs.statut(),
        note="Juridique : aucun ratio publié n'est retenu, l'effectif se collecte. Systèmes d'information : le coût "
        f"comprend la dépense hors personnel. {NOTE_BORNES}{NOTE_DECLARES + note_masque(effectifs.dossier) if parts else ''}",
        masque=_masque_fonctions(effectifs, [f.id for f in fondatrices], etp[2:] + parts, couts),
        arrondis=dict.fromkeys(couts, "millier") if parts else {},
    )


def _masque_fonctions(effectifs: Effectifs, rangs: list[str], totaux: list[str], couts: list[str]) -> pd.DataFrame:
    """Vrai là où l'ETP de l'EPCI, celui des communes, un total ou un coût dirait celui de trop peu d'agents."""
    publies, masquees = effectifs_publies(effectifs), fonctions_masquees(effectifs)
    epci = publies.etp.loc[~effectifs.communes, rangs].any()
    parties = pd.DataFrame({"epci": epci.tolist(), "communes": publies.communes[rangs].tolist()})
    return pd.concat([parties, etendre(publies.totaux[rangs], totaux), etendre([f in masquees for f in rangs], couts)], axis=1)


def _statuts(effectifs: Effectifs, fonction: str) -> dict[str, float]:
    """Part de chaque statut dans le total des ETP ; rien sans réponse. Le juridique n'est connu que par les réponses."""
    if effectifs.declares is None:
        return {}
    if fonction not in FONCTIONS_ESTIMEES:
        declares = effectifs.declares.etp[fonction]
        genres = {"epci": "epci", "communes": "commune"}
        etp = {nom: declares[effectifs.entites["genre"].eq(genre)].sum(min_count=1) for nom, genre in genres.items()}
        total, cout = declares.sum(min_count=1), effectifs.declares.couts[fonction].sum(min_count=1)
        bornes, couts = ({f"{nom}_{b}": x for b in BORNES} for nom, x in (("etp", total), ("cout", cout)))
        return {**etp, **bornes, **couts, "part_declare": 1.0, "part_estime": 0.0}
    part = effectifs.part_declaree(fonction)
    return {"part_declare": part, "part_estime": 1 - part}


def source_effectifs(effectifs: Effectifs) -> str:
    """Source des effectifs : le questionnaire là où il est rempli, l'estimation ailleurs."""
    estimation = mentions.estimation(effectifs.dossier.territoire)
    return estimation if effectifs.declares is None else f"{source(effectifs.dossier)} ; à défaut, {estimation}"


def tableau_entites(effectifs: Effectifs) -> Tableau:
    """ETP (central) par entité et par fonction ; la dernière ligne est la somme de l'EPCI et des communes."""
    table = effectifs.entites[["nom", "effectif_central"]].copy()
    table = table.join(effectifs.etp["central"][list(FONCTIONS_ESTIMEES)])
    total = {"nom": "Ensemble", **table.drop(columns="nom").sum(min_count=1)}
    table = pd.concat([table, pd.DataFrame([total])], ignore_index=True)
    etp = ["effectif_central", *FONCTIONS_ESTIMEES]
    statuts = dict.fromkeys(etp, "estime")
    if effectifs.declares is not None:
        statuts = {f: effectifs.statut(f) for f in FONCTIONS_ESTIMEES} | {"effectif_central": "mixte"}
        reponses = effectifs.declares.repondants.map({True: "déclarées", False: "estimées"})
        table["fonctions_support"] = [*reponses, f"déclarées à {formats.pourcent(effectifs.part_declaree())}"]
    territoire, publies = effectifs.dossier.territoire, effectifs_publies(effectifs)
    masque = publies.etp[list(FONCTIONS_ESTIMEES)].assign(effectif_central=publies.effectif)
    masque.loc["total"] = publies.totaux[list(FONCTIONS_ESTIMEES)].to_dict() | {"effectif_central": publies.effectif_total}
    declare = effectifs.declares is not None or publies.effectif.any()
    return Tableau(
        id="effectifs_entites",
        titre=f"Effectifs {'estimés ' if effectifs.declares is None else ''}par entité et par fonction",
        donnees=table,
        unites={
            "nom": "texte",
            "population": "habitants",
            **dict.fromkeys(etp, "etp"),
            **({"fonctions_support": "texte"} if effectifs.declares is not None else {}),
        },
        libelles={
            "nom": "Entité",
            "effectif_central": "Effectif total",
            **{f: _libelle(f) for f in FONCTIONS_ESTIMEES},
            **({"fonctions_support": "Fonctions support"} if effectifs.declares is not None else {}),
        },
        perimetre=mentions.perimetre_bloc(territoire),
        source=f"{source_effectifs(effectifs)}, valeurs centrales",
        statuts={"population": "constate", **statuts},
        note="n.d. : comptes absents ou inexploitables à la source."
        + (f" {note_masque(effectifs.dossier)} Une estimation, tirée des comptes publics, reste visible." if declare else ""),
        total=True,
        masque=masque,
    )


def tableau_seuils(effectifs: Effectifs) -> Tableau:
    """Par fonction, communes sous le demi-poste, sous le poste plein, au-delà ; et lecture dans l'hypothèse haute."""
    lignes, sous_un = [], effectifs_publies(effectifs).sous_un
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
        perimetre=f"{effectifs.communes_estimees} communes dont "
        + ("les comptes permettent l'estimation" if effectifs.declares is None else "les effectifs sont déclarés ou estimés"),
        source=source_effectifs(effectifs),
        statuts=effectifs.statut(),
        note="Moins d'un poste : la fonction repose sur une personne au plus, souvent une part du temps d'un agent "
        "polyvalent. C'est une lecture de continuité, pas une norme d'effectif."
        + (f" {note_masque(effectifs.dossier)}" if effectifs.declares is not None else ""),
        masque=pd.DataFrame({"etp_sous_un": [sous_un[f] for f in FONCTIONS_ESTIMEES]}),
    )


def tableau_sensibilite(dossier: Dossier) -> Tableau:
    """Total des ETP estimés du bloc quand une seule hypothèse varie ; triée par effet."""
    table = sensibilite_etp(dossier)
    hypotheses, masquee = dossier.hypotheses, effectifs_publies(estimer_effectifs(dossier)).quatre
    return Tableau(
        id="effectifs_sensibilite",
        titre="Ce qui fait varier l'estimation : une hypothèse à la fois",
        donnees=pd.DataFrame(
            {
                "hypothese": [hypotheses[h].libelle for h in table["hypothese"]],
                "qualite": [QUALITES[hypotheses[h].qualite] for h in table["hypothese"]],
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
        note="Total des quatre fonctions estimées (achats, systèmes d'information, comptabilité et finances, RH)."
        + (f" {note_masque(dossier)}" if masquee else ""),
        masque=etendre([masquee] * len(table), ("bas", "central", "haut")),
    )


def tableau_hypotheses(dossier: Dossier) -> Tableau:
    """Les hypothèses de l'estimation : valeurs, unité, niveau de preuve, qualité et impact, remplacement éventuel."""
    influence = sensibilite_etp(dossier)["hypothese"].tolist()
    noms = [*influence, "depense_si_par_agent", "cout_etp_gestion", "cout_etp_expertise"]
    choisies = [dossier.hypotheses[nom] for nom in noms]
    table = Tableau(
        id="effectifs_hypotheses",
        titre="Hypothèses employées, de la plus à la moins influente sur les ETP",
        donnees=pd.DataFrame(
            {
                "libelle": [h.libelle for h in choisies],
                "bas": [h.bas for h in choisies],
                "central": [h.central for h in choisies],
                "haut": [h.haut for h in choisies],
                "unite": [h.unite for h in choisies],
                "niveau": [h.niveau for h in choisies],
                "qualite": [QUALITES[h.qualite] for h in choisies],
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

"""Les tableaux de l'inventaire informatique ; ``None`` quand il n'y a rien à montrer."""

from __future__ import annotations

import pandas as pd

from mutunb import formats
from mutunb.calculs.applications import (
    Inventaire,
    couts_par_utilisateur,
    fenetres_licences,
    heterogeneite,
    libelle_domaine,
    prerequis,
)
from mutunb.calculs.diffusion import RESERVE
from mutunb.calculs.securite_si import POINTS, attestations, bases_par_entite, bases_resumees, roles_rgpd
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_achats import jour
from mutunb.referentiel import fonctions

REPONSES = {"oui": "oui", "en_partie": "en partie", "non": "non", "inconnu": formats.ABSENT}
CLAUSES = {"oui": "présente", "non": "absente", "inconnu": "à établir"}


def _tableau(inventaire: Inventaire, donnees: pd.DataFrame, colonnes: dict[str, tuple[str, str]], **suite) -> Tableau:
    """Tableau dont ``colonnes`` donne, dans l'ordre, l'en-tête et l'unité."""
    return Tableau(
        donnees=donnees[list(colonnes)],
        libelles={c: libelle for c, (libelle, _) in colonnes.items()},
        unites={c: unite for c, (_, unite) in colonnes.items()},
        **{"perimetre": inventaire.perimetre, "source": inventaire.source, "statuts": "declare", **suite},
    )


def tableau_heterogeneite(inventaire: Inventaire) -> Tableau | None:
    """Solutions par domaine, solution majoritaire et population qui l'emploie."""
    if inventaire.est_vide:
        return None
    donnees = heterogeneite(inventaire).assign(domaine=lambda t: t["domaine"].map(libelle_domaine))
    colonnes = {
        "domaine": ("Domaine", "texte"),
        "entites": ("Entités", "nombre"),
        "solutions": ("Solutions différentes", "nombre"),
        "editeurs": ("Éditeurs", "nombre"),
        "majoritaire": ("Solution majoritaire", "texte"),
        "part_population": ("Population qui l'emploie", "part"),
        "couverture": ("Population couverte par les réponses", "part"),
    }
    return _tableau(
        inventaire,
        donnees,
        colonnes,
        id="si_heterogeneite",
        titre="Combien de solutions pour le même métier",
        note="Les écritures d'une même application sont réunies (éditeur, version et ponctuation mis à part). La part de "
        "population se lit parmi les communes qui ont répondu sur le domaine.",
    )


def tableau_licences(inventaire: Inventaire) -> Tableau | None:
    """Fenêtres de convergence : licences d'un même domaine qui finissent ensemble, chez deux entités au moins."""
    fenetres = fenetres_licences(inventaire)
    if fenetres.empty:
        return None
    noms = inventaire.table.drop_duplicates("siren").set_index("siren")["entite"]
    donnees = fenetres.assign(
        domaine=fenetres["groupe"].map(libelle_domaine),
        qui=[", ".join(sorted(noms[list(s)])) for s in fenetres["acheteurs"]],
        solutions=[inventaire.table.loc[list(lignes), "solution"].nunique() for lignes in fenetres["lignes"]],
        ouvre=fenetres["ouvre"].map(jour),
        ferme=fenetres["ferme"].map(jour),
    )
    colonnes = {
        "domaine": ("Domaine", "texte"),
        "qui": ("Entités", "texte"),
        "contrats": ("Licences", "nombre"),
        "solutions": ("Solutions différentes", "nombre"),
        "ouvre": ("Première fin", "texte"),
        "ferme": ("Dernière fin", "texte"),
    }
    return _tableau(
        inventaire,
        donnees,
        colonnes,
        id="si_fenetres",
        titre="Quand les applications d'un domaine peuvent converger",
        note=f"Vu du {jour(inventaire.reference)} ; fins à moins de {formats.nombre(inventaire.ecart_mois)} mois d'écart. La "
        "fenêtre s'ouvre à la première fin ; prévoir la reprise des données et une double exploitation.",
    )


def tableau_couts(inventaire: Inventaire) -> Tableau | None:
    """Coût par utilisateur de chaque domaine, à l'échelle du territoire."""
    couts = couts_par_utilisateur(inventaire)
    if couts.empty:
        return None
    colonnes = {
        "domaine": ("Domaine", "texte"),
        "entites": ("Entités", "nombre"),
        "utilisateurs": ("Utilisateurs", "nombre"),
        "cout_eur": ("Coût annuel TTC", "eur"),
        "cout_par_utilisateur_eur": ("Coût par utilisateur", "eur_an"),
    }
    note = (
        "Lignes qui donnent à la fois un coût et un nombre d'utilisateurs ; un utilisateur de deux applications compte deux "
        "fois."
    )
    return _tableau(
        inventaire,
        couts.assign(domaine=couts["domaine"].map(libelle_domaine)),
        colonnes,
        id="si_couts",
        titre="Ce que coûte une application par utilisateur",
        note=note if inventaire.diffusion else f"{note} {RESERVE}",
    )


def tableau_securite(inventaire: Inventaire) -> Tableau | None:
    """Combien d'entités ont les bases de la sécurité ; aucune n'est nommée."""
    if inventaire.est_vide:
        return None
    entetes = REPONSES | {"inconnu": "non renseigné"}
    colonnes = {"point": ("Point", "texte"), **{r: (libelle, "nombre") for r, libelle in entetes.items()}}
    return _tableau(
        inventaire,
        bases_resumees(inventaire),
        colonnes,
        id="si_securite",
        titre="Les bases de la sécurité, en nombre d'entités",
        note=_note_securite(inventaire),
    )


def _note_securite(inventaire: Inventaire) -> str:
    return (
        f"Vu du {jour(inventaire.reference)}. Sauvegarde : dernier essai de restauration à moins de "
        f"{formats.nombre(inventaire.fraicheur_mois)} mois. Réponses au questionnaire, et non un audit ; « en partie » : pour "
        "certaines applications seulement."
    )


def tableau_securite_entites(inventaire: Inventaire) -> Tableau | None:
    """Les bases de la sécurité entité par entité : pour le consultant, ce tableau désigne des faiblesses."""
    if inventaire.est_vide:
        return None
    bases = bases_par_entite(inventaire)
    colonnes = {"entite": ("Entité", "texte"), **{nom: (libelle, "texte") for nom, libelle in POINTS.items()}}
    return _tableau(
        inventaire,
        bases.assign(**{nom: bases[nom].map(REPONSES) for nom in POINTS}),
        colonnes,
        id="si_securite_entites",
        titre="Les bases de la sécurité, entité par entité",
        note=f"{_note_securite(inventaire)} À ne pas diffuser : ce tableau désigne des faiblesses.",
        sensible=True,
    )


def tableau_roles(inventaire: Inventaire) -> Tableau | None:
    """Qui traite des données pour le compte de qui, et si la clause de l'article 28 du RGPD existe."""
    roles = roles_rgpd(inventaire)
    if roles.empty:
        return None
    donnees = roles.assign(
        situation=roles["situation"].map(lambda s: s[0].upper() + s[1:]), clause=roles["clause"].map(CLAUSES)
    )
    colonnes = {
        "situation": ("Situation", "texte"),
        "sous_traitant": ("Sous-traitant présumé", "texte"),
        "entites": ("Responsables de traitement", "nombre"),
        "clause": ("Clause de l'article 28", "texte"),
    }
    return _tableau(
        inventaire,
        donnees,
        colonnes,
        id="si_roles",
        titre="Qui traite des données pour le compte de qui",
        note="Rôles présumés, à confirmer avec le délégué à la protection des données. Si les parties décident ensemble des "
        "finalités et des moyens, elles sont responsables conjoints (article 26).",
    )


def tableau_attestations(inventaire: Inventaire) -> Tableau | None:
    """Attestation de sécurité (RGS) de chaque autorité."""
    if inventaire.est_vide and inventaire.entites.empty:
        return None
    lues = attestations(inventaire)
    if lues.empty:
        return None
    donnees = lues.assign(signee_le=lues["signee_le"].map(jour))
    colonnes = {"autorite": ("Autorité", "texte"), "signee_le": ("Attestation signée le", "texte")}
    return _tableau(
        inventaire,
        donnees,
        colonnes,
        id="si_attestations",
        titre="L'attestation de sécurité, autorité par autorité",
        note="Chaque autorité atteste la sécurité de ses systèmes, même confiés à un tiers (décret 2010-112, art. 5) ; "
        "l'appliquer aux collectivités est une déduction.",
    )


def tableau_prerequis(inventaire: Inventaire) -> Tableau | None:
    """Ce que l'informatique doit d'abord à chaque fonction que l'on veut mutualiser."""
    if inventaire.est_vide:
        return None
    lus = prerequis(inventaire)
    donnees = lus.assign(
        fonction=[fonctions()[f].libelle_court for f in lus["fonction"]],
        domaine=lus["domaine"].map(libelle_domaine),
        etat=[_etat(s) for s in lus["solutions"]],
        prochaine_fenetre=lus["prochaine_fenetre"].map(jour),
    )
    colonnes = {
        "fonction": ("Fonction à mutualiser", "texte"),
        "domaine": ("Domaine applicatif", "texte"),
        "solutions": ("Solutions différentes", "nombre"),
        "part_population": ("Population sur la solution majoritaire", "part"),
        "prochaine_fenetre": ("Première fenêtre", "texte"),
        "etat": ("Préalable", "texte"),
    }
    return _tableau(
        inventaire,
        donnees,
        colonnes,
        id="si_prerequis",
        titre="Ce que l'informatique doit d'abord aux autres fonctions",
        note="Lecture d'usage (niveau B) : l'infrastructure et la sécurité viennent avant, quel que soit le domaine.",
    )


def _etat(solutions: float) -> str:
    if solutions != solutions:
        return "domaine non recensé : l'inventorier"
    if solutions == 1:
        return "une seule solution : harmoniser le paramétrage et les référentiels"
    return "faire converger au fil des fins de licence"

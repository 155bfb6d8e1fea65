"""Les phrases chiffrées de l'inventaire informatique ; sans inventaire, une seule dit ce qui manque, les autres se taisent."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.applications import Inventaire, fenetres_licences, heterogeneite, libelle_domaine
from mutunb.calculs.securite_si import attestations, bases_par_entite, roles_rgpd
from mutunb.calculs.tableaux_achats import jour
from mutunb.rendu.affichage import Affichage, phrases, texte_sur

SANS_INVENTAIRE = (
    "Donnée non fournie : aucune application n'a été recueillie. La feuille « Applications et infrastructure » du questionnaire "
    "(domaine, logiciel, éditeur, hébergement, utilisateurs, coût, fin de licence) permet de dire combien de solutions "
    "coexistent et quand elles peuvent converger."
)
SANS_SECURITE = (
    "Donnée non fournie : sauvegardes, authentification et administrateurs n'ont pas été renseignés. Ces trois réponses disent "
    "si un réseau commun peut accueillir chacun."
)


def applications(inventaire: Inventaire) -> Affichage:
    """Nombre de solutions, domaine le plus éclaté, et part de la population sur la solution majoritaire."""
    if inventaire.est_vide:
        return phrases(SANS_INVENTAIRE)
    etats = heterogeneite(inventaire)
    entites, solutions = inventaire.table["siren"].nunique(), int(etats["solutions"].sum())
    tete = etats.iloc[0]
    return phrases(
        f"{formats.pluriel(entites, 'entité')} {_verbe(entites, 'déclare', 'déclarent')} "
        f"**{formats.pluriel(solutions, 'solution')}** {_verbe(solutions, 'différente', 'différentes')} dans {formats.pluriel(len(etats), 'domaine')}.",
        "Chaque domaine n'emploie qu'une solution : c'est le paramétrage et les référentiels qui restent à rapprocher."
        if tete["solutions"] == 1
        else _plus_eclate(tete),
    )


def _plus_eclate(tete) -> str:
    debut = (
        f"Le plus éclaté est « {libelle_domaine(tete['domaine'])} » : {formats.pluriel(int(tete['solutions']), 'solution')} pour "
        f"{formats.pluriel(int(tete['entites']), 'entité')}"
    )
    if formats.est_absent(tete["part_population"]):
        return f"{debut}."
    return (
        f"{debut} ; {texte_sur(str(tete['majoritaire']))}, la plus répandue, y couvre "
        f"{formats.pourcent(tete['part_population'])} de la population des communes qui ont répondu."
    )


def licences(inventaire: Inventaire) -> Affichage | None:
    """Fenêtres de convergence et fins de licence inconnues ; rien sans inventaire."""
    if inventaire.est_vide:
        return None
    dates = inventaire.table["fin_contrat"]
    if dates.isna().all():
        return phrases("Donnée non fournie : aucune fin de licence n'est connue, le calendrier de convergence reste à établir.")
    trouvees, sans = fenetres_licences(inventaire), int(dates.isna().sum())
    inconnues = f"La fin de {formats.pluriel(sans, 'licence')} n'est pas connue." if sans else None
    if trouvees.empty:
        seules = "Aucun domaine ne voit deux entités libérées au même moment : la convergence se fera une par une."
        return phrases(seules, inconnues)
    premiere = trouvees.iloc[0]
    return phrases(
        f"**{formats.pluriel(len(trouvees), 'fenêtre')} de convergence** {_verbe(len(trouvees), 'apparaît', 'apparaissent')} ; "
        f"la première s'ouvre le {jour(premiere['ouvre'])} pour « {libelle_domaine(premiere['groupe'])} » "
        f"({formats.pluriel(len(premiere['acheteurs']), 'entité')}).",
        inconnues,
    )


def securite(inventaire: Inventaire) -> Affichage:
    """Bases de la sécurité et état de l'étape « infrastructure », d'après les réponses ; personne n'est nommé."""
    bases = bases_par_entite(inventaire)
    renseignees = 0 if bases.empty else int((bases[["sauvegarde", "mfa", "administrateurs"]] != "inconnu").any(axis=1).sum())
    if not renseignees:
        return phrases(SANS_SECURITE)
    combien = len(bases)
    sauvees = int(bases["sauvegarde"].eq("oui").sum())
    renforcees = int(bases["mfa"].eq("oui").sum())
    seuls = int(bases["administrateurs"].isin(["non", "en_partie"]).sum())
    franchie = sauvees == combien and renforcees == combien
    return phrases(
        f"Parmi {formats.pluriel(combien, 'entité')} de l'inventaire : sauvegardes toutes restaurées en test depuis moins de "
        f"{formats.nombre(inventaire.fraicheur_mois)}\u00a0mois, **{formats.nombre(sauvees)}** ; authentification renforcée partout, "
        f"**{formats.nombre(renforcees)}** ; dépendance à un seul administrateur pour une application au moins, "
        f"**{formats.nombre(seuls)}**.",
        "Les préalables de l'étape « infrastructure » sont déclarés partout : le catalogue de services peut se préparer."
        if franchie
        else "L'étape « infrastructure » n'est pas franchie : la sécurité de base passe avant le catalogue et les applications.",
    )


def _verbe(combien: int, singulier: str, pluriel: str) -> str:
    return singulier if combien < 2 else pluriel


def roles(inventaire: Inventaire) -> Affichage | None:
    """Situations de sous-traitance au sens du RGPD et attestations de sécurité ; rien sans inventaire."""
    situations = roles_rgpd(inventaire)
    if inventaire.est_vide and situations.empty:
        return None
    a_faire = int(situations["clause"].ne("oui").sum())
    signees = attestations(inventaire)
    faites = int(signees["signee_le"].notna().sum())
    return phrases(
        "Aucune situation de sous-traitance n'est déclarée."
        if situations.empty
        else f"{formats.pluriel(len(situations), 'situation')} où un tiers traite les données des collectivités "
        f"{_verbe(len(situations), 'est déclarée', 'sont déclarées')} ; la clause de l'article 28 du RGPD est absente ou à établir "
        f"dans {formats.nombre(a_faire)}.",
        f"{formats.pluriel(faites, 'autorité')} sur {len(signees)} {_verbe(faites, 'déclare', 'déclarent')} une attestation de "
        "sécurité (RGS) signée."
        if faites
        else "Donnée non fournie : aucune attestation de sécurité (RGS) n'est déclarée.",
    )

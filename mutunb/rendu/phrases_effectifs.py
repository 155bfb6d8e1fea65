"""Les phrases chiffrées des effectifs et des coûts estimés."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.achats import PotentielAchats
from mutunb.calculs.effectifs import FONCTIONS_ESTIMEES, Effectifs
from mutunb.referentiel import fonctions, repere
from mutunb.rendu.affichage import Affichage, phrases

ARTICLES = {
    "achats": "les achats",
    "systemes_information": "les systèmes d'information",
    "juridique": "le juridique",
    "comptabilite_finances": "la comptabilité",
    "ressources_humaines": "les ressources humaines",
}


def nom_courant(fonction: str) -> str:
    """« la comptabilité », « les achats » ; sinon le libellé court en minuscules."""
    libelle = fonctions()[fonction].libelle_court
    return ARTICLES.get(fonction, libelle if libelle.isupper() else libelle[0].lower() + libelle[1:])


def ordre_de_grandeur(effectifs: Effectifs) -> Affichage:
    """Effectif total du bloc et taux d'administration estimés, rapprochés des repères publiés."""
    table = effectifs.entites
    total = table["effectif_central"].sum(min_count=1)
    if formats.est_absent(total):
        return phrases("Donnée non fournie : aucun compte ne permet d'estimer les effectifs.")
    bas, haut = table["effectif_bas"].sum(), table["effectif_haut"].sum()
    habitants = table.loc[effectifs.communes & table["exploitable"], "population"].sum()
    communes = table.loc[effectifs.communes, "effectif_central"].sum()
    petit, grand = repere("TR13"), repere("TR14")
    return phrases(
        f"D'après leurs frais de personnel, l'EPCI et ses communes emploieraient environ "
        f"**{formats.environ_nombre(total)} équivalents temps plein**, entre "
        f"{formats.environ_nombre(bas)} et {formats.environ_nombre(haut)} selon le coût moyen retenu.",
        f"Dans les communes, cela fait {formats.nombre(communes / habitants * 1000, 1)} ETP pour 1\u00a0000 habitants ; "
        f"à titre de repère, la DGCL donnait {formats.nombre(petit.central, 1)} en {petit.annee} pour les communes de "
        f"1\u00a0000 à 2\u00a0000 habitants et {formats.nombre(grand.central, 1)} pour celles de 80\u00a0000 à "
        f"100\u00a0000."
        if habitants
        else None,
    )


def continuite(effectifs: Effectifs) -> Affichage:
    """Combien de communes n'occupent pas un poste entier dans chaque fonction estimée."""
    return phrases(phrase_continuite(effectifs))


def phrase_continuite(effectifs: Effectifs) -> str:
    """La phrase de :func:`continuite`, pour la synthèse."""
    combien = effectifs.communes_estimees
    if combien == 0:
        return "Donnée non fournie : aucun compte communal ne permet l'estimation."
    sous = {f: effectifs.sous_poste_plein(f) for f in FONCTIONS_ESTIMEES}
    if not any(sous.values()):
        return (
            f"Chacune des {combien} communes occuperait au moins un poste entier dans les quatre fonctions estimées : "
            "l'enjeu n'est pas la continuité mais la convergence des outils, des contrats et des pratiques."
        )
    finances = sous["comptabilite_finances"]
    if finances == 0:
        autres = formats.liste([f"{nom_courant(f)} ({formats.nombre(n)} sur {combien})" for f, n in sous.items() if n])
        return (
            f"Chaque commune occuperait au moins un poste entier en comptabilité ; certaines n'y arrivent pas pour {autres}."
        )
    verbe = "occuperait" if finances == 1 else "occuperaient"
    debut = (
        "Aucune commune n'occuperait un poste entier en comptabilité"
        if finances == combien
        else f"{formats.pluriel(finances, 'commune')} sur {combien} n'{verbe} pas un poste entier en comptabilité"
    )
    autres = " ; ".join(f"{_sans_article(f)} : {formats.nombre(n)}" for f, n in sous.items() if f != "comptabilite_finances")
    ou = "La continuité y repose" if finances > 1 else "Là, la continuité repose"
    return f"{debut} ({autres}). {ou} sur une seule personne."


def _sans_article(fonction: str) -> str:
    return nom_courant(fonction).removeprefix("les ").removeprefix("la ").removeprefix("le ")


def mise_en_commun(effectifs: Effectifs) -> Affichage:
    """Ce que représentent, réunies, les communes sous un poste entier."""
    etp = effectifs.etp["central"].loc[effectifs.communes]
    morceaux = []
    for fonction in FONCTIONS_ESTIMEES:
        sous = etp.loc[etp[fonction] < effectifs.seuil_plein, fonction]
        if len(sous) >= 2 and sous.sum() >= effectifs.seuil_plein:
            morceaux.append(
                f"{_sans_article(fonction)} : {formats.valeur(sous.sum(), 'etp')} dispersés dans {len(sous)} communes"
            )
    if not morceaux:
        return phrases(
            "Réunir les fractions de poste des communes ne suffirait à former un poste entier dans aucune des quatre "
            "fonctions : l'appui viendrait de l'EPCI, d'une commune mieux pourvue ou d'un tiers."
        )
    return phrases(
        "Réunies, ces fractions de poste formeraient des postes entiers ; "
        + " ; ".join(morceaux)
        + ". Ce n'est pas une économie : c'est une équipe à la place de temps partiels isolés."
    )


def potentiel_achats(potentiel: PotentielAchats) -> Affichage:
    """Le potentiel d'achat en commun, en fourchette, et ce qu'il ne dit pas."""
    return phrases(phrase_potentiel(potentiel))


def phrase_potentiel(potentiel: PotentielAchats) -> str:
    """La phrase de :func:`potentiel_achats`, pour la synthèse."""
    if formats.est_absent(potentiel.base):
        return "Donnée non fournie : les achats du bloc ne sont pas connus, aucun potentiel n'est chiffré."
    if potentiel.base <= 0:
        return "Les comptes n'inscrivent aucun achat : le potentiel d'un achat en commun est nul."
    return (
        f"Sur {formats.euros(potentiel.base)} d'achats et charges externes, un achat en commun pourrait rapporter de "
        f"**{formats.environ_euros(potentiel.bas)} à {formats.environ_euros(potentiel.haut)} par an**, soit de "
        f"{formats.pourcent(potentiel.bas / potentiel.base, 1)} à "
        f"{formats.pourcent(potentiel.haut / potentiel.base, 1)} de cette dépense, avant le coût de la coordination."
    )


def enjeu_informatique(effectifs: Effectifs) -> Affichage:
    """Ordre de grandeur de la dépense informatique, personnel compris, et des ETP correspondants."""
    bas, haut = (effectifs.cout("systemes_information", b) for b in ("bas", "haut"))
    if formats.est_absent(bas):
        return phrases("Donnée non fournie : aucun compte ne permet d'approcher la dépense informatique.")
    etp = [effectifs.total("systemes_information", b) for b in ("bas", "haut")]
    sous, combien = effectifs.sous_poste_plein("systemes_information"), effectifs.communes_estimees
    if sous == 0:
        isolees = f"Chacune des {combien} communes occuperait au moins un informaticien à temps plein."
    elif sous == combien:
        isolees = (
            "Aucune commune n'occuperait un informaticien à temps plein : le besoin y est couvert par des prestataires, "
            "par l'EPCI ou par personne."
        )
    else:
        verbe = "occuperait" if sous == 1 else "occuperaient"
        isolees = f"{formats.pluriel(sous, 'commune')} sur {combien} n'{verbe} pas un informaticien à temps plein."
    return phrases(
        f"L'informatique de l'EPCI et des communes coûterait entre **{formats.environ_euros(bas)} et {formats.environ_euros(haut)} par "
        f"an**, personnel compris, pour {formats.environ_nombre(etp[0])} à {formats.environ_nombre(etp[1])} ETP.",
        isolees,
    )

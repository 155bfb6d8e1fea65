"""Les phrases chiffrées des effectifs et des coûts estimés."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.achats import PotentielAchats
from mutunb.calculs.effectifs import FONCTIONS_ESTIMEES, Effectifs
from mutunb.calculs.effectifs_lisibles import cout_lisible, sous_un_lisible, total_lisible
from mutunb.calculs.effectifs_publies import effectifs_publies
from mutunb.dossier.confidentialite import est_consultant
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
    publies = effectifs_publies(effectifs)
    if publies.effectif_total and not est_consultant():
        return phrases("Trop peu d'agents sont déclarés pour donner l'effectif total sans désigner quelqu'un.")
    bas, haut = table["effectif_bas"].sum(), table["effectif_haut"].sum()
    habitants = table.loc[effectifs.communes & table["effectif_central"].notna(), "population"].sum()
    communes = table.loc[effectifs.communes, "effectif_central"].sum()
    sans_detail = publies.effectif_communes and not est_consultant()
    return phrases(
        f"D'après {_origine(effectifs)}, l'EPCI et ses communes emploieraient environ "
        f"**{formats.environ_nombre(total)} équivalents temps plein** (ETP){_etendue(bas, haut)}.",
        f"Cela fait {_pour_mille(total, habitants)} ETP pour 1\u00a0000 habitants"
        + ("." if sans_detail else f", dont {_pour_mille(communes, habitants)} dans les communes.")
        if habitants
        else None,
        _rapprochement(effectifs),
    )


def _etendue(bas: float, haut: float) -> str:
    """Vide quand presque tout est déclaré : les bornes se confondent."""
    bas_dit, haut_dit = formats.environ_nombre(bas), formats.environ_nombre(haut)
    return "" if bas_dit == haut_dit else f", entre {bas_dit} et {haut_dit} selon le coût moyen retenu"


def _origine(effectifs: Effectifs) -> str:
    declares = int(effectifs.entites["effectif_declare"].notna().sum())
    if declares == 0:
        return "leurs frais de personnel"
    if declares == len(effectifs.entites):
        return "leurs déclarations"
    return f"les déclarations de {formats.pluriel(declares, 'entité')} et, ailleurs, les frais de personnel"


def _pour_mille(etp: float, habitants: float) -> str:
    return formats.nombre(etp / habitants * 1000, 1)


#: repère publié → tranche de population à laquelle il s'applique
TAUX_PUBLIES = {"TR13": (1000, 2000), "TR14": (80_000, 100_000)}


def _rapprochement(effectifs: Effectifs) -> str | None:
    """Taux estimé et taux publié, dans les seules tranches où le territoire a des communes."""
    table = effectifs.entites[effectifs.communes & effectifs.entites["exploitable"]]
    masques, morceaux = effectifs_publies(effectifs).effectif, []
    for identifiant, (mini, maxi) in TAUX_PUBLIES.items():
        tranche = table[table["population"].between(mini, maxi, inclusive="left")]
        if tranche.empty or (masques[tranche.index].any() and not est_consultant()):
            continue
        taux = _pour_mille(tranche["effectif_central"].sum(), tranche["population"].sum())
        publie = repere(identifiant)
        quoi = "estimés ici" if tranche["effectif_declare"].isna().all() else "ici"
        morceaux.append(
            f"entre {formats.nombre(mini)} et {formats.nombre(maxi)} habitants, {taux} {quoi} contre "
            f"{formats.nombre(publie.central, 1)} publiés par la DGCL en {publie.annee}"
        )
    return f"Pour rapprocher de ce qui est connu : {' ; '.join(morceaux)}." if morceaux else None


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
    if len(set(sous.values())) == 1 and next(iter(sous.values())) == combien:
        return (
            f"Dans aucune des {combien} communes la comptabilité, les achats, l'informatique ou les ressources humaines "
            "n'occuperaient un poste entier : ces tâches sont sans doute tenues, avec d'autres, par un agent polyvalent."
        )
    noms = ("comptabilite_finances", "ressources_humaines", "systemes_information", "achats")
    dits = [f"{_sujet(f)} dans {formats.nombre(sous[f])}" for f in noms if sous[f]]
    return (
        f"Sur {combien} communes, le poste ne serait pas entier : {' ; '.join(dits)}. "
        "Là, un seul agent, souvent polyvalent, porte la continuité."
    )


def _sujet(fonction: str) -> str:
    return {"systemes_information": "en informatique", "comptabilite_finances": "en comptabilité"}.get(
        fonction, f"aux {_sans_article(fonction)}"
    )


def _sans_article(fonction: str) -> str:
    return nom_courant(fonction).removeprefix("les ").removeprefix("la ").removeprefix("le ")


def mise_en_commun(effectifs: Effectifs) -> Affichage:
    """Ce que représentent, réunies, les communes sous un poste entier."""
    etp = effectifs.etp["central"].loc[effectifs.communes]
    morceaux = []
    for fonction in FONCTIONS_ESTIMEES:
        sous = etp.loc[etp[fonction] < effectifs.seuil_plein, fonction]
        if len(sous) >= 2 and sous.sum() >= effectifs.seuil_plein and sous_un_lisible(effectifs, fonction):
            morceaux.append(
                f"{formats.etp(sous.sum())} {_sujet(fonction)}, dans {len(sous)} communes"
            )
    if not morceaux and not all(sous_un_lisible(effectifs, f) for f in FONCTIONS_ESTIMEES):
        return phrases("Trop peu d'agents tiennent ces fractions de poste pour en dire la somme sans désigner quelqu'un.")
    if not morceaux:
        return phrases(
            "Réunir les fractions de poste des communes ne suffirait à former un poste entier dans aucune des quatre "
            "fonctions : l'appui viendrait de l'EPCI, d'une commune mieux pourvue ou d'un tiers."
        )
    return phrases(
        "Additionnées, les heures des communes sous un poste entier représenteraient, en ETP : "
        + " ; ".join(morceaux)
        + ". Ce ne sont pas des postes à supprimer : ces heures sont celles d'agents qui tiennent aussi l'accueil ou l'état "
        "civil. Elles disent la taille de l'équipe qui pourrait les appuyer."
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
    procedure = repere("AC21").central
    petit = (
        f" Dans l'hypothèse basse, le gain ne paie pas le coût direct d'une seule procédure "
        f"({formats.euros(procedure)}) : rejoindre un groupement ou une centrale existants, plutôt qu'en créer un."
        if potentiel.bas < procedure
        else ""
    )
    return (
        f"Sur {formats.euros(potentiel.base)} d'achats et charges externes, un achat en commun pourrait rapporter "
        f"**{formats.fourchette_euros(potentiel.bas, potentiel.haut)} par an**, "
        f"{formats.environ_euros(potentiel.central)} au centre, avant le coût de la coordination.{petit}"
    )


def enjeu_informatique(effectifs: Effectifs) -> Affichage:
    """Ordre de grandeur de la dépense informatique, personnel compris, et des ETP correspondants."""
    bas, haut = (cout_lisible(effectifs, "systemes_information", b) for b in ("bas", "haut"))
    if formats.est_absent(bas) and not formats.est_absent(effectifs.cout("systemes_information")):
        return phrases("Trop peu d'agents ou de communes font la dépense informatique déclarée pour la dire sans désigner quelqu'un.")
    if formats.est_absent(bas):
        return phrases("Donnée non fournie : aucun compte ne permet d'approcher la dépense informatique.")
    etp = [total_lisible(effectifs, "systemes_information", b) for b in ("bas", "haut")]
    agents = "" if formats.est_absent(etp[0]) else f", pour {formats.environ_nombre(etp[0])} à {formats.environ_nombre(etp[1])} ETP"
    sous, combien = effectifs.sous_poste_plein("systemes_information"), effectifs.communes_estimees
    if sous == 0:
        isolees = f"Chacune des {combien} communes occuperait au moins un informaticien à temps plein."
    elif sous == combien:
        isolees = (
            "Aucune commune n'occuperait un informaticien à temps plein : le besoin y est couvert par des prestataires ou "
            "par l'EPCI, ou ne l'est pas."
        )
    else:
        verbe = "occuperait" if sous == 1 else "occuperaient"
        isolees = f"{formats.pluriel(sous, 'commune')} sur {combien} n'{verbe} pas un informaticien à temps plein."
    return phrases(
        f"L'informatique de l'EPCI et des communes coûterait **{formats.fourchette_euros(bas, haut)} par "
        f"an**, personnel compris{agents}.",
        isolees,
    )

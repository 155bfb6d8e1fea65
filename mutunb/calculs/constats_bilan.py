"""Les phrases du bilan : ce que le service a coûté face à ce qu'il aurait coûté sans projet, pourquoi, et ce qui est prouvé."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs import bilan_annuel as b
from mutunb.calculs.bilan_annuel import Bilan, Ecart, LigneBilan
from mutunb.calculs.depart import SOUS_RESERVE
from mutunb.calculs.diffusion import COMMUNES_MIN
from mutunb.calculs.gains import FAMILLES
from mutunb.calculs.gains_realises import NON_DEMONTRABLE, NON_PROUVE, NON_RELEVE, par_famille
from mutunb.calculs.tableaux_bilan import HORS_SUIVI, LECTURES, masquees
from mutunb.calculs.tableaux_suivi import libelle_fonction
from mutunb.dossier.confidentialite import est_consultant
from mutunb.calculs.paragraphes import neutre, paragraphe, puces
from mutunb.calculs.constats_suivi import suivi_usage

SANS_SUIVI = (
    "Sans exercice suivi, il n'y a pas encore de bilan. Il demandera les charges de chaque service, l'effectif réel, les unités de "
    "chaque usager et un état de départ gelé ; chaque section dit ce qu'il faut préparer dès maintenant."
)
NON_MONTRE = "Le coût de départ n'est pas montré : trop peu d'agents le portent, ou celui d'une commune s'en déduirait."
EFFETS = {"perimetre": "le périmètre", "volume": "les volumes", "inflation": "la hausse générale des prix et du point",
          "prix": "le coût propre du service", "activite": "le périmètre et les volumes"}  # fmt: skip


def bilan_cout(bilan: Bilan) -> list[str]:
    """Une puce par fonction : coût réel, coût sans projet, ce qu'on peut en dire."""
    if not bilan.est_suivi:
        return paragraphe(SANS_SUIVI)
    if not bilan.lignes:
        return paragraphe(f"Aucune charge n'est notée pour {bilan.annee} : le coût du service reste à relever.")
    return puces([_puce_cout(bilan, li) for li in bilan.lignes]) + paragraphe(_methode(bilan))


def _methode(bilan: Bilan) -> str:
    prevision = ""
    if bilan.bord.est_prolonge:
        part = formats.pourcent(bilan.bord.exercice.part_ecoulee)
        prevision = f"L'exercice n'est compté qu'à {part} : le coût est une prévision à la clôture, au prorata du temps. "
    return f"{prevision}{HORS_SUIVI}"


def _puce_cout(bilan: Bilan, ligne: LigneBilan) -> str:
    nom, reel = libelle_fonction(ligne.fonction), formats.euros(ligne.realise.cout_eur)
    verbe = "coûterait" if ligne.realise.prolonge else "a coûté"
    if ligne.verdict == b.COUT_INCONNU:
        return f"{nom} : coût réel non établi ({' ; '.join(ligne.realise.manques)})."
    if ligne.verdict in (b.SANS_PREUVE, b.SANS_DEPART):
        motif = ligne.motif if ligne.verdict == b.SANS_PREUVE else "le coût de départ d'une entité au moins manque"
        return f"{nom} : le service {verbe} **{reel}**. **Gain non démontrable** : {motif}."
    if ligne.fonction in masquees(bilan):
        return f"{nom} : le service {verbe} **{reel}**, {LECTURES[ligne.verdict]}. {NON_MONTRE}"
    return f"{nom} : le service {verbe} **{reel}**, {_verdict(ligne)}{_reserve(ligne)}."


def _verdict(ligne: LigneBilan) -> str:
    sans = ligne.contrefactuel
    fourchette = formats.fourchette_euros(sans.bas_eur, sans.haut_eur)
    ecart = formats.environ_euros(abs(ligne.ecart_tendance_eur))
    return {
        b.SOUS_LA_TENDANCE: f"moins que sans projet ({fourchette}) : environ {ecart} de moins",
        b.DANS_LA_MARGE: f"dans la fourchette de ce qu'il aurait coûté sans projet ({fourchette}) : ni économie, ni surcoût démontrés",
        b.AU_DESSUS_DE_LA_TENDANCE: f"plus que sans projet ({fourchette}) : environ {ecart} de plus",
    }[ligne.verdict]


def _reserve(ligne: LigneBilan) -> str:
    return f", sous réserve ({ligne.motif})" if ligne.preuve == SOUS_RESERVE else ""


def bilan_flux(bilan: Bilan) -> list[str]:
    """Ce que paient l'EPCI et les communes, une fois les flux internes passés."""
    if not bilan.est_suivi:
        return paragraphe("Notez ce qui est appelé et versé, commune par commune et voie par voie : facture ou attribution de compensation.")
    if formats.est_absent(bilan.cout_eur):
        return paragraphe("Le coût du service n'étant pas établi, ce que chacun porte ne peut pas se dire.")
    net = bilan.flux.set_index("poste").loc["net"]
    conditionnel = "porteraient" if bilan.bord.est_prolonge else "ont porté"
    return paragraphe(
        f"Sur {formats.euros(bilan.cout_eur)}, les communes {conditionnel} **{formats.euros(net['communes_eur'])}** et l'EPCI "
        f"**{formats.euros(net['epci_eur'])}**, avant régularisation."
    )


def bilan_contrefactuel(bilan: Bilan) -> list[str]:
    """Comment se calcule « sans projet », et à quel T0 on se compare."""
    if not bilan.est_suivi:
        return paragraphe("Le bilan comparera le coût réel à ce que les mêmes communes auraient payé sans projet, et non au coût d'hier.")
    hypotheses = bilan.bord.dossier.hypotheses
    taux = {nom: formats.nombre(hypotheses[nom].central, 1) for nom in ("evolution_personnel", "inflation", "hausse_volumes")}
    reference = bilan.bord.depart.reference or f"réponses et comptes {bilan.bord.depart.annee}, non gelés"
    return paragraphe(
        f"Départ : {reference}. Sans projet, le coût d'un agent aurait monté de {taux['evolution_personnel']}\u00a0% par an, les prix de "
        f"{taux['inflation']}\u00a0%, les volumes de {taux['hausse_volumes']}\u00a0% (hypothèses d'usage, à vérifier ; la fourchette vient de "
        "leurs bornes). Une commune entrée ou sortie en cours d'année compte, des deux côtés, au prorata de ses mois de présence."
    )


def bilan_ecarts(bilan: Bilan) -> list[str]:
    """Pourquoi le coût a changé depuis l'exercice d'avant, en une puce par fonction."""
    if not bilan.est_suivi:
        return paragraphe("Chaque année, l'écart s'expliquera par le périmètre, les volumes, l'inflation et le coût propre du service.")
    if not bilan.ecarts:
        return paragraphe("Premier exercice suivi : l'écart d'une année à l'autre se lira au suivant.")
    return puces(_puce_ecart(bilan, e) for e in bilan.ecarts)


def _puce_ecart(bilan: Bilan, ecart: Ecart) -> str:
    nom = libelle_fonction(ecart.fonction)
    if ecart.decomposition is None:
        return f"{nom} : l'écart depuis {ecart.depuis} ne peut pas se décomposer ({ecart.motif})."
    total = float(ecart.decomposition.ecart_eur)
    effets = effets_montrables(bilan, ecart)
    principal = max(effets, key=lambda e: abs(effets[e]))
    sens = "de plus" if total > 0 else "de moins"
    tete = f"{nom} : **{formats.euros(abs(total))} {sens}** qu'en {ecart.depuis}" if total else f"{nom} : même coût qu'en {ecart.depuis}"
    if not any(effets.values()):
        return f"{tete}."
    inflation = "" if ecart.decomposition.inflation_connue else " Faute d'indice, l'inflation n'est pas séparée du coût propre."
    return f"{tete}, surtout par {EFFETS[principal]} ({_signe(effets[principal])}).{inflation}"


def effets_montrables(bilan: Bilan, ecart: Ecart) -> dict[str, float]:
    """Effets que le client peut lire ; périmètre et volume réunis quand une ou deux communes seulement ont bougé."""
    effets = {nom: float(m) for nom, m in ecart.decomposition.au_centime().items()}
    if bilan.bord.dossier.reglages.diffusion_financiere or est_consultant() or not 0 < ecart.mouvements < COMMUNES_MIN:
        return effets
    return {"activite": effets["perimetre"] + effets["volume"], "inflation": effets["inflation"], "prix": effets["prix"]}


def _signe(montant: float) -> str:
    return formats.euros(montant, signe=True)


def bilan_gains(bilan: Bilan) -> list[str]:
    """Gains par famille : prévu, prouvé, le reste ; jamais de total."""
    if not bilan.est_suivi:
        return paragraphe("Chaque gain attendu se note avec sa pièce : un compte, un contrat résilié, une délibération. Sans pièce, il sera dit non prouvé.")
    if bilan.gains.empty:
        return paragraphe(f"Aucun gain n'est noté pour {bilan.annee}.")
    avertissement = "" if bilan.bord.depart.gele else (
        "**Gains non démontrables** pour les économies, les coûts évités et le temps libéré : aucun état de départ n'est gelé, une "
        "pièce seule ne dit pas ce que la dépense aurait été."
    )  # fmt: skip
    return paragraphe(avertissement) + puces(_puce_gain(f) for f in par_famille(bilan.gains).itertuples()) + paragraphe(_rappel(bilan))


def _rappel(bilan: Bilan) -> str:
    """Des économies prouvées n'empêchent pas le coût total de monter : à dire quand c'est le cas."""
    table = par_famille(bilan.gains)
    prouvees = table.loc[table["famille"].eq("GA"), "prouve"].sum() > 0
    depasse = [li for li in bilan.lignes if li.verdict == b.AU_DESSUS_DE_LA_TENDANCE]
    if not (prouvees and depasse):
        return ""
    noms = formats.liste([libelle_fonction(li.fonction) for li in depasse])
    return f"Ces économies sont réelles, mais d'autres dépenses les ont dépassées ({noms}) : le coût total est plus élevé que sans projet."


def _puce_gain(famille) -> str:
    etats = [("prouvé", famille.prouve), ("non prouvé", famille.non_prouve), ("non démontrable", famille.non_demontrable)]
    dits = [f"{mot}, {_quantite(montant, famille.unite)}" for mot, montant in etats if not formats.est_absent(montant)]
    if famille.non_releves:
        dits.append(formats.pluriel(famille.non_releves, "gain non relevé", "gains non relevés"))
    return f"{FAMILLES[famille.famille]} : {' ; '.join(dits)}. Prévu sur l'année : {_quantite(famille.prevu, famille.unite)}."


def _quantite(montant: float, unite: str) -> str:
    if unite.startswith("€"):
        return formats.euros(montant)
    return formats.avec_unite(formats.nombre(montant), neutre(unite))


def bilan_qualitatif(bilan: Bilan) -> list[str]:
    """Ce que le service a changé sans que cela se compte en euros : indicateurs tenus, alertes, usage."""
    if not bilan.est_suivi:
        return paragraphe("Continuité, expertise, délais, sécurité : c'est souvent là que la mise en commun se voit d'abord. Notez-les avant l'ouverture.")
    table = bilan.bord.indicateurs
    tenus, alertes = int(table["etat"].eq("tenu").sum()), len(bilan.bord.alertes)
    releves = int(table["valeur"].notna().sum())
    tete = f"{tenus} des {releves} indicateurs relevés tiennent leur cible ; {f'{alertes} en alerte' if alertes else 'aucun en alerte'}." if releves else ""
    return paragraphe(tete) + suivi_usage(bilan.bord)


def bilan_lecons(bilan: Bilan) -> list[str]:
    """Ce que l'exercice apprend, et la vague suivante."""
    return puces([*lecons(bilan), *_vague(bilan)])


def lecons(bilan: Bilan) -> list[str]:
    """Leçons de l'exercice, tirées des constats ; une au moins."""
    bord = bilan.bord
    if not bilan.est_suivi:
        return ["Commencez par geler l'état de départ : ce qui n'est pas mesuré avant ne se démontre plus après."]
    etats = set(bilan.gains["etat"])
    possibles = [
        (not bord.depart.gele, "Geler l'état de départ sans attendre, et le dater : les prochains bilans en dépendent."),
        (any(li.verdict == b.AU_DESSUS_DE_LA_TENDANCE for li in bilan.lignes), "Examiner, service par service, ce qui coûte plus que sans projet, avant d'élargir."),
        (bool(etats & {NON_PROUVE, NON_RELEVE}), "Rassembler les pièces des gains annoncés, ou les retirer du discours."),
        (len(bord.alertes) > 0, f"Traiter en comité de suivi {formats.pluriel(len(bord.alertes), 'indicateur')} en alerte, en commençant par ceux qui touchent les usagers."),
        (bool(bord.indicateurs["reserve"].str.startswith("n.d. :").any()), "Noter le taux de réponse de chaque enquête : sans lui, la note ne compte pas."),
        (len(bord.retards) > 0, "Refaire le calendrier des jalons qui ont glissé."),
        (len(bord.derives_a_revoir) > 0, "Corriger les hypothèses que l'année contredit, et refaire le modèle économique."),
    ]  # fmt: skip
    return [phrase for vraie, phrase in possibles if vraie] or ["Rien n'appelle de correction cette année ; gardez les mêmes mesures."]


def _vague(bilan: Bilan) -> list[str]:
    """Fonctions retenues qui ne sont pas encore suivies."""
    suivies, projet = set(bilan.bord.realises), bilan.bord.projet
    restent = [f"{libelle_fonction(f)} ({formats.date(c.date_effet)}{'' if c.est_decide('date_effet') else ', proposition'}{', date à revoir' if 0 < c.date_effet.year <= bilan.annee else ''})" for f, c in projet.choix.items() if f not in suivies]
    if not restent:
        return []
    return [f"{'Vague suivante' if bilan.est_suivi else 'Première vague'} : {formats.liste(restent)}."]


def bilan_dotations(bilan: Bilan) -> list[str]:
    """De l'attribution réduite au CIF et à la dotation, deux ans plus tard."""
    if not bilan.est_suivi:
        return paragraphe("Une imputation sur l'attribution de compensation ne se lit dans la dotation que deux ans plus tard.")
    effets = bilan.dotations
    if effets is None:
        return paragraphe("Rien n'est imputé sur l'attribution de compensation : ni le CIF, ni la dotation n'en dépendent.")
    temps = "se lit" if bilan.annee >= effets.annee_effet else "se lira"
    return paragraphe(
        f"Les attributions sont réduites de {formats.euros(effets.total_eur)} par an depuis {bilan.premiere_imputation} ; l'effet {temps} "
        f"dans le CIF et la dotation à partir de {effets.annee_effet}.",
        f"Estimation : {formats.fourchette_euros(effets.gain.bas, effets.gain.haut)} par an (règles 2024 à confirmer)."
        if not effets.motif_dotation and not formats.est_absent(effets.gain.central)
        else "Le montant n'est pas chiffré : la fiche DGF de l'EPCI manque." if not effets.refus else "",
        "À comparer à la notification reçue, sans compter ce montant dans les économies.",
    )

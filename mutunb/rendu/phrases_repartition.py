"""Les phrases « qui paie quoi » : ce qu'un maire demande, et ce que le calcul permet de lui répondre."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from mutunb import formats
from mutunb.calculs.repartition_service import USAGES, RepartitionService
from mutunb.calculs.repartitions import DECLARES, Depart, Repartitions
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_repartition import libelle_cle, libelle_fonction, tableau_parts
from mutunb.calculs.tableaux_stabilite import tableau_mediation
from mutunb.dossier import confidentialite
from mutunb.rendu.affichage import Affichage, liste_a_puces, phrases, texte_sur
from mutunb.rendu.phrases_effectifs import nom_courant
from mutunb.rendu.tableaux import montrer_tableau

SANS_CALCUL = (
    "Donnée non fournie : aucun service retenu n'a de coût connu, donc rien ne se répartit encore. Le tableau des manques dit "
    "quoi collecter."
)
INDICATION = (
    "Sans réponse des mairies, usage et coûts sont estimés sur les comptes publics : ce verdict est une indication, il ne se "
    "présente pas comme un fait."
)
REMEDE = (
    "Là où aucune clé ne satisferait tout le monde, changer de périmètre, réduire le coût du service ou prévoir une aide temporaire "
    "vaut mieux que chercher une autre clé."
)
#: part du coût du service sous laquelle l'effort demandé à un groupe se perd dans l'incertitude
EFFORT_NEGLIGEABLE = 0.001
#: un mélange de clés plus étroit que cela n'en est pas un
MELANGE_MIN = 0.05


def repartition_services(repartitions: Repartitions) -> Affichage:
    """Combien de services se répartissent, pour quel coût, et combien les communes en paieraient."""
    if not repartitions.calculees:
        return phrases(SANS_CALCUL)
    services = repartitions.calculees
    total = sum(s.cout.central_eur for s in services)
    bas, haut = sum(s.cout.bas_eur for s in services), sum(s.cout.haut_eur for s in services)
    dits = formats.liste([nom_courant(s.fonction) for s in services])
    epci = None
    if not any(repartitions.parts_confidentielles(s) for s in services) or confidentialite.est_consultant():
        part = sum(s.part_epci_eur for s in services)
        epci = (
            f"L'EPCI, usager comme les autres, en garderait environ {formats.environ_euros(part)} ; les communes se "
            f"partageraient le reste, environ {formats.environ_euros(total - part)}."
        )
    fourchette = f", de {formats.fourchette_euros(bas, haut)} selon les hypothèses" if haut > bas else ""
    return phrases(
        f"{formats.pluriel(len(services), 'service')} se {_v(len(services), 'répartit', 'répartissent')} : {dits}. Ensemble, ils "
        f"coûteraient environ **{formats.environ_euros(total)} par an**{fourchette}{_contre(repartitions, total)}."
        if len(services) > 1
        else f"Un seul service se répartit : {dits}. Il coûterait environ **{formats.environ_euros(total)} par an**{fourchette}"
        f"{_contre(repartitions, total)}.",
        epci,
        _non_calcules(repartitions),
    )


def _contre(repartitions: Repartitions, total: float) -> str:
    """« , contre environ 2,5 M€ aujourd'hui » : sans cela, un total à moindre périmètre se lirait comme une économie."""
    if _declares(repartitions) and not confidentialite.est_consultant():
        return ""
    actuel = sum(float(s.table["cout_eur"].sum()) for s in repartitions.calculees)
    ecart = total - actuel
    sens = f"environ {_de_plus(ecart)}" if abs(ecart) >= 1 else "autant"
    return f" ; aujourd'hui, les mêmes fonctions coûtent environ {formats.environ_euros(actuel)}, soit {sens} une fois réunies"


def _non_calcules(repartitions: Repartitions) -> str | None:
    autres = [nom_courant(s.fonction) for s in repartitions.autres]
    if not autres:
        return None
    return f"Rien ne se répartit pour {formats.liste(autres)} : le tableau des manques dit pourquoi."


def repartition_gagnantes(repartitions: Repartitions) -> Affichage | None:
    """Combien de communes paient plus ou moins, et de combien par habitant la plus touchée."""
    table = repartitions.communes
    if table.empty:
        return None
    perdent, gagnent = int((table["ecart_eur"] > 0.01).sum()), int((table["ecart_eur"] < -0.01).sum())
    consultant, declares = confidentialite.est_consultant(), bool(table["declare"].any())
    if declares and not consultant and min(perdent, gagnent) in range(1, confidentialite.ENTITES_MIN):
        return phrases(
            f"Sous {_cles_retenues(repartitions.calculees)}, des communes paieraient plus qu'aujourd'hui et d'autres moins ; le détail, "
            "trop précis pour être diffusé, se lit avec le consultant."
        )
    pire = table.iloc[0]
    parts = any(repartitions.parts_confidentielles(s) for s in repartitions.calculees)
    return phrases(
        f"Sous {_cles_retenues(repartitions.calculees)}, **{_combien(perdent, gagnent)}**.",
        _effet_global(repartitions) if consultant or not declares else None,
        f"La plus forte hausse par habitant serait celle de {texte_sur(pire['nom'])} : environ "
        f"{formats.environ_nombre(pire['ecart_eur_hab'])}\u00a0€ par habitant et par an."
        if perdent and (consultant or not (pire["declare"] or parts))
        else None,
        _reserve(repartitions),
    )


def constat_repartition(repartitions: Repartitions) -> str | None:
    """Qui paierait plus ou moins, et dans quelle étendue, pour le premier écran ; ``None`` si rien ne se répartit."""
    table, cles = repartitions.communes, _cles_retenues(repartitions.calculees)
    if table.empty:
        return None
    perdent, gagnent = int((table["ecart_eur"] > 0.01).sum()), int((table["ecart_eur"] < -0.01).sum())
    consultant, declares = confidentialite.est_consultant(), bool(table["declare"].any())
    if declares and not consultant:
        if min(perdent, gagnent) in range(1, confidentialite.ENTITES_MIN):
            return f"Sous {cles}, des communes paieraient plus qu'aujourd'hui et d'autres moins ; chacune lit sa part avec le consultant."
        return f"Sous {cles}, {_combien(perdent, gagnent)} ; chacune lit sa part avec le consultant."
    bas, haut = float(table["ecart_eur_hab"].min()), float(table["ecart_eur_hab"].max())
    etendue = f"de {formats.nombre(bas, signe=True)} à {formats.nombre(haut, signe=True)}\u00a0€ par habitant et par an"
    reserve = "" if _declares(repartitions) else ", à confirmer : aucune mairie n'a encore répondu"
    return f"Sous {cles}, {_combien(perdent, gagnent)}, {etendue}{reserve}. {_surcouts(repartitions)}."


def _combien(perdent: int, gagnent: int) -> str:
    """« 22 communes paieraient plus qu'aujourd'hui et 2 moins »."""
    return (
        f"{formats.pluriel(perdent, 'commune')} {_v(perdent, 'paierait', 'paieraient')} plus qu'aujourd'hui et "
        f"{formats.nombre(gagnent)} moins"
    )


def _effet_global(repartitions: Repartitions) -> str:
    return f"{_surcouts(repartitions)} : c'est l'effet du service lui-même, la clé ne fait que le partager."


def _surcouts(repartitions: Repartitions) -> str:
    """Ce que le service coûte en plus, aux communes puis à l'EPCI."""
    communes = float(repartitions.communes["ecart_eur"].sum())
    epci = sum(float(s.ecarts()["ecart_eur"].sum()) for s in repartitions.calculees) - communes
    autre = f", l'EPCI environ {_de_plus(epci)}" if abs(epci) >= 1 else ""
    return f"Ensemble, les communes paieraient environ {_de_plus(communes)} par an{autre}"


def _de_plus(montant: float) -> str:
    return f"{formats.environ_euros(abs(montant))} de {'plus' if montant > 0 else 'moins'}"


def _reserve(repartitions: Repartitions) -> str | None:
    if _declares(repartitions):
        return None
    return (
        "Aucune mairie n'a encore répondu : l'avant est estimé sur les comptes publics, commune par commune avec une forte "
        "incertitude. Le sens d'un écart est à confirmer avant d'en parler à un maire."
    )


def _declares(repartitions: Repartitions) -> bool:
    return any(s.table["statut_cout"].isin(DECLARES).any() for s in repartitions.calculees)


def _cles_retenues(services: Sequence[RepartitionService]) -> str:
    cles = list(dict.fromkeys(libelle_cle(s.retenue) for s in services))
    return f"la clé « {cles[0]} »" if len(cles) == 1 else f"les clés retenues ({formats.liste(cles)})"


def repartition_stabilite(repartitions: Repartitions) -> Affichage:
    """Service par service : quelles clés tiennent, et existe-t-il une répartition qui tienne."""
    eprouvees = [s for s in repartitions.calculees if s.tests]
    if not eprouvees:
        return phrases("Donnée non fournie : l'effectif d'aucun service n'est connu, le test de stabilité ne peut pas se faire.")
    liste = liste_a_puces(_verdict(s) for s in eprouvees)
    partielles = [s for s in eprouvees if s.coalitions.partiel]
    combien = max(len(s.coalitions) for s in eprouvees)
    portee = (
        f"**Test partiel.** Au-delà de douze participants, toutes les coalitions ne s'énumèrent pas : au plus "
        f"{formats.nombre(combien)} ont été éprouvées ({partielles[0].coalitions.methode}). « Aucune trouvée » ne veut pas dire "
        "« aucune »."
        if partielles
        else f"Toutes les coalitions ont été éprouvées, jusqu'à {formats.nombre(combien)} par service."
    )
    remede = REMEDE if any(s.etendue.vide and not _est_negligeable(s) for s in eprouvees) else None
    return liste + phrases(remede, portee, None if _declares(repartitions) else INDICATION)


def _est_negligeable(s: RepartitionService) -> bool:
    """Vrai si l'effort demandé à chaque groupe se perd dans l'incertitude du coût."""
    return s.etendue.effort_eur < EFFORT_NEGLIGEABLE * s.cout.central_eur


def _verdict(s: RepartitionService) -> str:
    tiennent = [libelle_cle(c) for c in s.cles if s.tests[c].stable]
    lesees = len(s.tests[s.retenue].lesees)
    nom = f"**{libelle_fonction(s.fonction)}.**"
    retenue = (
        f"La clé retenue ({libelle_cle(s.retenue)}) tient : aucun groupe éprouvé ne paierait moins sans les autres."
        if not lesees
        else f"La clé retenue ({libelle_cle(s.retenue)}) ne tient pas : {_combien_leses(s, lesees)} moins sans les autres."
    )
    if s.etendue.vide and _est_negligeable(s):
        suite = (
            f"Au sens strict, aucune clé ne satisferait tout le monde, mais il s'en faut d'environ "
            f"{formats.environ_euros(s.etendue.effort_eur)} par groupe, moins que l'incertitude du calcul : une clé proche de l'usage suffit."
        )
    elif s.etendue.vide:
        suite = (
            "Aucune clé ne satisferait tout le monde : il faudrait que chaque groupe accepte environ "
            f"{formats.environ_euros(s.etendue.effort_eur)} de plus que sans les autres."
        )
    elif tiennent and lesees:
        suite = f"{_v(len(tiennent), 'Tient', 'Tiennent')} : {formats.liste(tiennent)}.{_par_construction(s)}"
    elif lesees:
        suite = "Aucune des clés simples ne tient, mais une répartition stable existe : voyez les propositions du médiateur."
    else:
        suite = ""
    return f"{nom} {retenue} {suite}{_melange(s)}"


def _combien_leses(s: RepartitionService, lesees: int) -> str:
    """« 3 communes seules, et 120 groupes en tout parmi ceux éprouvés, paieraient »."""
    communes = set(s.communes["siren"])
    seules = sum(len(c) == 1 and c[0] in communes for c in s.tests[s.retenue].lesees["coalition"])
    parmi = ", parmi ceux éprouvés," if s.coalitions.partiel else ""
    if not seules:
        return f"{formats.pluriel(lesees, 'groupe')}{parmi} {_v(lesees, 'paierait', 'paieraient')}"
    if seules == lesees:
        return f"{formats.pluriel(seules, 'commune')} {_v(seules, 'seule paierait', 'seules paieraient')}"
    return (
        f"{formats.pluriel(seules, 'commune')} {_v(seules, 'seule', 'seules')} et, en tout, {formats.pluriel(lesees, 'groupe')}{parmi} "
        "paieraient"
    )


def _par_construction(s: RepartitionService) -> str:
    """Une clé qui suit la mesure dont on a tiré les coûts tient plus facilement : il faut le dire."""
    return f" La clé d'usage y est aidée : les coûts sans les autres suivent eux aussi les {USAGES[s.usage]}."


def _melange(s: RepartitionService) -> str:
    if s.melange is None or s.etendue.vide or s.tests[s.retenue].stable or s.melange[1] - s.melange[0] < MELANGE_MIN:
        return ""
    bas, haut = (formats.pourcent(b) for b in s.melange)
    return (
        f" Un mélange tiendrait : de {bas} à {haut} de la clé {libelle_cle(s.retenue)}, le reste selon "
        f"{libelle_cle(s.cle_usage)}."
    )


def repartition_mediateur(repartitions: Repartitions) -> Affichage | None:
    """Ce que valent Shapley et le nucléole, service par service, puis le détail replié de chaque service."""
    eprouvees = [s for s in repartitions.calculees if s.mediation is not None]
    if not eprouvees:
        return None
    dits: dict[str, list[str]] = {}
    for s in eprouvees:
        shapley, nucleole = s.tester_proposition("shapley_eur"), s.tester_proposition("nucleole_eur")
        dit = (
            "Shapley est hors du cœur : des groupes y paieraient plus que sans les autres"
            if len(shapley.lesees)
            else "Shapley ne lèse aucun groupe éprouvé"
        )
        if nucleole is None:
            fin = "; le nucléole ne se calcule pas au-delà de douze participants."
        elif s.etendue.vide:
            fin = "; le nucléole laisse des groupes lésés, le cœur étant vide, mais au plus bas de ce qui est possible."
        else:
            fin = "; le nucléole est dans le cœur, aucun groupe n'y perd."
        dits.setdefault(f"{dit} {fin}".replace(" ;", "\u00a0;"), []).append(libelle_fonction(s.fonction))
    affichage = liste_a_puces(f"**{formats.liste(noms)}.** {texte}" for texte, noms in dits.items())
    return _detailler(affichage, {s: tableau_mediation(repartitions, s) for s in eprouvees}, repartitions.exces_confidentiels)


def _detailler(
    tete: Affichage, tableaux: Mapping[RepartitionService, Tableau], est_secret: Callable[[RepartitionService], bool]
) -> Affichage:
    """Les tableaux repliés sous la tête ; ceux dont le client ne lirait rien sont remplacés par une phrase."""
    secrets = [] if confidentialite.est_consultant() else [s for s in tableaux if est_secret(s)]
    for service, tableau in tableaux.items():
        if service not in secrets:
            tete = tete + montrer_tableau(tableau, replie=True)
    if secrets:
        noms = formats.liste([nom_courant(s.fonction) for s in secrets])
        tete = tete + phrases(
            f"Le détail pour {noms} laisserait lire des effectifs ou des coûts déclarés : il se lit avec le consultant."
        )
    return tete


def repartition_parts(repartitions: Repartitions) -> Affichage | None:
    """La part de chacun sous chaque clé, un tableau replié par service."""
    if not repartitions.calculees:
        return None
    tableaux = {s: tableau_parts(repartitions, s) for s in repartitions.calculees}
    return _detailler(Affichage(), tableaux, repartitions.parts_confidentielles)


def repartition_depart(departs: Sequence[Depart], repartitions: Repartitions) -> Affichage | None:
    """Ce que le départ de la plus grosse contributrice ferait aux autres ; les services qu'elle porte tous, réunis."""
    if not departs:
        return None
    consultant = confidentialite.est_consultant()
    secrets = [repartitions.exces_confidentiels(d.service) and not consultant for d in departs]
    groupes: dict[tuple[str, bool], list[Depart]] = {}
    for depart, secret in zip(departs, secrets, strict=True):
        groupes.setdefault((depart.nom, secret), []).append(depart)
    return liste_a_puces(_phrase_depart(nom, siens, secret) for (nom, secret), siens in groupes.items())


def _phrase_depart(nom: str, departs: Sequence[Depart], secret: bool) -> str:
    annee = departs[0].sortie.annee
    montants = ["hausse_eur", "cout_echoue_eur"]
    tout = sum(d.sortie.trajectoire.set_index("annee")[montants] for d in departs)
    quoi = formats.liste([libelle_fonction(d.service.fonction) for d in departs])
    effet = _effet_du_depart(tout.at[annee, "hausse_eur"], tout.at[annee, "cout_echoue_eur"], tout.reset_index().iloc[-1], secret)
    return f"**{quoi}.** Si {texte_sur(nom)} partait l'année {annee}, {effet}."


def _effet_du_depart(hausse: float, echoue: float, fin: pd.Series, secret: bool) -> str:
    if hausse <= 0:
        return "les autres n'y perdraient pas"
    if secret:
        return "les autres paieraient plus cette année-là"
    plus = "plus" if fin["hausse_eur"] > 0 else "moins"
    return (
        f"les autres paieraient environ {formats.environ_euros(hausse)} de plus cette année-là, le service gardant environ "
        f"{formats.environ_euros(echoue)} de coûts qui ne partent pas avec elle ; une fois ces coûts éteints, l'année "
        f"{formats.nombre(fin['annee'])}, environ {formats.environ_euros(abs(fin['hausse_eur']))} de {plus} qu'avec elle"
    )


def _v(combien: int, singulier: str, pluriel: str) -> str:
    return singulier if combien < 2 else pluriel

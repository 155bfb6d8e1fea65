"""Les phrases « qui paie quoi » : ce qu'un maire demande, et ce que le calcul permet de lui répondre."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from mutunb import formats
from mutunb.calculs.repartition_service import USAGES, RepartitionService
from mutunb.calculs.repartitions import DECLARES, Depart, Repartitions
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_repartition import libelle_cle, libelle_fonction, tableau_parts
from mutunb.calculs.tableaux_stabilite import nommer, tableau_mediation
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
MAIRES_CITES = 3
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
        f"coûteraient environ **{formats.environ_euros(total)} par an**{fourchette}."
        if len(services) > 1
        else f"Un seul service se répartit : {dits}. Il coûterait environ **{formats.environ_euros(total)} par an**{fourchette}.",
        epci,
        _non_calcules(repartitions),
    )


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
        f"Sous {_cles_retenues(repartitions.calculees)}, **{formats.pluriel(perdent, 'commune')}** "
        f"{_v(perdent, 'paierait', 'paieraient')} plus qu'aujourd'hui et **{formats.nombre(gagnent)}** moins.",
        _effet_global(table["ecart_eur"].sum()) if consultant or not declares else None,
        f"La plus forte hausse par habitant serait celle de {texte_sur(pire['nom'])} : environ "
        f"{formats.environ_nombre(pire['ecart_eur_hab'])}\u00a0€ par habitant et par an."
        if perdent and (consultant or not (pire["declare"] or parts))
        else None,
        _reserve(repartitions),
    )


def _effet_global(hausse: float) -> str:
    return (
        f"Ensemble, les communes paieraient environ {formats.environ_euros(abs(hausse))} de {'plus' if hausse > 0 else 'moins'} par "
        "an : c'est l'effet du service lui-même, la clé ne fait que le partager."
    )


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
    return liste + phrases(portee, None if _declares(repartitions) else INDICATION)


def _verdict(s: RepartitionService) -> str:
    tiennent = [libelle_cle(c) for c in s.cles if s.tests[c].stable]
    lesees = len(s.tests[s.retenue].lesees)
    nom = f"**{libelle_fonction(s.fonction)}.**"
    retenue = (
        f"La clé retenue ({libelle_cle(s.retenue)}) tient : aucun groupe éprouvé ne paierait moins sans les autres."
        if not lesees
        else f"La clé retenue ({libelle_cle(s.retenue)}) ne tient pas : {_combien_leses(s, lesees)} moins sans les autres."
    )
    if s.etendue.vide and s.etendue.effort_eur < EFFORT_NEGLIGEABLE * s.cout.central_eur:
        suite = (
            f"Au sens strict, aucune clé ne satisferait tout le monde, mais il s'en faut d'environ "
            f"{formats.environ_euros(s.etendue.effort_eur)} par groupe, moins que l'incertitude du calcul : une clé proche de l'usage suffit."
        )
    elif s.etendue.vide:
        suite = (
            "Aucune clé ne satisferait tout le monde : il faudrait que chaque groupe accepte environ "
            f"{formats.environ_euros(s.etendue.effort_eur)} de plus que sans les autres. Changer de périmètre, réduire le coût du "
            "service ou prévoir une aide temporaire vaut mieux que chercher une autre clé."
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


def phrase_maire(service: RepartitionService, siren: str, cle: str | None = None, avec_montant: bool = True) -> str:
    """La réponse à un maire : seul, avec ses voisins, ou personne ne ferait mieux.

    Parameters
    ----------
    service : RepartitionService
    siren : str
        SIREN de la commune.
    cle : str, optional
        Clé éprouvée ; celle du choix par défaut.
    avec_montant : bool
        Faux : les montants, confidentiels, ne s'écrivent pas.
    """
    test, nom = service.tests[cle or service.retenue], texte_sur(service.noms[siren])
    minimales = test.minimales
    siennes = minimales[[siren in c for c in minimales["coalition"]]]
    quoi = f"pour {nom_courant(service.fonction)}"
    if siennes.empty and len(test.lesees_avec(siren)):
        return (
            f"{quoi[0].upper()}{quoi[1:]}, {nom} n'a rien à gagner à une autre alliance : les groupes qui paieraient moins "
            "paieraient moins aussi sans elle."
        )
    if siennes.empty:
        combien = formats.pluriel(test.testees, "coalition éprouvée", "coalitions éprouvées")
        reserve = ", mais toutes ne l'ont pas été" if test.partiel else ""
        return f"{quoi[0].upper()}{quoi[1:]}, aucune des {combien} ne ferait mieux pour {nom}{reserve}."
    seule = siennes[siennes["taille"] == 1]
    ligne = seule.iloc[0] if len(seule) else siennes[siennes["taille"] == siennes["taille"].min()].iloc[0]
    montant = f"environ {formats.environ_euros(ligne['exces_eur'])} de moins par an" if avec_montant else "moins"
    if len(seule):
        seul = f"environ {formats.environ_euros(ligne['cout_eur'])}" if ligne["cout_eur"] else "rien"
        detail = f" : {seul} au lieu de {formats.environ_euros(ligne['part_eur'])}" if avec_montant else ""
        return f"Seule, {quoi}, {nom} paierait {montant}, {_comment(service, siren)}{detail}."
    autres = [s for s in ligne["coalition"] if s != siren]
    avec = texte_sur(nommer(service, autres))
    return f"Avec {avec}, {quoi}, {nom} paierait {montant} : ensemble, le groupe coûte moins sans les autres."


def _comment(service: RepartitionService, siren: str) -> str:
    """Ce que « seule » veut dire pour cette entité."""
    if siren in service.modele.gardent_le_leur:
        return "en gardant son service actuel"
    membres = service.modele.jeu.membres([[siren]])
    equipe, retenu = service.modele.fonction_cout.couts_equipe(membres)[0], service.modele.jeu.couts(membres)[0]
    if retenu == 0:
        return "car elle n'emploie pas ce service"
    return "avec sa propre équipe" if equipe <= retenu + 0.01 else "en achetant le même service à l'extérieur"


def repartition_maires(repartitions: Repartitions) -> Affichage | None:
    """Ce que répondre aux maires les plus concernés : les communes les plus lésées, et une qui ne l'est pas."""
    puces = []
    for s in repartitions.calculees:
        if not s.tests:
            continue
        montant = confidentialite.est_consultant() or not repartitions.exces_confidentiels(s)
        test, communes = s.tests[s.retenue], s.communes["siren"].tolist()
        seules = [c[0] for c in test.lesees.loc[test.lesees["taille"].eq(1), "coalition"] if c[0] in communes]
        puces += [phrase_maire(s, siren, avec_montant=montant) for siren in seules[:MAIRES_CITES]]
        reste = [c for c in communes if c not in seules]
        if not seules and reste:
            puces.append(phrase_maire(s, reste[0], avec_montant=montant))
        if len(seules) > MAIRES_CITES:
            plus = len(seules) - MAIRES_CITES
            puces.append(
                f"Pour {nom_courant(s.fonction)}, {formats.pluriel(plus, 'autre commune', 'autres communes')} "
                f"{_v(plus, 'paierait', 'paieraient')} moins, seule{_v(plus, '', 's')}."
            )
    return liste_a_puces(puces) if puces else None


def repartition_mediateur(repartitions: Repartitions) -> Affichage | None:
    """Ce que valent Shapley et le nucléole, service par service, puis le détail replié de chaque service."""
    eprouvees = [s for s in repartitions.calculees if s.mediation is not None]
    if not eprouvees:
        return None
    puces = []
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
        puces.append(f"**{libelle_fonction(s.fonction)}.** {dit} {fin}".replace(" ;", "\u00a0;"))
    affichage = liste_a_puces(puces)
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
    """Ce que le départ de la plus grosse contributrice ferait aux autres."""
    if not departs:
        return None
    puces = []
    for depart in departs:
        sortie = depart.sortie
        annee = sortie.trajectoire.set_index("annee").loc[sortie.annee]
        nom, quoi = texte_sur(depart.nom), libelle_fonction(depart.service.fonction)
        secret = repartitions.exces_confidentiels(depart.service) and not confidentialite.est_consultant()
        effet = _effet_du_depart(annee["hausse_eur"], annee["cout_echoue_eur"], sortie.trajectoire.iloc[-1], secret)
        puces.append(f"**{quoi}.** Si {nom} partait l'année {sortie.annee}, {effet}.")
    return liste_a_puces(puces)


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

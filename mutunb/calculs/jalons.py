"""Les actes d'un calendrier et leur date au plus tard, et ce que chaque contrainte légale donne sur ce calendrier."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mutunb import formats, referentiel
from mutunb.calculs.agenda import francs_epci, francs_petites
from mutunb.calculs.calage import est_supposee
from mutunb.calculs.calendrier import Calendrier, PlanFonction, plus_mois
from mutunb.calculs.jours import UN_JOUR, envoi_au_plus_tard, jour_ouvre_precedent
from mutunb.calculs.taches import EFFET, SERVICES, STATUTAIRES

#: respect d'une contrainte sur le calendrier dressé
TENUE, VIGILANCE, SANS_OBJET = "tenue", "vigilance", "sans objet"
#: l'attribution de compensation provisoire se notifie avant ce jour de l'année d'effet (mois, jour ; niveau B)
NOTIFICATION_AC = (2, 15)
#: adoption des budgets primitifs (CGCT, L.1612-2 ; mois, jour ; niveau B)
LIMITE_BUDGET = (4, 15)
#: coût unitaire : trois mois au plus après la signature (D.5211-16)
MOIS_COUT_UNITAIRE = 3
#: effectif à partir duquel la négociation sur l'action sociale s'ouvre (L.5111-7)
AGENTS_NEGOCIATION = 50
ACTE_EFFET = "Date d'effet"


@dataclass(frozen=True)
class Jalon:
    """Un acte et sa date au plus tard.

    Attributes
    ----------
    acte : str
    au_plus_tard : date
    regle : str
        D'où vient la date.
    contrainte : str
        Contrainte du référentiel (C1…), ou vide.
    niveau : str
        Niveau de preuve de la règle.
    """

    acte: str
    au_plus_tard: datetime.date
    regle: str
    contrainte: str = ""
    niveau: str = "B"


def _comite(identifiant: str) -> int:
    valeurs = {v.id: v for v in referentiel.droit("comite_social_territorial").valeurs}
    return int(valeurs[identifiant].historique[-1].valeur)


def jalons(plan: PlanFonction, departement: str = "") -> list[Jalon]:
    """Actes d'un plan, dans l'ordre de leurs dates au plus tard ; un acte qui tomberait un jour chômé est avancé."""
    generateurs = (_preparation, _comites, _deliberations, _execution, _suivi)
    tous = [jalon for generateur in generateurs for jalon in generateur(plan, departement)]
    avances = [j if j.acte == ACTE_EFFET else replace(j, au_plus_tard=jour_ouvre_precedent(j.au_plus_tard, departement)) for j in tous]
    return sorted(avances, key=lambda j: j.au_plus_tard)


def _fin(plan: PlanFonction, tache: str) -> datetime.date | None:
    etape = plan.etapes.get(tache)
    return None if etape is None else etape.fin_tard


def _preparation(plan: PlanFonction, departement: str) -> Iterator[Jalon]:
    yield Jalon("Lancer le projet (mandat, comités)", plan.etapes["T01"].debut_tard, "tâche T01")
    for tache, acte, contrainte, niveau in (
        ("T03", "Arrêter l'instrument et la liste des communes volontaires", "", "B"),
        ("T06", "Arbitrer le régime indemnitaire et le temps de travail", "", "B"),
        ("T07", "Achever la fiche d'impact", "C1", "A"),
        ("T08", "Achever la convention et ses annexes", "C1", "A"),
        ("S01", "Obtenir l'arrêté qui modifie les statuts", "C14", "A"),
        ("T12", "Remettre le rapport de la CLECT", "C11", "B"),
    ):
        if (fin := _fin(plan, tache)) is not None:
            yield Jalon(acte, fin, f"fin de la tâche {tache}", contrainte, niveau)


def _comites(plan: PlanFonction, departement: str) -> Iterator[Jalon]:
    if (envoi := _fin(plan, "T10")) is not None and "T11c" in plan.etapes:
        depot = plan.etapes["T11c"].debut_tard
        yield Jalon("Déposer le dossier au centre de gestion", min(envoi, depot), "délai de dépôt du centre, à lui demander")
    for tache, qui in (("T11a", "de l'EPCI"), ("T11b", "des communes de 50 agents et plus"), ("T11c", "du centre de gestion")):
        if (seance := _fin(plan, tache)) is None:
            continue
        dite = "séance supposée" if est_supposee(plan.etapes[tache]) else "séance saisie"
        convocation, pieces = _comite("convocation"), _comite("envoi_documents")
        if tache == "T11a":
            avant = lambda jours, jour=seance: jour_ouvre_precedent(jour - UN_JOUR * jours, departement)  # noqa: E731
            yield Jalon(f"Convoquer le comité social {qui}", avant(convocation), f"{convocation} jours avant la séance", "C3", "A")
            yield Jalon(f"Envoyer les pièces au comité social {qui}", avant(pieces), f"{pieces} jours avant la séance", "C3", "A")
        titre = f"Comité social {qui}" if tache != "T11b" else f"Comités sociaux {qui}"
        yield Jalon(f"{titre} : dernière séance", seance, f"{dite} ; avant les délibérations", "C2", "A")
    if (limite := _fin(plan, "T11x")) is not None:
        limite = min(limite, _seconde_seance(plan)[1])
        yield Jalon("Seconde séance, si l'avis est unanimement contre", limite,
                    f"de {_comite('reexamen_min')} à {_comite('reexamen_max')} jours après la première", "C4", "A")  # fmt: skip


def _seconde_seance(plan: PlanFonction) -> tuple[datetime.date, datetime.date]:
    """Premier et dernier jour d'une seconde séance, si la première se tient à la dernière date possible."""
    premiere = max(plan.etapes[t].fin_tard for t in ("T11a", "T11b", "T11c") if t in plan.etapes)
    return premiere + UN_JOUR * _comite("reexamen_min"), premiere + UN_JOUR * _comite("reexamen_max")


def _deliberations(plan: PlanFonction, departement: str) -> Iterator[Jalon]:
    if (seance := _fin(plan, "T13")) is None:
        return
    dite = "séance supposée" if est_supposee(plan.etapes["T13"]) else "séance saisie"
    epci, petites = (envoi_au_plus_tard(seance, jours, departement) for jours in (francs_epci(), francs_petites()))
    yield Jalon("Convoquer l'assemblée de l'EPCI et les conseils des communes de 3 500 habitants et plus", epci,
                f"{francs_epci()} jours francs avant la séance", "C5", "A15")  # fmt: skip
    yield Jalon("Convoquer les conseils des communes plus petites", petites,
                f"{francs_petites()} jours francs avant la séance", "C5", "A15")  # fmt: skip
    yield Jalon("Délibérations de l'EPCI et de chaque commune, dans les mêmes termes", seance, dite, "C6", "A")
    if (fin := _fin(plan, "T14")) is not None:
        yield Jalon("Transmettre au préfet et publier", fin, "fin de la tâche T14", "C8", "A15")
    if (fin := _fin(plan, "T15")) is not None:
        yield Jalon("Signer la convention", fin, "avant la date d'effet", "C10", "B")


def _execution(plan: PlanFonction, departement: str) -> Iterator[Jalon]:
    for tache, acte, contrainte, niveau in (
        ("T16", "Notifier les arrêtés individuels", "C10", "B"),
        ("T17", "Basculer la paie et le système RH", "C10", "B"),
        ("T18", "Achever la bascule informatique", "", "B"),
        ("T19", "Achever l'installation dans les locaux", "", "B"),
    ):
        if (fin := _fin(plan, tache)) is not None:
            yield Jalon(acte, fin - UN_JOUR, "avant le premier jour", contrainte, niveau)
    yield Jalon(ACTE_EFFET, plan.effet, "date retenue")
    if plan.imputation:
        yield Jalon("Notifier l'attribution de compensation provisoire", notification_ac(plan.effet), "avant le 15 février", "C11", "B")
    if "T23" in plan.chaine.taches and "T15" in plan.etapes:
        limite = plus_mois(plan.etapes["T15"].fin_tard, MOIS_COUT_UNITAIRE)
        yield Jalon("Notifier le coût unitaire de la première année", limite, "trois mois au plus après la signature", "", "A")


def _suivi(plan: PlanFonction, departement: str) -> Iterator[Jalon]:
    """Ce qui suit la date d'effet, et ne la retarde pas."""
    limite = datetime.date(plan.effet.year, *LIMITE_BUDGET)
    if "T20" in plan.chaine.taches and plan.effet <= limite:
        yield Jalon("Adopter les budgets primitifs, crédits du service inscrits", limite, "limite usuelle du 15 avril, à vérifier")
    for mois, acte in ((3, "Clore le démarrage assisté"), (6, "Première revue"), (12, "Seconde revue et compte rendu annuel")):
        yield Jalon(acte, plus_mois(plan.effet, mois), f"{mois} mois après la date d'effet")


def notification_ac(effet: datetime.date) -> datetime.date:
    """Veille du premier 15 février à partir de la date d'effet : dernier jour « avant le 15 février ».

    Examples
    --------
    >>> notification_ac(datetime.date(2028, 1, 1)), notification_ac(datetime.date(2028, 4, 1))
    (datetime.date(2028, 2, 14), datetime.date(2029, 2, 14))
    """
    limite = datetime.date(effet.year, *NOTIFICATION_AC)
    return (limite if effet < limite else limite.replace(year=effet.year + 1)) - UN_JOUR


@dataclass(frozen=True)
class Verdict:
    """Ce que donne une contrainte du référentiel sur un plan : ``tenue``, ``vigilance`` ou ``sans objet``, et pourquoi."""

    contrainte: str
    respect: str
    constat: str


def eprouver_contraintes(plan: PlanFonction, calendrier: Calendrier) -> list[Verdict]:
    """Une ligne par contrainte C1 à C15, dans l'ordre."""
    epreuves = {
        "C1": _c1, "C2": _c2, "C3": _c3, "C4": _c4, "C5": _c5, "C6": _c6, "C7": _c7, "C8": _c8, "C9": _c9, "C10": _c10,
        "C11": _c11, "C12": _c12, "C13": _c13, "C14": _c14, "C15": _c15,
    }  # fmt: skip
    return [Verdict(nom, *epreuves[nom](plan, calendrier)) for nom in referentiel.contraintes()]


Reponse = tuple[str, str]


def _ecart(plan: PlanFonction, avant: str, apres: str) -> Reponse | None:
    """Compare la fin d'une tâche au début de l'autre, au plus tôt comme au plus tard."""
    if avant not in plan.etapes or apres not in plan.etapes:
        return None
    tot = plan.etapes[avant].fin <= plan.etapes[apres].fin
    tard = plan.etapes[avant].fin_tard <= plan.etapes[apres].fin_tard
    constat = f"{_jour(plan.etapes[avant].fin_tard)} au plus tard, puis {_jour(plan.etapes[apres].fin_tard)}"
    return (TENUE if tot and tard else VIGILANCE), constat


def _jour(jour: datetime.date) -> str:
    return formats.date(jour)


def _c1(plan: PlanFonction, _: Calendrier) -> Reponse:
    comite = next((t for t in ("T11a", "T11c", "T11b") if t in plan.etapes), "")
    return _ecart(plan, "T07", comite) or (SANS_OBJET, plan.chaine.retirees.get("T07", "aucun comité à saisir"))


def _c2(plan: PlanFonction, _: Calendrier) -> Reponse:
    tenus = [r for t in ("T11a", "T11b", "T11c") if (r := _ecart(plan, t, "T13")) is not None]
    if not tenus:
        return SANS_OBJET, plan.chaine.retirees.get("T11a", "aucun comité à saisir")
    return (TENUE if all(r[0] == TENUE for r in tenus) else VIGILANCE), tenus[-1][1]


def _c3(plan: PlanFonction, _: Calendrier) -> Reponse:
    if "T11a" not in plan.etapes or "T10" not in plan.etapes:
        return SANS_OBJET, plan.chaine.retirees.get("T11a", "aucun comité de l'EPCI à saisir")
    delai, voulu = (plan.etapes["T11a"].fin_tard - plan.etapes["T10"].debut_tard).days, _comite("convocation")
    constat = f"{formats.pluriel(delai, 'jour')} entre l'envoi du dossier et la séance, pour {voulu} exigés"
    return (TENUE if delai >= voulu else VIGILANCE), constat


def _c4(plan: PlanFonction, calendrier: Calendrier) -> Reponse:
    if "T11x" not in plan.etapes:
        return SANS_OBJET, "aucun comité à saisir"
    etape, besoin = plan.etapes["T11x"], _comite("reexamen_min")
    marge = (etape.fin_tard - etape.debut_tard).days
    debut, fin = _seconde_seance(plan)
    fenetre = calendrier.agenda.fenetre("T11a", debut)
    if fenetre is not None and fenetre.contient(fin):
        periode = f"la période « {fenetre.libelle.lower()} »"
        return VIGILANCE, f"après une première séance à la dernière date, la seconde tomberait dans {periode}"
    constat = f"{formats.pluriel(marge, 'jour')} de marge pour une seconde séance, pour {besoin} au moins"
    return (TENUE if marge >= besoin else VIGILANCE), constat


def _c5(plan: PlanFonction, _: Calendrier) -> Reponse:
    avis, vote = plan.etapes.get("T11x"), plan.etapes["T13"]
    if avis is None:
        return TENUE, f"convocation {francs_epci()} ou {francs_petites()} jours francs avant le {_jour(vote.fin_tard)}"
    jours = (vote.fin_tard - avis.fin_tard).days - 1
    constat = f"{formats.pluriel(jours, 'jour franc', 'jours francs')} entre l'avis et la séance du {_jour(vote.fin_tard)}"
    return (TENUE if jours >= francs_epci() else VIGILANCE), constat


def _c6(plan: PlanFonction, _: Calendrier) -> Reponse:
    communes = len(plan.choix.perimetre) - 1
    return VIGILANCE, f"l'EPCI et {formats.pluriel(communes, 'commune')} à faire délibérer sur le même texte"


def _c7(plan: PlanFonction, _: Calendrier) -> Reponse:
    if plan.choix.instrument != "SCC":
        return SANS_OBJET, "le service n'est pas confié à une commune"
    return VIGILANCE, f"l'EPCI choisit d'abord la commune gestionnaire, au plus tard le {_jour(plan.etapes['T13'].fin_tard)}"


def _c8(plan: PlanFonction, _: Calendrier) -> Reponse:
    return _ecart(plan, "T14", "T15") or (SANS_OBJET, "aucun acte à transmettre")


def _c9(plan: PlanFonction, _: Calendrier) -> Reponse:
    suite = _ecart(plan, "T13", "T16")
    if suite is None or plan.choix.instrument not in SERVICES:
        return SANS_OBJET, "aucun emploi à créer"
    return suite[0], f"emplois créés le {_jour(plan.etapes['T13'].fin_tard)} au plus tard, avant les arrêtés"


def _c10(plan: PlanFonction, _: Calendrier) -> Reponse:
    if plan.effet.day != 1:
        return VIGILANCE, f"date d'effet le {_jour(plan.effet)} : la paie bascule un premier du mois"
    return _ecart(plan, "T15", EFFET) or (SANS_OBJET, "aucune convention à signer")


def _c11(plan: PlanFonction, _: Calendrier) -> Reponse:
    if not plan.imputation:
        return SANS_OBJET, plan.chaine.retirees.get("T12", "le coût ne passe pas par l'attribution de compensation")
    if (plan.effet.month, plan.effet.day) != (1, 1):
        return VIGILANCE, "effet en cours d'exercice : prévoir une facture ou un prorata jusqu'au 31 décembre"
    return TENUE, f"attribution provisoire à notifier le {_jour(notification_ac(plan.effet))} au plus tard"


def _c12(plan: PlanFonction, _: Calendrier) -> Reponse:
    if plan.choix.instrument not in SERVICES:
        return SANS_OBJET, "aucun service commun"
    return VIGILANCE, f"à vérifier : la négociation s'ouvre si le service réunit {AGENTS_NEGOCIATION} agents ou plus"


def _c13(plan: PlanFonction, _: Calendrier) -> Reponse:
    if plan.choix.instrument in STATUTAIRES:
        return VIGILANCE, "les trois mois des communes s'appliquent : l'instrument touche aux statuts"
    return SANS_OBJET, "pas de délai de trois mois pour cet instrument"


def _c14(plan: PlanFonction, _: Calendrier) -> Reponse:
    if plan.choix.instrument not in ("GC", "GCD"):
        return SANS_OBJET, "aucun groupement de commandes"
    return _ecart(plan, "T13", "T15") or (VIGILANCE, "délibérations avant signature, signature avant publication")


def _c15(plan: PlanFonction, calendrier: Calendrier) -> Reponse:
    genees = []
    for tache in ("T11a", "T11b", "T11c", "T13"):
        if tache in plan.etapes and (fenetre := calendrier.agenda.fenetre(tache, plan.etapes[tache].fin_tard)) is not None:
            genees.append(f"{_jour(plan.etapes[tache].fin_tard)} ({fenetre.libelle.lower()})")
    if genees:
        return VIGILANCE, f"séance saisie dans une période à éviter : {formats.liste(genees)}"
    return TENUE, "aucune séance dans une période à éviter"

"""Les phrases de la régularisation : ce que coûte l'unité, ce qui reste à régler, ce qui n'est pas en règle."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.charges_service import NATURES
from mutunb.calculs.echeances_remboursement import A_DIRE, MANQUEE
from mutunb.calculs.reglement import COUT_UNITAIRE
from mutunb.calculs.regularisation import Regularisation
from mutunb.calculs.regularisation_service import RegularisationService
from mutunb.calculs.tableaux_regularisation import METHODES
from mutunb.dossier.confidentialite import est_consultant
from mutunb.rendu.affichage import Affichage, liste_a_puces, phrases
from mutunb.rendu.phrases_effectifs import nom_courant

SANS_SUIVI = (
    "Donnée non fournie : aucun exercice n'est suivi. Rien ne se régularise encore ; ce qui suit dit quelles unités noter, quand, et "
    "ce que la régularisation dira alors."
)
SANS_CALCUL = "Donnée non fournie : ce point attend un exercice dont les charges, les unités et les versements sont notés."
#: écart entre charges et dus en deçà duquel il n'y a que des arrondis (€)
ARRONDI_EUR = 1


def regularisation_ouverture(regularisation: Regularisation) -> Affichage:
    """Quel exercice, clos ou non, combien de services se règlent."""
    if regularisation.suivi is None:
        return phrases(SANS_SUIVI)
    combien, calcules = len(regularisation.services), len(regularisation.calcules)
    etat = (
        f"L'exercice {regularisation.exercice} n'est pas clos : **tout montant est une prévision à la clôture**, "
        f"{_methode_prevision(regularisation)}. Une prévision n'est pas un appel."
        if regularisation.partiel
        else f"L'exercice {regularisation.exercice} est clos : les montants sont constatés."
    )
    return phrases(
        etat,
        f"{formats.pluriel(calcules, 'service')} sur {formats.nombre(combien)} {'se règle' if calcules < 2 else 'se règlent'} avec "
        "les données du suivi.",
        "Le tableau des manques dit ce que les autres attendent." if calcules < combien else None,
    )


def _methode_prevision(regularisation: Regularisation) -> str:
    arret = regularisation.suivi.date_arret
    if arret is None:
        return "impossible à établir tant que la date d'arrêt n'est pas dite"
    return (
        f"par prolongement au prorata du temps écoulé au {formats.date(arret)} (les montants du budget, les biens annualisés et les "
        "unités comptées à une date ne se prolongent pas)"
    )


def _nom(service: RegularisationService) -> str:
    nom = nom_courant(service.fonction)
    return nom[0].upper() + nom[1:]


def regularisation_cout(regularisation: Regularisation) -> Affichage:
    """Par service : coût unitaire, ce qui le fait, méthode de règlement."""
    if not regularisation.calcules:
        return phrases(SANS_CALCUL)
    return liste_a_puces(_cout(s) for s in regularisation.calcules)


def _cout(service: RegularisationService) -> str:
    parts = {n: p for n, p in service.cout_par_nature().items() if p}
    premiere = max(parts, key=lambda n: parts[n])
    poids = float(parts[premiere] / service.reglement.cout_unitaire_eur)
    refusees = len(service.charges.triees.refusees)
    refus = f" {_refus(refusees)}" if refusees else ""
    return (
        f"{_nom(service)} : **{prix(service.reglement.cout_unitaire_eur)} par unité**, dont "
        f"{formats.pourcent(poids)} pour « {NATURES[premiere].lower()} ». Règlement : {METHODES[service.methode]}.{refus}"
    )


def _refus(combien: int) -> str:
    if combien == 1:
        return "Une charge est refusée : le tableau des refus dit pourquoi."
    return f"{formats.nombre(combien)} charges sont refusées : le tableau des refus dit pourquoi."


def prix(montant: object) -> str:
    """Coût unitaire, quatre décimales quand il est petit : « 17,7834 € », « 2 094,50 € »."""
    return formats.euros_exacts(montant, 4 if abs(float(montant)) < 100 else 2)  # type: ignore[arg-type]


def regularisation_resultat(regularisation: Regularisation) -> Affichage:
    """Par service : ce que les communes doivent, ont versé, et ce qui reste à régler."""
    if not regularisation.calcules:
        return phrases(SANS_CALCUL)
    return liste_a_puces(_resultat(regularisation, s) for s in regularisation.calcules)


def _resultat(regularisation: Regularisation, service: RegularisationService) -> str:
    nom = _nom(service)
    if not (regularisation.totaux_diffusables(service) or est_consultant()):
        return (
            f"{nom} : les totaux ne se montrent pas, car l'une des communes usagères en tirerait les chiffres d'une autre. Chacune lit "
            "les siens dans son relevé."
        )
    comptes = service.reglement
    montant = comptes.somme_regularisations_eur
    verbe = "devraient" if service.partiel else "doivent"
    appel = "seraient appelés" if service.partiel else "sont versés"
    if montant == 0:
        solde = "rien ne reste à régler en tout"
    elif montant > 0:
        complete = "compléteraient" if service.partiel else "complètent"
        solde = f"**les communes {complete} de {formats.euros_exacts(montant, 2)}** en tout"
    else:
        solde = f"**l'EPCI leur {'rendrait' if service.partiel else 'rend'} {formats.euros_exacts(-montant, 2)}** en tout"
    return (
        f"{nom} : les communes {verbe} {formats.euros_exacts(comptes.a_repartir_eur, 2)}, {formats.euros_exacts(comptes.somme_verse_eur, 2)} "
        f"{appel} ; {solde}."
    )


def regularisation_recouvrement(regularisation: Regularisation) -> Affichage | None:
    """Ce que des unités différentes de la prévision laissent à l'EPCI, ou font payer en trop."""
    textes = [
        _recouvrement(s)
        for s in regularisation.calcules
        if s.methode == COUT_UNITAIRE and (regularisation.totaux_diffusables(s) or est_consultant())
    ]
    return liste_a_puces(textes) if textes else None


def _recouvrement(service: RegularisationService) -> str:
    nom, comptes = _nom(service), service.reglement
    reste = comptes.recouvrement.non_recouvre_eur
    unites = f"{formats.nombre(comptes.unites_constatees)} unités constatées pour {formats.nombre(comptes.unites_reference)} prévues"
    if abs(reste) < ARRONDI_EUR:
        return f"{nom} : les unités constatées valent la prévision ; le service récupère ses charges."
    if reste > 0:
        return f"{nom} : {unites}. **{formats.euros_exacts(reste, 2)} de charges ne sont pas recouvrés** et restent à l'EPCI."
    return (
        f"{nom} : {unites}. **{formats.euros_exacts(-reste, 2)} sont dus au-delà des charges** : le "
        "remboursement se fait au coût, l'excédent est à rendre ou à déduire du coût unitaire suivant."
    )


def regularisation_mouvements(regularisation: Regularisation) -> Affichage | None:
    """Entrées et sorties de l'exercice, et le prorata appliqué."""
    textes = [_mouvements(s) for s in regularisation.calcules]
    textes = [t for t in textes if t]
    if not textes:
        return phrases("Aucune entrée ni sortie n'est notée dans l'exercice.") if regularisation.calcules else None
    return liste_a_puces(textes)


def _mouvements(service: RegularisationService) -> str:
    mouvements = service.redevables[service.redevables["mouvement"].isin(["entree", "sortie"])]
    if mouvements.empty:
        return ""
    dits = [
        f"{formats.pluriel(int(mouvements['mouvement'].eq(code).sum()), *mots)} en cours d'année"
        for code, mots in (("entree", ("entrée", "entrées")), ("sortie", ("sortie", "sorties")))
        if mouvements["mouvement"].eq(code).any()
    ]
    regle = (
        "l'unité se compte à une date : elle est ramenée aux mois de présence sur douze"
        if service.stock
        else "l'unité se compte au fil de l'année : seules celles de la période de présence sont dues, sans autre prorata"
    )
    return f"{_nom(service)} : {formats.liste(dits)} ; {regle}."


def regularisation_echeances(regularisation: Regularisation) -> Affichage:
    """Ce qui n'est pas tenu, ou pas dit, des échéances du remboursement."""
    if not regularisation.echeances:
        return phrases("Donnée non fournie : le suivi dira le jour de l'annonce, celui du vote du budget et la périodicité.")
    manquees = [e.regle for e in regularisation.echeances if e.verdict == MANQUEE]
    a_dire = [e.regle for e in regularisation.echeances if e.verdict == A_DIRE]
    return phrases(
        f"**Non tenu** : {' ; '.join(manquees)}." if manquees else None,
        f"À renseigner dans la feuille « Exercice » du suivi : {' ; '.join(a_dire)}." if a_dire else None,
        "Le coût unitaire est annoncé à temps et le remboursement est au moins annuel." if not manquees and not a_dire else None,
    )


def regularisation_attributions(regularisation: Regularisation) -> Affichage:
    """Quels services s'imputent sur l'attribution de compensation, d'après le suivi, à défaut d'après le projet."""
    if regularisation.suivi is None:
        prevus = [nom_courant(f) for f, c in regularisation.projet.choix.items() if c.mode_financier in ("ac", "mixte")]
        if not prevus:
            return phrases("Aucun service du projet ne s'impute sur l'attribution de compensation.")
        return phrases(f"Le projet impute sur l'attribution de compensation : {formats.liste(prevus)}. Le résidu viendra avec le suivi.")
    imputes = [s for s in regularisation.calcules if s.redevables["ac_imputee_eur"].notna().any()]
    if not imputes:
        return phrases("Aucun service réglé dans cet exercice n'est imputé sur l'attribution de compensation.")
    return phrases(
        f"{formats.pluriel(len(imputes), 'service')} {'est imputé' if len(imputes) < 2 else 'sont imputés'} : "
        f"{formats.liste([nom_courant(s.fonction) for s in imputes])}. Le montant imputé reste figé ; seul le résidu se règle."
    )


def regularisation_tva(regularisation: Regularisation) -> Affichage | None:
    """Services dont une charge est dite soumise à la TVA, ou dont rien n'est dit."""
    if not regularisation.services:
        return None
    soumis = [nom_courant(s.fonction) for s in regularisation.services.values() if s.charges.tva]
    muets = [nom_courant(s.fonction) for s in regularisation.services.values() if s.charges.tva is None]
    return phrases(
        f"TVA : {formats.liste(soumis)} — une charge au moins est notée comme soumise à la taxe ; la refacturation est à examiner avant "
        "le premier titre." if soumis else None,
        f"TVA non renseignée pour {formats.liste(muets)}." if muets else None,
        "Aucune charge n'est notée comme soumise à la TVA ; cela se revoit si un usager est assujetti ou extérieur à l'EPCI."
        if not soumis and not muets
        else None,
    )


def regularisation_tendance(regularisation: Regularisation) -> Affichage:
    """Évolution du coût unitaire de chaque service depuis le premier exercice, face aux prix."""
    textes = []
    for service in regularisation.calcules:
        serie = regularisation.serie(service.fonction)
        if len(serie) < 2:
            continue
        premier, dernier = serie[0], serie[-1]
        evolution = float(dernier.reglement.cout_unitaire_eur / premier.reglement.cout_unitaire_eur) - 1
        attendu = regularisation.cout_indexe(service.fonction)[dernier.exercice]
        face = ""
        if not formats.est_absent(attendu):
            hausse = attendu / float(premier.reglement.cout_unitaire_eur) - 1
            face = f" ; les indices du suivi, seuls, auraient fait {formats.pourcent(hausse, 1, signe=True)}"
        prevision = " (prévision à la clôture)" if dernier.partiel else ""
        textes.append(
            f"{_nom(service)} : {formats.pourcent(evolution, 1, signe=True)} par unité de {premier.exercice} à "
            f"{dernier.exercice}{prevision}{face}."
        )
    if not textes:
        seul = "Un seul exercice se calcule : la tendance viendra avec le suivant."
        return phrases(seul if regularisation.calcules else SANS_CALCUL)
    return liste_a_puces(textes)

"""Le relevé de chaque redevable : ses unités, son coût, son solde ; rien des autres, sauf si le dossier le permet.

Le relevé ne dépend pas du profil du lecteur : il part à la commune. Un total qui, moins sa propre part, dirait celle
d'une autre n'y figure pas (moins de trois redevables actifs, ou un seul qui fait presque tout).
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from mutunb import formats
from mutunb.calculs.charges_service import NATURES
from mutunb.calculs.regularisation import Regularisation
from mutunb.calculs.regularisation_service import RegularisationService
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_regularisation import METHODES, commun, libelle_fonction, libelle_unite
from mutunb.rendu.affichage import Affichage, phrases

GENRE = "releve"
MONTANTS = ("prevu_eur", "du_eur", "verse_eur", "regularisation_eur")
LIBELLES = {
    "service": "Service", "unite": "Unité", "exercice": "Exercice", "unites_prevues": "Unités prévues", "unites": "Unités retenues",
    "mois_presence": "Mois de présence", "cout_unitaire": "Coût unitaire", "prevu_eur": "Prévu", "du_eur": "Dû", "verse_eur": "Versé",
    "regularisation_eur": "Régularisation", "nature": "Charges", "montant": "Montant du service", "par_unite": "Par unité",
    "nom": "Usager",
}  # fmt: skip
UNITES = {
    **dict.fromkeys(("service", "unite", "exercice", "nature", "nom"), "texte"), **dict.fromkeys((*MONTANTS, "montant"), "eur_centime"),
    **dict.fromkeys(("unites_prevues", "unites", "mois_presence"), "quantite"),
    **dict.fromkeys(("cout_unitaire", "par_unite"), "eur_unite"),
}  # fmt: skip


def regularisation_releves(regularisation: Regularisation) -> Affichage:
    """Combien de relevés sont émis ; les relevés eux-mêmes partent à part, un fichier par redevable."""
    releves = composer_releves(regularisation)
    if not releves:
        return phrases("Aucun relevé n'est émis : il faut d'abord un exercice dont les charges, les unités et les versements sont notés.")
    quoi = "une situation provisoire, qui n'appelle aucun paiement" if regularisation.partiel else "le compte de l'exercice"
    reserve = (
        "Le dossier permet la diffusion financière : chacun y lit aussi les chiffres des autres."
        if regularisation.diffusion
        else "Chacun n'y lit que ses propres chiffres ; à n'envoyer qu'à son destinataire."
    )
    affichage = phrases(
        f"{formats.pluriel(len(releves), 'relevé')} {'est émis' if len(releves) < 2 else 'sont émis'}, en page et en tableur : {quoi}.",
        reserve,
        "Leur somme est le total du service, au centime.",
    )
    return Affichage(markdown=affichage.markdown, elements=releves)


def composer_releves(regularisation: Regularisation) -> tuple[dict, ...]:
    """Éléments ``releve``, un par redevable, par SIREN croissant."""
    sirens = sorted({siren for s in regularisation.calcules for siren in s.redevables["siren"]})
    return tuple(_releve(regularisation, siren) for siren in sirens)


def _releve(regularisation: Regularisation, siren: str) -> dict:
    services = [s for s in regularisation.calcules if siren in set(s.redevables["siren"])]
    nom = next(_ligne(s, siren)["nom"] for s in services)
    tableaux = [_compte(regularisation, services, siren), _construction(regularisation, services), _tendance(regularisation, services, siren)]
    if regularisation.diffusion:
        tableaux.append(_autres(regularisation, services))
    return {
        "genre": GENRE,
        "id": siren,
        "destinataire": nom,
        "exercice": regularisation.exercice,
        "provisoire": regularisation.partiel,
        "titre": f"{'Situation provisoire' if regularisation.partiel else 'Relevé'} de l'exercice {regularisation.exercice}",
        "phrases": list(_phrases(regularisation, services, siren)),
        "tableaux": [t.element() for t in tableaux],
    }


def _ligne(service: RegularisationService, siren: str) -> pd.Series:
    return service.table.set_index("siren").loc[siren]


def _phrases(regularisation: Regularisation, services: list[RegularisationService], siren: str) -> Iterable[str]:
    total = round(sum(float(_ligne(s, siren)["regularisation_eur"]) for s in services), 2)
    if regularisation.partiel:
        yield (
            f"Exercice non clos, arrêté au {formats.date(regularisation.suivi.date_arret)} et prolongé à la clôture : ces montants sont une "
            "prévision, ils n'appellent aucun paiement. « Versé » est l'appel de l'année."
        )
    if total > 0:
        yield f"Solde : vous {'devriez compléter' if regularisation.partiel else 'complétez'} de {formats.euros_exacts(total, 2)}."
    elif total < 0:
        yield f"Solde : l'EPCI vous {'rendrait' if regularisation.partiel else 'rend'} {formats.euros_exacts(-total, 2)}."
    else:
        yield "Solde : rien ne reste à régler."
    for service in services:
        yield from _phrases_service(regularisation, service, siren)


def _phrases_service(regularisation: Regularisation, service: RegularisationService, siren: str) -> Iterable[str]:
    nom, ligne = libelle_fonction(service.fonction), _ligne(service, siren)
    yield f"{nom} : dû = {METHODES[service.methode]} ({libelle_unite(service.fonction, service.unite).lower()})."
    if ligne["mouvement"] in ("entree", "sortie"):
        mois = formats.nombre(ligne["mois_presence"], 0 if float(ligne["mois_presence"]).is_integer() else 1)
        regle = (
            f"{formats.nombre(ligne['unites_constatees'], 2)} unités ramenées à {mois} mois de présence sur 12"
            if service.stock
            else f"seules les unités de vos {mois} mois de présence sont comptées"
        )
        yield f"{nom} : {'entrée' if ligne['mouvement'] == 'entree' else 'sortie'} en cours d'année ; {regle}."
    if pd.notna(ligne["ac_imputee_eur"]):
        yield (
            f"{nom} : {formats.euros_exacts(ligne['ac_imputee_eur'], 2)} sont imputés sur votre attribution de compensation, qui reste "
            "figée ; l'écart se règle à côté, par convention."
        )
    if regularisation.totaux_diffusables(service):
        comptes = service.reglement
        yield (
            f"{nom} : {formats.euros_exacts(comptes.charges_eur, 2)} de charges pour {formats.valeur(comptes.unites_reference, 'quantite')} unités "
            f"de référence, soit {formats.euros_exacts(comptes.cout_unitaire_eur, 4)} l'unité."
        )
    else:
        yield (
            f"{nom} : les totaux du service ne figurent pas ici. Les communes usagères sont trop peu nombreuses, ou l'une fait presque "
            "tout : du total et de vos chiffres, vous tireriez ceux d'une autre."
        )
    if service.charges.tva:
        yield f"{nom} : une charge est notée comme soumise à la TVA ; le régime de la refacturation est à confirmer."


def _tableau(regularisation: Regularisation, identifiant: str, titre: str, lignes: pd.DataFrame, **options) -> Tableau:
    origine = commun(regularisation)["source"]
    return Tableau(
        id=identifiant,
        titre=titre,
        donnees=lignes,
        unites={c: UNITES[c] for c in lignes},
        libelles={c: LIBELLES[c] for c in lignes},
        perimetre=options.pop("perimetre"),
        source=origine,
        statuts=options.pop("statuts", "estime" if regularisation.partiel else "constate"),
        **options,
    )


def _compte(regularisation: Regularisation, services: list[RegularisationService], siren: str) -> Tableau:
    lignes = [
        {
            "service": libelle_fonction(s.fonction), "unite": libelle_unite(s.fonction, s.unite),
            "cout_unitaire": float(s.reglement.cout_unitaire_eur),
            **{c: _ligne(s, siren)[c] for c in ("unites_prevues", "unites", *MONTANTS)},
        }
        for s in services
    ]  # fmt: skip
    donnees = pd.DataFrame(lignes)[["service", "unite", "unites_prevues", "unites", "cout_unitaire", *MONTANTS]]
    plusieurs = len(donnees) > 1
    if plusieurs:
        total = {"service": "Total", **donnees[list(MONTANTS)].astype(float).sum(skipna=False).round(2)}
        donnees = pd.concat([donnees, pd.DataFrame([total])], ignore_index=True)
    return _tableau(
        regularisation, "releve_compte", "Votre compte", donnees, perimetre=str(_ligne(services[0], siren)["nom"]), total=plusieurs,
        note="Régularisation = dû − versé : positive, vous complétez ; négative, l'EPCI vous rend.",
    )  # fmt: skip


def _construction(regularisation: Regularisation, services: list[RegularisationService]) -> Tableau:
    lignes = [
        {
            "service": libelle_fonction(s.fonction), "nature": NATURES[nature],
            "montant": float(montant),
            "cache": not regularisation.totaux_diffusables(s),
            "par_unite": float(s.cout_par_nature()[nature]) if s.cout_par_nature() else None,
        }
        for s in services
        for nature, montant in s.charges.natures_eur.items()
    ]  # fmt: skip
    table = pd.DataFrame(lignes)
    return _tableau(
        regularisation, "releve_cout", "Comment le coût unitaire est construit", table.drop(columns="cache"),
        perimetre="vos services", masque=pd.DataFrame({"montant": table["cache"]}),
        note="Charges strictement liées au service (CGCT, art. D.5211-16), d'après les derniers comptes et le budget. Aucune marge.",
    )  # fmt: skip


def _tendance(regularisation: Regularisation, services: list[RegularisationService], siren: str) -> Tableau:
    lignes = []
    for s in services:
        for annee in regularisation.serie(s.fonction):
            if siren in set(annee.redevables["siren"]):
                propre = {c: _ligne(annee, siren)[c] for c in ("unites", *MONTANTS[1:])}
                lignes.append(
                    {
                        "service": libelle_fonction(s.fonction), "exercice": f"{annee.exercice}{' (prévision)' if annee.partiel else ''}",
                        "cout_unitaire": float(annee.reglement.cout_unitaire_eur), **propre,
                    }
                )  # fmt: skip
    return _tableau(
        regularisation, "releve_tendance", "D'un exercice à l'autre", pd.DataFrame(lignes), perimetre="vos services",
        statuts="mixte" if regularisation.partiel else "constate",
    )  # fmt: skip


def _autres(regularisation: Regularisation, services: list[RegularisationService]) -> Tableau:
    lignes = pd.concat([s.table.assign(service=libelle_fonction(s.fonction)) for s in services], ignore_index=True)
    return _tableau(
        regularisation, "releve_autres", "Tous les usagers (diffusion financière permise)",
        lignes[["service", "nom", "unites", "du_eur", "verse_eur", "regularisation_eur"]], perimetre="vos services",
    )  # fmt: skip

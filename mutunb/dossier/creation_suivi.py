"""Préparer le classeur de suivi d'une année : services, usagers, unités et indicateurs déjà écrits, le reste à remplir."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutunb import chemins, referentiel
from mutunb.dossier.classeur_collecte import Envoi, classeur
from mutunb.dossier.fichiers_client import DOSSIER_SUIVI, dossier_client, dossier_du_suivi
from mutunb.dossier.modele_suivi import groupe_de, modele_suivi
from mutunb.dossier.ouverture import Dossier
from mutunb.dossier.preremplissage import Ligne
from mutunb.dossier.questionnaire import Feuille
from mutunb.dossier.reponses import du_territoire
from mutunb.dossier.suivi import ANNEES, ExerciceSuivi, Suivi
from mutunb.erreurs import ErreurUsage
from mutunb.formats import date, liste, pluriel
from mutunb.invocation import commande
from mutunb.territoires import Territoire

TITRE = "Suivi des services mutualisés"
CONSIGNES = (
    ("Qui remplit", "Le service financier de l'EPCI, avec le responsable de chaque service ; les unités se relèvent avec les "
     "communes, qui signent l'état annuel."),
    ("Comment", "Une ligne par élément décrit, sous la ligne d'exemple. Les colonnes marquées * sont indispensables. Les cellules "
     "bleutées sont déjà remplies d'après les décisions : corrigez-les si besoin. N'ajoutez pas de colonne."),
    ("Vide n'est pas zéro", "Laissez vide ce qui n'est pas encore connu. Écrivez 0 seulement quand la quantité est nulle."),
    ("Année non close", "Dites « Non » dans « Exercice complet » et donnez la date d'arrêt : montants, versements et unités "
     "constatées s'arrêtent alors à cette date ; les prévisions portent toujours sur l'année entière."),
    ("Charges admises", "Le coût unitaire ne retient que les charges strictement liées au service : personnel, fournitures, "
     "renouvellement des biens, contrats rattachés (CGCT, art. D.5211-16). Le renouvellement s'écrit par bien : coût de "
     "remplacement et durée."),
    ("Entrées et sorties", "Une entité qui entre ou sort en cours d'année : mois de présence, mouvement et date. Effacez la ligne "
     "d'une entité qui n'est plus usagère."),
    ("Aucun nom d'agent", "N'écrivez le nom d'aucun agent, nulle part."),
    ("L'exemple", "La ligne en italique marquée « exemple » montre une réponse fictive ; elle n'est pas lue."),
    ("Ensuite", "Enregistrez au format .xlsx dans le dossier suivi du territoire, sous le nom suivi-AAAA.xlsx."),
)
#: natures de charge que l'article D.5211-16 cite
NATURES = ("personnel", "fournitures", "contrats", "renouvellement")
JALONS_OUVERTURE, JALON_ANNUEL = ("T15", "T21", "T22", "T23", "T24"), "T24"


@dataclass(frozen=True)
class ServiceSuivi:
    """Un service à suivre : sa fonction, ses parties, sa voie financière et son ouverture.

    ``unite`` vide : première unité constatable de la fonction. ``decide`` : faux si le service est seulement recommandé.
    """

    fonction: str
    perimetre: tuple[str, ...]
    mode: str
    date_effet: datetime.date
    decide: bool = True
    unite: str = ""

    @property
    def modes(self) -> tuple[str, ...]:
        """Voies de paiement, une ligne de versement chacune."""
        return ("ac", "facture") if self.mode == "mixte" else (self.mode,)

    @property
    def unite_suivie(self) -> str:
        """Unité de fonctionnement suivie ; vide si la fonction n'en a pas de constatable."""
        constatables = [u.id for u in referentiel.fonction(self.fonction).unites_oeuvre if u.constatable]
        return self.unite or next(iter(constatables), "")


@dataclass(frozen=True)
class CreationSuivi:
    """Le classeur de suivi écrit, et ce qu'il contient."""

    territoire: str
    siren: str
    annee: int
    chemin: Path
    services: tuple[ServiceSuivi, ...]
    a_venir: tuple[ServiceSuivi, ...]

    def __str__(self) -> str:
        lignes = [f"{self.territoire} : {self.chemin} écrit, {pluriel(len(self.services), 'service')}"]
        lignes += [f"  {_libelle(s)} : {pluriel(len(s.perimetre), 'entité')}{_reserve(s)}" for s in self.services]
        lignes += [f"  {_libelle(s)} : non suivi, ouvre le {date(s.date_effet)}" for s in self.a_venir]
        lignes.append(f"Remplissez-le, puis lancez : {commande(f'verifier {self.siren}')}")
        return "\n".join(lignes)


def creer_suivi(dossier: Dossier, annee: int, services: Iterable[ServiceSuivi]) -> CreationSuivi:
    """Écrit ``suivi/suivi-AAAA.xlsx`` pour les services ouverts cette année-là ; un classeur existant n'est jamais touché.

    Parameters
    ----------
    dossier : Dossier
    annee : int
        Exercice à suivre.
    services : iterable of ServiceSuivi
        Services décidés ou recommandés, dans l'ordre où les présenter.

    Raises
    ------
    ErreurUsage
        Année hors de 2000 à 2099, exercice déjà suivi, aucun service ouvert cette année-là.
    """
    services = tuple(services)
    siren = dossier.territoire.siren
    chemin = dossier_client(siren) / DOSSIER_SUIVI / f"suivi-{annee}.xlsx"
    ouverts = tuple(s for s in services if s.date_effet.year <= annee)
    _refuser(dossier, annee, chemin, ouverts, services)
    contenu = classeur_suivi(dossier.territoire, annee, ouverts, dossier.suivi)
    chemins.ecrire_neuf(chemin, contenu)
    return CreationSuivi(dossier.territoire.nom, siren, annee, chemin, ouverts, tuple(s for s in services if s not in ouverts))


def _refuser(
    dossier: Dossier, annee: int, chemin: Path, ouverts: Sequence[ServiceSuivi], services: Sequence[ServiceSuivi]
) -> None:
    if annee not in ANNEES:
        raise ErreurUsage(f"« {annee} » n'est pas un exercice : écrivez une année, par exemple 2027.")
    deja = dossier.suivi.exercices.get(annee) if dossier.suivi else None
    if chemin.exists() or deja is not None:
        lus = liste([fichier.nom for fichier in deja.fichiers]) if deja else chemin.name
        raise ErreurUsage(
            f"L'exercice {annee} est déjà suivi ({lus}, dans {dossier_du_suivi(dossier.territoire.siren)}) : rien n'est "
            "écrit. Complétez ce classeur, ou déplacez-le avant de relancer la commande."
        )
    if not ouverts and services:
        premier = min(services, key=lambda service: service.date_effet)
        raise ErreurUsage(
            f"Aucun service n'est ouvert en {annee} : le premier, {_libelle(premier)}, ouvre le {date(premier.date_effet)}. "
            f"Choisissez une année à partir de {premier.date_effet.year}, ou décidez une autre date_effet dans decisions.yaml."
        )
    if not ouverts:
        raise ErreurUsage("Aucun service à suivre : aucune fonction n'est retenue. Écrivez les décisions dans decisions.yaml.")


def classeur_suivi(
    territoire: Territoire, annee: int, services: Sequence[ServiceSuivi], suivi: Suivi | None = None
) -> bytes:
    """Octets du classeur de suivi d'une année ; l'exercice précédent, s'il est suivi, donne usagers, cibles et gains."""
    precedents = [e for e in (suivi.exercices.values() if suivi else ()) if e.exercice < annee]
    lignes = preparer(territoire, annee, services, precedents[-1] if precedents else None)
    return mettre_en_classeur(territoire, annee, lignes)


def mettre_en_classeur(territoire: Territoire, annee: int, lignes: Mapping[str, Sequence[Ligne]]) -> bytes:
    """Octets d'un classeur de suivi qui porte ces lignes, par feuille (codes et valeurs telles qu'on les saisit)."""
    modele = modele_suivi()
    lisibles = {f.nom: [_lisible(f, ligne) for ligne in lignes.get(f.nom, ())] for f in modele.feuilles}
    destinataire = f"exercice {annee}, {territoire.nom}"
    envoi = Envoi(f"suivi-{annee}.xlsx", destinataire, modele.feuilles, lisibles, False, TITRE, CONSIGNES, modele)
    return classeur(territoire, envoi, None)


def preparer(
    territoire: Territoire, annee: int, services: Sequence[ServiceSuivi], precedent: ExerciceSuivi | None = None
) -> dict[str, list[Ligne]]:
    """Lignes déjà connues, par feuille."""
    noms = du_territoire(territoire)
    lignes: dict[str, list[Ligne]] = {nom: [] for nom in modele_suivi().noms}
    lignes["exercice"].append({"exercice": annee})
    for service in services:
        _preparer_service(lignes, service, annee, noms, precedent, territoire.siren)
    if precedent is not None:
        lignes["gains"] += _reconduire(precedent, "gains", ("fonction", "famille", "libelle", "prevu", "unite"))
    return lignes


def _preparer_service(
    lignes: dict[str, list[Ligne]],
    service: ServiceSuivi,
    annee: int,
    noms: Mapping[str, str],
    precedent: ExerciceSuivi | None,
    siren_epci: str,
) -> None:
    fonction = service.fonction
    usagers = _usagers(service, precedent)
    lignes["charges"] += [{"fonction": fonction, "nature": nature} for nature in NATURES]
    porteur = siren_epci if siren_epci in service.perimetre else usagers[0]
    lignes["etp"].append({"fonction": fonction, "siren": porteur, "collectivite": noms.get(porteur, "")})
    for siren in usagers:
        identite = {"fonction": fonction, "siren": siren, "collectivite": noms.get(siren, "")}
        if service.unite_suivie:
            lignes["unites"].append(identite | {"unite": service.unite_suivie, "mois_presence": 12, "mouvement": "rien"})
        if siren != siren_epci:
            lignes["versements"] += [identite | {"mode": mode} for mode in service.modes]
    lignes["indicateurs"] += _indicateurs(fonction, annee, precedent)
    ouverture = service.date_effet.year == annee
    taches = JALONS_OUVERTURE if ouverture else (JALON_ANNUEL,)
    prevus = {"T21": {"prevu_le": service.date_effet}} if ouverture else {}
    lignes["jalons"] += [{"tache": tache, "fonction": fonction} | prevus.get(tache, {}) for tache in taches]


def _usagers(service: ServiceSuivi, precedent: ExerciceSuivi | None) -> tuple[str, ...]:
    """Parties du service : celles de l'exercice précédent encore présentes, à défaut le périmètre choisi."""
    unites = precedent.table("unites") if precedent is not None else None
    if unites is None or (unites["fonction"] == service.fonction).sum() == 0:
        return service.perimetre
    siennes = unites[unites["fonction"] == service.fonction]
    return tuple(siennes.loc[siennes["mouvement"] != "sortie", "siren"].drop_duplicates()) or service.perimetre


def _indicateurs(fonction: str, annee: int, precedent: ExerciceSuivi | None) -> list[Ligne]:
    connus = {
        indicateur.id: {
            "fonction": fonction,
            "indicateur": indicateur.id,
            "groupe": groupe_de(indicateur.id),
            "unite": indicateur.unite,
            "sens": indicateur.sens,
        }
        for indicateur in referentiel.fonction(fonction).indicateurs
    }
    champs = ("fonction", "indicateur", "groupe", "unite", "cible", "seuil_alerte", "sens")
    repris = _reconduire(precedent, "indicateurs", champs) if precedent is not None else []
    for ligne in repris:
        if ligne["fonction"] == fonction:
            connus[ligne["indicateur"]] = {**connus.get(ligne["indicateur"], {}), **ligne}
    return [{**ligne, "exercice": annee} for ligne in connus.values()]


def _reconduire(precedent: ExerciceSuivi, feuille: str, champs: Sequence[str]) -> list[Ligne]:
    """Lignes d'une feuille de l'exercice précédent, réduites à ces champs ; une valeur absente n'y est pas."""
    table = precedent.table(feuille)[list(champs)]
    return [{nom: valeur for nom, valeur in ligne.items() if valeur == valeur} for ligne in table.to_dict("records")]


def _lisible(feuille: Feuille, ligne: Ligne) -> Ligne:
    """La ligne, une suggestion écrite par son libellé : la cellule se lit comme la liste déroulante."""
    suggeres = {champ.nom: champ for champ in feuille.champs if champ.type == "texte" and champ.valeurs}
    return {nom: suggeres[nom].libelle_de(valeur) if nom in suggeres else valeur for nom, valeur in ligne.items()}


def _libelle(service: ServiceSuivi) -> str:
    return referentiel.fonction(service.fonction).libelle_court


def _reserve(service: ServiceSuivi) -> str:
    return "" if service.decide else ", recommandé, non décidé : vérifiez le périmètre et la voie financière"

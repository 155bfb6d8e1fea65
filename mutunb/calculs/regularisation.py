"""La régularisation d'un exercice, service par service, et ce que les exercices d'avant permettent d'en dire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import pandas as pd

from mutunb.calculs.indexation import indexer_natures
from mutunb.calculs.echeances_remboursement import Echeance, controler_notification, controler_periodicite
from mutunb.calculs.presence import est_un_stock
from mutunb.calculs.projet import Projet, projeter
from mutunb.calculs.realise import realiser
from mutunb.calculs.reglement import COUT_REEL, COUT_UNITAIRE
from mutunb.calculs.regularisation_service import RegularisationService, regulariser_service
from mutunb.dossier import Dossier
from mutunb.dossier.suivi import ExerciceSuivi
from mutunb.erreurs import ErreurDonnees

#: mises à disposition : l'article D.5211-16 les vise, ou la doctrine l'y applique ; à un service commun, il se transpose
MISES_A_DISPOSITION = frozenset({"MADD", "MADA"})
#: indices du suivi → natures de charge qu'ils font évoluer
INDICES = {"point_indice": "personnel", "indice_prix": "prix"}
Services = Mapping[str, RegularisationService]


@dataclass(frozen=True, eq=False)
class Regularisation:
    """Les comptes d'un exercice.

    Attributes
    ----------
    dossier : Dossier
    projet : Projet
        Services retenus : ceux qu'il faut suivre quand rien ne l'est encore.
    exercice : int
        0 si aucun suivi n'existe.
    suivi : ExerciceSuivi or None
    historique : Mapping[int, Mapping[str, RegularisationService]]
        Exercice → fonction → service, jusqu'à l'exercice demandé.
    """

    dossier: Dossier
    projet: Projet
    exercice: int
    suivi: ExerciceSuivi | None
    historique: Mapping[int, Services]

    @property
    def services(self) -> Services:
        """Services de l'exercice."""
        return self.historique.get(self.exercice, {})

    @property
    def calcules(self) -> tuple[RegularisationService, ...]:
        """Services de l'exercice dont chaque usager a son dû."""
        return tuple(s for s in self.services.values() if s.est_calculee)

    @property
    def partiel(self) -> bool:
        """Vrai si l'exercice n'est pas clos."""
        return self.suivi is not None and not self.suivi.complet

    @property
    def diffusion(self) -> bool:
        """Vrai si le dossier permet aux communes de voir les montants les unes des autres."""
        return self.dossier.reglages.diffusion_financiere

    def totaux_diffusables(self, service: RegularisationService) -> bool:
        """Vrai si les totaux d'un service peuvent se montrer à toutes les communes."""
        return self.diffusion or service.totaux_publiables

    @cached_property
    def echeances(self) -> tuple[Echeance, ...]:
        """Annonce du coût unitaire et périodicité de l'exercice ; vide sans suivi."""
        if self.suivi is None:
            return ()
        ligne = self.suivi.table("exercice").iloc[:1]
        lu = ligne.iloc[0] if len(ligne) else pd.Series(dtype=object)
        jour = lambda nom: lu[nom].date() if nom in lu and pd.notna(lu[nom]) else None  # noqa: E731
        mois = lu.get("periodicite_mois")
        return (
            controler_notification(jour("date_notification"), jour("date_vote_budget"), jour("date_signature"), self.exercice),
            controler_periodicite(None if pd.isna(mois) else mois),
        )

    @cached_property
    def communes(self) -> pd.DataFrame:
        """Par redevable, tous services calculés : ``siren, nom, services, verse_eur, du_eur, regularisation_eur``."""
        lignes = [s.redevables.assign(services=1) for s in self.calcules]
        colonnes = ["siren", "nom", "services", "verse_eur", "du_eur", "regularisation_eur"]
        if not lignes:
            return pd.DataFrame(columns=colonnes)
        sommes = dict.fromkeys(colonnes[2:], "sum") | {"nom": "first"}
        table = pd.concat(lignes).groupby("siren").agg(sommes).round(2).reset_index()
        return table[colonnes]

    def serie(self, fonction: str) -> tuple[RegularisationService, ...]:
        """Le service, exercice par exercice, là où il se calcule."""
        return tuple(s[fonction] for s in self.historique.values() if fonction in s and s[fonction].est_calculee)

    def cout_indexe(self, fonction: str) -> dict[int, float]:
        """Coût unitaire du premier exercice, porté aux prix de chacun des suivants (€/unité) ; NaN sans indices.

        Le personnel suit l'indice du point, le reste l'indice des prix.
        """
        serie = self.serie(fonction)
        if not serie:
            return {}
        premier = serie[0]
        return {s.exercice: self._indexe(premier, s.exercice) for s in serie}

    def _indexe(self, premier: RegularisationService, annee: int) -> float:
        try:
            return float(indexer_natures(premier.cout_par_nature(), self._indices, premier.exercice, annee))
        except ErreurDonnees:
            return float("nan")

    @cached_property
    def _indices(self) -> dict[str, dict[int, float]]:
        suivi = self.dossier.suivi
        lus: dict[str, dict[int, float]] = {nature: {} for nature in INDICES.values()}
        for annee, exercice in (suivi.exercices if suivi else {}).items():
            table = exercice.table("exercice")
            for colonne, nature in INDICES.items():
                connus = table[colonne].dropna()
                if len(connus):
                    lus[nature][annee] = float(connus.iloc[0])
        return lus


def regulariser_exercice(dossier: Dossier, exercice: int = 0, methode: str | None = None) -> Regularisation:
    """Dû, versé et régularisation de chaque usager de chaque service suivi.

    Parameters
    ----------
    dossier : Dossier
    exercice : int
        Exercice suivi ; 0 = le dernier.
    methode : str, optional
        ``cout_unitaire`` ou ``cout_reel`` pour tous les services ; à défaut, selon l'instrument retenu.

    Raises
    ------
    ErreurUsage
        Exercice sans suivi, avec ceux qui en ont un.

    Notes
    -----
    À défaut de méthode dite, une mise à disposition se rembourse au coût unitaire (CGCT, art. D.5211-16) ; un service commun
    se règle au coût réel partagé selon les unités constatées (usage, niveau B ; l'article s'y transpose sans s'imposer). La
    convention l'emporte.

    Examples
    --------
    >>> from mutunb.dossier import ouvrir
    >>> regulariser_exercice(ouvrir("247900798")).calcules
    ()
    """
    projet = projeter(dossier)
    if dossier.suivi is None or not dossier.suivi.exercices:
        return Regularisation(dossier, projet, 0, None, MappingProxyType({}))
    demande = dossier.suivi.exercice(exercice)
    historique = {
        annee: MappingProxyType({f: _service(projet, suivi, f, methode) for f in _fonctions(suivi)})
        for annee, suivi in sorted(dossier.suivi.exercices.items())
        if annee <= demande.exercice
    }
    return Regularisation(dossier, projet, demande.exercice, demande, MappingProxyType(historique))


def methode_de(projet: Projet, fonction: str) -> str:
    """Méthode de règlement d'une fonction, d'après l'instrument retenu."""
    choix = projet.choix.get(fonction)
    return COUT_REEL if choix is not None and choix.instrument not in MISES_A_DISPOSITION else COUT_UNITAIRE


def _fonctions(suivi: ExerciceSuivi) -> tuple[str, ...]:
    """Fonctions qui portent une charge, des unités ou un versement (et non un seul indicateur)."""
    feuilles = (suivi.table(nom) for nom in ("charges", "unites", "versements"))
    return tuple(dict.fromkeys(f for feuille in feuilles for f in feuille["fonction"].dropna()))


def _service(projet: Projet, suivi: ExerciceSuivi, fonction: str, methode: str | None) -> RegularisationService:
    territoire = projet.dossier.territoire
    lire = lambda nom: suivi.table(nom)[lambda t: t["fonction"].eq(fonction)].reset_index(drop=True)  # noqa: E731
    unites = lire("unites").dropna(subset=["siren", "unite"]).reset_index(drop=True)
    if not suivi.complet:
        unites["unites_constatees"] = realiser(suivi, fonction).usagers["constatees"].to_numpy()
    noms = {territoire.siren: territoire.nom, **dict(zip(territoire.communes["siren"], territoire.communes["nom"], strict=True))}
    return regulariser_service(
        fonction,
        lire("charges"),
        unites,
        lire("versements")[lambda t: t["siren"].ne(territoire.siren)],
        territoire.siren,
        suivi.exercice,
        methode or methode_de(projet, fonction),
        None if suivi.complet else suivi.part_ecoulee,
        [u for u in unites["unite"].unique() if est_un_stock(fonction, u)],
        noms=noms,
    )

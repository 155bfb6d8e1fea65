"""Toutes les répartitions d'un projet : service par service, commune par commune, et ce que ferait un départ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from mutunb.calculs.coalitions_testees import GRAINE
from mutunb.calculs.effectifs import Effectifs, estimer_effectifs
from mutunb.calculs.effectifs_publies import effectifs_publies
from mutunb.calculs.repartition_service import RepartitionService, repartir_service
from mutunb.calculs.seuils import inversions
from mutunb.calculs.sortie_commune import Sortie, simuler_sortie
from mutunb.dossier.confidentialite import ENTITES_MIN

if TYPE_CHECKING:
    from mutunb.calculs.projet import Projet

DECLARES = frozenset({"declare", "mixte"})
#: hypothèses du départ d'une commune
ECHOUE, EXTINCTION = "cout_echoue_depart", "extinction_cout_echoue"
MANDAT_ANS = 6


@dataclass(frozen=True, eq=False)
class Repartitions:
    """Répartitions des services retenus, dans l'ordre du projet."""

    projet: Projet
    effectifs: Effectifs
    services: Mapping[str, RepartitionService]

    @property
    def calculees(self) -> tuple[RepartitionService, ...]:
        """Services qui se répartissent."""
        return tuple(s for s in self.services.values() if s.est_calculee)

    @property
    def autres(self) -> tuple[RepartitionService, ...]:
        """Services dont rien ne se répartit."""
        return tuple(s for s in self.services.values() if not s.est_calculee)

    @property
    def principale(self) -> RepartitionService | None:
        """Le service calculé le plus coûteux ; ``None`` si aucun ne se calcule."""
        return max(self.calculees, key=lambda s: s.cout.central_eur, default=None)

    @cached_property
    def communes(self) -> pd.DataFrame:
        """Par commune, tous services calculés ensemble, sous la clé retenue de chacun : ``siren, nom, population, avant_eur,
        apres_eur, ecart_eur, ecart_eur_hab, services`` (combien) et ``declare`` (un avant au moins vient d'une réponse)."""
        colonnes = ["siren", "nom", "population", "avant_eur", "apres_eur", "ecart_eur", "ecart_eur_hab", "services", "declare"]
        lignes = [s.ecarts().assign(declare=lambda t: t["statut_cout"].isin(DECLARES), services=1) for s in self.calculees]
        if not lignes:
            return pd.DataFrame(columns=colonnes)
        tout = pd.concat(lignes)
        tout = tout[tout["genre"].eq("commune")]
        sommes = dict.fromkeys(("avant_eur", "apres_eur", "ecart_eur", "services"), "sum")
        table = tout.groupby(["siren", "nom", "population"], sort=False).agg(sommes | {"declare": "max"}).reset_index()
        table["ecart_eur_hab"] = table["ecart_eur"] / table["population"].where(table["population"] > 0)
        return table[colonnes].sort_values("ecart_eur_hab", ascending=False, kind="stable", ignore_index=True)

    def parts_confidentielles(self, service: RepartitionService) -> bool:
        """Vrai si les parts laisseraient lire un effectif déclaré de l'EPCI que le dossier ne publie pas."""
        return service.usage_declare and self._masquees(service).get("epci", True)

    def cles_confidentielles(self, service: RepartitionService) -> frozenset[str]:
        """Clés dont les parts des communes suivent des effectifs ou des coûts déclarés : réservées au consultant."""
        if not (service.usage_declare or service.table["statut_etp"].isin(DECLARES).any()):
            return frozenset()
        suivent = {"etp_origine"} | ({"mixte", "fixe_variable"} if service.usage_declare else set())
        return frozenset(suivent & set(service.cles))

    def exces_confidentiels(self, service: RepartitionService) -> bool:
        """Vrai si les coûts de coalitions laisseraient lire un effectif ou un coût déclaré."""
        gardent = () if service.modele is None else service.modele.gardent_le_leur
        statuts = service.table.set_index("siren")["statut_cout"]
        return service.usage_declare or any(statuts[siren] in DECLARES for siren in gardent)

    def comptes_confidentiels(self, service: RepartitionService, *comptes: int) -> bool:
        """Vrai si l'un de ces nombres de communes en désigne une ou deux, quand l'avant vient de réponses."""
        declares = service.table["statut_cout"].isin(DECLARES).any()
        return bool(declares and any(0 < combien < ENTITES_MIN for combien in comptes))

    def _masquees(self, service: RepartitionService) -> dict[str, bool]:
        masques = effectifs_publies(self.effectifs).etp
        if service.fonction not in masques:
            return {}
        return dict(zip(self.effectifs.entites["genre"], masques[service.fonction], strict=True)) | {
            "epci": bool(masques.loc[self.effectifs.entites["genre"].eq("epci"), service.fonction].any())
        }


def repartir_services(projet: Projet, part_fixe: float = 0.3, graine: int = GRAINE) -> Repartitions:
    """Répartition de chaque service retenu par le projet (voir :func:`mutunb.calculs.repartition_service.repartir_service`).

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> toutes = repartir_services(projeter(ouvrir("247900798")))
    >>> "juridique" in [s.fonction for s in toutes.autres]
    True
    """
    effectifs = estimer_effectifs(projet.dossier)
    services = {f: repartir_service(projet, f, part_fixe, graine, effectifs) for f in projet.choix}
    return Repartitions(projet, effectifs, services)


@dataclass(frozen=True, eq=False)
class Depart:
    """Départ simulé d'une commune d'un service."""

    service: RepartitionService
    sortie: Sortie

    @property
    def nom(self) -> str:
        """Nom de la commune qui part."""
        return self.service.noms[self.sortie.sortante]


def simuler_departs(repartitions: Repartitions, annee: int = 3) -> tuple[Depart, ...]:
    """Pour chaque service, ce que ferait le départ, l'année ``annee``, de la commune qui en paie le plus.

    La clé reste la même : chacun garde sa part relative. Coûts échoués : hypothèses ``cout_echoue_depart`` et
    ``extinction_cout_echoue`` du dossier. Un service à moins de trois entités, ou sans effectif connu, n'en a pas.

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> departs = simuler_departs(repartir_services(projeter(ouvrir("247900798"))))
    >>> all(depart.sortie.annee == 3 for depart in departs), len(departs) > 0
    (True, True)
    """
    return tuple(
        Depart(service, simuler_depart(service, _principale(service), annee))
        for service in repartitions.calculees
        if service.modele is not None and len(service.table) > 2
    )


def simuler_depart(service: RepartitionService, siren: str, annee: int = 3) -> Sortie:
    """Départ d'une commune (SIREN) d'un service, l'année ``annee`` (1 = première année).

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> paie = repartir_services(projeter(ouvrir("247900798"))).services["ressources_humaines"]
    >>> depart = simuler_depart(paie, paie.communes["siren"].iloc[0], annee=2)
    >>> depart.annee, depart.indemnite_eur >= 0
    (2, True)
    """
    hypotheses = service.projet.dossier.hypotheses
    duree = round(hypotheses[EXTINCTION].central)
    return simuler_sortie(
        service.modele.jeu,
        {s: max(0.0, part) for s, part in service.parts().items()},
        siren,
        annee=annee,
        horizon_ans=max(MANDAT_ANS, annee + duree),
        part_echouee=hypotheses[ECHOUE].central / 100,
        duree_extinction_ans=duree,
        graine=service.graine,
    )


def _principale(service: RepartitionService) -> str:
    return service.communes.sort_values(f"part_{service.retenue}_eur", ascending=False, kind="stable")["siren"].iloc[0]


def reponses_aux_maires(repartitions: Repartitions) -> pd.DataFrame:
    """Ce que chaque commune gagnerait à s'en aller, sous la clé retenue de chaque service éprouvé.

    Returns
    -------
    DataFrame
        Par commune : ``siren, nom, population, services`` (éprouvés), ``seule`` (services qu'elle paierait moins cher seule),
        ``a_plusieurs`` (services où il lui faudrait d'autres, et à eux elle), ``aucune`` (aucun groupe n'a besoin d'elle pour
        faire mieux), ``economie_eur`` (€/an,
        services moins chers seule) et ``economie_eur_hab``, par économie décroissante.

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> reponses = reponses_aux_maires(repartir_services(projeter(ouvrir("247900798"))))
    >>> bool((reponses[["seule", "a_plusieurs", "aucune"]].sum(axis=1) == reponses["services"]).all())
    True
    """
    lignes = []
    for service in repartitions.calculees:
        if not service.tests:
            continue
        test = service.tests[service.retenue]
        individuelles = test.individuelles.set_index("joueur")
        liees = {siren for coalition in test.minimales["coalition"] for siren in coalition}
        for commune in service.communes.itertuples():
            exces = max(0.0, -individuelles.at[commune.siren, "economie_eur"])
            seule = bool(individuelles.at[commune.siren, "paie_plus_que_seul"])
            a_plusieurs = not seule and commune.siren in liees
            lignes.append((commune.siren, commune.nom, commune.population, 1, seule, a_plusieurs, not (seule or a_plusieurs), exces * seule))
    colonnes = ["siren", "nom", "population", "services", "seule", "a_plusieurs", "aucune", "economie_eur"]
    table = pd.DataFrame(lignes, columns=colonnes).groupby(colonnes[:3], sort=False)[colonnes[3:]].sum().reset_index()
    table["economie_eur_hab"] = table["economie_eur"] / table["population"].where(table["population"] > 0)
    return table.sort_values("economie_eur_hab", ascending=False, kind="stable", ignore_index=True)


def inversions_d_usage(service: RepartitionService, cle: str | None = None) -> pd.DataFrame:
    """Couples de communes où celle qui emploie le plus le service paie le moins
    (:func:`mutunb.calculs.seuils.inversions`), avec ``nom_grosse`` et ``nom_petite``."""
    communes = service.communes
    usage = dict(zip(communes["siren"], communes["part_usage"], strict=True))
    parts = service.parts(cle)
    table = inversions(usage, {siren: parts[siren] for siren in usage})
    return table.assign(nom_grosse=table["grosse"].map(service.noms), nom_petite=table["petite"].map(service.noms))

"""Les paramètres de chaque carnet : un modèle pour la cellule, le formulaire, le YAML et la ligne de commande."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, ValidationError, ValidationInfo
from pydantic import field_validator

from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.invocation import commande
from mutunb.referentiel.champs import montrer, refus
from mutunb.referentiel.constats import constats_de


def _siren(valeur: Any) -> str:
    """SIREN en neuf chiffres ; papermill transforme ``247900798`` en entier et perd les zéros de tête."""
    if isinstance(valeur, int) and not isinstance(valeur, bool):
        valeur = f"{valeur:09d}"
    texte = "".join(valeur.split()) if isinstance(valeur, str) else ""
    if not (texte.isascii() and texte.isdigit() and len(texte) == 9):
        raise refus(montrer(valeur), "un SIREN de 9 chiffres", f"Cherchez-le avec « {commande('territoires NOM')} ».")
    return texte


def _pas_booleen(valeur: Any) -> Any:
    if isinstance(valeur, bool):
        raise refus(montrer(valeur), "un nombre", "Écrivez un nombre.")
    return valeur


Siren = Annotated[str, PlainValidator(_siren)]
Poids = Annotated[float, BeforeValidator(_pas_booleen), Field(ge=0, allow_inf_nan=False)]
Entier = Annotated[int, BeforeValidator(_pas_booleen)]


class Parametres(BaseModel):
    """Base : figée, sans paramètre inconnu, scalaires seulement."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _somme_positive(dernier: float, info: ValidationInfo, poids: tuple[str, ...]) -> float:
    lus = [info.data.get(nom) for nom in poids]
    if None not in lus and sum(lus) + dernier <= 0:
        noms = ", ".join([*poids, str(info.field_name)])
        raise refus("tous les poids à zéro", "au moins un poids positif", f"Relevez l'un de ces poids : {noms}.")
    return dernier


class ModeDEmploi(Parametres):
    """``00_mode_d_emploi`` : aucun paramètre."""


class Territoire(Parametres):
    """Carnet qui ne dépend que du territoire : SIREN de l'EPCI, neuf chiffres."""

    territoire: Siren


def _jour(valeur: Any) -> str:
    """Date AAAA-MM-JJ, ou rien."""
    texte = str(valeur or "").strip()
    try:
        return datetime.date.fromisoformat(texte).isoformat() if texte else ""
    except ValueError:
        raise refus(montrer(valeur), "une date AAAA-MM-JJ, ou rien", "Écrivez par exemple 2026-01-01.") from None


class Echeances(Territoire):
    """``12_achats``, ``13_systemes_information`` : jour auquel on juge les échéances ; vide = T0, sinon aujourd'hui."""

    date_reference: Annotated[str, PlainValidator(_jour)] = ""


class Portrait(Territoire):
    """``10_portrait`` : nombre de comparables et poids des quatre critères de ressemblance."""

    nb_comparables: Annotated[Entier, Field(ge=3, le=30)] = 10
    poids_population: Poids = 1.0
    poids_communes: Poids = 1.0
    poids_ville_centre: Poids = 1.0
    poids_depense: Poids = 1.0

    @field_validator("poids_depense")
    @classmethod
    def _un_critere(cls, dernier: float, info: ValidationInfo) -> float:
        return _somme_positive(dernier, info, ("poids_population", "poids_communes", "poids_ville_centre"))

    @property
    def poids(self) -> dict[str, float]:
        """Poids par critère de ressemblance."""
        return {
            "log_population": self.poids_population,
            "log_communes": self.poids_communes,
            "part_ville_centre": self.poids_ville_centre,
            "depense_hab": self.poids_depense,
        }


class Priorites(Territoire):
    """``14_priorites`` : poids des axes (l'appétence ne compte que recueillie), nombre et graine des tirages de poids."""

    poids_gain: Poids = 0.4
    poids_structurant: Poids = 0.3
    poids_facilite: Poids = 0.3
    poids_appetence: Poids = 0.3
    tirages: Annotated[Entier, Field(ge=100, le=20_000)] = 2_000
    graine: Annotated[Entier, Field(ge=0)] = 20_260_101

    @field_validator("poids_facilite")
    @classmethod
    def _un_axe(cls, dernier: float, info: ValidationInfo) -> float:
        return _somme_positive(dernier, info, ("poids_gain", "poids_structurant"))

    @property
    def poids(self) -> dict[str, float]:
        """Poids par axe de priorité."""
        return {
            "potentiel_gain": self.poids_gain,
            "effet_structurant": self.poids_structurant,
            "facilite": self.poids_facilite,
            "appetence": self.poids_appetence,
        }


class ModeleEconomique(Territoire):
    """``21_modele_economique`` : horizon, taux réel d'actualisation, graine, et biais d'optimisme (0 = non corrigé).

    ``majoration_couts`` augmente les coûts de transition, ``minoration_gains`` réduit les gains, en parts de 0 à 1.
    """

    horizon_ans: Annotated[Entier, Field(ge=3, le=15)] = 6
    taux_actualisation: Annotated[Poids, Field(le=0.15)] = 0.032
    majoration_couts: Annotated[Poids, Field(le=2)] = 0.0
    minoration_gains: Annotated[Poids, Field(le=1)] = 0.0
    graine: Annotated[Entier, Field(ge=0)] = 20_260_101


class Repartition(Territoire):
    """``22_repartition`` : part fixe de la clé mixte, année du départ simulé, graine.

    L'année de l'imputation est celle où le service démarre : elle se décide avec la date d'effet.
    """

    part_fixe: Annotated[Poids, Field(le=1)] = 0.3
    annee_depart: Annotated[Entier, Field(ge=1, le=10)] = 3
    graine: Annotated[Entier, Field(ge=0)] = 20_260_101


class Calendrier(ModeleEconomique):
    """``23_personnel_et_calendrier`` : début des travaux et date d'effet (vide = choisies par le calcul), transferts.

    ``transferts_par_trimestre`` : nombre de fonctions que le territoire peut faire basculer dans le même trimestre. Les
    réglages des deux carnets précédents y sont aussi : la synthèse de l'étape, que ce carnet porte, en dépend.
    """

    date_depart: Annotated[str, PlainValidator(_jour)] = ""
    date_effet: Annotated[str, PlainValidator(_jour)] = ""
    transferts_par_trimestre: Annotated[Entier, Field(ge=1, le=12)] = 2
    part_fixe: Annotated[Poids, Field(le=1)] = 0.3

    @property
    def du_modele(self) -> dict[str, float]:
        """Réglages du modèle économique."""
        return {nom: getattr(self, nom) for nom in ModeleEconomique.model_fields if nom != "territoire"}

    @property
    def du_calendrier(self) -> tuple[str, str, int]:
        """Début des travaux, date d'effet, transferts par trimestre."""
        return self.date_depart, self.date_effet, self.transferts_par_trimestre


class Pilotage(Territoire):
    """``30_tableau_de_bord``, ``31_regularisation``, ``32_bilan_annuel`` : exercice suivi ; 0 = le dernier connu."""

    exercice: Annotated[Entier, Field(ge=0, le=2100)] = 0


MODELES: Mapping[str, type[Parametres]] = MappingProxyType(
    {
        "00_mode_d_emploi": ModeDEmploi,
        "01_reglages": Territoire,
        "10_portrait": Portrait,
        "11_effectifs_et_couts": Territoire,
        "12_achats": Echeances,
        "13_systemes_information": Echeances,
        "14_priorites": Priorites,
        "20_instruments": Territoire,
        "21_modele_economique": ModeleEconomique,
        "22_repartition": Repartition,
        "23_personnel_et_calendrier": Calendrier,
        "30_tableau_de_bord": Pilotage,
        "31_regularisation": Pilotage,
        "32_bilan_annuel": Pilotage,
    }
)


def modele(carnet_id: str) -> type[Parametres]:
    """Modèle des paramètres d'un carnet ; :class:`ErreurUsage` avec les noms voisins s'il n'existe pas.

    Examples
    --------
    >>> list(modele("11_effectifs_et_couts").model_fields)
    ['territoire']
    """
    if carnet_id not in MODELES:
        raise ErreurUsage.nom_inconnu("carnet", carnet_id, MODELES)
    return MODELES[carnet_id]


def valider(carnet_id: str, valeurs: Mapping[str, Any]) -> Parametres:
    """Paramètres validés d'un carnet.

    Raises
    ------
    ErreurUsage
        Tous les paramètres refusés, chacun avec la valeur trouvée, l'attendu et le remède.

    Examples
    --------
    >>> valider("11_effectifs_et_couts", {"territoire": 247900798}).territoire
    '247900798'
    """
    attendus = modele(carnet_id)
    try:
        return attendus.model_validate(dict(valeurs))
    except ValidationError as erreur:
        constats = constats_de(erreur, carnet_id, attendus)
        message = str(ErreurDonnees.de_constats(f"Paramètres du carnet {carnet_id}", constats))
        raise ErreurUsage(message) from None


def depuis_cellule(carnet_id: str, variables: Mapping[str, Any]) -> Parametres:
    """Paramètres d'un carnet, pris parmi les variables de sa cellule *parameters* (``locals()``), et validés.

    Les variables qui ne sont pas des paramètres du carnet sont laissées de côté : papermill ajoute les siennes.
    """
    attendus = modele(carnet_id).model_fields
    return valider(carnet_id, {nom: variables[nom] for nom in attendus if nom in variables})

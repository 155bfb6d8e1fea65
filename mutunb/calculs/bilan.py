"""Les indicateurs stables d'un diagnostic : ce que relisent le portefeuille et les étapes suivantes."""

from __future__ import annotations

from mutunb.calculs import mentions
from mutunb.calculs.achats import PotentielAchats
from mutunb.calculs.declarations import source_cif
from mutunb.calculs.effectifs import BORNES, FONCTIONS_ESTIMEES
from mutunb.calculs.effectifs_lisibles import quatre_fonctions, statut_quatre
from mutunb.calculs.tableaux_effectifs import source_effectifs
from mutunb.calculs.portrait import Portrait
from mutunb.calculs.priorites import Priorites
from mutunb.calculs.tableau import Indicateur


def indicateurs_diagnostic(
    portrait: Portrait, priorites: Priorites, potentiel: PotentielAchats
) -> tuple[Indicateur, ...]:
    """Indicateurs du diagnostic, d'identifiants stables, avec unité, statut et source."""
    return (*_constates(portrait, priorites), *_estimes(priorites, potentiel))


def _constates(portrait: Portrait, priorites: Priorites) -> list[Indicateur]:
    territoire, integration = portrait.dossier.territoire, priorites.integration
    population, comptes = mentions.population(territoire), mentions.comptes(territoire)
    finances = portrait.finances.donnees.set_index("agregat")
    constates = [
        ("population", "Population municipale", portrait.population, "habitants", population),
        ("communes", "Communes membres", len(territoire.communes), "communes", population),
        ("communes_moins_1000", "Communes de moins de 1\u00a0000 habitants", portrait.communes_moins_1000, "communes", population),
        ("part_ville_centre", "Poids de la ville-centre", portrait.part_ville_centre, "part_fine", population),
        ("depense_fonctionnement", "Dépenses de fonctionnement, EPCI et communes",
         finances.at["Dépenses de fonctionnement", "ensemble"], "eur_an", comptes),
        ("frais_personnel", "Frais de personnel, EPCI et communes",
         finances.at["dont frais de personnel", "ensemble"], "eur_an", comptes),
        ("depense_fonctionnement_hab", "Dépenses de fonctionnement par habitant",
         finances.at["Dépenses de fonctionnement", "ensemble_hab"], "eur_hab", comptes),
        ("cif", "Coefficient d'intégration fiscale", integration.cif, "coefficient", source_cif(integration.dossier)),
        ("part_epci_personnel", "Part de l'EPCI dans le personnel du bloc (surestimée)",
         integration.part_personnel, "part_fine", comptes),
        ("integration", "Degré d'intégration", integration.niveau, "texte",
         f"{mentions.dotations(territoire)} ; {comptes}"),
    ]  # fmt: skip
    return [Indicateur(id, libelle, valeur, unite, "constate", source) for id, libelle, valeur, unite, source in constates]


def _estimes(priorites: Priorites, potentiel: PotentielAchats) -> list[Indicateur]:
    effectifs = priorites.effectifs
    source = source_effectifs(effectifs)
    statut = effectifs.statut()
    estimes = [
        (f"etp_support_{borne}", f"ETP de quatre fonctions support, estimation {borne}",
         quatre_fonctions(effectifs, borne), "etp")
        for borne in BORNES
    ]  # fmt: skip
    estimes += [
        (f"communes_sous_poste_{f}", f"Communes sous un poste entier : {priorites.fonctions[f].libelle_court}",
         effectifs.sous_poste_plein(f), "communes")
        for f in FONCTIONS_ESTIMEES
    ]  # fmt: skip
    estimes += [
        (f"potentiel_achats_{borne}", f"Potentiel d'achat en commun, estimation {borne}", getattr(potentiel, borne), "eur_an")
        for borne in BORNES
    ]
    estimes.append(("perimetre", "Périmètre d'étude recommandé", priorites.perimetre, "texte"))
    quatre = statut_quatre(effectifs)
    statuts = {"potentiel": "estime", "perimetre": "estime", "etp": quatre}
    return [
        Indicateur(id, libelle, valeur, unite, statuts.get(id.split("_")[0], statut), source)
        for id, libelle, valeur, unite in estimes
    ]

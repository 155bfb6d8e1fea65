"""Les tableaux de ce qu'un projet rapporte, et de ce que vaut le chiffre : familles de gains, biais, aléas, hypothèses."""

from __future__ import annotations

import pandas as pd

from mutunb import formats
from mutunb.calculs.aleas import BASE
from mutunb.calculs.dimensionnement import heures_productives
from mutunb.calculs.gains import FAMILLES
from mutunb.calculs.modele_economique import ModeleEconomique
from mutunb.calculs.monte_carlo import resumer
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_effectifs import QUALITES
from mutunb.calculs.tableaux_modele import LIBELLES_BORNES, LIBELLES_SCENARIOS, perimetre, provenance

BORNES = ("bas", "central", "haut")
#: hypothèses du modèle toujours montrées, dans cet ordre, avant celles qu'emploient ses lignes
HYPOTHESES_TOUJOURS = ("evolution_personnel", "inflation", "hausse_volumes", "retard_projet", "minimum_continuite", "correlation_couts")


def tableau_gains(modele: ModeleEconomique) -> Tableau | None:
    """Gains du scénario retenu, famille par famille ; jamais de total. ``None`` si aucune fonction n'est retenue."""
    if modele.est_vide:
        return None
    mesures = mesures_par_famille(modele)
    donnees = pd.DataFrame(
        {
            "famille": list(FAMILLES),
            "libelle": list(FAMILLES.values()),
            "mesure": [mesures[f][0] for f in FAMILLES],
            "usage": [mesures[f][1] for f in FAMILLES],
        }
    )
    return Tableau(
        id="modele_gains",
        titre="Ce que le projet rapporte, famille par famille",
        donnees=donnees,
        unites=dict.fromkeys(donnees.columns, "texte"),
        libelles={"famille": "Code", "libelle": "Famille", "mesure": "Sur ce territoire", "usage": "Ce qu'on en fait"},
        perimetre=perimetre(modele),
        source=provenance(modele),
        statuts="hypothese",
        note="Ces lignes ne s'additionnent pas : les unités, les dates et le degré de certitude diffèrent. Un même fait n'est que "
        "dans une famille.",
    )


def mesures_par_famille(modele: ModeleEconomique) -> dict[str, tuple[str, str]]:
    """Famille → (mesure écrite, usage)."""
    tracee, services = modele.trajectoire, modele.services(modele.scenario_retenu)
    economie, evite = float(tracee.gains[-1]), float(tracee.evites[-1])
    haut = sum(li.haut for s in services for li in s.lignes if li.famille == "GB")
    return {
        "GA": (_montant(economie), "entre dans la valeur actuelle nette"),
        "GB": (_evites(evite, haut), "variante nommée, jamais dans la valeur actuelle nette de base"),
        "GC": (capacite_liberee(modele), "heures et ETP, jamais en euros"),
        "GD": ("voir la répartition", "redistribution, à partir de la deuxième année qui suit l'imputation"),
        "GE": (f"{formats.ABSENT} : aucun bien à céder n'est recensé", "une fois, jamais annualisé"),
        "GF": (_continuite(modele), "indicateurs, jamais en euros"),
        "GG": ("somme nulle", "dit qui paie ; ce n'est pas un gain"),
    }


def _montant(montant: float) -> str:
    return f"{formats.environ_euros(montant)} par an en fin d'horizon" if montant > 0 else "nul"


def _evites(montant: float, haut: float) -> str:
    if montant > 0:
        return f"{formats.environ_euros(montant)} par an en fin d'horizon"
    if haut > 0:
        return f"nul au central, jusqu'à {formats.environ_euros(haut)} par an si des prestations extérieures cessent"
    return f"{formats.ABSENT} : aucune prestation extérieure n'est déclarée"


def capacite_liberee(modele: ModeleEconomique) -> str:
    """Temps que la charge n'emploie pas et qui reste dans les équipes, en ETP et en heures ; « n.d. » sans volume."""
    libres = [s.gains.capacite_liberee_etp for s in modele.services(modele.scenario_retenu)]
    connus = [etp for etp in libres if etp == etp]
    if not connus:
        return f"{formats.ABSENT} : il faut les volumes d'activité"
    etp = sum(connus)
    if etp == 0:
        return "aucun temps libre, à la productivité la plus basse"
    heures = etp * heures_du_modele(modele)
    return f"{formats.etp(etp)} ETP, soit {formats.environ_nombre(heures)} heures par an, à redéployer"


def heures_du_modele(modele: ModeleEconomique) -> float:
    """Heures productives d'un ETP, aux hypothèses centrales."""
    hypotheses = modele.fondation.hypotheses
    return heures_productives(hypotheses["heures_absence"].central, hypotheses["heures_formation_reunions"].central)


def _continuite(modele: ModeleEconomique) -> str:
    """Communes qui sortent d'une fonction tenue par moins d'un poste."""
    seuil = modele.fondation.lecture.effectifs.seuil_plein
    nombres = []
    for service in modele.services(modele.scenario_retenu):
        base = service.assiette
        if base.a_une_equipe:
            nombres.append(int((base.table.loc[base.entrantes, "etp"] < seuil).sum()))
    if not nombres or not max(nombres):
        return f"{formats.ABSENT} : aucune équipe commune, ou des effectifs inconnus"
    return f"jusqu'à {formats.pluriel(max(nombres), 'commune')} où la fonction n'occupe pas un poste entier"


def tableau_biais(modele: ModeleEconomique) -> Tableau | None:
    """Valeur actuelle nette selon le biais d'optimisme ; ``None`` si aucune fonction n'est retenue."""
    if modele.est_vide:
        return None
    donnees = modele.biais.assign(
        choisi=[
            "retenu ici" if (m, g) == (modele.cadence.majoration_couts, modele.cadence.minoration_gains) else "essai"
            for m, g in zip(modele.biais["majoration"], modele.biais["minoration"], strict=True)
        ]
    )
    return Tableau(
        id="modele_biais",
        titre="Si les coûts sont sous-estimés et les gains surestimés",
        donnees=donnees,
        unites={"majoration": "part", "minoration": "part", "van_eur": "eur", "choisi": "texte"},
        libelles={
            "majoration": "Coûts majorés de",
            "minoration": "Gains réduits de",
            "van_eur": f"VAN à {formats.pourcent(modele.taux, 1)}",
            "choisi": "Usage",
        },
        perimetre=perimetre(modele),
        source="calcul ; taux d'usage, à vérifier (le principe vient du Green Book britannique)",
        statuts="hypothese",
        note="Aucun taux de biais n'est établi pour la mutualisation : il vaut zéro à défaut, et sa conséquence se montre toujours.",
    )


def tableau_facteurs(modele: ModeleEconomique) -> Tableau | None:
    """Effet de chaque hypothèse, seule, sur la valeur actuelle nette, la plus influente d'abord ; ``None`` sans aléa."""
    table = modele.facteurs
    if table.empty:
        return None
    donnees = table.assign(
        facteur=[libelle_facteur(modele, f) for f in table["facteur"]],
        bornes=[_bornes(modele, f, b, h) for f, b, h in zip(table["facteur"], table["bas"], table["haut"], strict=True)],
    )[["facteur", "bornes", "resultat_bas", "resultat_haut", "amplitude"]]
    return Tableau(
        id="modele_facteurs",
        titre="Ce qui fait le plus varier le résultat",
        donnees=donnees,
        unites={"facteur": "texte", "bornes": "texte", **dict.fromkeys(("resultat_bas", "resultat_haut", "amplitude"), "eur")},
        libelles={
            "facteur": "Facteur",
            "bornes": "De, à",
            "resultat_bas": "VAN à la borne basse",
            "resultat_haut": "VAN à la borne haute",
            "amplitude": "Écart",
        },
        perimetre=perimetre(modele),
        source=provenance(modele),
        statuts="hypothese",
        note=f"Un facteur à la fois, les autres au central. VAN à {formats.pourcent(modele.taux, 1)}.",
    )


def libelle_facteur(modele: ModeleEconomique, facteur: str) -> str:
    """Libellé d'un facteur : celui de son hypothèse, jusqu'à la première parenthèse ou virgule."""
    if facteur == BASE:
        return "Effectifs et coûts actuels, estimés"
    libelle = modele.fondation.hypotheses[facteur].libelle
    return libelle.split(" (")[0].split(",")[0]


def _bornes(modele: ModeleEconomique, facteur: str, bas: float, haut: float) -> str:
    if facteur == BASE:
        return f"de {formats.pourcent(bas)} à {formats.pourcent(haut)} du central"
    unite = modele.fondation.hypotheses[facteur].unite
    return f"de {formats.valeur(bas, 'valeur')} à {formats.valeur(haut, 'valeur')} {unite}"


def tableau_hypotheses_modele(modele: ModeleEconomique) -> Tableau:
    """Hypothèses du modèle : bornes, unité, niveau de preuve, qualité, impact."""
    citees = [li.hypothese for s in modele.services(modele.scenario_retenu) for li in s.lignes if li.hypothese]
    noms = dict.fromkeys((*HYPOTHESES_TOUJOURS, *citees))
    choisies = [modele.fondation.hypotheses[nom] for nom in noms]
    donnees = pd.DataFrame(
        {
            "libelle": [h.libelle for h in choisies],
            **{b: [float(getattr(h, b)) for h in choisies] for b in BORNES},
            "unite": [h.unite for h in choisies],
            "niveau": [h.niveau for h in choisies],
            "qualite": [QUALITES[h.qualite] for h in choisies],
            "impact": [h.impact for h in choisies],
        }
    )
    return Tableau(
        id="modele_hypotheses",
        titre="Les hypothèses du modèle",
        donnees=donnees,
        unites={**dict.fromkeys(("libelle", "unite", "niveau", "qualite", "impact"), "texte"), **dict.fromkeys(BORNES, "valeur")},
        libelles={
            "libelle": "Hypothèse",
            **LIBELLES_BORNES,
            "unite": "Unité",
            "niveau": "Preuve",
            "qualite": "Qualité",
            "impact": "Impact",
        },
        perimetre=perimetre(modele),
        source="référentiel mutunb, sources par hypothèse ; le dossier du territoire les remplace",
        statuts="hypothese",
        note="Niveau B : usage, à vérifier. Une hypothèse fragile à fort impact est la première à remplacer par une donnée locale.",
    )


def tableau_incertitude(modele: ModeleEconomique) -> Tableau | None:
    """Résumé des tirages de chaque scénario : P10, P50, P90, probabilité que la VAN soit négative ; ``None`` sans aléa."""
    lignes = []
    for scenario in modele.scenarios:
        tires = modele.tirages_van if scenario == modele.scenario_retenu else modele.tirer_van(scenario)
        if len(tires):
            d = resumer(tires, modele.graine)
            lignes.append((LIBELLES_SCENARIOS[scenario], d.p10, d.p50, d.p90, d.probabilite_negative, d.erreur_type))
    if not lignes:
        return None
    colonnes = ["scenario", "p10", "p50", "p90", "probabilite", "erreur"]
    correlation = modele.fondation.hypotheses["correlation_couts"].central
    return Tableau(
        id="modele_incertitude",
        titre="Ce que disent les tirages au hasard",
        donnees=pd.DataFrame(lignes, columns=colonnes),
        unites={"scenario": "texte", **dict.fromkeys(("p10", "p50", "p90"), "eur"), **dict.fromkeys(("probabilite", "erreur"), "part_fine")},
        libelles={
            "scenario": "Scénario",
            "p10": "P10 (défavorable)",
            "p50": "P50",
            "p90": "P90 (favorable)",
            "probabilite": "Probabilité d'une VAN négative",
            "erreur": "Erreur de tirage",
        },
        perimetre=perimetre(modele),
        source=provenance(modele),
        statuts="hypothese",
        note=f"{formats.nombre(modele.tirages)} tirages, graine {modele.graine}, générateur PCG64 de numpy ; lois triangulaires entre "
        f"les bornes des hypothèses ; coûts liés par un facteur commun (corrélation {formats.nombre(correlation, 1)}). "
        f"VAN à {formats.pourcent(modele.taux, 1)}.",
    )

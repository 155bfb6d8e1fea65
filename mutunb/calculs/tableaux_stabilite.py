"""Les tableaux de stabilité : clés comparées, groupes lésés, propositions du médiateur, départ, seuils, hypothèses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.cles import CLES
from mutunb.calculs.coeur import TestCoeur
from mutunb.calculs.jeu_service import CONTINUITE, SURCOUT
from mutunb.calculs.repartition_service import RepartitionService
from mutunb.calculs.repartitions import DECLARES, ECHOUE, EXTINCTION, Depart, Repartitions, inversions_d_usage, reponses_aux_maires
from mutunb.calculs.sortie_commune import Sortie
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_repartition import NOMS_MONTRES, NOTE_MASQUE, commun, libelle_cle, libelle_fonction
from mutunb.dossier.confidentialite import est_consultant

COALITIONS_MONTREES = 6
NOTE_COALITIONS = (
    "Coût sans les autres : le plus petit d'une équipe dédiée (paliers d'un demi-poste, continuité) et de chacun pour soi "
    "(acheter à l'extérieur, ou garder son service s'il atteint la continuité)."
)


def nommer(service: RepartitionService, coalition: Sequence[str]) -> str:
    """« A, B et C » ; « toutes sauf A » ; « A, B, C, D, E et 7 autres »."""
    dehors = [nom for siren, nom in service.noms.items() if siren not in set(coalition)]
    if len(coalition) > NOMS_MONTRES and len(dehors) <= NOMS_MONTRES:
        return f"toutes sauf {formats.liste(dehors)}"
    noms = [service.noms[siren] for siren in coalition]
    if len(noms) > NOMS_MONTRES + 1:
        noms = [*noms[:NOMS_MONTRES], f"{len(noms) - NOMS_MONTRES} autres"]
    return formats.liste(noms)


def tableau_cles(repartitions: Repartitions) -> Tableau | None:
    """Par service et par clé : qui paie plus, la plus forte hausse, tient ou non, coalitions lésées."""
    lignes, masques = [], []
    for s in repartitions.calculees:
        for cle in s.cles:
            ecarts = s.ecarts(cle)
            ecarts = ecarts[ecarts["genre"].eq("commune")]
            test = s.tests.get(cle)
            lignes.append(
                {
                    "fonction": libelle_fonction(s.fonction),
                    "cle": CLES[cle] + (" (retenue)" if cle == s.retenue else ""),
                    "perdantes": int(ecarts["sens"].eq("perd").sum()),
                    "hausse_hab": float(ecarts["ecart_eur_hab"].max()),
                    "verdict": _verdict(test),
                    "lesees": np.nan if test is None else len(test.lesees),
                    "exces": np.nan if test is None else max(0.0, test.exces_max_eur),
                    "surcout": _surcout(s, cle),
                }
            )
            exces, perdantes = repartitions.exces_confidentiels(s), lignes[-1]["perdantes"]
            comptes = repartitions.comptes_confidentiels(s, perdantes, len(ecarts) - perdantes)
            avant = bool(s.table["statut_cout"].isin(DECLARES).any())
            masques.append({"exces": exces, "surcout": exces, "hausse_hab": avant, "perdantes": comptes})
    if not lignes:
        return None
    return Tableau(
        id="repartition_cles",
        titre="Les clés comparées : qui paie plus, et l'accord tiendrait-il ?",
        donnees=pd.DataFrame(lignes),
        unites={
            **dict.fromkeys(("fonction", "cle", "verdict", "surcout"), "texte"), "perdantes": "nombre", "hausse_hab": "eur_hab",
            "lesees": "nombre", "exces": "eur_an",
        },
        libelles={
            "fonction": "Service", "cle": "Clé", "perdantes": "Communes qui paient plus",
            "hausse_hab": "Plus forte hausse", "verdict": "Stabilité", "lesees": "Groupes lésés",
            "exces": "Plus gros excès d'un groupe", "surcout": "Tient si l'extérieur coûte",
        },
        statuts="estime",
        note="« Tient » : aucun groupe éprouvé ne paierait moins sans les autres. « Jamais » : la clé ne tient pas "
        f"même si l'extérieur coûtait le double. Une hausse de 0 est une hausse de moins de 0,50 € par habitant : suivre l'usage "
        f"répartit le surcoût du service entre tous. {NOTE_COALITIONS}".replace("0,50 €", "0,50\u00a0€"),
        masque=pd.DataFrame(masques),
        **commun(repartitions),
    )  # fmt: skip


def _surcout(service: RepartitionService, cle: str) -> str | None:
    """« 12 % de plus », « jamais », ou rien si le test ne se fait pas."""
    if cle not in service.tests:
        return None
    seuil = service.surcouts_minimaux[cle]
    return "jamais" if seuil is None else f"{formats.pourcent(seuil)} de plus"


def _verdict(test: TestCoeur | None) -> str:
    if test is None:
        return formats.ABSENT
    if not test.stable:
        return "ne tient pas"
    return "aucun groupe lésé trouvé (test partiel)" if test.partiel else "tient"


def tableau_coalitions(repartitions: Repartitions) -> Tableau | None:
    """Groupes lésés par la clé retenue : les plus petits d'abord lésés, par montant ; ``None`` si aucun ne l'est."""
    lignes, masques = [], []
    for s in repartitions.calculees:
        if s.retenue not in s.tests:
            continue
        minimales = s.tests[s.retenue].minimales
        for ligne in minimales.head(COALITIONS_MONTREES).itertuples():
            lignes.append(
                {
                    "fonction": libelle_fonction(s.fonction), "groupe": nommer(s, ligne.coalition), "part": ligne.part_eur,
                    "cout": ligne.cout_eur, "exces": ligne.exces_eur, "exces_hab": ligne.exces_eur / _habitants(s, ligne.coalition),
                }
            )  # fmt: skip
            masques.append(repartitions.exces_confidentiels(s))
    if not lignes:
        return None
    return Tableau(
        id="repartition_coalitions",
        titre="Sous la clé retenue, les groupes qui paieraient moins sans les autres",
        donnees=pd.DataFrame(lignes),
        unites={"fonction": "texte", "groupe": "texte", **dict.fromkeys(("part", "cout", "exces"), "eur_an"), "exces_hab": "eur_hab"},
        libelles={
            "fonction": "Service", "groupe": "Groupe", "part": "Sa part", "cout": "Son coût sans les autres",
            "exces": "Excès", "exces_hab": "Excès par habitant",
        },
        statuts="estime",
        note=f"Au plus {COALITIONS_MONTREES} groupes par service, ceux dont aucune partie n'est déjà lésée. {NOTE_COALITIONS}",
        masque=pd.DataFrame(dict.fromkeys(("cout", "exces", "exces_hab", "part"), masques)),
        **commun(repartitions),
    )  # fmt: skip


def _habitants(service: RepartitionService, coalition: Sequence[str]) -> float:
    """Habitants d'un groupe ; ceux de l'EPCI, qui sont ceux de ses communes, ne se comptent que s'il est seul."""
    membres = service.table[service.table["siren"].isin(coalition)]
    communes = membres[membres["genre"].eq("commune")]
    habitants = (communes if len(communes) else membres)["population"].sum()
    return habitants or np.nan


def tableau_mediation(repartitions: Repartitions, service: RepartitionService) -> Tableau | None:
    """Un service, entité par entité : bornes stables, clé retenue, Shapley, nucléole et nucléole par tête."""
    if service.mediation is None:
        return None
    table = service.mediation.drop(columns="genre")
    bornes = service.etendue.intervalles.set_index("joueur")
    table["min"], table["max"] = (table["siren"].map(bornes[c]) for c in ("min_eur", "max_eur"))
    table = table[["nom", "retenue_eur", "shapley_eur", "nucleole_eur", "nucleole_tete_eur", "min", "max"]]
    chiffrees = [c for c in table.columns[1:] if table[c].notna().any()]
    cache = [repartitions.exces_confidentiels(service)] * len(table)
    exact = service.shapley.exact
    return Tableau(
        id=f"repartition_mediation_{service.fonction}",
        titre=f"{libelle_fonction(service.fonction)} : les propositions d'un médiateur",
        donnees=table[["nom", *chiffrees]],
        unites={"nom": "texte", **dict.fromkeys(chiffrees, "eur_an")},
        libelles={
            "nom": "Entité", "retenue_eur": f"Clé retenue ({libelle_cle(service.retenue)})",
            "shapley_eur": "Shapley" if exact else "Shapley (estimée)", "nucleole_eur": "Nucléole",
            "nucleole_tete_eur": "Nucléole par tête", "min": "Part stable, au moins", "max": "Part stable, au plus",
        },
        statuts="estime",
        note="Shapley peut être hors du cœur : un groupe peut y perdre. Nucléole : dans le cœur dès qu'il n'est pas vide. Une part "
        "négative se lit : les autres gagnent à ce que l'entité vienne."
        + ("" if exact else f" Shapley estimée sur {service.shapley.tirages} ordres tirés (graine {service.graine}).")
        + ("" if "nucleole_eur" in chiffrees else " Plus de douze entités : le nucléole et les bornes ne se calculent pas."),
        masque=pd.DataFrame(dict.fromkeys(chiffrees, cache)),
        **commun(repartitions),
    )  # fmt: skip


def tableau_depart(repartitions: Repartitions, departs: Sequence[Depart]) -> Tableau | None:
    """Par service : qui part, ce que les autres paieraient de plus cette année-là et jusqu'à l'horizon, et la suite."""
    if not departs:
        return None
    lignes = []
    for depart in departs:
        sortie, trajectoire = depart.sortie, depart.sortie.trajectoire.set_index("annee")
        annee = trajectoire.loc[sortie.annee]
        lignes.append(
            {
                "fonction": libelle_fonction(depart.service.fonction), "sortante": depart.nom,
                "echoue": annee["cout_echoue_eur"], "hausse": annee["hausse_eur"], "fin": trajectoire["hausse_eur"].iloc[-1],
                "indemnite": sortie.indemnite_eur, "suite": _suite(sortie),
            }
        )  # fmt: skip
    montants = ("echoue", "hausse", "fin", "indemnite")
    horizon = int(departs[0].sortie.trajectoire["annee"].iloc[-1])
    secrets = [repartitions.exces_confidentiels(d.service) for d in departs]
    return Tableau(
        id="repartition_depart",
        titre=f"Si la plus grosse contributrice partait l'année {departs[0].sortie.annee}",
        donnees=pd.DataFrame(lignes),
        unites={**dict.fromkeys(("fonction", "sortante", "suite"), "texte"), **dict.fromkeys(montants, "eur")},
        libelles={
            "fonction": "Service", "sortante": "Commune qui part", "echoue": "Coût échoué, année du départ",
            "hausse": "Hausse pour les autres, année du départ", "fin": f"Hausse l'année {horizon}",
            "indemnite": "Indemnité qui couvrirait les autres", "suite": "Entre ceux qui restent, cette année-là",
        },
        statuts="estime",
        note=f"Même clé, euros constants, non actualisés, jusqu'à l'année {horizon}. Hausse négative : les autres y gagnent.",
        masque=pd.DataFrame(dict.fromkeys(montants, secrets)),
        **commun(repartitions),
    )  # fmt: skip


def _suite(sortie: Sortie) -> str:
    if sortie.test.stable:
        return "aucun groupe lésé trouvé" if sortie.test.partiel else "l'accord tient"
    return "aucune clé ne tiendrait" if sortie.etendue.vide else "la clé est à revoir"


def tableau_seuils(repartitions: Repartitions) -> Tableau | None:
    """Par service, sous la clé retenue : couples où la commune qui emploie le plus le service paie le moins."""
    lignes = []
    for s in repartitions.calculees:
        trouvees = inversions_d_usage(s)
        if trouvees.empty or repartitions.parts_confidentielles(s) or s.usage_declare:
            continue
        pire = trouvees.iloc[0]
        lignes.append((libelle_fonction(s.fonction), CLES[s.retenue], len(trouvees), pire["nom_grosse"], pire["nom_petite"], pire["ecart_eur"]))
    if not lignes:
        return None
    return Tableau(
        id="repartition_seuils",
        titre="Employer plus et payer moins : les effets de la clé retenue",
        donnees=pd.DataFrame(lignes, columns=["fonction", "cle", "couples", "grosse", "petite", "ecart"]),
        unites={**dict.fromkeys(("fonction", "cle", "grosse", "petite"), "texte"), "couples": "nombre", "ecart": "eur_an"},
        libelles={
            "fonction": "Service", "cle": "Clé", "couples": "Couples de communes", "grosse": "Emploie plus, paie moins",
            "petite": "Emploie moins, paie plus", "ecart": "Écart de part",
        },
        statuts="estime",
        note="Le couple montré est celui du plus grand écart. Une clé sans lien avec l'usage en produit toujours : ce n'est pas une "
        "erreur, c'est ce qu'elle choisit de solidaire.",
        **commun(repartitions),
    )  # fmt: skip


def tableau_hypotheses(repartitions: Repartitions) -> Tableau | None:
    """Hypothèses du test de stabilité et du départ : valeur retenue, fourchette, niveau de preuve."""
    if not repartitions.calculees:
        return None
    hypotheses = repartitions.projet.dossier.hypotheses
    lignes = []
    for nom in (CONTINUITE, SURCOUT, ECHOUE, EXTINCTION):
        h = hypotheses[nom]
        niveaux = "propre au dossier" if nom in repartitions.projet.dossier.hypotheses_propres else "B, à vérifier"
        lignes.append((h.libelle, h.bas, h.central, h.haut, h.unite, niveaux, h.remarque))
    return Tableau(
        id="repartition_hypotheses",
        titre="Ce que le test suppose",
        donnees=pd.DataFrame(lignes, columns=["hypothese", "bas", "central", "haut", "unite", "niveau", "remarque"]),
        unites={**dict.fromkeys(("hypothese", "unite", "niveau", "remarque"), "texte"), **dict.fromkeys(("bas", "central", "haut"), "valeur")},
        libelles={
            "hypothese": "Hypothèse", "bas": "Bas", "central": "Retenu", "haut": "Haut", "unite": "Unité", "niveau": "Preuve",
            "remarque": "Remarque",
        },
        statuts="hypothese",
        note="S'y ajoutent le coût et l'effectif du service (modèle économique) et le palier de recrutement d'un demi-poste. "
        "Chacune se remplace dans le dossier du territoire.",
        perimetre=mentions.perimetre_bloc(repartitions.projet.dossier.territoire),
        source="hypothèses du référentiel et du dossier",
    )  # fmt: skip


def tableau_maires(repartitions: Repartitions) -> Tableau | None:
    """Par commune : services qu'elle paierait moins cher seule, à plusieurs, ou que rien ne ferait moins cher."""
    table = reponses_aux_maires(repartitions)
    if table.empty:
        return None
    secret = any(repartitions.exces_confidentiels(s) for s in repartitions.calculees if s.tests)
    comptes = ("services", "seule", "a_plusieurs", "aucune")
    return Tableau(
        id="repartition_maires",
        titre="Commune par commune : paierait-elle moins sans les autres ?",
        donnees=table[["nom", *comptes, "economie_eur", "economie_eur_hab"]],
        unites={"nom": "texte", **dict.fromkeys(comptes, "nombre"), "economie_eur": "eur_an", "economie_eur_hab": "eur_hab"},
        libelles={
            "nom": "Commune", "services": "Services éprouvés", "seule": "Moins chers seule", "a_plusieurs": "Moins chers à plusieurs",
            "aucune": "Rien à gagner ailleurs", "economie_eur": "Économie, seule", "economie_eur_hab": "Par habitant",
        },
        statuts="estime",
        note="Clé retenue de chaque service. Économie : somme des services moins chers seule, au coût construit du même service sans "
        f"les autres.{f' {NOTE_MASQUE}' if secret and not est_consultant() else ''}",
        masque=pd.DataFrame(dict.fromkeys(("economie_eur", "economie_eur_hab"), [secret] * len(table))),
        **commun(repartitions),
    )  # fmt: skip

"""Les tableaux « qui paie quoi » : services, communes, parts sous chaque clé, ce qui n'a pas pu se calculer."""

from __future__ import annotations

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.cles import CLES
from mutunb.calculs.repartition_service import USAGES, RepartitionService
from mutunb.calculs.repartitions import DECLARES, Repartitions
from mutunb.calculs.tableau import Tableau
from mutunb.dossier.confidentialite import est_consultant

NOMS_MONTRES = 5
NOTE_MASQUE = (
    "Masqué : montant qu'une entité a déclaré, ou qui permettrait de le retrouver ; chaque commune voit le sien avec le "
    "consultant."
)
NOTE_COUT = "Coût annuel en régime de croisière, hors transition. L'EPCI garde sa part : elle n'est ni imputée ni facturée."


def libelle_fonction(fonction: str) -> str:
    """Libellé court d'une fonction."""
    return referentiel.fonction(fonction).libelle_court


def _source(repartitions: Repartitions) -> str:
    dossier = repartitions.projet.dossier
    reponses = "réponses au questionnaire et " if dossier.collecte is not None else ""
    return f"{reponses}{mentions.estimation(dossier.territoire)}"


def libelle_cle(cle: str) -> str:
    """Libellé d'une clé dans une phrase : « population », « ETP d'origine »."""
    libelle = CLES[cle]
    return libelle if libelle[1].isupper() else libelle[0].lower() + libelle[1:]


def commun(repartitions: Repartitions) -> dict[str, str]:
    """Périmètre et source communs à ces tableaux."""
    return {"perimetre": mentions.perimetre_bloc(repartitions.projet.dossier.territoire), "source": _source(repartitions)}


def tableau_services(repartitions: Repartitions) -> Tableau | None:
    """Par service : coût et fourchette, part de l'EPCI, des communes, clé retenue, gagnantes et perdantes."""
    lignes, masques = [], []
    for s in repartitions.calculees:
        ecarts = s.ecarts()
        ecarts = ecarts[ecarts["genre"].eq("commune")]
        lignes.append(
            {
                "fonction": libelle_fonction(s.fonction), "bas": s.cout.bas_eur, "cout": s.cout.central_eur,
                "haut": s.cout.haut_eur, "epci": s.part_epci_eur, "communes": s.cout.central_eur - s.part_epci_eur,
                "cle": CLES[s.retenue], "perdantes": int(ecarts["sens"].eq("perd").sum()),
                "gagnantes": int(ecarts["sens"].eq("gagne").sum()),
            }
        )  # fmt: skip
        comptes = repartitions.comptes_confidentiels(s, lignes[-1]["perdantes"], lignes[-1]["gagnantes"])
        parts = repartitions.parts_confidentielles(s)
        masques.append({"epci": parts, "communes": parts, "perdantes": comptes, "gagnantes": comptes})
    if not lignes:
        return None
    montants = ("bas", "cout", "haut", "epci", "communes")
    return Tableau(
        id="repartition_services",
        titre="Ce que coûterait chaque service, et qui le paierait",
        donnees=pd.DataFrame(lignes),
        unites={
            **dict.fromkeys(("fonction", "cle"), "texte"), **dict.fromkeys(montants, "eur_an"),
            "perdantes": "nombre", "gagnantes": "nombre",
        },
        libelles={
            "fonction": "Service", "bas": "Coût, bas", "cout": "Coût, central", "haut": "Coût, haut",
            "epci": "Part de l'EPCI", "communes": "Part des communes", "cle": "Clé retenue",
            "perdantes": "Communes : plus", "gagnantes": "Communes : moins",
        },
        statuts="estime",
        note=f"{NOTE_COUT} « Plus », « moins » : communes qui paieraient plus, ou moins, que la fonction ne leur coûte aujourd'hui. "
        f"Part de l'EPCI, selon l'usage : {_usages(repartitions)}."
        + (f" {NOTE_MASQUE}" if any(any(m.values()) for m in masques) and not est_consultant() else ""),
        masque=pd.DataFrame(masques),
        **commun(repartitions),
    )  # fmt: skip


def _usages(repartitions: Repartitions) -> str:
    """« unités d'œuvre (Systèmes d'information), ETP d'origine (Comptabilité et finances) »."""
    par_usage: dict[str, list[str]] = {}
    for s in repartitions.calculees:
        par_usage.setdefault(USAGES[s.usage], []).append(libelle_fonction(s.fonction))
    return " ; ".join(f"{usage} ({formats.liste(noms)})" for usage, noms in par_usage.items())


def tableau_communes(repartitions: Repartitions) -> Tableau | None:
    """Par commune, tous services ensemble : avant, après, écart, écart par habitant ; dernière ligne : total."""
    table = repartitions.communes
    if table.empty:
        return None
    sommes = table[["population", "avant_eur", "apres_eur", "ecart_eur"]].sum()
    total = {"nom": "Total", **sommes, "ecart_eur_hab": sommes["ecart_eur"] / sommes["population"]}
    colonnes = ["nom", "population", "avant_eur", "apres_eur", "ecart_eur", "ecart_eur_hab"]
    caches = [*table["declare"], bool(table["declare"].any())]
    parts = any(repartitions.parts_confidentielles(s) or s.retenue in repartitions.cles_confidentielles(s) for s in repartitions.calculees)
    return Tableau(
        id="repartition_communes",
        titre="Avant et après, commune par commune",
        donnees=pd.concat([table[colonnes], pd.DataFrame([total])[colonnes]], ignore_index=True),
        unites={
            "nom": "texte", "population": "habitants", **dict.fromkeys(("avant_eur", "apres_eur", "ecart_eur"), "eur_an"),
            "ecart_eur_hab": "eur_hab",
        },
        libelles={
            "nom": "Commune", "population": "Population", "avant_eur": "Avant", "apres_eur": "Après",
            "ecart_eur": "Écart", "ecart_eur_hab": "Écart par habitant",
        },
        statuts={"population": "constate", **dict.fromkeys(("avant_eur", "apres_eur", "ecart_eur", "ecart_eur_hab"), "estime")},
        note=f"Services réunis : {formats.liste([libelle_fonction(s.fonction) for s in repartitions.calculees])} ; clé retenue de "
        f"chacun. Écart positif : la commune paie plus. {NOTE_COUT}{f' {NOTE_MASQUE}' if (any(caches) or parts) and not est_consultant() else ''}",
        total=True,
        masque=pd.DataFrame(
            {
                "avant_eur": caches, "apres_eur": [parts] * len(caches),
                **dict.fromkeys(("ecart_eur", "ecart_eur_hab"), [cache or parts for cache in caches]),
            }
        ),
        **commun(repartitions),
    )  # fmt: skip


def tableau_parts(repartitions: Repartitions, service: RepartitionService) -> Tableau:
    """Un service, entité par entité : coût actuel, part sous chaque clé calculée ; dernière ligne : total."""
    colonnes = {f"part_{c}_eur": CLES[c] + (" (retenue)" if c == service.retenue else "") for c in service.cles}
    table = service.table[["nom", "cout_eur", *colonnes]].rename(columns={"cout_eur": "avant"})
    total = pd.DataFrame([{"nom": "Total", **table.drop(columns="nom").sum(min_count=1)}])
    declares = service.table["statut_cout"].isin(DECLARES)
    secretes, toutes = repartitions.cles_confidentielles(service), repartitions.parts_confidentielles(service)
    caches = {f"part_{c}_eur": [toutes or c in secretes] * len(table) + [False] for c in service.cles}
    titre = libelle_fonction(service.fonction)
    return Tableau(
        id=f"repartition_parts_{service.fonction}",
        titre=f"{titre} : la part de chacun sous chaque clé",
        donnees=pd.concat([table, total], ignore_index=True),
        unites={"nom": "texte", **dict.fromkeys(("avant", *colonnes), "eur_an")},
        libelles={"nom": "Entité", "avant": "Coût actuel", **colonnes},
        statuts="estime",
        note=f"Mixte : moitié population, moitié usage ({USAGES[service.usage]}). Part fixe : {formats.pourcent(service.part_fixe)} du coût "
        f"des communes, à parts égales. {NOTE_COUT}{f' {NOTE_MASQUE}' if declares.any() and not est_consultant() else ''}",
        total=True,
        masque=pd.DataFrame({"avant": [*declares, bool(declares.any())], **caches}),
        **commun(repartitions),
    )


def tableau_collecte(repartitions: Repartitions) -> Tableau | None:
    """Ce qui n'a pas pu se calculer, service par service, et ce qu'il faut collecter ; ``None`` si tout l'a pu."""
    lignes = []
    for s in repartitions.services.values():
        nom = libelle_fonction(s.fonction)
        if not s.est_calculee:
            lignes.append((nom, "tout le service", s.motif_absence))
        lignes += [(nom, f"clé « {libelle_cle(c)} »", motif) for c, motif in s.absentes.items()]
        if s.est_calculee and s.sans_cout:
            dits = formats.liste([*s.sans_cout[:NOMS_MONTRES], *([f"{len(s.sans_cout) - NOMS_MONTRES} autres"] if len(s.sans_cout) > NOMS_MONTRES else [])])
            lignes.append((nom, f"part de {dits}", "coût actuel inconnu : à collecter par le questionnaire"))
    if not lignes:
        return None
    reunies: dict[tuple[str, str], list[str]] = {}
    for nom, quoi, pourquoi in lignes:
        reunies.setdefault((quoi, pourquoi), []).append(nom)
    return Tableau(
        id="repartition_collecte",
        titre="Ce qui n'a pas pu se calculer",
        donnees=pd.DataFrame(
            [(", ".join(noms), quoi, pourquoi) for (quoi, pourquoi), noms in reunies.items()], columns=["fonction", "quoi", "pourquoi"]
        ),
        unites=dict.fromkeys(("fonction", "quoi", "pourquoi"), "texte"),
        libelles={"fonction": "Service", "quoi": "Manque", "pourquoi": "Pourquoi, et que collecter"},
        statuts={},
        **commun(repartitions),
    )

"""Contrôles de l'identité : SIREN du territoire, nom et SIREN qui se contredisent, entités sans réponse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from mutunb import formats
from mutunb.dossier.examen import Examen, Releve, controle, libelle_fonction, lignes_de
from mutunb.dossier.questionnaire import SEPARATEUR, forme_simple
from mutunb.dossier.reponses import Couverture, attendus, mesurer_couverture
from mutunb.territoires import siren as cle_siren

#: natures dont le SIREN doit être celui de l'EPCI ou d'une commune membre
_NATURES_DU_TERRITOIRE = ("epci", "commune")
#: feuilles qui n'admettent aucune autre entité, et le SIREN qu'elles demandent
_STRICTES = {"compensations": "le SIREN d'une commune membre", "dgf": "le SIREN de l'EPCI"}
_ADMIS = "le SIREN de l'EPCI, d'une commune membre ou d'une entité rattachée déclarée"


def sirens_admis(examen: Examen, feuille: str) -> Mapping[str, str]:
    """SIREN (et nom) que la feuille peut citer : territoire, et entités rattachées que la feuille Entités déclare."""
    rattachees = {} if feuille in _STRICTES else _rattachees(examen)
    return rattachees | attendus(feuille, examen.territoire)


def _rattachees(examen: Examen) -> dict[str, str]:
    entites = examen.table("entites").dropna(subset=["siren"])
    autres = entites[entites["nature"].notna() & ~entites["nature"].isin(_NATURES_DU_TERRITOIRE)]
    return {entite["siren"]: str(entite["nom"]) for entite in lignes_de(autres)}


@controle
def siren_hors_territoire(examen: Examen) -> Iterator[Releve]:
    """Lignes dont le SIREN n'est ni celui de l'EPCI, ni d'une commune membre, ni d'une entité déclarée."""
    for feuille in examen.controle.feuilles:
        table, admis = examen.table(feuille), sirens_admis(examen, feuille)
        champs = ("siren", "rattachement") if feuille == "entites" else ("siren",)
        for champ in champs:
            inconnus = table[table[champ].notna() & ~table[champ].isin(admis)]
            for _, lignes in inconnus.groupby(champ, sort=False):
                yield Releve(feuille, tuple(lignes.index), (champ,), _textes(lignes.iloc[0], champ, admis, feuille))


def _textes(ligne: pd.Series, champ: str, admis: Mapping[str, str], feuille: str) -> dict[str, str]:
    siren = ligne[champ]
    bien_formes = [connu for connu in admis if cle_siren.est_bien_forme(connu)]
    voisins = cle_siren.voisins(siren, bien_formes) if cle_siren.est_bien_forme(siren) else []
    nom = ligne.get("collectivite", ligne.get("nom"))
    return {
        "siren": siren,
        "nom": "" if pd.isna(nom) or champ != "siren" else f" ({nom})",
        "attendus": _STRICTES.get(feuille, _ADMIS),
        "voisins": _conseil([f"{voisin} ({admis[voisin]})" for voisin in voisins]),
    }


def _conseil(voisins: list[str]) -> str:
    if voisins:
        return f"Vouliez-vous dire : {formats.liste(voisins, 'ou')} ?"
    return "Corrigez le SIREN ; un CCAS, une régie ou un syndicat se déclare d'abord dans la feuille Entités."


@controle
def partie_hors_territoire(examen: Examen) -> Iterator[Releve]:
    """Porteurs et bénéficiaires de mutualisations que ni le territoire ni la feuille Entités ne connaissent."""
    admis = sirens_admis(examen, "mutualisations")
    for ligne in lignes_de(examen.table("mutualisations")):
        cites = [("porteur_siren", ligne["porteur_siren"])]
        beneficiaires = "" if pd.isna(ligne["beneficiaires"]) else str(ligne["beneficiaires"])
        cites += [("beneficiaires", siren.strip()) for siren in beneficiaires.split(SEPARATEUR)]
        for champ, siren in cites:
            if not pd.isna(siren) and siren and siren not in admis:
                textes = {"siren": siren, "fonction": libelle_fonction(ligne["fonction"])}
                yield Releve("mutualisations", (ligne.name,), (champ,), textes)


@controle
def nom_et_siren_discordants(examen: Examen) -> Iterator[Releve]:
    """Lignes qui portent le nom d'une entité du territoire et le SIREN d'une autre."""
    par_nom: dict[str, set[str]] = {}
    for siren, nom in examen.du_territoire.items():
        par_nom.setdefault(forme_simple(nom), set()).add(siren)
    for feuille in examen.controle.feuilles:
        champ = "nom" if feuille == "entites" else "collectivite"
        table = examen.table(feuille).dropna(subset=["siren", champ])
        du_territoire = table[table["siren"].isin(examen.du_territoire)]
        for (siren, nom), lignes in du_territoire.groupby(["siren", champ], sort=False):
            possibles = par_nom.get(forme_simple(nom), {siren})
            if siren not in possibles:
                textes = {
                    "nom": nom,
                    "entite": examen.nom(siren),
                    "siren_attendu": formats.liste(sorted(possibles), "ou"),
                }
                yield Releve(feuille, tuple(lignes.index), ("siren", champ), textes)


@controle
def sans_reponse(examen: Examen) -> Iterator[Releve]:
    """Pour chaque feuille, les entités du territoire dont aucune ligne n'est revenue."""
    for feuille in examen.controle.feuilles:
        couverture = mesurer_couverture(examen.collecte, feuille, examen.territoire)
        if couverture.absents:
            textes = {
                "absents": formats.pluriel(len(couverture.absents), "entité"),
                "attendus": str(len(couverture.attendus)),
                "population": formats.pourcent(1 - couverture.part_population),
                "noms": _noms(examen, couverture),
            }
            yield Releve(feuille, textes=textes)


def _noms(examen: Examen, couverture: Couverture) -> str:
    if not couverture.repondants and len(couverture.attendus) > 1:
        return "toutes"
    return formats.liste([examen.nom(siren) for siren in couverture.absents])

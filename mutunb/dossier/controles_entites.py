"""Contrôles de l'identité : SIREN du territoire, nom et SIREN qui se contredisent, entités sans réponse."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from mutunb import formats
from mutunb.dossier.examen import Examen, Releve, controle, libelle_fonction, lignes_de
from mutunb.dossier.questionnaire import SEPARATEUR, forme_simple, questionnaire
from mutunb.dossier.reponses import Couverture, attendus, mesurer_couvertures
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
def entite_muette(examen: Examen) -> Iterator[Releve]:
    """Entités du territoire dont aucune ligne n'est revenue, dans aucune feuille."""
    for siren in _muettes(examen, mesurer_couvertures(examen.collecte, examen.territoire)):
        yield Releve("", textes={"entite": examen.nom(siren), "part": _part(examen, [siren]) or ", l'EPCI"})


@controle
def sans_reponse(examen: Examen) -> Iterator[Releve]:
    """Pour chaque feuille, les entités qui n'y ont rien mis alors qu'elles (ou l'EPCI, s'il la remplit) ont répondu à d'autres."""
    couvertures = mesurer_couvertures(examen.collecte, examen.territoire)
    muettes = _muettes(examen, couvertures)
    for feuille in examen.controle.feuilles:
        couverture, par_l_epci = couvertures[feuille], _est_a_l_epci(feuille)
        tues = {examen.territoire.siren} & set(muettes) and couverture.absents if par_l_epci else muettes
        absents = [siren for siren in couverture.absents if siren not in tues]
        if absents:
            textes = {
                "absents": formats.pluriel(len(absents), "entité"),
                "attendus": str(len(couverture.attendus)),
                "part": _part(examen, absents),
                "noms": _noms(examen, absents, couverture),
                "muettes": _rappel(len(couverture.absents) - len(absents)),
                "relancer": "l'EPCI, qui la remplit" if par_l_epci else "ces entités sur cette feuille",
            }
            yield Releve(feuille, textes=textes)


def _est_a_l_epci(feuille: str) -> bool:
    """Vrai si l'EPCI seul remplit la feuille, même quand ses lignes portent sur les communes."""
    return questionnaire().feuille(feuille).destinataires == ("epci",)


def _muettes(examen: Examen, couvertures: Mapping[str, Couverture]) -> tuple[str, ...]:
    """SIREN des entités qui n'ont répondu à aucune feuille."""
    presentes: set[str] = set()
    for feuille, couverture in couvertures.items():
        a_l_epci = couverture.repondants and _est_a_l_epci(feuille)
        presentes |= {examen.territoire.siren} if a_l_epci else set(couverture.repondants)
    return tuple(siren for siren in examen.du_territoire if siren not in presentes)


def _part(examen: Examen, sirens: Collection[str]) -> str:
    """« (27 % de la population) » ; vide quand seul l'EPCI est en cause."""
    populations = examen.territoire.communes.set_index("siren")["pop_municipale_2025"].astype(float)
    siennes = populations[populations.index.isin(sirens)]
    if siennes.empty:
        return ""
    part = siennes.sum() / populations.sum()
    return f" ({formats.pourcent(part, 0 if part >= 0.005 else 1)} de la population)"


def _noms(examen: Examen, absents: Sequence[str], couverture: Couverture) -> str:
    if not couverture.repondants and len(absents) > 1:
        return "toutes" if len(absents) == len(couverture.attendus) else "toutes celles qui ont répondu par ailleurs"
    return formats.liste([examen.nom(siren) for siren in absents])


def _rappel(muettes: int) -> str:
    return f" (en plus de {formats.pluriel(muettes, 'entité muette', 'entités muettes')})" if muettes else ""

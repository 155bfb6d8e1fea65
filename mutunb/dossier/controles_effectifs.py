"""Contrôles de la feuille Effectifs : parts de temps, postes, coût par ETP, départs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from mutunb import formats, referentiel
from mutunb.dossier.examen import Examen, Releve, controle, libelle_champ, lignes_de
from mutunb.dossier.fusion import montrer
from mutunb.dossier.questionnaire import questionnaire

_POSTE = ["siren", "poste"]
#: ce qui ne change pas d'une ligne à l'autre d'un même poste
_COMMUNS = ("quotite", "etp_poste", "categorie", "statut", "cout_employeur_eur", "annee_depart")
#: payés autrement qu'à l'année ou bien moins qu'un emploi permanent
_STATUTS_A_PART = ("apprenti", "vacataire")


def etp_des_postes(effectifs: pd.DataFrame) -> pd.Series:
    """ETP de chaque ligne : part du temps × quotité (à défaut, ETP du poste) ; NaN si l'une manque."""
    return effectifs["part_temps"] * effectifs["quotite"].fillna(effectifs["etp_poste"])


@controle
def parts_de_temps_au_dela(examen: Examen) -> Iterator[Releve]:
    """Postes dont les parts de temps dépassent 100 %."""
    limite = 1 + examen.seuil("tolerance")
    yield from _postes(examen, lambda somme, complet: somme > limite)


@controle
def parts_de_temps_en_deca(examen: Examen) -> Iterator[Releve]:
    """Postes dont toutes les parts sont connues et n'atteignent pas 100 %."""
    limite = 1 - examen.seuil("tolerance")
    yield from _postes(examen, lambda somme, complet: (somme < limite) & complet)


def _postes(examen: Examen, en_cause) -> Iterator[Releve]:
    effectifs = examen.table("effectifs").dropna(subset=_POSTE)
    parts = effectifs.groupby(_POSTE)["part_temps"]
    # l'arrondi écarte le bruit binaire : 0,7 + 0,2 + 0,105 doit valoir 1,005
    somme, complet = parts.transform("sum").round(9), parts.transform("count") == parts.transform("size")
    fautifs = effectifs[en_cause(somme, complet)]
    for (siren, poste), lignes in fautifs.groupby(_POSTE, sort=False):
        textes = {
            "somme": _pourcent(lignes["part_temps"].sum()),
            "poste": poste,
            "entite": examen.nom(siren),
            "lignes": formats.pluriel(len(lignes), "ligne"),
        }
        yield Releve("effectifs", tuple(lignes.index), ("part_temps",), textes)


def _pourcent(part: float) -> str:
    return formats.pourcent(part, 0 if round(part * 100, 6).is_integer() else 1)


@controle
def poste_contradictoire(examen: Examen) -> Iterator[Releve]:
    """Postes dont la quotité, la catégorie, le coût… changent d'une ligne à l'autre."""
    effectifs = examen.table("effectifs").dropna(subset=_POSTE)
    for champ in _COMMUNS:
        decrit = questionnaire().feuille("effectifs").champ(champ)
        divers = effectifs.groupby(_POSTE)[champ].transform("nunique") > 1
        for (siren, poste), lignes in effectifs[divers].groupby(_POSTE, sort=False):
            textes = {
                "valeurs": formats.liste([montrer(v, decrit) for v in lignes[champ].dropna().unique()]),
                "poste": poste,
                "entite": examen.nom(siren),
                "champ": libelle_champ("effectifs", champ),
            }
            yield Releve("effectifs", tuple(lignes.index), (champ,), textes)


@controle
def cout_etp_hors_bornes(examen: Examen) -> Iterator[Releve]:
    """Postes dont le coût ramené au temps plein sort des bornes de leur catégorie (à défaut, de toutes)."""
    effectifs = examen.table("effectifs")
    utiles = effectifs[effectifs["cout_employeur_eur"].notna() & ~effectifs["statut"].isin(_STATUTS_A_PART)]
    quotite = utiles["quotite"].fillna(utiles["etp_poste"])
    cout = (utiles["cout_employeur_eur"] / quotite.where(quotite > 0)).round(6)
    bornes = bornes_du_cout(examen)
    bas = utiles["categorie"].map({code: borne[0] for code, borne in bornes.items()})
    haut = utiles["categorie"].map({code: borne[1] for code, borne in bornes.items()})
    bas = bas.astype("float64").fillna(min(borne[0] for borne in bornes.values()))
    haut = haut.astype("float64").fillna(max(borne[1] for borne in bornes.values()))
    fautifs = utiles[(cout < bas) | (cout > haut)]
    for _, lignes in fautifs.groupby(_POSTE, sort=False):
        ligne, index = lignes.iloc[0], lignes.index[0]
        textes = {
            "cout": formats.euros_exacts(cout[index]),
            "poste": ligne["poste"],
            "entite": examen.nom(ligne["siren"]),
            "categorie": _categorie(ligne["categorie"]),
            "bas": formats.euros_exacts(bas[index]),
            "haut": formats.euros_exacts(haut[index]),
        }
        yield Releve("effectifs", tuple(lignes.index), ("cout_employeur_eur",), textes)


def _categorie(code: object) -> str:
    return "catégorie inconnue" if pd.isna(code) else f"catégorie {str(code).upper()}"


def bornes_du_cout(examen: Examen) -> dict[str, tuple[float, float]]:
    """Coût plausible d'un ETP par catégorie (€/an) : repères TR08 à TR10, élargis de la marge du contrôle."""
    marge = examen.seuil("marge")
    reperes = {code: referentiel.repere(nom) for code, nom in examen.controle.reperes.items()}
    return {
        code: (round(repere.bas * 1000 * (1 - marge), 6), round(repere.haut * 1000 * (1 + marge), 6))
        for code, repere in reperes.items()
    }


@controle
def annee_depart_passee(examen: Examen) -> Iterator[Releve]:
    """Postes dont l'année de départ prévue est révolue."""
    effectifs = examen.table("effectifs")
    passees = effectifs[effectifs["annee_depart"] < examen.jour.year]
    for _, lignes in passees.groupby(_POSTE, sort=False):
        ligne = lignes.iloc[0]
        textes = {
            "annee": f"{ligne['annee_depart']:.0f}",
            "poste": ligne["poste"],
            "entite": examen.nom(ligne["siren"]),
            "cette_annee": str(examen.jour.year),
        }
        yield Releve("effectifs", tuple(lignes.index), ("annee_depart",), textes)


@controle
def effectifs_au_dela_du_total(examen: Examen) -> Iterator[Releve]:
    """Entités dont les postes décrits dépassent l'effectif total déclaré."""
    effectifs = examen.table("effectifs")
    decrits = etp_des_postes(effectifs).groupby(effectifs["siren"]).sum(min_count=1)
    for entite in lignes_de(examen.table("entites").dropna(subset=["siren", "effectif_etp"])):
        somme = decrits.get(entite["siren"], np.nan)
        if round(somme - entite["effectif_etp"], 9) > examen.seuil("tolerance"):
            textes = {
                "somme": formats.valeur(somme, "etp"),
                "entite": examen.nom(entite["siren"]),
                "total": formats.valeur(entite["effectif_etp"], "etp"),
            }
            yield Releve("entites", (entite.name,), ("effectif_etp",), textes)

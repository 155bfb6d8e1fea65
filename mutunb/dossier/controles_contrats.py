"""Contrôles des contrats et des licences : dates, préavis, montants, doubles saisies, sauvegardes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from mutunb import formats
from mutunb.dossier.examen import Examen, Releve, controle, lignes_de
from mutunb.dossier.questionnaire import forme_simple

_MOIS_PAR_AN = 12
_JOURS_PAR_MOIS = 30.4375


def duree_mois(debut: pd.Series, fin: pd.Series) -> pd.Series:
    """Mois du début à la fin, premier et dernier jours compris ; NaN si une date manque."""
    suivant = fin + pd.Timedelta(days=1)
    entiers = (suivant.dt.year - debut.dt.year) * _MOIS_PAR_AN + (suivant.dt.month - debut.dt.month)
    return entiers + (suivant.dt.day - debut.dt.day) / _JOURS_PAR_MOIS


def terme(contrats: pd.DataFrame) -> pd.Series:
    """Dernier jour possible de chaque contrat : la plus tardive des deux dates de fin connues."""
    return contrats[["fin", "fin_max"]].max(axis=1)


def _releves(
    examen: Examen, lignes: pd.DataFrame, champs: tuple[str, ...], textes: Callable[[pd.Series], dict[str, str]]
) -> Iterator[Releve]:
    for ligne in lignes_de(lignes):
        communs = {"reference": _ou_nd(ligne["reference"]), "entite": examen.nom(ligne["siren"])}
        yield Releve("contrats", (ligne.name,), champs, communs | textes(ligne))


def _ou_nd(texte: object) -> str:
    return formats.ABSENT if pd.isna(texte) else str(texte)


def _jour(moment: object) -> str:
    return formats.ABSENT if pd.isna(moment) else formats.date(moment.date())


@controle
def contrat_fini_avant_debut(examen: Examen) -> Iterator[Releve]:
    """Contrats dont une date de fin précède le début."""
    contrats = examen.table("contrats")
    for champ in ("fin", "fin_max"):
        fautifs = contrats[contrats[champ] < contrats["debut"]]
        yield from _releves(
            examen, fautifs, ("debut", champ), lambda c, fin=champ: {"debut": _jour(c["debut"]), "fin": _jour(c[fin])}
        )


@controle
def fin_ferme_apres_fin_max(examen: Examen) -> Iterator[Releve]:
    """Contrats dont la fin ferme dépasse la fin reconductions comprises."""
    contrats = examen.table("contrats")
    fautifs = contrats[contrats["fin"] > contrats["fin_max"]]
    yield from _releves(
        examen, fautifs, ("fin", "fin_max"), lambda c: {"fin": _jour(c["fin"]), "fin_max": _jour(c["fin_max"])}
    )


@controle
def contrat_echu(examen: Examen) -> Iterator[Releve]:
    """Contrats donnés pour en cours et dont le dernier terme est passé."""
    contrats = examen.table("contrats")
    contrats = contrats.assign(terme=terme(contrats))
    echus = contrats[contrats["terme"] < pd.Timestamp(examen.jour)]
    jour = formats.date(examen.jour)
    yield from _releves(examen, echus, ("fin",), lambda c: {"terme": _jour(c["terme"]), "jour": jour})


@controle
def preavis_plus_long_que_la_duree(examen: Examen) -> Iterator[Releve]:
    """Contrats dont le préavis dépasse la durée ferme (à défaut, la durée maximale)."""
    contrats = examen.table("contrats")
    duree = duree_mois(contrats["debut"], contrats["fin"].fillna(contrats["fin_max"])).round(9)
    contrats = contrats.assign(duree=duree)
    fautifs = contrats[(contrats["preavis_mois"] > contrats["duree"]) & (contrats["duree"] > 0)]
    yield from _releves(
        examen,
        fautifs,
        ("preavis_mois",),
        lambda c: {"preavis": f"{_decimal(c['preavis_mois'])} mois", "duree": f"{_decimal(c['duree'])} mois"},
    )


def _decimal(nombre: float) -> str:
    return formats.nombre(nombre, 0 if round(nombre, 1).is_integer() else 1)


@controle
def reconduction_tacite_sans_date(examen: Examen) -> Iterator[Releve]:
    """Contrats à reconduction tacite dont aucune date de fin n'est connue."""
    contrats = examen.table("contrats")
    fautifs = contrats[(contrats["reconduction"] == "tacite") & terme(contrats).isna()]
    yield from _releves(examen, fautifs, ("fin", "reconduction"), lambda c: {})


@controle
def contrat_sans_fin(examen: Examen) -> Iterator[Releve]:
    """Autres contrats dont aucune date de fin n'est connue."""
    contrats = examen.table("contrats")
    fautifs = contrats[(contrats["reconduction"] != "tacite") & terme(contrats).isna()]
    yield from _releves(examen, fautifs, ("fin",), lambda c: {})


@controle
def montants_de_contrat_qui_ne_ferment_pas(examen: Examen) -> Iterator[Releve]:
    """Contrats dont le total n'est voisin du montant annuel ni sur la durée ferme, ni sur la durée maximale."""
    contrats = examen.table("contrats")
    total = contrats["montant_total_eur"].where(contrats["montant_total_eur"] > 0)
    ecarts, calcules = pd.DataFrame(index=contrats.index), {}
    for champ in ("fin", "fin_max"):
        calcules[champ] = contrats["montant_annuel_eur"] * duree_mois(contrats["debut"], contrats[champ]) / _MOIS_PAR_AN
        ecarts[champ] = (total - calcules[champ]).abs() / total
    retenu = calcules["fin"].fillna(calcules["fin_max"])
    fautifs = contrats[ecarts.min(axis=1).round(9) > examen.seuil("ecart")]
    duree = duree_mois(contrats["debut"], contrats["fin"].fillna(contrats["fin_max"]))
    yield from _releves(
        examen,
        fautifs,
        ("montant_annuel_eur", "montant_total_eur"),
        lambda c: {
            "total": formats.euros_exacts(c["montant_total_eur"]),
            "annuel": formats.euros_exacts(c["montant_annuel_eur"]),
            "calcule": formats.euros_exacts(retenu[c.name]),
            "duree": f"{_decimal(duree[c.name])} mois",
        },
    )


@controle
def contrat_en_double_probable(examen: Examen) -> Iterator[Releve]:
    """Contrats d'un même acheteur qui ont l'objet, le titulaire et le début d'un autre, sous une autre référence."""
    contrats = examen.table("contrats").dropna(subset=["siren", "objet", "titulaire", "reference"])
    cle = pd.DataFrame(
        {
            "siren": contrats["siren"],
            "objet": contrats["objet"].map(forme_simple),
            "titulaire": contrats["titulaire"].map(forme_simple),
            "debut": contrats["debut"],
        }
    )
    repetes = cle[cle.duplicated(keep=False)]
    for _, meme in repetes.groupby(list(cle), dropna=False, sort=False):
        lignes = contrats.loc[meme.index]
        if lignes["reference"].nunique() > 1:
            textes = {
                "references": formats.liste(list(dict.fromkeys(lignes["reference"]))),
                "entite": examen.nom(lignes["siren"].iloc[0]),
            }
            yield Releve("contrats", tuple(lignes.index), ("reference",), textes)


@controle
def licence_echue(examen: Examen) -> Iterator[Releve]:
    """Applications en service dont la fin de licence ou de contrat est passée."""
    applications = examen.table("applications")
    for ligne in lignes_de(applications[applications["fin_contrat"] < pd.Timestamp(examen.jour)]):
        textes = {
            "fin": _jour(ligne["fin_contrat"]),
            "application": _ou_nd(ligne["application"]),
            "entite": examen.nom(ligne["siren"]),
            "jour": formats.date(examen.jour),
        }
        yield Releve("applications", (ligne.name,), ("fin_contrat",), textes)


@controle
def sauvegarde_jamais_testee(examen: Examen) -> Iterator[Releve]:
    """Entités dont aucune application ne porte la date d'une restauration en test."""
    applications = examen.table("applications").dropna(subset=["siren"])
    for siren, lignes in applications.groupby("siren", sort=False):
        if lignes["sauvegarde_testee_le"].isna().all():
            textes = {"applications": formats.pluriel(len(lignes), "application"), "entite": examen.nom(siren)}
            yield Releve("applications", tuple(lignes.index), ("sauvegarde_testee_le",), textes)

"""Degré d'intégration d'un territoire : CIF publié et part de l'EPCI dans le personnel du bloc, situés en France.

Règle : chaque indicateur est comparé aux quartiles de l'ensemble des EPCI (au-dessus du troisième : forte ; en dessous
du premier : faible ; sinon : moyenne). Le CIF décide quand il est connu, parce que la part du personnel est surestimée ;
sinon la part décide. Sans l'un ni l'autre : indéterminée. Le CIF n'est connu que pour une partie des EPCI ; il n'est
jamais reconstitué. Celui de la fiche DGF que l'EPCI a fournie prime sur celui des données ouvertes.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.declarations import cif_declare, source_cif
from mutunb.calculs.tableau import Tableau
from mutunb.dossier import Dossier
from mutunb.territoires import quartiles

NIVEAUX = ("faible", "moyenne", "forte")
INDETERMINEE = "indéterminée"
#: indicateurs retenus, du plus au moins probant, et leur libellé
INDICATEURS = {
    "cif_2025": "Coefficient d'intégration fiscale (CIF)",
    "part_epci_personnel": "Part de l'EPCI dans les frais de personnel du bloc",
}


@dataclass(frozen=True)
class Integration:
    """Niveau d'intégration, et les signaux qui le fondent.

    Attributes
    ----------
    niveau : str
        ``faible``, ``moyenne``, ``forte`` ou ``indéterminée``.
    cif, part_personnel, part_depense : float
        CIF fourni ou publié (NaN si inconnu) ; parts de l'EPCI dans le bloc (0–1), surestimées : l'EPCI est consolidé.
    signaux : DataFrame
        ``indicateur, valeur, q1, mediane, q3, signal`` (−1, 0, +1 ; NaN si inconnu).
    """

    dossier: Dossier
    niveau: str
    cif: float
    part_personnel: float
    part_depense: float
    signaux: pd.DataFrame

    @property
    def discordante(self) -> bool:
        """Vrai si les deux indicateurs sont connus et ne donnent pas le même niveau."""
        connus = self.signaux["signal"].dropna()
        return connus.nunique() > 1

    @property
    def rang(self) -> int | None:
        """1 (faible) à 3 (forte) ; None si indéterminée."""
        return NIVEAUX.index(self.niveau) + 1 if self.niveau in NIVEAUX else None

    @property
    def tableau(self) -> Tableau:
        """Les signaux, prêts à montrer."""
        territoire = self.dossier.territoire
        lectures = {1.0: "au-dessus du 3e quartile", 0.0: "entre les quartiles", -1.0: "en dessous du 1er quartile"}
        return Tableau(
            id="integration_signaux",
            titre="Degré d'intégration : deux indicateurs situés parmi l'ensemble des EPCI",
            donnees=pd.DataFrame(
                {
                    "indicateur": self.signaux["indicateur"].map(INDICATEURS),
                    "valeur": self.signaux["valeur"],
                    "q1": self.signaux["q1"],
                    "mediane": self.signaux["mediane"],
                    "q3": self.signaux["q3"],
                    "lecture": [lectures.get(s, formats.ABSENT) for s in self.signaux["signal"]],
                }
            ),
            unites={
                "indicateur": "texte",
                "valeur": "part_fine",
                "q1": "part_fine",
                "mediane": "part_fine",
                "q3": "part_fine",
                "lecture": "texte",
            },
            libelles={
                "indicateur": "Indicateur",
                "valeur": territoire.nom,
                "q1": "1er quartile",
                "mediane": "Médiane",
                "q3": "3e quartile",
                "lecture": "Position",
            },
            perimetre="ensemble des EPCI à fiscalité propre dont la donnée est connue",
            source=f"{source_cif(self.dossier)} ; {mentions.comptes(territoire)}",
            statuts="constate",
            note="La part de l'EPCI est surestimée : ses comptes réunissent budget principal et budgets annexes, "
            "ceux des communes leur seul budget principal.",
        )


def mesurer_integration(dossier: Dossier) -> Integration:
    """Degré d'intégration d'un territoire (règle en tête de module)."""
    territoire = dossier.territoire
    valeurs = dossier.indicateurs.copy()
    fourni = cif_declare(dossier)
    if pd.notna(fourni):
        valeurs["cif_2025"] = fourni
    reperes = quartiles(territoire, "ensemble")
    lignes = []
    for nom in INDICATEURS:
        q1, mediane, q3 = (float(reperes.loc[nom, q]) for q in ("q1", "mediane", "q3"))
        donnee = float(valeurs[nom])
        lignes.append(
            {"indicateur": nom, "valeur": donnee, "q1": q1, "mediane": mediane, "q3": q3, "signal": _signal(donnee, q1, q3)}
        )
    signaux = pd.DataFrame(lignes)
    return Integration(
        dossier=dossier,
        niveau=niveau_integration(signaux["signal"]),
        cif=float(valeurs["cif_2025"]),
        part_personnel=float(valeurs["part_epci_personnel"]),
        part_depense=float(valeurs["part_epci_depense"]),
        signaux=signaux,
    )


def _signal(donnee: float, q1: float, q3: float) -> float:
    if pd.isna(donnee):
        return float("nan")
    return 1.0 if donnee > q3 else -1.0 if donnee < q1 else 0.0


def niveau_integration(signaux: pd.Series) -> str:
    """Niveau d'après le premier signal connu (−1, 0, +1) ; ``indéterminée`` si aucun ne l'est."""
    connus = signaux.dropna()
    return INDETERMINEE if connus.empty else NIVEAUX[int(connus.iloc[0]) + 1]

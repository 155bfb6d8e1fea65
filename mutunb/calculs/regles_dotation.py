"""Règles d'une dotation d'intercommunalité : plancher, plafond, seuils, et ce qui n'est pas tranché, en options."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mutunb.calculs.cif import METROPOLES, coefficient_nature, regle, retenu_exact, seuil_garantie
from mutunb.calculs.monnaie import Nombre, exact, positif
from mutunb.erreurs import ErreurDonnees, ErreurUsage

SEUILS = ("stricts", "larges")
CLAUSES_60 = ("off", "sous_60", "inferieur_60")
LECTURES_METROPOLE = ("brut", "majore")


@dataclass(frozen=True)
class ReglesDotation:
    """Règles et options d'une dotation ; celles qui ne sont pas tranchées ont une valeur par défaut et se changent.

    Attributes
    ----------
    nature : str
        ``CC``, ``CA``, ``CU``, ``METRO`` ou ``MET69``.
    seuils : str
        ``stricts`` (défaut : être au seuil exact ne suffit pas) ou ``larges``.
    clause_60 : str
        ``off`` (défaut), ``sous_60`` (potentiel fiscal sous 60 % de la moyenne) ou ``inferieur_60`` (inférieur d'au moins
        60 %) : garantie à 100 % par la pauvreté fiscale, texte final à lire.
    potentiel_relatif : Nombre, optional
        Potentiel fiscal par habitant ÷ moyenne de la catégorie, nécessaire si ``clause_60`` n'est pas ``off``.
    seuil_metropole : str
        ``brut`` (défaut) ou ``majore`` : CIF comparé au seuil pour une métropole.
    coefficient : Nombre, optional
        Coefficient du CIF ; sinon 1,1 pour une métropole et 1 ailleurs.
    plafond : Nombre, optional
        Plafond en part ; sinon 1,1 jusqu'en 2023 et 1,2 depuis 2024.
    complement : bool
        Vrai pour porter à 5 €/habitant la référence d'un EPCI qui touchait moins.
    """

    nature: str = "CC"
    seuils: str = "stricts"
    clause_60: str = "off"
    potentiel_relatif: Nombre | None = None
    seuil_metropole: str = "brut"
    coefficient: Nombre | None = None
    plafond: Nombre | None = None
    complement: bool = False

    def __post_init__(self) -> None:
        choix = [("seuils", self.seuils, SEUILS), ("clause_60", self.clause_60, CLAUSES_60)]
        for genre, nom, connus in [*choix, ("seuil_metropole", self.seuil_metropole, LECTURES_METROPOLE)]:
            if nom not in connus:
                raise ErreurUsage.nom_inconnu(genre, str(nom), connus)
        seuil_garantie(self.nature)
        if self.clause_60 != "off" and self.potentiel_relatif is None:
            raise ErreurDonnees(
                "Clause des 60 % : donnez potentiel_relatif (potentiel fiscal par habitant ÷ moyenne de la catégorie)."
            )

    def est_garanti(self, cif: Nombre) -> bool:
        """Vrai si le CIF ouvre la garantie à 100 % (clause des 60 % comprise si elle est activée)."""
        lu = exact(cif, "le CIF")
        if self.seuil_metropole == "majore" and self.nature in METROPOLES:
            lu *= self.facteur
        seuil = exact(seuil_garantie(self.nature))
        return lu > seuil or (self.seuils == "larges" and lu == seuil) or self._est_pauvre

    @property
    def facteur(self) -> Fraction:
        """Coefficient appliqué au CIF avant plafonnement."""
        return coefficient_nature(self.nature) if self.coefficient is None else positif(self.coefficient, "le coefficient")

    @property
    def _est_pauvre(self) -> bool:
        if self.clause_60 == "off":
            return False
        relatif, part = positif(self.potentiel_relatif, "le potentiel fiscal relatif"), exact(regle("seuil_potentiel_fiscal"))
        return relatif < part if self.clause_60 == "sous_60" else relatif <= 1 - part

    def plancher(self, cif: Nombre) -> Fraction:
        """Plancher en part de la dotation de l'an dernier."""
        return exact(regle("plancher_garanti" if self.est_garanti(cif) else "plancher"))

    def plafond_part(self, annee: int) -> Fraction:
        """Plafond en part de la dotation de l'an dernier, l'année dite."""
        return exact(regle("plafond", annee)) if self.plafond is None else positif(self.plafond, "le plafond", strict=True)

    def retenu(self, cif: Nombre) -> Fraction:
        """CIF retenu."""
        return retenu_exact(cif, self.nature, self.coefficient)

    def reference(self, d: Fraction) -> Fraction:
        """Dotation par habitant à laquelle s'appliquent les bornes."""
        return max(d, exact(regle("complement"))) if self.complement else d

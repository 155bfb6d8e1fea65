"""Fonction de coût d'un service : part fixe, part variable, paliers d'ETP et continuité, pour n'importe quel groupe.

::

    équipe(S) = fixe + variable × volume(S) + coût d'un ETP × max(continuité, charge(S) arrondie au palier supérieur)
    c(S)      = min( équipe(S), somme de ce que chaque membre de S paierait isolé )

Un groupe sans charge ni volume ne coûte rien. Le second terme dit qu'un groupe peut toujours se passer d'équipe commune :
chacun garde son service s'il est au même niveau, ou l'achète. Il n'entre que si ce coût est connu pour tous ses membres.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mutunb.calculs.coalitions import Jeu, Joueur, materialiser
from mutunb.calculs.entrees import dictionnaire, montrer
from mutunb.calculs.monnaie import Nombre, positif
from mutunb.erreurs import Constat, ErreurDonnees


@dataclass(frozen=True)
class FonctionCout:
    """Coût annuel d'un service rendu à un groupe.

    Parameters
    ----------
    charges_etp : Mapping
        Joueur → charge de travail (ETP/an), positive ou nulle.
    eur_par_etp : Nombre
        Coût employeur d'un ETP (€/an).
    fixe_eur : Nombre
        Coût qui ne dépend pas du groupe (€/an) : logiciel, locaux, encadrement.
    volumes, variable_eur : Mapping, Nombre
        Joueur → unités, et coût d'une unité (€), pour ce qui s'achète à l'unité.
    pas_etp : Nombre
        Palier de recrutement (ETP) ; 0 : sans palier.
    continuite_etp : Nombre
        Effectif au-dessous duquel le service ne tient pas (ETP).
    isole_eur : Mapping
        Joueur → coût du même service sans équipe commune (€/an) : maintien, prestataire ; pour ceux dont il est connu.

    Raises
    ------
    ErreurDonnees
        Charge ou volume négatifs ou absents, joueurs sans charge (tous les défauts à la fois).

    Examples
    --------
    >>> cout = FonctionCout({"A": 0.8, "B": 0.4, "C": 0.1}, eur_par_etp=50_000, fixe_eur=10_000, continuite_etp=1)
    >>> cout.etp(["A", "B"]), cout.cout(["A", "B"]), cout.cout(["C"])
    (1.5, 85000.0, 60000.0)
    >>> FonctionCout({"C": 0.1}, 50_000, isole_eur={"C": 6_000}).cout(["C"])
    6000.0
    """

    charges_etp: Mapping[Joueur, Nombre]
    eur_par_etp: Nombre
    fixe_eur: Nombre = 0
    volumes: Mapping[Joueur, Nombre] | None = None
    variable_eur: Nombre = 0
    pas_etp: Nombre = 0.5
    continuite_etp: Nombre = 0
    isole_eur: Mapping[Joueur, Nombre] | None = None

    def __post_init__(self) -> None:
        constats = []
        for champ, genre in (("charges_etp", "charge"), ("volumes", "volume"), ("isole_eur", "coût isolé")):
            table = getattr(self, champ)
            lue = {} if table is None else dictionnaire(table, champ, "joueur → nombre")
            for joueur, valeur in lue.items():
                try:
                    lue[joueur] = float(positif(valeur))
                except ErreurDonnees:
                    constats.append(Constat(f"{genre} de {joueur}", montrer(valeur), "un nombre positif ou nul", "Corrigez-le."))
            object.__setattr__(self, champ, lue)
        etrangers = sorted(map(str, (set(self.volumes or {}) | set(self.isole_eur or {})) - set(self.charges_etp)))
        constats += [Constat(f"joueur {j}", "aucune charge", "une charge en ETP", "Donnez-la ; zéro s'écrit.") for j in etrangers]
        for genre in ("eur_par_etp", "fixe_eur", "variable_eur", "pas_etp", "continuite_etp"):
            object.__setattr__(self, genre, float(positif(getattr(self, genre), genre)))
        if constats:
            raise ErreurDonnees.de_constats("Fonction de coût", constats)

    @property
    def joueurs(self) -> tuple[Joueur, ...]:
        """Joueurs, dans l'ordre des charges."""
        return tuple(self.charges_etp)

    def etp(self, coalition: Sequence[Joueur]) -> float:
        """Effectif (ETP) d'une équipe dédiée à ce groupe ; 0 s'il n'a pas de charge."""
        return float(self._etp(np.array([sum(float(self.charges_etp[j]) for j in coalition)]))[0])

    def cout(self, coalition: Sequence[Joueur]) -> float:
        """Coût minimal du groupe (€/an)."""
        membres = np.array([[joueur in set(coalition) for joueur in self.joueurs]])
        return float(self.couts(membres)[0])

    def couts(self, membres: np.ndarray) -> np.ndarray:
        """Coûts (€/an) de plusieurs coalitions, données par leur matrice d'appartenance."""
        equipe = self.couts_equipe(membres)
        if not self.isole_eur:
            return equipe
        connus = np.array([self.isole_eur.get(j, np.inf) for j in self.joueurs], dtype=float)
        finis = np.where(np.isfinite(connus), connus, 0.0)
        isoles = np.where(membres @ ~np.isfinite(connus), np.inf, membres @ finis)
        return np.minimum(equipe, isoles)

    def couts_equipe(self, membres: np.ndarray) -> np.ndarray:
        """Coûts (€/an) d'une équipe dédiée à chaque coalition, sans la possibilité de s'en passer."""
        charges = membres @ np.array([float(self.charges_etp[j]) for j in self.joueurs])
        volumes = membres @ np.array([float((self.volumes or {}).get(j, 0)) for j in self.joueurs])
        cout = float(self.fixe_eur) + float(self.variable_eur) * volumes + float(self.eur_par_etp) * self._etp(charges)
        return np.where((charges > 0) | (volumes > 0), cout, 0.0)

    def _etp(self, charges: np.ndarray) -> np.ndarray:
        pas = float(self.pas_etp)
        arrondies = np.ceil(charges / pas - 1e-9) * pas if pas else charges
        return np.where(charges > 0, np.maximum(arrondies, float(self.continuite_etp)), 0.0)

    def jeu(self, total_eur: float | None = None, table_max: int = 12) -> Jeu:
        """Jeu de coûts de tous les joueurs.

        Parameters
        ----------
        total_eur : float, optional
            Coût réel de tous ensemble (€/an), qui remplace celui de la fonction : c'est lui qu'on répartit.
        table_max : int
            Au plus ce nombre de joueurs, tous les coûts sont calculés une fois.
        """
        jeu = Jeu(self.joueurs, self.couts)
        if len(self.joueurs) <= table_max:
            jeu = materialiser(jeu)
        return jeu if total_eur is None else jeu.avec_total(total_eur)

"""Le formulaire des hypothèses du modèle économique : trois bornes par hypothèse, et l'effet sur la valeur actuelle nette."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path
from types import MappingProxyType

import ipywidgets as W

from mutunb import formats, referentiel
from mutunb.calculs.modele_economique import ModeleEconomique, modele_economique
from mutunb.calculs.projet import projeter
from mutunb.dossier import Dossier
from mutunb.dossier.ouverture import lire_hypotheses_propres
from mutunb.erreurs import ErreurDonnees
from mutunb.formulaires.base import Formulaire, tableau_avant_apres
from mutunb.formulaires.champs import DISPOSITION, LARGEUR
from mutunb.formulaires.enregistrement import ecrire_hypotheses, signature
from mutunb.referentiel import Hypothese
from mutunb.referentiel.entrees.hypotheses import BORNES

Bornes = tuple[float, float, float]
IMPACTS = ("fort", "moyen", "faible")
QUALITES = {"vert": "source solide", "orange": "source indirecte", "rouge": "usage ou choix de mutunb, à vérifier"}
#: une saisie sans borne haute connue peut aller jusqu'à ce multiple de la référence
AMPLEUR = 10.0
PAS_DU_CURSEUR = 100


class FormulaireHypotheses(Formulaire):
    """Hypothèses du modèle économique, une à la fois ; plusieurs se changent avant d'enregistrer."""

    titre = "Hypothèses du modèle économique"
    mode_emploi = (
        "Choisissez une hypothèse, changez ses bornes (bas ≤ central ≤ haut) ; le curseur déplace la valeur centrale. L'effet "
        "se lit aussitôt. « Enregistrer » écrit toutes les hypothèses changées, avec l'auteur et le motif."
    )

    def construire(self) -> list[W.Widget]:
        """Liste des hypothèses, trois bornes, un curseur, la fiche de la référence."""
        self.references = referentiel.hypotheses()
        self.saisies: dict[str, Bornes] = {nom: _bornes(h) for nom, h in self.dossier.hypotheses.items()}
        self.modele = modele_economique(projeter(self.dossier))
        self._van_avant = van(self.modele)
        tries = sorted(self.references.values(), key=lambda h: (IMPACTS.index(h.impact), h.libelle))
        commun = {"style": LARGEUR, "layout": DISPOSITION}
        options = [(f"{h.libelle} (impact {h.impact})", h.id) for h in tries]
        self.choix = W.Dropdown(options=options, description="Hypothèse", **commun)
        libelles = {"bas": "Borne basse", "central": "Valeur centrale", "haut": "Borne haute"}
        self.nombres = {borne: W.BoundedFloatText(description=libelles[borne], **commun) for borne in BORNES}
        self.curseur = W.FloatSlider(description="Curseur de la valeur centrale", readout_format=".6g", **commun)
        self.fiche = W.HTML()
        self.choix.observe(lambda _: self.regler(self._montrer), names="value")
        self.curseur.observe(self._au_curseur, names="value")
        self._montrer()
        return [self.choix, self.fiche, *self.nombres.values(), self.curseur]

    def surveillees(self) -> list[W.Widget]:
        """Les trois bornes ; le curseur passe par la valeur centrale."""
        return list(self.nombres.values())

    @property
    def changees(self) -> dict[str, Bornes]:
        """Hypothèses dont la saisie s'écarte de ce que le dossier porte."""
        return {nom: b for nom, b in self.saisies.items() if b != _bornes(self.dossier.hypotheses[nom])}

    def comparaison(self) -> str:
        """Valeur actuelle nette du scénario retenu, avant et après, par le même calcul que le carnet 21."""
        self.saisies[self.choix.value] = tuple(self.nombres[borne].value for borne in BORNES)
        centrales = {nom: bornes[1] for nom, bornes in self.changees.items()}
        apres = van(modele_economique(self.modele.projet, hypotheses=centrales)) if centrales else self._van_avant
        lignes = [
            (
                f"Valeur actuelle nette sur {self.modele.horizon_ans} ans, scénario {self.modele.scenario_retenu}",
                formats.euros(self._van_avant, signe=True),
                formats.euros(apres, signe=True),
            )
        ]
        for nom, bornes in self.changees.items():
            reference = self.references[nom]
            lignes.append((reference.libelle, _dire(self.dossier.hypotheses[nom]), _dire_bornes(bornes, reference.unite)))
        return tableau_avant_apres("Avant et après ces changements", lignes)

    def remettre(self) -> None:
        """Toutes les hypothèses à leur valeur de référence."""
        self.saisies = {nom: _bornes(h) for nom, h in self.references.items()}
        self._montrer()

    def ecrire(self) -> tuple[Path, Dossier]:
        """Blocs de ``hypotheses.yaml`` ; une hypothèse revenue à sa référence en est retirée."""
        changees, propres = self.changees, set(self.dossier.hypotheses_propres)
        if desordre := [self.references[nom].libelle for nom, b in changees.items() if list(b) != sorted(b)]:
            raise ErreurDonnees(f"Remettez les bornes dans l'ordre (bas ≤ central ≤ haut) : {' ; '.join(desordre)}.")
        retours = {nom for nom, b in changees.items() if b == _bornes(self.references[nom])} & propres
        marque = signature(self.auteur.value, self.motif.value) if set(changees) - retours else {}
        blocs = {
            nom: None if nom in retours else {**dict(zip(BORNES, bornes, strict=True)), **marque}
            for nom, bornes in changees.items()
        }
        if not blocs:
            raise ErreurDonnees("Rien n'a changé : le dossier porte déjà ces valeurs.")
        chemin = ecrire_hypotheses(self.dossier, blocs)
        relu = relire(self.dossier, chemin)
        self.modele = modele_economique(projeter(relu))
        self._van_avant = van(self.modele)
        return chemin, relu

    def _montrer(self) -> None:
        """Met à l'écran l'hypothèse choisie."""
        hypothese = self.references[self.choix.value]
        bornes = self.saisies[hypothese.id]
        mini, maxi = _limites(hypothese, bornes)
        for nombre, valeur in zip(self.nombres.values(), bornes, strict=True):
            _regler_bornes(nombre, mini, maxi, valeur)
            nombre.step = (hypothese.haut - hypothese.bas) / PAS_DU_CURSEUR or 1.0
        _regler_bornes(self.curseur, bornes[0], bornes[2] if bornes[2] > bornes[0] else bornes[0] + 1, bornes[1])
        self.curseur.step = (bornes[2] - bornes[0]) / PAS_DU_CURSEUR or 1.0
        self.fiche.value = _fiche(hypothese)

    def _au_curseur(self, _: object) -> None:
        if not self._en_reglage:
            self.nombres["central"].value = round(self.curseur.value, 6)


def relire(dossier: Dossier, chemin: Path) -> Dossier:
    """Dossier dont les hypothèses sont celles que le fichier porte, comme ``mutunb.ouvrir`` les lirait."""
    propres = lire_hypotheses_propres(chemin)
    en_vigueur = dict(referentiel.hypotheses())
    for nom, p in propres.items():
        en_vigueur[nom] = en_vigueur[nom].remplacee(p.bas, p.central, p.haut, auteur=p.auteur, motif=p.motif)
    return replace(dossier, hypotheses=MappingProxyType(en_vigueur), hypotheses_propres=frozenset(propres))


def van(modele: ModeleEconomique) -> float:
    """Valeur actuelle nette (€) du scénario retenu."""
    return modele.trajectoire.van(modele.taux)


def _bornes(hypothese: Hypothese) -> Bornes:
    return float(hypothese.bas), float(hypothese.central), float(hypothese.haut)


def _limites(hypothese: Hypothese, bornes: Bornes) -> tuple[float, float]:
    """Bornes de la saisie : pas de négatif là où la référence n'en a pas ; 100 au plus pour un pourcentage, 1 pour une part."""
    plafond = {"part": 1.0}.get(hypothese.unite, 100.0 if hypothese.unite.startswith("%") else AMPLEUR * max(abs(hypothese.haut), 1.0))
    plancher = 0.0 if hypothese.bas >= 0 else -AMPLEUR * abs(hypothese.bas)
    return min(plancher, bornes[0]), max(plafond, bornes[2])


def _regler_bornes(commande: W.Widget, mini: float, maxi: float, valeur: float) -> None:
    """Change bornes et valeur dans l'ordre qui n'en coupe aucune."""
    commande.max = max(maxi, commande.max)
    commande.min = mini
    commande.value = valeur
    commande.max = maxi


def _dire(hypothese: Hypothese) -> str:
    return _dire_bornes(_bornes(hypothese), hypothese.unite)


def _dire_bornes(bornes: Bornes, unite: str) -> str:
    bas, central, haut = (formats.valeur(borne, "valeur") for borne in bornes)
    return f"{central} {unite} (de {bas} à {haut})"


def _fiche(hypothese: Hypothese) -> str:
    """Référence, unité, source et qualité."""
    auteurs = dict.fromkeys(referentiel.source(s).auteur for s in hypothese.sources.model_dump().values())
    return (
        f"<p><strong>Référence</strong> : {escape(_dire(hypothese))}. <strong>Unité</strong> : {escape(hypothese.unite)}. "
        f"<strong>Source</strong> : {escape(' ; '.join(auteurs))}, niveau {escape(hypothese.niveau)}. "
        f"<strong>Qualité</strong> : {hypothese.qualite} ({QUALITES[hypothese.qualite]}). {escape(hypothese.remarque)}</p>"
    )

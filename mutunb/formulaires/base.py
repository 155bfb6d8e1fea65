"""Le formulaire commun : des commandes, un avant/après, un message, deux boutons ; chaque sujet dit le reste."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from html import escape
from pathlib import Path

import ipywidgets as W

from mutunb.dossier import Dossier
from mutunb.erreurs import ErreurMutunb
from mutunb.formulaires.champs import DISPOSITION, LARGEUR


class Formulaire(ABC):
    """Un formulaire à l'écran.

    Les commandes sont des composants natifs, chacun avec son libellé : tout se fait au clavier. Aucun résultat ne vit dans
    une commande : l'avant/après et le message sont du HTML statique, calculé comme dans le carnet.
    """

    titre = ""
    mode_emploi = ""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.avant_apres, self.message = W.HTML(), W.HTML()
        commun = {"style": LARGEUR, "layout": DISPOSITION}
        self.auteur = W.Text(value=dossier.reglages.auteur, description="Auteur", **commun)
        self.motif = W.Text(description="Motif", placeholder="Pourquoi cette valeur plutôt que la référence", **commun)
        self.revenir = W.Button(description="Revenir aux valeurs de référence", layout=W.Layout(width="auto"))
        self.enregistrer = W.Button(description="Enregistrer", button_style="primary", layout=W.Layout(width="auto"))
        self.revenir.on_click(lambda _: self._tenter(self._revenir))
        self.enregistrer.on_click(lambda _: self._tenter(self._enregistrer))
        entete = W.HTML(f"<h3>{escape(self.titre)}</h3><p>{escape(self.mode_emploi)}</p>")
        self._en_reglage = True
        saisies = self.construire()
        self._en_reglage = False
        for saisie in self.surveillees():
            saisie.observe(self._au_changement, names="value")
        boutons = W.HBox([self.revenir, self.enregistrer], layout=W.Layout(flex_flow="row wrap"))
        self.boite = W.VBox([entete, *saisies, self.avant_apres, self.auteur, self.motif, boutons, self.message])
        self._tenter(self.rafraichir)

    @abstractmethod
    def construire(self) -> list[W.Widget]:
        """Commandes du sujet, dans l'ordre de lecture."""

    @abstractmethod
    def surveillees(self) -> list[W.Widget]:
        """Commandes dont un changement refait l'avant/après."""

    @abstractmethod
    def comparaison(self) -> str:
        """Avant/après, en HTML."""

    @abstractmethod
    def remettre(self) -> None:
        """Remet les commandes aux valeurs de référence."""

    @abstractmethod
    def ecrire(self) -> tuple[Path, Dossier]:
        """Écrit la saisie ; rend le fichier et le dossier tel qu'il se relirait."""

    def rafraichir(self) -> None:
        """Refait l'avant/après."""
        self.avant_apres.value = f'<div aria-live="polite">{self.comparaison()}</div>'

    def regler(self, geste: Callable[[], None]) -> None:
        """Change plusieurs commandes d'un coup, en ne calculant qu'une fois."""
        self._en_reglage = True
        try:
            geste()
        finally:
            self._en_reglage = False
        self.rafraichir()

    def alerter(self, texte: str) -> None:
        """Message lu aussitôt par un lecteur d'écran."""
        lignes = "<br>".join(escape(ligne) for ligne in texte.splitlines())
        self.message.value = f'<div role="alert"><strong>{lignes}</strong></div>'

    def _au_changement(self, _: object) -> None:
        if not self._en_reglage:
            self._tenter(self.rafraichir)

    def _revenir(self) -> None:
        self.regler(self.remettre)
        self.alerter("Valeurs de référence rétablies à l'écran ; « Enregistrer » les inscrit dans le dossier.")

    def _enregistrer(self) -> None:
        chemin, self.dossier = self.ecrire()
        self.alerter(f"Enregistré dans {chemin}. Les carnets et la production s'en serviront.")
        self.rafraichir()

    def _tenter(self, geste: Callable[[], None]) -> None:
        """Une erreur s'affiche en français, là où l'on regarde ; rien ne se perd de la saisie."""
        try:
            geste()
        except ErreurMutunb as erreur:
            self.alerter(str(erreur))

    def _repr_mimebundle_(self, **choix: object) -> dict[str, object]:
        return self.boite._repr_mimebundle_(**choix)


def tableau_avant_apres(titre: str, lignes: list[tuple[str, str, str]]) -> str:
    """Tableau HTML à trois colonnes : ce dont on parle, avant, après."""
    corps = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(quoi)}</th><td>{escape(avant)}</td><td>{escape(apres)}</td></tr>'
        for quoi, avant, apres in lignes
    )
    entetes = "".join(f'<th scope="col">{nom}</th>' for nom in ("Quoi", "Avant", "Après"))
    return f'<table class="mutunb"><caption>{escape(titre)}</caption><thead><tr>{entetes}</tr></thead><tbody>{corps}</tbody></table>'

"""Les tableaux des instances : le comité social que chaque employeur saisit, et qui prépare, décide, suit."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from mutunb.calculs import mentions
from mutunb.calculs.calendrier import Calendrier
from mutunb.calculs.comites import CENTRE, COMMUN, PROPRE
from mutunb.calculs.gouvernance import ROLES, Gouvernance
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_calendrier import NOTE_PREUVE

COMITES: Mapping[str | None, str] = {
    PROPRE: "le sien", COMMUN: "comité commun", CENTRE: "celui du centre de gestion", None: "à vérifier (effectif proche de 50)",
}  # fmt: skip


def _texte(colonnes) -> dict[str, str]:
    return dict.fromkeys(colonnes, "texte")


def tableau_comites(calendrier: Calendrier) -> Tableau | None:
    """Comité social compétent de chaque participant du plan principal ; ``None`` si aucun avis n'est requis."""
    plan = calendrier.principal
    if plan is None or not plan.avec_comite:
        return None
    table = plan.comites.table
    territoire = calendrier.projet.dossier.territoire
    origines = {"declare": "réponse de l'employeur", "estime": "effectif estimé d'après les comptes"}
    return Tableau(
        id="calendrier_comites",
        titre="Le comité social que chaque employeur doit saisir",
        donnees=pd.DataFrame({
            "entite": table["nom"],
            "comite": [COMITES.get(c, COMITES[None]) for c in table["comite"]],
            "origine": [origines.get(s, "à établir") for s in table["statut"]],
        }),
        unites=_texte(("entite", "comite", "origine")),
        libelles={"entite": "Employeur", "comite": "Comité compétent", "origine": "D'après"},
        perimetre=mentions.perimetre_bloc(territoire),
        source=f"CGFP, art. L.251-5 (50 agents) ; {mentions.estimation(territoire)}",
        statuts={},
        note="Le seuil se lit sur les agents présents au 1er janvier ; une estimation tirée des comptes ne le remplace pas.",
    )  # fmt: skip


def tableau_gouvernance(gouvernance: Gouvernance) -> Tableau | None:
    """Instances du projet : rôle, objet, rythme, niveau de preuve ; ``None`` sans fonction retenue."""
    if not gouvernance.instances:
        return None
    lignes = [
        {
            "instance": i.libelle, "role": ROLES[i.role], "objet": i.objet, "composition": i.composition, "rythme": i.rythme,
            "niveau": i.niveau,
        }
        for i in gouvernance.instances
    ]  # fmt: skip
    return Tableau(
        id="calendrier_gouvernance",
        titre="Qui prépare, qui donne un avis, qui décide, qui suit",
        donnees=pd.DataFrame(lignes),
        unites=_texte(lignes[0]),
        libelles={
            "instance": "Instance",
            "role": "Rôle",
            "objet": "Objet",
            "composition": "Composition",
            "rythme": "Rythme",
            "niveau": "Preuve",
        },
        perimetre=mentions.perimetre_bloc(gouvernance.calendrier.projet.dossier.territoire),
        source="référentiel mutunb (gouvernance), niveau de preuve ligne par ligne",
        statuts={},
        note=NOTE_PREUVE,
    )

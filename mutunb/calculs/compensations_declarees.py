"""Les attributions de compensation que les communes déclarent, en regard du solde que les comptes publics donnent."""

from __future__ import annotations

import pandas as pd

from mutunb.calculs import mentions
from mutunb.calculs.declarations import feuille, source
from mutunb.calculs.tableau import Tableau
from mutunb.dossier import Dossier

MONTANTS = ("ac_fonctionnement_eur", "ac_investissement_eur", "services_communs_eur")


def tableau_compensations(dossier: Dossier) -> Tableau | None:
    """AC du dernier exercice déclaré, commune par commune ; ``None`` sans réponse ou en fiscalité additionnelle."""
    lues = feuille(dossier, "compensations")
    territoire = dossier.territoire
    if lues is None or territoire.regime_fiscal != "FPU":
        return None
    dernier = lues["exercice"].max()
    declarees = lues[lues["exercice"] == dernier].drop_duplicates("siren", keep="last").set_index("siren")
    communes = territoire.communes[["siren", "nom", "fiscalite_reversee"]]
    if not declarees.index.isin(communes["siren"]).any():
        return None
    table = pd.DataFrame({"commune": communes["nom"]})
    for montant in MONTANTS:
        table[montant] = communes["siren"].map(declarees[montant]).astype(float)
    table["solde_ofgl"] = communes["fiscalite_reversee"].astype(float)
    total = {"commune": "Ensemble", **table.drop(columns="commune").sum(min_count=1)}
    chiffres = [*MONTANTS, "solde_ofgl"]
    return Tableau(
        id="portrait_compensations",
        titre=f"Attributions de compensation déclarées, exercice {dernier:.0f}",
        donnees=pd.concat([table, pd.DataFrame([total])], ignore_index=True),
        unites={"commune": "texte", **dict.fromkeys(chiffres, "eur")},
        libelles={
            "commune": "Commune",
            "ac_fonctionnement_eur": "AC de fonctionnement",
            "ac_investissement_eur": "AC d'investissement",
            "services_communs_eur": "dont services communs",
            "solde_ofgl": f"AC + DSC (OFGL), comptes {territoire.millesime.comptes}",
        },
        perimetre=mentions.perimetre_communes(territoire),
        source=f"{source(dossier)} ; {mentions.comptes(territoire)}",
        statuts={**dict.fromkeys(MONTANTS, "declare"), "solde_ofgl": "constate"},
        note="L'attribution délibérée et le solde des comptes ne se confondent pas : le second comprend la dotation de "
        "solidarité et porte sur un autre exercice. Un montant négatif est versé par la commune.",
        total=True,
    )

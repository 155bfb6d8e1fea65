"""Ce que mutunb répond à chaque cas, sous les mêmes clés que l'attendu du cas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mutunb.calculs import compensation, cout_unitaire, flux, procedures, refacturation, tarifs
from mutunb.calculs.tables_publiees import comparer_table
from mutunb.erreurs import ErreurDonnees

Entrees = Mapping[str, Any]
#: clé d'un cas → libellé montré
LIBELLES = {"agglomeration": "agglomération"}


def tarif_degressif(e: Entrees) -> dict[str, Any]:
    prix, tranches, publiee = e["prix_unitaire_eur_poste_an"], e["tranches"], e["table_publiee_eur"]
    plein, marginal = tarifs.Bareme(prix, tranches), tarifs.Bareme(prix, tranches, "marginal")
    bilan = comparer_table(publiee, plein, [e["prix_ancien_affiche_en_tete_eur"]])
    effets = [
        {"n": f.n, "montant": f.montant_eur, "moins_cher_que_n": f.moins_cher_que_n, "montant_n": f.montant_n_eur}
        for f in plein.effets_de_seuil()
    ]
    return {
        "montants_eur": plein.table(range(1, 21)),
        "anomalies_table_publiee": [{"genre": a.genre, "lignes": list(a.lignes)} for a in bilan.anomalies],
        "lignes_publiees_conformes": list(bilan.conformes),
        "ecarts_publie_moins_calcule_eur": bilan.ecarts_eur,
        "effets_de_seuil": effets,
        "tarif_croissant": plein.est_croissant(),
        "alerte_effet_de_seuil": bool(effets),
        "variante_tranches_marginales": {
            "croissante": marginal.est_croissant(),
            "montants_eur": marginal.table(range(1, 21)),
        },
    }


def contribution_et_forfait(e: Entrees) -> dict[str, Any]:
    tarif, plafond, epci = e["commune"], e["commune"]["plafond_eur"], e["epci"]
    jeux = {
        "2018": (e["populations_commune_2018"], tarif["tarif_2018_eur_hab"]),
        "courant": (e["populations_commune_courant"], tarif["tarif_courant_eur_hab"]),
    }
    dus = {
        f"commune_tarif_{nom}_eur": {p: tarifs.contribution_plafonnee(p, prix, plafond) for p in populations}
        for nom, (populations, prix) in jeux.items()
    }
    return dus | {
        "epci_eur": {
            p: tarifs.forfait_et_au_dela(p, epci["forfait_eur"], epci["seuil_hab"], epci["tarif_au_dela_eur_hab"])
            for p in e["populations_epci"]
        },
        "plafond_atteint": {
            f"commune_{nom}": [p for p in populations if tarifs.plafond_atteint(p, prix, plafond)]
            for nom, (populations, prix) in jeux.items()
        },
    }


def heures_refacturees(e: Entrees) -> dict[str, Any]:
    mini, maxi = e["heures_hebdo_min"], e["heures_hebdo_max"]
    bilans = {
        heures: tarifs.controler_capacite(
            {f"commune {i}": heures for i in range(e["communes"])}, e["etp"], e["heures_an_par_etp"], e["semaines"]
        )
        for heures in (mini, maxi)
    }
    montants = {
        f"montant_annuel_{heures}h_eur": tarifs.refacturer_heures(heures, e["tarif_eur_h"], e["semaines"])
        for heures in (mini, maxi)
    }
    return montants | {
        "potentiel_heures_an": bilans[mini].potentiel_h_an,
        "controle_depassement": [
            {"communes": e["communes"], "heures_hebdo": h, "heures_an": b.demandees_h_an, "alerte": b.alerte}
            for h, b in bilans.items()
        ],
    }


def bulletins(e: Entrees) -> dict[str, Any]:
    prix, par_an = e["prix_eur_bulletin"], e["bulletins_par_agent_an"]
    return {
        "cout_eur_agent_an": tarifs.cout_bulletins(1, prix, par_an),
        "cout_total_eur_an": tarifs.cout_bulletins(e["agents"], prix, par_an),
    }


def refacturation_entre_membres(e: Entrees) -> dict[str, Any]:
    avant, apres = (
        {LIBELLES.get(membre, membre): economie for membre, economie in e[nom].items()}
        for nom in ("economie_avant_keur", "economie_apres_keur")
    )
    bilan = refacturation.comparer_refacturation(avant, apres)
    seuil = e["seuil_plausibilite_keur_par_etp"]["valeur"]
    plausibilite = refacturation.controler_plausibilite(bilan.total_apres, e["etp_economises"], seuil)
    return {
        "total_avant_keur": bilan.total_avant,
        "total_apres_keur": bilan.total_apres,
        "invariant_respecte": bilan.invariant_respecte,
        "transfert_keur": bilan.transfert,
        "sens_transfert": bilan.sens,
        "economie_par_etp_keur": plausibilite.economie_par_etp,
        "alerte_plausibilite": plausibilite.alerte,
    }


def attribution_negative(e: Entrees) -> dict[str, Any]:
    observee = e["ac_negative_observee"]["montant_eur_environ"]
    part = compensation.part_communes_ac_negative(e["communes_ac_negative"], e["communes_total"])
    return {
        "ac_apres_eur": compensation.imputer(e["ac_avant_eur"], e["charges_imputees_eur"]).ac_apres_eur,
        "ac_negative_acceptee": compensation.imputer(0, -observee).ac_apres_eur == observee,
        "sens_si_ac_negative": compensation.sens_du_versement(observee),
        "part_communes_ac_negative_pct": part * 100,
    }


def procedures_d_achat(e: Entrees) -> dict[str, Any]:
    adaptee, groupement = e["procedure_adaptee"], e["groupement"]
    direct, indirect = adaptee["direct_eur"], adaptee["indirect_eur"]
    evite = procedures.cout_evite(groupement["procedures_avant"], groupement["procedures_apres"], direct, indirect)
    total = procedures.cout_procedure(e["cout_acheteur_eur"], e["candidats"], e["cout_par_candidat_eur"])
    return {
        "cout_total_procedure_eur": total,
        "cout_procedure_adaptee_eur": procedures.cout_procedure_adaptee(direct, indirect),
        "procedures_evitees": evite.procedures_evitees,
        "cout_direct_evite_eur": evite.direct_eur,
        "cout_complet_evite_eur": evite.complet_eur,
        "qualification": evite.qualification,
    }


def mise_a_disposition(e: Entrees) -> dict[str, Any]:
    charges = [cout_unitaire.Charge(nature, montant) for nature, montant in e["charges_eur"].items()]
    refusable = cout_unitaire.Charge("autre", 1, libelle=e["charge_a_refuser"]["libelle"])
    triees = cout_unitaire.trier_charges([*charges, refusable])
    etat = cout_unitaire.etat_annuel(triees.total_eur, e["unites_prevues"], e["unites_constatees"])
    variante = cout_unitaire.recouvrer(triees.total_eur, etat.cout_unitaire_eur, e["variante_total_unites_constatees"])
    refus = triees.refusees[0]
    return {
        "charges_retenues_eur": etat.charges_retenues_eur,
        "unites_prevues_total": etat.unites_prevues_total,
        "cout_unitaire_eur": etat.cout_unitaire_eur,
        "appel_previsionnel_eur": etat.appel_eur,
        "du_eur": etat.du_eur,
        "regularisation_eur": etat.regularisation_eur,
        "somme_appels_eur": etat.somme_appels_eur,
        "somme_dus_eur": etat.somme_dus_eur,
        "somme_regularisations_eur": etat.somme_regularisations_eur,
        "charge_refusee": refus.motif.startswith(e["charge_a_refuser"]["motif"]),
        "variante_7600_unites": {
            "facture_eur": variante.facture_eur,
            "non_recouvre_eur": variante.non_recouvre_eur,
            "alerte": variante.alerte,
        },
    }


def cout_annualise(e: Entrees) -> dict[str, Any]:
    def cout(ressources: float, duree: float | None) -> Any:
        charges = e["charges_financieres_eur"], e["entretien_eur_an"]
        return cout_unitaire.cout_moyen_annualise(e["remplacement_eur"], duree, *charges, ressources)

    sans, avec = e["ressources_eur"]
    with pytest.raises(ErreurDonnees, match="durée") as refus:
        cout(sans, None)
    return {
        "cma_sans_ressources_eur_an": cout(sans, e["duree_ans"]),
        f"cma_avec_{avec}_ressources_eur_an": cout(avec, e["duree_ans"]),
        "si_duree_absente": f"refus : {refus.value}",
    }


def gains_et_couts(e: Entrees) -> dict[str, Any]:
    gains, couts = ([1000 * k for k in e[nom]] for nom in ("gains_keur", "couts_keur"))
    taux = {pct: pct / 100 for pct in e["taux_pct"]}
    etude = flux.etudier_flux(gains, couts, list(taux.values()), e["annees"])
    retour, actualise = etude.retour_simple, taux[3.2]
    return {
        "flux_net_eur": list(etude.flux_net_eur),
        "cumul_eur": list(etude.cumul_eur),
        "cumul_actualise_3_2_eur": list(etude.cumul_actualise_eur[actualise]),
        "annee_point_bas": etude.annee_point_bas,
        "delai_retour_simple_annee": retour.annee,
        "delai_retour_simple_interpole_ans": retour.interpole_ans,
        "delai_retour_actualise_3_2_annee": etude.retour_actualise[actualise].annee,
        "van": [{"taux_pct": pct, "eur": etude.van_eur[part]} for pct, part in taux.items()],
    }


def attribution_figee(e: Entrees) -> dict[str, Any]:
    apres = compensation.imputer(e["ac_avant_eur"], e["part_service_eur"]).ac_apres_eur
    bilan = compensation.regulariser(apres, e["part_service_eur"], e["part_reelle_annee_2_eur"])
    negatif = compensation.imputer(e["cas_negatif"]["ac_avant_eur"], e["cas_negatif"]["part_service_eur"])
    return {
        "ac_apres_eur": apres,
        "ac_annee_2_eur": bilan.ac_eur,
        "regularisation_annee_2_eur": bilan.montant_eur,
        "sens_regularisation": bilan.sens,
        "cas_negatif_ac_apres_eur": negatif.ac_apres_eur,
        "cas_negatif_accepte": negatif.ac_apres_eur < 0,
    }


REPONSES: Mapping[str, Callable[[Entrees], dict[str, Any]]] = {
    "A1": tarif_degressif,
    "A4": contribution_et_forfait,
    "A7": heures_refacturees,
    "A8": bulletins,
    "B1": refacturation_entre_membres,
    "B3": attribution_negative,
    "B13": procedures_d_achat,
    "C1": mise_a_disposition,
    "C3": cout_annualise,
    "C4": gains_et_couts,
    "C5": attribution_figee,
}

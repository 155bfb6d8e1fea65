"""Les paramètres de chaque carnet d'une étape, tous validés avant la première exécution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mutunb.erreurs import ErreurUsage, phrase_nom_inconnu
from mutunb.execution.parcours import Carnet, Etape
from mutunb.referentiel import parametres as modeles

TERRITOIRE = "territoire"


def parametres_par_carnet(etape: Etape, siren: str, imposes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Valeurs à injecter dans chaque carnet de l'étape.

    Parameters
    ----------
    siren : str
        Territoire étudié, donné à chaque carnet qui le demande.
    imposes : Mapping
        Paramètres choisis ; chacun va aux carnets qui le connaissent.

    Raises
    ------
    ErreurUsage
        Paramètres qu'aucun carnet de l'étape ne connaît, valeurs refusées : tous ensemble.
    """
    if TERRITOIRE in imposes:
        raise ErreurUsage("paramètre « territoire » : donnez le SIREN comme argument de la commande, non par -p.")
    champs = {carnet.id: _champs(carnet) for carnet in etape.carnets}
    connus = sorted(set().union(*champs.values()) - {TERRITOIRE})
    refus = [phrase_nom_inconnu("paramètre", nom, connus) for nom in imposes if nom not in connus]
    valeurs, valides = {TERRITOIRE: siren, **imposes}, {}
    for carnet in etape.carnets:
        try:
            valides[carnet.id] = _valider(carnet, {n: v for n, v in valeurs.items() if n in champs[carnet.id]})
        except ErreurUsage as erreur_usage:
            refus.append(str(erreur_usage))
    if refus:
        raise ErreurUsage("\n".join(refus))
    return valides


def _champs(carnet: Carnet) -> set[str]:
    return set(modeles.modele(carnet.parametres).model_fields) if carnet.parametres else set()


def _valider(carnet: Carnet, valeurs: Mapping[str, Any]) -> dict[str, Any]:
    return modeles.valider(carnet.parametres, valeurs).model_dump() if carnet.parametres else {}

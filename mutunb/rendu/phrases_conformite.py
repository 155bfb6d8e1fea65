"""Les phrases de conformité des mutualisations existantes."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.conformite import A_ETABLIR, NON, Conformite
from mutunb.rendu.affichage import Affichage, phrases


def mutualisations(conformite: Conformite | None) -> Affichage:
    """Combien de mutualisations existent, ce qui manque, ce qui reste à établir, la première échéance."""
    if conformite is None:
        return phrases(
            "Donnée non fournie : aucune mutualisation existante n'est déclarée. Une compétence non déclarée à BANATIC ne "
            "prouve pas qu'il n'y en a pas."
        )
    table = conformite.mutualisations
    combien, fautives = len(table), int((table[NON] > 0).sum())
    debut = "**1 mutualisation existante** est déclarée" if combien == 1 else f"**{combien} mutualisations existantes** sont déclarées"
    return phrases(f"{debut}.", _manques(conformite, fautives), _a_etablir(conformite), _sans_terme(conformite))


def _manques(conformite: Conformite, fautives: int) -> str:
    manques = conformite.manques
    if manques.empty:
        return "Aucun contrôle n'y relève de défaut."
    concernees = "une convention" if fautives == 1 else f"{formats.nombre(fautives)} conventions"
    points = formats.pluriel(len(manques), "point")
    verbe = "est" if len(manques) == 1 else "sont"
    return f"{points} {verbe} à corriger dans {concernees}, le premier d'ici le {formats.date(manques['echeance'].iloc[0])}."


def _a_etablir(conformite: Conformite) -> str | None:
    combien = int(conformite.mutualisations[A_ETABLIR].sum())
    if combien == 0:
        return None
    verbe = "reste" if combien == 1 else "restent"
    return f"{formats.pluriel(combien, 'réponse')} {verbe} à établir : demander la convention et les délibérations au porteur."


def _sans_terme(conformite: Conformite) -> str | None:
    combien = conformite.sans_terme
    if combien == 0:
        return None
    return f"{formats.pluriel(combien, 'convention')} sans terme écrit : à signaler avant tout avenant."

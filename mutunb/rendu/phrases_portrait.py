"""Les phrases chiffrées du portrait : une fonction par phrase, tous les cas dits en français."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.comparables import Comparables
from mutunb.calculs.integration import INDETERMINEE, Integration
from mutunb.calculs.portrait import Portrait
from mutunb.territoires.indicateurs import CRITERES, INDICATEURS
from mutunb.rendu.affichage import Affichage, phrases, texte_sur

NATURES = {
    "CC": "une communauté de communes",
    "CA": "une communauté d'agglomération",
    "CU": "une communauté urbaine",
    "METRO": "une métropole",
    "MET69": "une métropole à statut particulier",
}
REGIMES = {"FPU": "à fiscalité professionnelle unique (FPU)", "FA": "à fiscalité additionnelle (FA)"}
VILLE_DOMINANTE, VILLE_PRINCIPALE = 0.5, 0.25
#: distance (en écarts-types moyens) au-delà de laquelle le plus proche comparable n'en est plus un
DISTANCE_LOINTAINE = 1.0


def capitale(texte: str) -> str:
    """La phrase, première lettre en capitale."""
    return texte[:1].upper() + texte[1:]


def presentation(portrait: Portrait) -> Affichage:
    """Qui est le territoire : nature, régime fiscal, communes, habitants."""
    t = portrait.dossier.territoire
    habitants = formats.pluriel(portrait.population, "habitant")
    taille = f"Elle compte {formats.pluriel(len(t.communes), 'commune')} et {habitants}"
    return phrases(
        f"**{texte_sur(capitale(mentions.le_nom(t)))}** est {NATURES[t.nature]} {REGIMES[t.regime_fiscal]}, "
        f"dont le siège est dans le département {t.departement}.",
        f"{taille} (population municipale).",
    )


def ville_centre(portrait: Portrait) -> Affichage:
    """Ce que pèse la commune la plus peuplée, et les petites communes."""
    part = formats.pourcent(portrait.part_ville_centre)
    if portrait.part_ville_centre >= VILLE_DOMINANTE:
        centre = (
            f"**{texte_sur(portrait.ville_centre)}** domine : {part} des habitants. Ses services peuvent porter une partie du "
            "projet, et son poids devra être équilibré dans la gouvernance et dans la clé de répartition."
        )
    elif portrait.part_ville_centre >= VILLE_PRINCIPALE:
        centre = (
            f"**{texte_sur(portrait.ville_centre)}** rassemble {part} des habitants{_fois_la_deuxieme(portrait)} : son "
            "poids se traitera dans la gouvernance et dans la clé de répartition."
        )
    else:
        centre = (
            f"Aucune commune ne domine : la plus peuplée, **{texte_sur(portrait.ville_centre)}**, rassemble {part} des habitants. "
            "Un service commun s'appuierait sur l'EPCI plus que sur une ville-centre."
        )
    return phrases(centre, _petites(portrait))


def _fois_la_deuxieme(portrait: Portrait) -> str:
    """« , cinq fois la deuxième commune » ; rien si l'écart est inférieur à deux."""
    populations = portrait.communes["pop_municipale_2025"].astype(float)
    if len(populations) < 2 or populations.iloc[1] <= 0:
        return ""
    rapport = populations.iloc[0] / populations.iloc[1]
    return f", {formats.nombre(rapport)} fois la deuxième commune" if rapport >= 2 else ""


def _petites(portrait: Portrait) -> str:
    petites, combien = portrait.communes_moins_1000, len(portrait.communes)
    if petites == 0:
        return "Toutes les communes comptent au moins 1\u00a0000 habitants."
    if petites == combien:
        return "Toutes les communes comptent moins de 1\u00a0000 habitants."
    verbe = "compte" if petites == 1 else "comptent"
    return f"{formats.pluriel(petites, 'commune')} sur {formats.nombre(combien)} {verbe} moins de 1\u00a0000 habitants."


def finances(portrait: Portrait) -> Affichage:
    """Dépense de fonctionnement du bloc et part du personnel."""
    table = portrait.finances.donnees.set_index("agregat")["ensemble"]
    depense, personnel, achats = (float(table.iloc[i]) for i in range(3))
    if formats.est_absent(depense):
        return phrases("Donnée non fournie : les comptes de l'EPCI ou de ses communes manquent à la source.")
    return phrases(
        f"Ensemble, l'EPCI et ses communes ont dépensé **{formats.euros(depense)}** en fonctionnement en "
        f"{portrait.dossier.territoire.millesime.comptes}, dont {formats.euros(personnel)} de personnel et "
        f"{formats.euros(achats)} d'achats et charges externes.",
        _sans_comptes(portrait),
    )


def _sans_comptes(portrait: Portrait) -> str | None:
    noms = [texte_sur(n) for n in portrait.communes_sans_comptes]
    if not noms:
        return None
    if len(noms) == 1:
        return f"Les comptes de {noms[0]} manquent à la source : les totaux des communes ne la comprennent pas."
    return f"Les comptes de {formats.liste(noms)} manquent à la source : les totaux ne les comprennent pas."


def integration(mesure: Integration) -> Affichage:
    """Niveau d'intégration, sur quoi il se fonde, et sa réserve."""
    if mesure.niveau == INDETERMINEE:
        return phrases("Donnée non fournie : ni le CIF ni des comptes suffisants ne permettent de situer l'intégration.")
    part = formats.pourcent(mesure.part_personnel)
    personnel = (
        f"L'EPCI porte {part} des frais de personnel du bloc, part surestimée puisque ses comptes comprennent les budgets "
        "annexes."
    )
    if formats.est_absent(mesure.part_personnel):
        personnel = "La part de l'EPCI dans le personnel n'est pas connue, faute de comptes suffisants."
    cif = f"Son CIF est de {formats.nombre(mesure.cif, 3)}."
    if formats.est_absent(mesure.cif):
        cif = "Son CIF n'est pas connu dans les données disponibles ; il figure sur la fiche individuelle DGF, à demander."
    ecart = "Les deux mesures ne concordent pas : le CIF l'emporte." if mesure.discordante else None
    return phrases(
        f"L'intégration du territoire est **{mesure.niveau}**, comparée à l'ensemble des EPCI.", cif, personnel, ecart
    )


def reversements(portrait: Portrait) -> Affichage:
    """AC + DSC (OFGL) : en FPU seulement."""
    if portrait.reversements is None:
        return phrases(
            "En fiscalité additionnelle, il n'y a pas d'attribution de compensation : un service commun s'y règle par "
            "remboursement, jamais par imputation."
        )
    montants = portrait.communes["fiscalite_reversee"].astype(float)
    recu, verse = montants[montants > 0].sum(), -montants[montants < 0].sum()
    beneficiaires, contributrices = int((montants > 0).sum()), int((montants < 0).sum())
    if montants.notna().sum() == 0:
        return phrases("Donnée non fournie : les reversements de fiscalité manquent à la source.")
    recoivent = "reçoit" if beneficiaires == 1 else "reçoivent"
    reversent = "reverse" if contributrices == 1 else "reversent"
    return phrases(
        "En fiscalité professionnelle unique, l'EPCI perçoit la fiscalité économique et reverse aux communes des "
        "attributions de compensation (AC) et, souvent, une dotation de solidarité communautaire (DSC). Les comptes n'en "
        "donnent que la somme, appelée ici AC + DSC (OFGL).",
        f"{formats.pluriel(beneficiaires, 'commune')} {recoivent} {formats.euros(recu)} d'AC + DSC (OFGL)."
        if beneficiaires
        else "Aucune commune ne reçoit d'AC + DSC (OFGL).",
        f"{formats.pluriel(contributrices, 'commune')} {reversent} {formats.euros(verse)} à l'EPCI."
        if contributrices
        else "Aucune commune ne reverse à l'EPCI.",
    )


def comparables(voisins: Comparables) -> Affichage:
    """Combien de comparables, par quelle règle, et ce qui distingue le territoire."""
    combien = len(voisins.epci)
    if combien == 0:
        return phrases("Aucun EPCI de même nature et de même régime fiscal : la comparaison n'a pas d'objet.")
    dits = [e for e in map(_ecart, voisins.positions.itertuples()) if e]
    constat = (
        f"Face à ces {combien} territoires, il se distingue sur :\n\n"
        + " ;\n".join(f"- {e}" for e in dits)
        + "."
        if dits
        else f"Face à ces {combien} territoires, aucun indicateur ne sort de la moitié centrale."
    )
    if voisins.epci["distance"].iloc[0] > DISTANCE_LOINTAINE:
        constat += "\n\nAucun EPCI ne lui ressemble vraiment (distance supérieure à 1) : à lire avec réserve."
    if voisins.criteres_ecartes:
        noms = formats.liste([CRITERES[c].libelle for c in voisins.criteres_ecartes])
        constat += f"\n\nCritère écarté, faute de donnée ou de poids : {noms}."
    return phrases(constat)


def _ecart(position) -> str | None:
    if any(formats.est_absent(v) for v in (position.valeur, position.q1, position.q3)):
        return None
    indicateur = INDICATEURS[position.indicateur]
    valeur, mediane = (formats.valeur(v, indicateur.unite) for v in (position.valeur, position.mediane))
    nom = indicateur.libelle
    if position.valeur > position.q3:
        return f"{nom} : {valeur} (médiane {mediane}), au-dessus de la moitié centrale"
    if position.valeur < position.q1:
        return f"{nom} : {valeur} (médiane {mediane}), en dessous de la moitié centrale"
    return None

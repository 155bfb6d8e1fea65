"""Contrôles qui rapprochent les réponses des comptes publics, de la fiche DGF et des volumes d'activité."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from mutunb import formats
from mutunb.dossier.examen import Examen, Releve, controle, libelle_fonction, lignes_de
from mutunb.dossier.questionnaire import questionnaire

_HORS_SUPPORT = "hors_support"
_MOIS_PAR_AN = 12


def frais_de_personnel(examen: Examen) -> dict[str, float]:
    """Frais de personnel des comptes publics (€/an), par SIREN ; NaN si le compte manque."""
    communes = examen.territoire.communes
    publics = dict(zip(communes["siren"], communes["frais_personnel"].astype(float), strict=True))
    return publics | {examen.territoire.siren: float(examen.territoire.epci["frais_personnel"])}


def _references(examen: Examen) -> dict[str, dict[str, float]]:
    """Plafonds connus des charges de personnel d'une entité : compte public et chapitre 012 déclaré."""
    exercice = examen.territoire.millesime.comptes
    entites = examen.table("entites").dropna(subset=["siren"])
    declares = entites.groupby("siren")["charges_personnel_eur"].max()
    publics = frais_de_personnel(examen)
    return {
        siren: {
            f"frais de personnel du compte {exercice}": publics.get(siren, float("nan")),
            "chapitre 012 déclaré": float(declares.get(siren, float("nan"))),
        }
        for siren in {*publics, *declares.index}
    }


@controle
def support_au_dela_du_personnel(examen: Examen) -> Iterator[Releve]:
    """Entités dont les fonctions support coûtent plus que tout leur personnel, d'après les postes ou les coûts."""
    effectifs, couts = examen.table("effectifs"), examen.table("couts")
    support = effectifs[effectifs["fonction"].notna() & (effectifs["fonction"] != _HORS_SUPPORT)]
    charges = {
        "effectifs": (support, support["cout_employeur_eur"] * support["part_temps"], "cout_employeur_eur"),
        "couts": (couts, couts["montant_eur"].where(couts["nature"] == "personnel"), "montant_eur"),
    }
    references = _references(examen)
    for feuille, (lignes, montants, champ) in charges.items():
        for siren, connus in montants.dropna().groupby(lignes["siren"], sort=False):
            somme = round(connus.sum(), 2)
            depasses = {nom: total for nom, total in references.get(siren, {}).items() if somme > total}
            if depasses:
                nom, total = min(depasses.items(), key=lambda couple: couple[1])
                textes = {
                    "somme": formats.euros_exacts(somme),
                    "entite": examen.nom(siren),
                    "feuille": questionnaire().feuille(feuille).libelle,
                    "total": formats.euros_exacts(total),
                    "reference": nom,
                }
                yield Releve(feuille, tuple(connus.index), (champ,), textes)


@controle
def personnel_ecarte_du_compte(examen: Examen) -> Iterator[Releve]:
    """Entités dont le chapitre 012 déclaré s'écarte du compte public."""
    publics = frais_de_personnel(examen)
    for entite in lignes_de(examen.table("entites").dropna(subset=["siren", "charges_personnel_eur"])):
        compte, declare = publics.get(entite["siren"], float("nan")), entite["charges_personnel_eur"]
        if compte > 0 and round(abs(declare - compte) / compte, 9) > examen.seuil("ecart"):
            textes = {
                "declare": formats.euros_exacts(declare),
                "entite": examen.nom(entite["siren"]),
                "ecart": _ecart(declare, compte),
                "compte": formats.euros_exacts(compte),
                "exercice": str(examen.territoire.millesime.comptes),
            }
            yield Releve("entites", (entite.name,), ("charges_personnel_eur",), textes)


def _ecart(valeur: float, reference: float) -> str:
    return f"{formats.pourcent((valeur - reference) / abs(reference), signe=True)} d'écart"


@controle
def personnel_par_etp_hors_bornes(examen: Examen) -> Iterator[Releve]:
    """Entités dont le chapitre 012 rapporté à l'effectif sort des bornes du coût moyen d'un ETP, élargies."""
    cout_moyen, marge = examen.hypotheses["cout_etp_moyen"], examen.seuil("marge")
    bas, haut = round(cout_moyen.bas * (1 - marge), 6), round(cout_moyen.haut * (1 + marge), 6)
    entites = examen.table("entites")
    rapport = (entites["charges_personnel_eur"] / entites["effectif_etp"].where(entites["effectif_etp"] > 0)).round(6)
    for entite in lignes_de(entites[(rapport < bas) | (rapport > haut)]):
        textes = {
            "cout": formats.euros_exacts(rapport[entite.name]),
            "entite": examen.nom(entite["siren"]),
            "bas": formats.euros_exacts(bas),
            "haut": formats.euros_exacts(haut),
        }
        yield Releve("entites", (entite.name,), ("charges_personnel_eur", "effectif_etp"), textes)


@controle
def couts_de_personnel_qui_ne_ferment_pas(examen: Examen) -> Iterator[Releve]:
    """Fonctions dont le coût de personnel déclaré n'est pas celui de leurs postes, quand tous ont un coût."""
    effectifs, couts = examen.table("effectifs"), examen.table("couts")
    par_poste = (effectifs["cout_employeur_eur"] * effectifs["part_temps"]).groupby(
        [effectifs["siren"], effectifs["fonction"]]
    )
    complets = par_poste.sum()[par_poste.count() == par_poste.size()]
    personnel = couts[(couts["nature"] == "personnel") & couts["montant_eur"].notna()]
    for (siren, fonction), lignes in personnel.groupby(["siren", "fonction"], sort=False):
        declare, somme = _du_dernier_exercice(lignes)["montant_eur"].sum(), complets.get((siren, fonction))
        if somme and round(abs(declare - somme) / somme, 9) > examen.seuil("ecart"):
            textes = {
                "declare": formats.euros_exacts(declare),
                "fonction": libelle_fonction(fonction),
                "entite": examen.nom(siren),
                "somme": formats.euros_exacts(somme),
                "tolerance": formats.pourcent(examen.seuil("ecart")),
            }
            yield Releve("couts", tuple(lignes.index), ("montant_eur",), textes)


def _du_dernier_exercice(lignes: pd.DataFrame) -> pd.DataFrame:
    """Lignes du dernier exercice renseigné ; toutes si aucun ne l'est."""
    dernier = lignes["exercice"].max()
    return lignes if pd.isna(dernier) else lignes[lignes["exercice"] == dernier]


@controle
def compensations_ecartees_du_compte(examen: Examen) -> Iterator[Releve]:
    """Somme des AC de fonctionnement du dernier exercice, rapportée à l'AC + DSC de l'OFGL des mêmes communes."""
    compensations = examen.table("compensations").dropna(subset=["siren", "ac_fonctionnement_eur"])
    communes = examen.territoire.communes.set_index("siren")["fiscalite_reversee"].astype(float).dropna()
    lignes = _du_dernier_exercice(compensations[compensations["siren"].isin(communes.index)])
    lignes = lignes.drop_duplicates("siren")
    somme, compte = lignes["ac_fonctionnement_eur"].sum(), communes.reindex(lignes["siren"]).sum()
    if compte and round(abs(somme - compte) / abs(compte), 9) > examen.seuil("ecart"):
        textes = {
            "somme": formats.euros_exacts(somme),
            "communes": formats.valeur(len(lignes), "communes"),
            "ecart": _ecart(somme, compte),
            "compte": formats.euros_exacts(compte),
            "exercice": str(examen.territoire.millesime.comptes),
        }
        yield Releve("compensations", tuple(lignes.index), ("ac_fonctionnement_eur",), textes)


@controle
def cif_different_du_publie(examen: Examen) -> Iterator[Releve]:
    """CIF déclaré pour l'année publiée, différent de celui que publie la DGCL."""
    annee, publie = examen.territoire.millesime.dgf, examen.territoire.epci["cif_2025"]
    dgf = examen.table("dgf")
    dgf = dgf[(dgf["siren"] == examen.territoire.siren) & (dgf["exercice"] == annee)]
    ecart = (dgf["cif"] - float(publie)).abs().round(9)
    for ligne in lignes_de(dgf[ecart > examen.seuil("tolerance")]):
        textes = {
            "declare": formats.nombre(ligne["cif"], 6),
            "exercice": str(annee),
            "publie": formats.nombre(publie, 6),
        }
        yield Releve("dgf", (ligne.name,), ("cif",), textes)


@controle
def bulletins_sous_douze_par_agent(examen: Examen) -> Iterator[Releve]:
    """Entités dont les bulletins de l'année n'atteignent pas douze par agent, sans être moins que les agents."""
    for bulletins, agents, releve in _paies(examen):
        if agents <= bulletins < agents * examen.seuil("bulletins_par_agent"):
            yield releve


@controle
def bulletins_sous_les_agents(examen: Examen) -> Iterator[Releve]:
    """Entités qui déclarent moins de bulletins dans l'année que d'agents."""
    for bulletins, agents, releve in _paies(examen):
        if bulletins < agents:
            yield releve


def _paies(examen: Examen) -> Iterator[tuple[float, float, Releve]]:
    """Bulletins de l'année, agents payés (à défaut, employés) et relevé prêt, pour chaque ligne de bulletins."""
    activite = examen.table("activite")
    payes = activite[activite["indicateur"] == "agents_payes"].groupby("siren")["valeur"].max()
    employes = _agents_employes(examen)
    for ligne in lignes_de(activite[(activite["indicateur"] == "bulletins") & activite["valeur"].notna()]):
        agents = payes.get(ligne["siren"], employes.get(ligne["siren"], float("nan")))
        bulletins = ligne["valeur"] * (_MOIS_PAR_AN if "mois" in str(ligne["unite"]) else 1)
        if agents > 0:
            textes = {
                "bulletins": formats.pluriel(bulletins, "bulletin"),
                "agents": formats.pluriel(agents, "agent"),
                "entite": examen.nom(ligne["siren"]),
                "minimum": formats.pluriel(agents * examen.seuil("bulletins_par_agent"), "bulletin"),
            }
            yield bulletins, agents, Releve("activite", (ligne.name,), ("valeur",), textes)


def _agents_employes(examen: Examen) -> Mapping[str, float]:
    return examen.table("entites").dropna(subset=["siren", "agents"]).groupby("siren")["agents"].max()


@controle
def agents_payes_incoherents(examen: Examen) -> Iterator[Releve]:
    """Entités dont les agents payés s'écartent des agents employés."""
    activite, employes = examen.table("activite"), _agents_employes(examen)
    for ligne in lignes_de(activite[(activite["indicateur"] == "agents_payes") & activite["valeur"].notna()]):
        agents = employes.get(ligne["siren"], float("nan"))
        if agents > 0 and round(abs(ligne["valeur"] - agents) / agents, 9) > examen.seuil("ecart"):
            textes = {
                "payes": formats.pluriel(ligne["valeur"], "agent"),
                "employes": formats.pluriel(agents, "agent"),
                "entite": examen.nom(ligne["siren"]),
                "tolerance": formats.pourcent(examen.seuil("ecart")),
            }
            yield Releve("activite", (ligne.name,), ("valeur",), textes)

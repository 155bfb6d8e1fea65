"""Les tableaux de la carte des contrats ; ``None`` quand il n'y a rien à montrer."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mutunb import formats
from mutunb.calculs.contrats import DEJA_EN_COMMUN, Contrats
from mutunb.calculs.diffusion import RESERVE
from mutunb.calculs.masquage import TOTAL
from mutunb.calculs.maturite_achats import ACQUIS, EN_VOIE, grille
from mutunb.calculs.montants_segments import A_GROUPER, EN_COMMUN, NON_CLASSE, montants_par_segment
from mutunb.calculs.potentiel_segments import NON_CLASSE as GAIN_NON_CLASSE
from mutunb.calculs.potentiel_segments import par_segment
from mutunb.calculs.rapprochement import SEUIL, proposer_paires
from mutunb.calculs.segments import matrice
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.titulaires import identifies, titulaires_communs
from mutunb.dossier.rapprochements import FICHIER, identifiant

LECTURES = {"acquis": "acquis", "en_voie": "en bonne voie", "a_construire": "à construire", "inconnu": formats.ABSENT}
PAIRES_MAX = 60
COLONNES_CARTE = {
    "famille": ("Famille", "texte"),
    "segment": ("Segment", "texte"),
    "contrats": ("Contrats", "nombre"),
    "communs": ("Dont déjà en commun", "nombre"),
    "acheteurs": ("Acheteurs", "nombre"),
    "titulaires": ("Titulaires", "nombre"),
}
MONTANTS = {A_GROUPER: "Montant annuel HT à grouper", EN_COMMUN: "Montant annuel HT déjà en commun"}
MOTIFS = {
    "tacite": "reconduction tacite",
    "fin_inconnue": "fin inconnue",
    "a_preciser": "reconduit sans terme connu",
    "echu": "terme passé",
}


def _tableau(contrats: Contrats, donnees: pd.DataFrame, colonnes: dict[str, tuple[str, str]], **suite) -> Tableau:
    """Tableau dont ``colonnes`` donne, dans l'ordre, l'en-tête et l'unité."""
    return Tableau(
        donnees=donnees[list(colonnes)],
        libelles={c: libelle for c, (libelle, _) in colonnes.items()},
        unites={c: unite for c, (_, unite) in colonnes.items()},
        **{"perimetre": contrats.perimetre, "source": contrats.source, "statuts": "declare", **suite},
    )


def jour(moment: object) -> str:
    """Date affichée, « n.d. » si elle manque."""
    return formats.ABSENT if pd.isna(moment) else formats.date(pd.Timestamp(moment).date())


def tableau_carte(contrats: Contrats) -> Tableau | None:
    """Contrats, acheteurs, titulaires et montant par segment, rangés par famille, avec le total."""
    if contrats.en_cours.empty:
        return None
    table = contrats.en_cours.assign(segment=contrats.en_cours["segment"].fillna(NON_CLASSE))
    titulaires, montants = identifies(contrats), montants_par_segment(contrats)
    lignes = [
        {"famille": _famille(nom, bloc), "segment": nom, **_comptes(bloc, titulaires), **montants.loc[nom]}
        for nom, bloc in table.groupby("segment")
    ]
    lignes.sort(key=lambda ligne: (ligne["segment"] == NON_CLASSE, ligne["famille"], ligne["segment"]))
    lignes.append({"famille": TOTAL, "segment": "tous segments", **_comptes(table, titulaires), **montants.loc[TOTAL]})
    colonnes = {**COLONNES_CARTE, **{nom: (MONTANTS[nom], "eur") for nom in montants}}
    return _tableau(
        contrats,
        pd.DataFrame(lignes),
        colonnes,
        id="contrats_segments",
        titre="Les contrats en cours, par famille et par segment",
        statuts={
            **dict.fromkeys(("contrats", "acheteurs", "titulaires", "communs"), "declare"),
            **dict.fromkeys(montants, contrats.statut_montant),
        },
        note=_note(contrats, "Un contrat compte une fois, quel que soit le nombre de ses titulaires."),
        total=True,
    )


def _comptes(bloc: pd.DataFrame, titulaires: pd.DataFrame) -> dict[str, int]:
    return {
        "contrats": len(bloc),
        "communs": int(bloc["cadre"].isin(DEJA_EN_COMMUN).sum()),
        "acheteurs": bloc["siren"].nunique(),
        "titulaires": titulaires.loc[titulaires["contrat"].isin(bloc.index), "titulaire_id"].nunique(),
    }


def _note(contrats: Contrats, texte: str) -> str:
    return texte if contrats.diffusion else f"{texte} {RESERVE}"


def _famille(segment: str, bloc: pd.DataFrame) -> str:
    if segment in matrice():
        return matrice()[segment].famille
    familles = sorted(bloc["famille"].dropna().unique())
    return f"{NON_CLASSE} ({', '.join(familles).lower()}…)" if familles else NON_CLASSE


def tableau_potentiel(contrats: Contrats) -> Tableau | None:
    """Matrice complexité × gain du territoire : montants à grouper, baisses constatées ailleurs, instrument léger d'abord."""
    lignes = par_segment(contrats)
    if lignes.empty:
        return None
    a_grouper = montants_par_segment(contrats)[A_GROUPER].reindex(lignes["segment"]).to_numpy()
    donnees = lignes.assign(
        a_grouper_eur=a_grouper,
        gain_bas_eur=a_grouper * lignes["taux_bas"],
        gain_haut_eur=a_grouper * lignes["taux_haut"],
        commencer=[", ".join(m) or "expertise partagée" for m in lignes["commencer"]],
        ensuite=[", ".join(m) or "—" for m in lignes["ensuite"]],
        reperes=[_reperes(g, r) for g, r in zip(lignes["gain"], lignes["reperes"], strict=True)],
    )
    colonnes = {
        "segment": ("Segment", "texte"),
        "complexite": ("Complexité", "texte"),
        "gain": ("Gain attendu", "texte"),
        "acheteurs": ("Acheteurs", "nombre"),
        "a_grouper_eur": ("Montant annuel à grouper", "eur"),
        "gain_bas_eur": ("Baisse possible, bas", "eur_an"),
        "gain_haut_eur": ("Baisse possible, haut", "eur_an"),
        "reperes": ("D'après", "texte"),
        "commencer": ("Commencer par", "texte"),
        "ensuite": ("Puis", "texte"),
    }
    return _tableau(
        contrats,
        donnees,
        colonnes,
        id="contrats_potentiel",
        titre="Par quels segments commencer, et ce que chacun pourrait rapporter",
        statuts={
            "acheteurs": "declare",
            "a_grouper_eur": contrats.statut_montant,
            "gain_bas_eur": "estime",
            "gain_haut_eur": "estime",
        },
        source=f"{contrats.source} ; repères de prix du référentiel mutunb",
        note=_note(
            contrats,
            "La fourchette vient des repères du segment, constatés ailleurs par rapport au contrat précédent ; un segment non "
            "classé ou sans repère propre n'a pas de gain chiffré. Ce qui s'achète déjà en commun n'est pas recompté. "
            "GC groupement de commandes, CA centrale d'achat, SC service commun, BP biens partagés, CDG centre de gestion.",
        ),
    )


def _reperes(gain: str, reperes: Sequence[str]) -> str:
    if gain == GAIN_NON_CLASSE:
        return "segment non classé"
    return ", ".join(reperes) or "aucun repère propre"


def tableau_titulaires(contrats: Contrats) -> Tableau | None:
    """Titulaires que plusieurs acheteurs ont choisis chacun de leur côté."""
    communs = titulaires_communs(contrats)
    if communs.empty:
        return None
    colonnes = {
        "titulaire": ("Titulaire", "texte"),
        "acheteurs": ("Acheteurs", "nombre"),
        "contrats": ("Contrats", "nombre"),
        "segments": ("Segments", "texte"),
    }
    communs["segments"] = communs["segments"].replace("", NON_CLASSE.lower())
    return _tableau(
        contrats, communs, colonnes, id="contrats_titulaires", titre="Titulaires communs à plusieurs acheteurs"
    )


def tableau_surveillance(contrats: Contrats) -> Tableau | None:
    """Contrats reconduits tacitement, sans fin connue, ou dont le terme est passé, le plus pressé d'abord."""
    table = contrats.table
    motif = table["situation"].map(MOTIFS).astype("object")
    motif = motif.where(motif.notna(), table["reconduction"].eq("tacite").map({True: MOTIFS["tacite"], False: None}))
    suivis = table.assign(motif=motif)[motif.notna()].sort_values(["denoncer_avant", "fin_utile", "acheteur"])
    if suivis.empty:
        return None
    donnees = suivis.assign(
        fin_utile=suivis["fin_utile"].map(jour),
        denoncer_avant=suivis["denoncer_avant"].map(jour),
        segment=suivis["segment"].fillna(NON_CLASSE),
    )
    colonnes = {
        "acheteur": ("Acheteur", "texte"),
        "objet": ("Objet", "texte"),
        "segment": ("Segment", "texte"),
        "motif": ("Pourquoi le surveiller", "texte"),
        "denoncer_avant": ("Dénoncer avant le", "texte"),
        "fin_utile": ("Prochaine fin", "texte"),
    }
    return _tableau(
        contrats,
        donnees,
        colonnes,
        id="contrats_surveillance",
        titre="Contrats à surveiller",
        note=f"Vu du {jour(contrats.reference)}. Un contrat reconduit tacitement dont le préavis est passé court jusqu'à sa fin, "
        "reconductions comprises.",
    )


def tableau_maturite(contrats: Contrats) -> Tableau | None:
    """Sept points de maturité de la fonction achats."""
    if contrats.est_vide:
        return None
    points = grille(contrats).assign(lecture=lambda p: p["lecture"].map(LECTURES))
    colonnes = {
        "point": ("Point", "texte"),
        "part": ("Part", "part"),
        "lecture": ("Où l'on en est", "texte"),
        "ensuite": ("Pour avancer", "texte"),
    }
    return _tableau(
        contrats,
        points,
        colonnes,
        id="achats_maturite",
        titre="Maturité de la fonction achats",
        note="Chaque part se lit sur ce qui est renseigné. Grille d'usage (niveau B, à vérifier sur place) : acquis à partir de "
        f"{formats.pourcent(ACQUIS)}, en bonne voie à partir de {formats.pourcent(EN_VOIE)}.",
    )


def tableau_paires(contrats: Contrats) -> Tableau | None:
    """Paires de contrats qui semblent porter sur le même achat, à valider par le consultant.

    Celles dont la validation change la carte viennent d'abord : deux contrats qui ne sont pas déjà du même segment.
    """
    toutes = proposer_paires(contrats)
    if toutes.empty:
        return None
    groupes = {identifiant(t.siren, t.reference): t.groupe for t in contrats.table.itertuples()}
    deja = [groupes[u] == groupes[a] for u, a in zip(toutes["un"], toutes["autre"], strict=True)]
    paires = toutes.assign(deja=deja).sort_values(["deja", "note"], ascending=[True, False], kind="stable").head(PAIRES_MAX)
    donnees = paires.assign(
        contrat_un=paires["acheteur_un"] + " : " + paires["objet_un"].fillna(formats.ABSENT),
        contrat_autre=paires["acheteur_autre"] + " : " + paires["objet_autre"].fillna(formats.ABSENT),
        decision=[{"oui": "même achat", "non": "écartée"}.get(d, "à valider") for d in paires["decision"]],
    )
    colonnes = {
        "contrat_un": ("Un contrat", "texte"),
        "contrat_autre": ("Un autre", "texte"),
        "note": ("Ressemblance sur 100", "nombre"),
        "motif": ("Pourquoi", "texte"),
        "decision": ("Décision", "texte"),
        "un": ("Identifiant", "texte"),
        "autre": ("Identifiant de l'autre", "texte"),
    }
    return _tableau(
        contrats,
        donnees,
        colonnes,
        id="contrats_rapprochements",
        titre="Contrats qui semblent porter sur le même achat",
        statuts="estime",
        note=f"Proposées à partir de {formats.nombre(SEUIL)} sur 100 ; la décision s'écrit dans {FICHIER} du dossier client. "
        f"Montrées : {formats.nombre(len(paires))} sur {formats.nombre(len(toutes))}, d'abord celles qui ne sont pas déjà du même "
        "segment.",
        sensible=True,
    )

"""La synthèse du pilotage : cinq chiffres, trois constats, la décision attendue ; sans suivi, ce qu'il faut préparer."""

from __future__ import annotations

from html import escape

import numpy as np

from mutunb import formats
from mutunb.calculs import bilan_annuel as b
from mutunb.calculs.bilan_annuel import Bilan
from mutunb.calculs.compte_rendu import rubriques, titre_compte_rendu
from mutunb.calculs.constats_bilan import bilan_cout, bilan_ecarts, lecons
from mutunb.calculs.constats_suivi import suivi_alertes
from mutunb.calculs.gains_realises import par_famille
from mutunb.calculs.paragraphes import en_clair
from mutunb.calculs.tableau import Indicateur
from mutunb.calculs.tableaux_bilan import masquees, source_bilan, statut_reel
from mutunb.calculs.tableaux_suivi import source_suivi
from mutunb.rendu.affichage import Affichage
from mutunb.rendu.synthese import chiffre, html_synthese

SANS_COMMUNICATION = (
    "Rien n'est encore à présenter, sinon l'avancement du projet. Dès le premier exercice suivi, cette page dira en une feuille le coût, "
    "les gains prouvés, la qualité rendue et les suites, et l'acte Word s'écrira avec les autres."
)
REFERENTIEL = "projet de mutualisation et référentiel mutunb (niveau B)"


def synthese_pilotage(bilan: Bilan) -> Affichage:
    """Synthèse de l'étape, pour l'exercice du bilan."""
    element = {
        "genre": "synthese",
        "titre": _titre(bilan),
        "chiffres": _chiffres(bilan) if bilan.est_suivi else _preparation(bilan),
        "constats": _constats(bilan) if bilan.est_suivi else _constats_sans_suivi(bilan),
        "decision": _decision(bilan),
    }
    indicateurs = _indicateurs(bilan) if bilan.est_suivi else []
    return Affichage(html_synthese(element), texte=element["decision"], elements=(element, *(i.element() for i in indicateurs)))


def _titre(bilan: Bilan) -> str:
    if not bilan.est_suivi:
        return "Aucun exercice suivi : préparer l'état de départ et ce qui se notera"
    prevision = ", prévision à la clôture" if bilan.bord.est_prolonge else ""
    alertes = len(bilan.bord.alertes)
    suite = f"{formats.pluriel(alertes, 'indicateur')} en alerte" if alertes else "aucun indicateur en alerte"
    return f"Exercice {bilan.annee}{prevision} : {formats.pluriel(len(bilan.lignes), 'service suivi', 'services suivis')}, {suite}"


def _chiffres(bilan: Bilan) -> list[dict]:
    bord = bilan.bord
    connus = bord.indicateurs["valeur"].notna().sum()
    noms = "EPCI et communes réunis" + (", prévision à la clôture" if bord.est_prolonge else "")
    return [
        chiffre(f"Coût {bilan.annee}", formats.euros(bilan.cout_eur), noms, statut_reel(bilan), source_suivi(bord)),
        _face_a_la_tendance(bilan),
        chiffre("Effectif des services", _etp(bilan.etp), _etp_prevus(bilan), "constate", source_suivi(bord)),
        _economies(bilan),
        chiffre("Indicateurs en alerte", formats.nombre(len(bord.alertes)), f"sur {formats.nombre(connus)} relevés", "constate", source_suivi(bord)),
    ]  # fmt: skip


def _face_a_la_tendance(bilan: Bilan) -> dict:
    libelle, source = "Face au coût sans projet", source_bilan(bilan)
    if not bilan.bord.depart.gele:
        return chiffre(libelle, "non démontrable", "aucun état de départ (T0) n'est gelé", "hypothese", source)
    lignes = [li for li in bilan.demontrables if li.fonction not in masquees(bilan)]
    if not lignes:
        return chiffre(libelle, "non démontrable", "coût de départ trop peu connu, ou à ne pas montrer", "hypothese", source)
    ecart = sum(li.ecart_tendance_eur for li in lignes)
    bas, haut = (sum(getattr(li.contrefactuel, f"{c}_eur") for li in lignes) for c in ("bas", "haut"))
    reel = sum(li.realise.cout_eur for li in lignes)
    combien = "" if len(lignes) == len(bilan.lignes) else f", {len(lignes)} des {len(bilan.lignes)} services"
    marge = "dans la marge de la tendance" if bas <= reel <= haut else f"tendance : {formats.fourchette_euros(bas, haut)}"
    signe = "+" if ecart > 0 else ""
    return chiffre(libelle, f"{signe}{formats.environ_euros(ecart)}", f"{marge}{combien}", "hypothese", source)


def _etp(etp: float) -> str:
    return formats.avec_unite(formats.etp(etp), "ETP")


def _etp_prevus(bilan: Bilan) -> str:
    prevus = sum(li.realise.etp_prevus for li in bilan.lignes)
    return f"{_etp(prevus)} prévus" if np.isfinite(prevus) else "prévision non notée"


def _economies(bilan: Bilan) -> dict:
    """Économies budgétaires prouvées (famille GA), seule famille qui se compare à un budget."""
    table = par_famille(bilan.gains)
    siennes = table[table["famille"].eq("GA") & table["unite"].str.startswith("€")]
    prouvees = siennes["prouve"].sum(min_count=1)
    if not bilan.bord.depart.gele:
        return chiffre("Économies prouvées", "non démontrables", "aucun état de départ (T0) n'est gelé", "constate", source_suivi(bilan.bord))
    affichage = formats.euros(prouvees) if not formats.est_absent(prouvees) else "aucune"
    precision = f"pour {formats.euros(siennes['prevu'].sum(min_count=1))} prévus sur l'année" if len(siennes) else "aucune n'était prévue"
    return chiffre("Économies prouvées", affichage, precision, "constate", source_suivi(bilan.bord))


def _constats(bilan: Bilan) -> list[str]:
    verdicts = {li.verdict for li in bilan.lignes}
    if not bilan.lignes:
        cout = f"Aucune charge n'est notée pour {bilan.annee}."
    elif b.AU_DESSUS_DE_LA_TENDANCE in verdicts:
        cout = _puce(bilan, b.AU_DESSUS_DE_LA_TENDANCE)
    else:
        cout = en_clair(bilan_cout(bilan)[0])
    ecarts = en_clair(bilan_ecarts(bilan)[0])
    return [cout, ecarts, en_clair(suivi_alertes(bilan.bord)[0])]


def _puce(bilan: Bilan, verdict: str) -> str:
    rang = next(r for r, li in enumerate(bilan.lignes) if li.verdict == verdict)
    return en_clair(bilan_cout(bilan)[rang])


def _preparation(bilan: Bilan) -> list[dict]:
    projet, depart, a_noter = bilan.bord.projet, bilan.bord.depart, bilan.bord.a_noter
    tables = [depart.situation(f).reindex(list(c.perimetre)) for f, c in projet.choix.items()]
    attendus = sum(len(t) for t in tables)
    declares = sum(int(t["statut_cout"].isin(["declare", "mixte"]).sum()) for t in tables)
    effet = min((c.date_effet for c in projet.choix.values()), default=None)
    return [
        chiffre("Fonctions à suivre", formats.nombre(len(projet.choix)), "retenues par le projet", "hypothese", REFERENTIEL),
        chiffre("État de départ (T0)", "gelé" if depart.gele else "à geler", depart.reference or "avant l'ouverture du premier service",
                "constate", REFERENTIEL),
        chiffre("Coûts de départ déclarés", f"{formats.nombre(declares)} sur {formats.nombre(attendus)}",
                "couples entité et fonction ; le reste est estimé ou inconnu", "constate", REFERENTIEL),
        chiffre("Indicateurs proposés", formats.nombre(int(a_noter["groupe"].ne("unite").sum())), "cinq à huit par fonction suffisent",
                "hypothese", REFERENTIEL),
        chiffre("Premier service", formats.date(effet), "date d'effet la plus proche", "hypothese", REFERENTIEL),
    ]  # fmt: skip


def _constats_sans_suivi(bilan: Bilan) -> list[str]:
    gele = bilan.bord.depart.gele
    return [
        "L'état de départ est gelé : les bilans s'y compareront." if gele else
        "Aucun état de départ n'est gelé : tant qu'il ne l'est pas, aucun gain ne pourra être démontré.",
        "Chaque fonction retenue a une unité à compter et quelques indicateurs à relever une première fois avant l'ouverture.",
        "Le coût unitaire se notifie avant chaque vote du budget, et l'avancement se présente chaque année au conseil.",
    ]  # fmt: skip


def _decision(bilan: Bilan) -> str:
    if not bilan.est_suivi:
        return (
            "Geler l'état de départ, avec l'accord des directions ; choisir l'unité et les indicateurs de chaque fonction ; nommer qui "
            "tient le suivi, puis préparer le classeur de la première année."
        )
    suites = " ".join(lecons(bilan)[:2])
    acte = (
        f"Prendre acte de cette prévision ; le bilan {bilan.annee} se présentera au conseil à la clôture."
        if bilan.bord.est_prolonge
        else f"Prendre acte du bilan {bilan.annee} et le présenter au conseil."
    )
    return f"{acte} {suites}"


def _indicateurs(bilan: Bilan) -> list[Indicateur]:
    source = source_suivi(bilan.bord)
    return [
        Indicateur("pilotage_cout_eur", f"Coût {bilan.annee} des services suivis", bilan.cout_eur, "eur", statut_reel(bilan), source),
        Indicateur("pilotage_etp", "Effectif des services suivis", bilan.etp, "etp", "constate", source),
        Indicateur("pilotage_alertes", "Indicateurs en alerte", len(bilan.bord.alertes), "nombre", "constate", source),
        Indicateur("pilotage_exercice", "Exercice suivi", str(bilan.annee), "texte", "constate", source),
    ]


def communication(bilan: Bilan) -> Affichage:
    """La communication au conseil, sur une page imprimable : mêmes phrases que l'acte Word ; sans suivi, ce qu'elle dira."""
    if not bilan.est_suivi:
        return Affichage(markdown=SANS_COMMUNICATION)
    parties = rubriques(bilan)
    corps = "".join(f"<h4>{escape(titre)}</h4><ul>{''.join(f'<li>{escape(p)}</li>' for p in puces)}</ul>" for titre, puces in parties)
    chiffres = _chiffres(bilan)
    resume = "".join(f"<tr><th scope=\"row\">{escape(c['libelle'])}</th><td>{escape(c['affichage'])}</td><td>{escape(c['precision'])}</td></tr>" for c in chiffres)  # fmt: skip
    titre = titre_compte_rendu(bilan)
    html = (
        f'<section class="communication" style="break-before:page;break-after:page"><p class="titre-synthese">{escape(titre)}</p>'
        '<table class="mutunb"><caption>L\'exercice en cinq chiffres</caption><thead><tr><th scope="col">Chiffre</th>'
        f'<th scope="col">Valeur</th><th scope="col">Précision</th></tr></thead><tbody>{resume}</tbody></table>{corps}'
        f'<p class="provenance">Source : {escape(source_bilan(bilan))}.</p></section>'
    )
    return Affichage(html=html, texte=titre)

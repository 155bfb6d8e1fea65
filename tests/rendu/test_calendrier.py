"""Le rendu du calendrier et du personnel : phrases honnêtes, figures complètes, aucun tableau sans objet."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

import pytest

import mutunb
from mutunb.calculs import deploiement
from mutunb.calculs.projet import projeter
from mutunb.dossier import ouvrir

PHRASES = ("depart", "dates_effet", "chemin_critique", "actes_cles", "comites")
TABLEAUX = ("plan_fonctions", "actes", "contraintes", "taches_retirees", "comites")


@pytest.fixture(scope="module", params=["999999998", "247900798", "242900314", "246700967"])
def calendrier(request):
    return deploiement.calendrier(projeter(ouvrir(request.param)))


@pytest.fixture(scope="module")
def fictif():
    return projeter(ouvrir("999999998"))


@pytest.mark.parametrize("nom", PHRASES)
def test_phrases_sans_trou(calendrier, nom):
    texte = getattr(mutunb.phrases, nom)(calendrier).markdown
    assert texte and not re.search(r"\bnan\b|\bNone\b|n\.d\.| \.|  |\(,", texte)


@pytest.mark.parametrize("nom", TABLEAUX)
def test_tableaux(calendrier, nom):
    assert "<table" in mutunb.montrer(getattr(mutunb.tableaux, nom)(calendrier)).html


@pytest.mark.parametrize("nom", ["gantt", "phases"])
def test_figures(calendrier, nom):
    figure = getattr(mutunb.figures, nom)(calendrier)
    assert "Date d'effet" in figure.alt or "Phases par fonction" in figure.alt
    assert "data:image/svg+xml" in figure.affichage().html


def test_gantt_identique_d_une_fois_a_l_autre(fictif):
    un, autre = (mutunb.figures.gantt(deploiement.calendrier(fictif)).affichage().html for _ in range(2))
    assert un == autre


@pytest.mark.parametrize(
    ("depart", "mot"),
    [("", "au plus tard"), ("2026-01-05", "tient aux durées usuelles"), ("2026-12-01", "en pressant le pas"), ("2027-10-01", "ne tient pas")],
)
def test_verdict_selon_le_depart(fictif, depart, mot):
    calendrier = deploiement.calendrier(fictif, depart, "2028-01-01")
    assert mot in mutunb.phrases.dates_effet(calendrier).markdown.split("\n")[0]


def test_dates_decidees_trop_serrees_le_plan_et_les_actes_different_et_c_est_dit(fictif):
    """Trois bascules décidées le même jour, deux permises par trimestre : la troisième est reportée par le plan seul."""
    libre = mutunb.phrases.dates_effet(deploiement.calendrier(fictif)).markdown
    assert "les actes gardent la date décidée" not in libre
    jour = datetime.date(2030, 1, 1)
    trois = dict(list(fictif.choix.items())[:3])
    decides = {f: replace(c, date_effet=jour, origines=c.origines | {"date_effet": "decide"}) for f, c in trois.items()}
    calendrier = deploiement.calendrier(replace(fictif, choix=decides))
    decalees = [f for f, plan in calendrier.plans.items() if plan.place.decalee]
    assert len(decalees) == 1 and calendrier.plans[decalees[0]].choix.date_effet == jour
    lu = mutunb.phrases.dates_effet(calendrier).markdown.replace("\u00a0", " ")
    assert lu.count("les actes gardent la date décidée (1er janvier 2030)") == 1


def test_sans_fonction_retenue(fictif):
    vide = replace(fictif, choix={})
    calendrier, personnel = deploiement.calendrier(vide), deploiement.personnel(vide)
    for nom in ("depart", "dates_effet", "chemin_critique", "actes_cles", "comites"):
        assert "Aucune fonction" in getattr(mutunb.phrases, nom)(calendrier).markdown
    for nom in ("plan_fonctions", "actes", "contraintes", "taches_retirees", "comites"):
        assert getattr(mutunb.tableaux, nom)(calendrier) is None
    assert mutunb.figures.gantt(calendrier) is None and mutunb.figures.phases(calendrier) is None
    assert "personne ne change d'employeur" in mutunb.phrases.agents(personnel).markdown
    assert mutunb.tableaux.risques(deploiement.risques(vide)) is None
    assert mutunb.tableaux.gouvernance(deploiement.gouvernance(calendrier)) is None


@pytest.mark.parametrize("profil", ["client", "consultant"])
def test_agents_selon_le_profil(fictif, monkeypatch, profil):
    monkeypatch.setenv("MUTUNB_PROFIL", profil)
    personnel = deploiement.personnel(fictif)
    texte = mutunb.phrases.agents(personnel).markdown
    assert ("masqués" in texte) == (profil == "client")
    html = mutunb.montrer(mutunb.tableaux.agents(personnel)).html
    assert ("masqué" in html.split("<tbody>")[1].split("</tbody>")[0]) == (profil == "client")


def test_territoire_reel_sans_affirmation(monkeypatch):
    personnel = deploiement.personnel(projeter(ouvrir("247900798")))
    assert mutunb.phrases.agents(personnel).markdown.startswith("Donnée non fournie")
    assert mutunb.phrases.convergence(personnel).markdown.startswith("Au plus")
    assert mutunb.tableaux.agents(personnel) is None and mutunb.tableaux.postes(personnel) is None

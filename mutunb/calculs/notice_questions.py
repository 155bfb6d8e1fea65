"""Les questions d'un lecteur de la page des calculs : « je veux… », les fonctions à appeler, un exemple complet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """Une question.

    Attributes
    ----------
    titre : str
        Ce que l'on veut, à la suite de « je veux ».
    fonctions : tuple of str
        ``module.fonction`` à appeler, dans l'ordre.
    exemple : str
        Session Python complète, imports compris, que les tests rejouent.
    lecture : str
        Ce qu'il faut savoir pour lire le résultat ; vide si l'exemple suffit.
    """

    titre: str
    fonctions: tuple[str, ...]
    exemple: str
    lecture: str = ""


QUESTIONS = (
    Question(
        "calculer un CIF, et ce qu'y change un service imputé sur l'attribution de compensation",
        ("cif.composer_cif", "cif.imputer_cif", "cif.variation_cif", "cif.cif_retenu"),
        """\
>>> from mutunb.calculs.cif import composer_cif, imputer_cif
>>> depart = composer_cif(
...     recettes_epci_eur=20_000_000, dotation_compensation_eur=2_000_000, ac_eur=8_000_000, dsc_eur=500_000,
...     recettes_communes_eur=18_000_000,
... )
>>> depart.valeur, depart.numerateur_eur, depart.denominateur_eur
(Decimal('0.3375'), Decimal('13500000'), Decimal('40000000'))
>>> imputer_cif(depart, 1_200_000).apres, imputer_cif(depart, 1_200_000, mode="facture").apres
(Decimal('0.3675'), Decimal('0.3375'))""",
        "En fiscalité additionnelle (`regime_fiscal=\"FA\"`), l'imputation est refusée avec l'article.",
    ),
    Question(
        "calculer une dotation d'intercommunalité, ses garanties, son plafond, et le gain d'une imputation",
        ("dotation.calculer_dotation", "dotation.effet_imputation_dotation", "chaine_dotation.chaine_dotation"),
        """\
>>> from mutunb.calculs.dotation import effet_imputation_dotation
>>> effet = effet_imputation_dotation(
...     spontanee_eur=700_000, cif_avant=0.3375, cif_apres=0.3675, population_dgf=50_000, di_hab_precedente_eur=20,
...     nature="CA", annee=2024, annee_imputation=2022,
... )
>>> effet.avant.montant_eur, effet.apres.montant_eur, effet.gain_eur, effet.annee_effet
(Decimal('950000'), Decimal('1000000'), Decimal('50000'), 2024)
>>> effet.contraintes, effet.phrase[:57]
(('seuil_franchi',), 'Le gain vient du franchissement du seuil de 0,35 : la gar')
>>> from mutunb.calculs.chaine_dotation import chaine_dotation
>>> [float(a.gain_eur) for a in chaine_dotation(1_050_000, 0.40, 0.42, 50_000, 20, "CC", annee_imputation=2024, annees=4)]
[0.0, 0.0, 52500.0, 52500.0]""",
        "Les options non tranchées (`seuils`, `clause_60`, `plafond`, `seuil_metropole`, `coefficient`, `complement`) sont celles "
        "de `ReglesDotation` et se passent par leur nom.",
    ),
    Question(
        "partager le FPIC, et dire ce qu'une imputation déplace de potentiel fiscal entre communes",
        ("fpic.partager_fpic", "fpic.effet_imputation_fpic", "potentiel_fiscal.effet_potentiel_fiscal"),
        """\
>>> from mutunb.calculs.fpic import effet_imputation_fpic
>>> effet_imputation_fpic(800_000, cif_avant=0.3375, cif_apres=0.3675).effet_epci_eur
Decimal('24000')
>>> from mutunb.calculs.potentiel_fiscal import effet_potentiel_fiscal
>>> effets = effet_potentiel_fiscal({"A": 900, "B": 100}, populations={"A": 600, "B": 300, "C": 100})
>>> {commune: float(e.variation_eur) for commune, e in effets.items()}
{'A': -300.0, 'B': 200.0, 'C': 100.0}""",
    ),
    Question(
        "approcher le dénominateur d'un CIF par les comptes publics, sans trancher un seuil",
        ("approximation_cif.approcher_denominateur", "approximation_cif.situer"),
        """\
>>> from mutunb.calculs.approximation_cif import approcher_denominateur, situer
>>> approche = approcher_denominateur(8e6, 10e6, 2e6, 3e6, 15e6, cif_publie=0.45)
>>> approche.bas_eur <= approche.central_eur <= approche.haut_eur, situer(0.38, 0.35, approche=True)
(True, 'indéterminé')""",
    ),
    Question(
        "imputer une part de service sur une attribution, la lire négative, régler l'écart chaque année",
        ("compensation.imputer", "compensation.regulariser", "attribution_figee.residu_attribution_figee"),
        """\
>>> from mutunb.calculs.compensation import imputer, regulariser
>>> imputer(4_000, 14_000).ac_apres_eur, regulariser(519_736, 98_264, 101_300).montant_eur
(Decimal('-10000.00'), Decimal('3036.00'))
>>> from mutunb.calculs.attribution_figee import residu_attribution_figee
>>> [float(an.residu_eur) for an in residu_attribution_figee(100_000, 0.02, annees=3)]
[0.0, 2000.0, 4040.0]""",
    ),
    Question(
        "facturer une mise à disposition au coût unitaire (D.5211-16)",
        ("cout_unitaire.trier_charges", "cout_unitaire.cout_unitaire", "cout_unitaire.etat_annuel", "cout_unitaire.recouvrer"),
        """\
>>> from mutunb.calculs.cout_unitaire import etat_annuel, trier_charges
>>> charges = {"personnel": 182_000, "fournitures": 6_400, "renouvellement_biens": 9_600, "contrats_rattaches": 22_000}
>>> etat = etat_annuel(trier_charges(charges).total_eur, {"EPCI": 2_200, "A": 5_800}, {"EPCI": 2_350, "A": 5_650})
>>> etat.cout_unitaire_eur, etat.regularisation_eur
(Decimal('27.5'), {'EPCI': Decimal('4125.00'), 'A': Decimal('-4125.00')})""",
    ),
    Question(
        "répartir un coût selon une clé, au centime, avec planchers, plafonds ou barème",
        ("cles.partager", "cles.partager_mixte", "cles.partager_fixe_variable", "cles.partager_bareme", "cles.comparer_cles"),
        """\
>>> from mutunb.calculs.cles import comparer_cles, partager, partager_fixe_variable, partager_mixte
>>> partager(100, {"A": 1, "B": 1, "C": 1})
{'A': Decimal('33.34'), 'B': Decimal('33.33'), 'C': Decimal('33.33')}
>>> partager(1_000, {"A": 80, "B": 15, "C": 5}, minimum_eur=100, plafonds_eur={"A": 700})
{'A': Decimal('700.00'), 'B': Decimal('200.00'), 'C': Decimal('100.00')}
>>> population, postes = {"A": 900, "B": 100}, {"A": 10, "B": 10}
>>> partager_mixte(1_000, {"population": population, "postes": postes}, {"population": 0.5, "postes": 0.5})
{'A': Decimal('700.00'), 'B': Decimal('300.00')}
>>> partager_fixe_variable(1_000, usage={"A": 3, "B": 1, "C": 0}, part_fixe=0.3)
{'A': Decimal('625.00'), 'B': Decimal('275.00'), 'C': Decimal('100.00')}
>>> avant = {"A": 500, "B": 250}
>>> comparer_cles(1_000, {"population": population, "postes": postes}, avant)["sens"].tolist()
['perd', 'gagne', 'inchange', 'perd']""",
        "Toute unité se répartit ainsi (habitants, ETP d'origine, unités d'œuvre, potentiel fiscal, dépense) : une clé est un "
        "dictionnaire entité → poids. Une entité sans volume a un poids de zéro, qui s'écrit.",
    ),
    Question(
        "tester une clé : une commune ou un groupe paierait-il moins sans les autres ?",
        (
            "coeur.tester_coeur", "coeur.tester_cles", "coeur_etendue.etendre_coeur", "coeur.intervalle_lambda",
            "coalitions.manques_sous_additivite", "coalitions.lire_jeu",
        ),  # fmt: skip
        """\
>>> from mutunb.calculs.coeur import tester_coeur
>>> couts = {"A": 60, "B": 60, "C": 60, "AB": 80, "AC": 110, "BC": 110, "ABC": 135}
>>> test = tester_coeur(couts, {"A": 45, "B": 45, "C": 45})
>>> test.stable, test.lesees[["coalition", "exces_eur"]].values.tolist()
(False, [[('A', 'B'), 10.0]])
>>> from mutunb.calculs.coeur_etendue import etendre_coeur
>>> etendre_coeur(couts).intervalles.round(2).values.tolist()
[['A', 25.0, 55.0], ['B', 25.0, 55.0], ['C', 55.0, 60.0]]
>>> from mutunb.calculs.coalitions import manques_sous_additivite
>>> manques_sous_additivite({"A": 10, "B": 20, "AB": 35})[["coalition", "cout_eur", "cout_coupe_eur"]].values.tolist()
[[('A', 'B'), 35.0, 30.0]]""",
        "Une table de coûts donne le coût de **chaque** coalition : clé `frozenset`, tuple, ou texte (`\"Le Mans + Changé\"`, "
        "initiales collées `\"AB\"`). Une suite rangée par masque binaire ou une fonction conviennent aussi, avec `joueurs`. "
        "Toutes les coalitions jusqu'à douze joueurs ; au-delà le test est partiel, et `test.partiel` le dit.",
    ),
    Question(
        "calculer la valeur de Shapley ou le nucléole d'une table de coûts de coalitions",
        ("shapley.valeur_shapley", "shapley.estimer_shapley", "nucleole.nucleole", "nucleole.prenucleole"),
        """\
>>> from mutunb.calculs.nucleole import nucleole
>>> from mutunb.calculs.shapley import valeur_shapley
>>> couts = {"A": 60, "B": 60, "C": 60, "AB": 80, "AC": 110, "BC": 110, "ABC": 135}
>>> valeur_shapley(couts)
{'A': 40.0, 'B': 40.0, 'C': 55.0}
>>> nucleole(couts)
{'A': 38.75, 'B': 38.75, 'C': 57.5}
>>> nucleole({"A": 10, "B": 20, "AB": 24}, par_tete={"A": 100, "B": 200})
{'A': 8.0, 'B': 16.0}
>>> piste = {"avion 1": 8, "avion 2": 11, "avion 3": 18}  # le jeu de l'aéroport : une fonction des joueurs
>>> parts = valeur_shapley(lambda groupe: max(piste[a] for a in groupe), list(piste))
>>> {avion: round(part, 2) for avion, part in parts.items()}
{'avion 1': 2.67, 'avion 2': 4.17, 'avion 3': 11.17}""",
        "Jeu de COÛTS : les parts sont des coûts, un excès positif est une perte. Shapley peut être hors du cœur ; le nucléole "
        "y est dès qu'il n'est pas vide.",
    ),
    Question(
        "construire le coût de chaque coalition à partir de charges, de paliers d'ETP et d'une continuité",
        ("fonction_cout.FonctionCout",),
        """\
>>> from mutunb.calculs.fonction_cout import FonctionCout
>>> cout = FonctionCout({"A": 0.8, "B": 0.4, "C": 0.1}, eur_par_etp=50_000, fixe_eur=10_000, continuite_etp=1)
>>> cout.cout(["A", "B"]), cout.cout(["C"]), cout.jeu().total
(85000.0, 60000.0, 85000.0)""",
    ),
    Question(
        "savoir ce que paient les autres si une commune s'en va l'année k",
        ("sortie_commune.simuler_sortie",),
        """\
>>> from mutunb.calculs.sortie_commune import simuler_sortie
>>> couts = {"A": 60, "B": 60, "C": 60, "AB": 80, "AC": 110, "BC": 110, "ABC": 135}
>>> depart = simuler_sortie(couts, {"A": 1, "B": 1, "C": 1}, "C", annee=3, horizon_ans=5, duree_extinction_ans=2)
>>> depart.trajectoire["cout_eur"].tolist(), depart.indemnite_eur
([135.0, 135.0, 135.0, 107.5, 80.0], 52.5)""",
    ),
    Question(
        "repérer un effet de seuil : consommer plus et payer moins",
        ("seuils.zones_de_seuil", "seuils.inversions"),
        """\
>>> from mutunb.calculs.seuils import inversions, zones_de_seuil
>>> zones_de_seuil({5: "2586.96", 6: "2414.50"})[["quantite", "quantite_moins_chere", "economie_eur"]].values.tolist()
[[5.0, 6.0, 172.46]]
>>> inversions({"A": 6, "B": 5}, {"A": 2414.50, "B": 2586.96})[["grosse", "petite"]].values.tolist()
[['A', 'B']]""",
    ),
    Question(
        "calculer une valeur actuelle nette, des délais de retour simple et actualisé, un taux interne",
        ("flux.etudier_flux", "flux.valeur_actuelle_nette", "flux.delai_de_retour", "rentabilite.taux_de_rentabilite"),
        """\
>>> from mutunb.calculs.flux import delai_de_retour, etudier_flux, valeur_actuelle_nette
>>> flux = [-70_000, -5_000, 30_000, 50_000, 50_000, 50_000]
>>> {taux: round(float(valeur_actuelle_nette(flux, taux)), 2) for taux in (0, 0.032, 0.045)}
{0: 105000.0, 0.032: 85610.09, 0.045: 78552.66}
>>> simple, actualise = delai_de_retour(flux), delai_de_retour(flux, taux=0.032)
>>> simple.annee, float(simple.interpole_ans), actualise.annee
(3, 2.9, 4)
>>> etude = etudier_flux([0, 20, 45, 60], [70, 25, 15, 10], taux=[0, 0.032])
>>> [float(cumul) for cumul in etude.cumul_eur], etude.annee_point_bas
([-70.0, -75.0, -45.0, 5.0], 1)
>>> from mutunb.calculs.rentabilite import taux_de_rentabilite
>>> taux_de_rentabilite([-100, 230, -132]).avertissement[:35]
'Le flux change 2 fois de signe : pl'""",
        "L'année 0 n'est pas actualisée. Un taux est une part (0,032 pour 3,2 %). Un délai non atteint vaut `annee is None`.",
    ),
    Question(
        "simuler une somme de grandeurs triangulaires, lire P10, P50, P90 et la probabilité d'être négatif",
        ("monte_carlo.somme_triangulaires", "monte_carlo.tirer", "monte_carlo.resumer", "tornade.tornade"),
        """\
>>> from mutunb.calculs.monte_carlo import resumer, somme_triangulaires, tirer
>>> somme = somme_triangulaires([(0, 10, 20), (-8, -5, -2)], tirages=100_000, graine=1)
>>> abs(somme.moyenne - 5) < 4 * somme.erreur_type_moyenne, somme.p10 < somme.p50 < somme.p90
(True, True)
>>> somme_triangulaires([(0, 10, 20), (-8, -5, -2)], tirages=100_000, graine=1) == somme
True
>>> from mutunb.calculs.lois import Pert, Triangulaire, Uniforme
>>> tires = tirer({"gain": Triangulaire(0, 30, 60), "cout": Pert(20, 25, 50)}, tirages=10_000, graine=1, facteur_commun=0.5)
>>> 0 < resumer(tires["gain"] - tires["cout"]).probabilite_negative < 1
True
>>> from mutunb.calculs.tornade import tornade
>>> tornade(lambda v: v["gain"] - v["cout"], {"gain": (0, 30, 60), "cout": (20, 25, 50)})["facteur"].tolist()
['gain', 'cout']""",
    ),
    Question(
        "ordonnancer des tâches (méthode CPM) et étaler des transferts",
        ("ordonnancement.planifier", "ordonnancement.niveler"),
        """\
>>> import datetime
>>> from mutunb.calculs.ordonnancement import niveler, planifier
>>> taches = {"etude": (10, []), "avis": (5, ["etude"]), "budget": (3, ["etude"]), "vote": (1, ["avis", ("budget", 1)])}
>>> plan = planifier(taches, debut=datetime.date(2027, 3, 1), unite="ouvres")
>>> plan.duree, plan.chemin_critique, plan.marge_totale["budget"], plan.date(plan.duree)
(16, ('etude', 'avis', 'vote'), 1, datetime.date(2027, 3, 23))
>>> plan.table().columns.tolist()[:4]
['tache', 'debut_tot', 'fin_tot', 'debut_tard']
>>> janvier = datetime.date(2028, 1, 1)
>>> {nom: place.retenue.isoformat() for nom, place in niveler({"si": janvier, "rh": janvier}, par_trimestre=1).items()}
{'si': '2028-01-01', 'rh': '2028-04-01'}""",
        "Une tâche est `(durée, [devancières])` ; une devancière suivie d'un délai s'écrit `(\"budget\", 1)`. Une boucle est refusée "
        "et montrée.",
    ),
    Question(
        "compter des jours ouvrés, des jours francs, des fériés",
        ("jours.ajouter_jours_ouvres", "jours.echeance_franche", "jours.envoi_au_plus_tard", "jours.feries"),
        """\
>>> import datetime
>>> from mutunb.calculs.jours import ajouter_jours_ouvres, echeance_franche, envoi_au_plus_tard
>>> ajouter_jours_ouvres(datetime.date(2026, 4, 30), 1), echeance_franche("2028-02-25", 5)
(datetime.date(2026, 5, 4), datetime.date(2028, 3, 2))
>>> envoi_au_plus_tard(datetime.date(2026, 10, 15), jours_francs=5)
datetime.date(2026, 10, 9)""",
    ),
    Question(
        "dater un service commun : tâches, départ au plus tard, rythme tenable",
        ("taches.chaine_du_projet", "calage.depart_au_plus_tard", "calage.effet_au_plus_tot", "premier_janvier.premier_janvier"),
        """\
>>> import datetime
>>> from mutunb.calculs.agenda import Agenda
>>> from mutunb.calculs.calage import depart_au_plus_tard, rythme_tenable
>>> from mutunb.calculs.taches import chaine_du_projet
>>> chaine, effet = chaine_du_projet("SC", "ac"), datetime.date(2028, 1, 1)
>>> depart = depart_au_plus_tard(chaine, Agenda(), effet)
>>> depart < effet, rythme_tenable(chaine, Agenda(), depart, effet)
(True, 1.0)""",
    ),
    Question(
        "vérifier une majorité qualifiée et trouver les plus petits groupes qui la bloquent",
        ("majorite.verifier_majorite", "majorite.groupes_bloquants"),
        """\
>>> from mutunb.calculs.majorite import groupes_bloquants, verifier_majorite
>>> populations = {"A": 400, "B": 250, "C": 200, "D": 150}
>>> vote = verifier_majorite(populations, {"A": "favorable", "B": "favorable", "C": "defavorable"})
>>> vote.atteinte, vote.possible, vote.manque[0], vote.ralliements
(False, True, 'par les communes : 1 commune', ('D',))
>>> groupes_bloquants(populations).groupes
(('A',),)""",
        "Deux tiers des communes et plus de la moitié de la population, ou l'inverse ; la commune la plus peuplée a un veto si elle "
        "dépasse le quart et que la règle le dit. `regle` : « transfert_competence », « modification_statuts », « rapport_clect », "
        "« revision_libre_ac », « service_commun », « entente »… Un vote s'écrit « favorable », « defavorable », vrai ou faux.",
    ),
    Question(
        "savoir quel instrument est ouvert, lequel est refusé, et ce que chacun change",
        ("instruments.examiner", "consequences.consequences", "consequences.risque_tva"),
        """\
>>> from mutunb.calculs.instruments import examiner
>>> examen = examiner("systemes_information", communes=12, toutes_communes=True, regime_fiscal="FA")
>>> examen.recommande, examen.modes_financiers("SC")
('SC', ('facture',))
>>> [(refus.titre, refus.article[:4]) for refus in examiner("juridique", epci_partie=False).refus_de("SC")]
[("Service commun impossible sans l'EPCI", 'CGCT')]
>>> from mutunb.calculs.consequences import consequences
>>> consequences("SC", "ac").effet_cif, consequences("GC").effet_cif
("hausse, par l'imputation", 'aucun')""",
    ),
    Question(
        "dimensionner un service par sa charge, ou une assistance par sa file d'attente (Erlang B et C)",
        ("dimensionnement.dimensionner", "erlang.erlang_b", "erlang.erlang_c", "erlang.effectif_minimal"),
        """\
>>> from mutunb.calculs.dimensionnement import dimensionner
>>> dimensionner({"mandats": 20_000, "titres": 5_000}, {"mandats": 0.25, "titres": 0.5}, heures=1_400).retenu_etp
5.5
>>> from mutunb.calculs.erlang import effectif_minimal, erlang_b, erlang_c
>>> round(erlang_b(10, 15), 4), round(erlang_c(2, 3), 4)
(0.0365, 0.4444)
>>> effectif_minimal(5, duree_minutes=10, attente_minutes=5, niveau_service=0.8).agents
7""",
        "Trafic d'abord (erlangs), agents ensuite. Erlang C refuse une file instable (trafic au moins égal au nombre d'agents).",
    ),
    Question(
        "dire la situation d'un agent, l'indemnité de mobilité, le coût d'un alignement indemnitaire",
        ("personnel.situation_agent", "mobilite.indemnite_mobilite", "convergence.cout_convergence"),
        """\
>>> from mutunb.calculs.convergence import cout_convergence
>>> from mutunb.calculs.mobilite import indemnite_mobilite
>>> from mutunb.calculs.personnel import situation_agent
>>> situation_agent({"si": 1.0}), situation_agent({"si": 0.4}), indemnite_mobilite(45)
('transfert', 'mise_a_disposition', 2700.0)
>>> cout_convergence({"EPCI": 4_000, "A": 3_000, "B": 4_500}, {"EPCI": 0, "A": 2, "B": 1}, cible=4_000).total_eur
2000.0""",
    ),
    Question(
        "tout enchaîner sur un territoire réel : choix, coûts, parts, dotations, calendrier",
        (
            "projet.projeter", "situation.situation", "cout_service.cout_service", "repartitions.repartir_services",
            "modele_economique.modele_economique", "imputations.rassembler_imputations", "effets_dotations.etudier_dotations",
            "calendrier.dresser_calendrier",
        ),  # fmt: skip
        """\
>>> from mutunb.calculs.calendrier import dresser_calendrier
>>> from mutunb.calculs.effets_dotations import etudier_dotations
>>> from mutunb.calculs.imputations import rassembler_imputations
>>> from mutunb.calculs.modele_economique import modele_economique
>>> from mutunb.calculs.projet import projeter
>>> from mutunb.calculs.repartitions import repartir_services
>>> from mutunb.dossier import ouvrir
>>> projet = projeter(ouvrir("247900798"))
>>> repartitions = repartir_services(projet)
>>> all(abs(sum(s.parts().values()) - s.cout.central_eur) < 0.01 for s in repartitions.calculees)
True
>>> effets = etudier_dotations(rassembler_imputations(repartitions))
>>> effets.annee_effet - effets.annee, modele_economique(projet).horizon_ans, len(dresser_calendrier(projet).plans) == len(projet.choix)
(2, 6, True)""",
    ),
)

#: doctest rejoue chaque exemple
__test__ = {question.titre: question.exemple for question in QUESTIONS}

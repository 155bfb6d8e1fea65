"""Les phrases du personnel : agents concernés, alignement des régimes, trajets. Aucun nombre masqué n'y paraît."""

from __future__ import annotations

import math

from mutunb import formats
from mutunb.calculs.convergence import estimer_convergence, etp_communaux, fonctions_inconnues
from mutunb.calculs.masquage import TOTAL
from mutunb.calculs.mobilite import Mobilite
from mutunb.calculs.personnel import DISPOSITION, EXAMEN, TRANSFERT, Personnel
from mutunb.calculs.tableaux_personnel import tableau_agents, tableau_convergence
from mutunb.rendu.affichage import Affichage, phrases
from mutunb.rendu.phrases_effectifs import nom_courant
from mutunb.rendu.tableaux import pour_lecteur

SANS_AGENT = "Aucun instrument retenu ne touche à l'emploi des agents : personne ne change d'employeur ni n'est mis à disposition."
MASQUES = "Des nombres sont masqués ici : ils désigneraient quelqu'un. La convention, elle, devra les donner par commune."
A_COLLECTER = "Donnée non fournie : la feuille « effectifs » du questionnaire, poste par poste, avec la part du temps."


def agents(personnel: Personnel) -> Affichage:
    """Combien d'agents changent d'employeur ou sont mis à disposition ; sans réponse, ce qu'on sait et ce qu'il faut collecter."""
    if not personnel.concerne_du_personnel:
        return phrases(SANS_AGENT)
    if not personnel.est_declare:
        return phrases(A_COLLECTER, _estime(personnel))
    return phrases(*_declares(personnel), _muets(personnel))


def _estime(personnel: Personnel) -> str:
    bas, haut = (etp_communaux(personnel, borne) for borne in ("bas", "haut"))
    if math.isnan(haut):
        return "Aucune estimation n'est possible pour ces fonctions : le nombre d'agents concernés n'est pas connu."
    return (
        f"D'après les comptes, les employeurs d'origine y consacreraient de {formats.environ_nombre(bas)} à "
        f"{formats.environ_nombre(haut)} ETP, que bien des agents tiennent pour une part de leur temps. Combien changent "
        f"d'employeur, combien sont mis à disposition : l'estimation ne peut pas le dire.{_hors_estimation(personnel)}"
    )


def _hors_estimation(personnel: Personnel) -> str:
    """Les fonctions que l'estimation ne couvre pas, s'il y en a."""
    hors = [nom_courant(f) for f in fonctions_inconnues(personnel)]
    if not hors:
        return ""
    verbe = "dont l'effectif n'est pas estimé" if len(hors) == 1 else "dont les effectifs ne sont pas estimés"
    return f" Ce chiffre laisse de côté {formats.liste(hors)}, {verbe} faute de ratio publié."


def _declares(personnel: Personnel) -> list[str]:
    tableau = tableau_agents(personnel)
    if tableau is None:
        return ["Aucun poste déclaré n'est consacré aux fonctions dont l'organisation change."]
    lus = pour_lecteur(tableau).publiables().iloc[-1]
    roles = {
        TRANSFERT: ("agent change d'employeur de plein droit", "agents changent d'employeur de plein droit"),
        DISPOSITION: ("agent est mis à disposition", "agents sont mis à disposition"),
        EXAMEN: ("agent partage tout son temps entre plusieurs services communs, cas à examiner",
                 "agents partagent tout leur temps entre plusieurs services communs, cas à examiner"),
    }  # fmt: skip
    dits, caches = [], 0
    for situation, (un, plusieurs) in roles.items():
        if situation not in tableau.donnees.columns:
            continue
        if formats.est_absent(lus[situation]):
            caches += 1
        else:
            dits.append(formats.pluriel(int(lus[situation]), un, plusieurs))
    total = lus[TOTAL]
    textes = []
    if not formats.est_absent(total):
        sujet = formats.pluriel(int(total), "agent tient", "agents tiennent")
        textes.append(f"Selon les réponses, {sujet} ces fonctions, EPCI compris.")
    if dits:
        textes.append(f"{formats.liste(dits)[0].upper()}{formats.liste(dits)[1:]}.")
    if caches:
        textes.append(MASQUES)
    return textes


def _muets(personnel: Personnel) -> str:
    if not personnel.muets:
        return ""
    seul = personnel.muets == 1
    verbe = "n'a pas répondu : ses agents ne sont pas comptés" if seul else "n'ont pas répondu : leurs agents ne sont pas comptés"
    return f"{formats.pluriel(personnel.muets, 'employeur')} {verbe}."


def convergence(personnel: Personnel) -> Affichage:
    """Ordre de grandeur de l'alignement des régimes indemnitaires, ou pourquoi il ne se chiffre pas."""
    tableau = tableau_convergence(personnel)
    if tableau is None:
        return phrases("Personne ne change d'employeur : aucun régime indemnitaire n'est à rapprocher.")
    if not personnel.est_declare:
        haut = estimer_convergence(personnel).haut_eur
        if math.isnan(haut):
            return phrases("Le coût d'un alignement ne se chiffre pas : ni les agents transférés ni les régimes ne sont connus.")
        return phrases(
            f"Au plus {formats.environ_euros(haut)} par an, si tous les ETP d'origine étaient transférés et l'écart de régime "
            f"au plus haut de sa fourchette. La borne basse est nulle : s'aligner est un choix.{_hors_estimation(personnel)}"
        )
    lus = pour_lecteur(tableau).publiables()["cout_eur"]
    if lus.isna().all():
        return phrases("Le coût de l'alignement n'est pas montré ici : il laisserait deviner le nombre d'agents transférés.")
    bas, central, haut = lus
    if haut == 0:
        return phrases("Aucun agent n'est transféré d'après les réponses : pas d'alignement à financer.")
    return phrases(
        f"S'aligner vers le haut coûterait de {formats.environ_euros(bas)} à {formats.environ_euros(haut)} par an, "
        f"{formats.environ_euros(central)} au centre : une dépense récurrente, tirée d'un écart supposé et non de vos grilles."
    )


def trajets(mobilite: Mobilite | None) -> Affichage:
    """Combien de communes passent le premier seuil de l'indemnité de mobilité."""
    if mobilite is None:
        return phrases("Personne ne change d'employeur : l'indemnité de mobilité est sans objet.")
    table = mobilite.communes.dropna(subset="allongement_km")
    if table.empty:
        return phrases("Donnée non fournie : la position des communes ; les trajets ne s'estiment pas.")
    longues = int(table["plafond_eur"].gt(0).sum())
    lointaine = table.loc[table["allongement_km"].idxmax()]
    return phrases(
        f"Si le service s'installe à {mobilite.siege} (supposé : la commune la plus peuplée), un agent qui travaillait dans sa "
        f"commune ferait 20 km de plus par jour ou davantage depuis {formats.pluriel(longues, 'commune')} sur {len(table)}.",
        f"La plus éloignée est {lointaine['nom']}, à {formats.nombre(lointaine['vol_oiseau_km'])}\u00a0km à vol d'oiseau.",
    )

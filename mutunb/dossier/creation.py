"""Créer le dossier d'un client : ses réglages, ses hypothèses, ses décisions, et le classeur à envoyer aux mairies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from mutunb import chemins, territoires
from mutunb.dossier import reglages
from mutunb.dossier.classeur_collecte import classeurs
from mutunb.dossier.mode_emploi import Retour
from mutunb.dossier.reglages import Reglages, lire_reglages
from mutunb.formats import pluriel
from mutunb.invocation import commande
from mutunb.territoires import Territoire

#: dossier des fichiers renvoyés par les mairies, et celui des classeurs à leur envoyer un par un
RECUS, ENVOIS = "recus", "envois"

HYPOTHESES = """\
# Hypothèses propres à ce territoire : elles remplacent celles du référentiel (data/referentiel/hypotheses.yaml).
# Seules les hypothèses écrites ici changent. Toutes les clés sont attendues ; bas ≤ central ≤ haut, dans l'unité d'origine.
# Pour en écrire une, retirez les « # » de l'exemple et changez ses valeurs.
#
# part_rh:
#   bas: 2
#   central: 2.5
#   haut: 3
#   auteur: Direction des ressources humaines
#   date: 2026-01-15
#   motif: comptage du tableau des effectifs de 2025
"""
CORRECTIONS = """\
# Corrections des réponses reçues : le fichier d'une mairie n'est jamais modifié, la correction s'écrit ici.
# « cle » désigne la ligne (les champs qui l'identifient), « ancienne » la valeur lue : si la source change, la correction
# est refusée. Une part s'écrit de 0 à 1 ; null est une absence.
# Pour en écrire une, retirez les « # » de l'exemple et changez ses valeurs.
#
# - feuille: effectifs
#   cle: {siren: "999999980", poste: P01, fonction: comptabilite_finances}
#   champ: part_temps
#   ancienne: 0.4
#   nouvelle: 0.5
#   motif: le poste est partagé à parts égales, confirmé par la direction
#   auteur: Cabinet
#   date: 2026-01-15
"""
DECISIONS = """\
# Décisions prises au fil de l'étude, une par fonction. Ce qui n'est pas écrit suit la recommandation de mutunb, et la
# page le dit. auteur, date et motif sont toujours attendus ; les autres clés se remplissent quand elles sont décidées.
#   retenue         true (étudiée) ou false (écartée)
#   perimetre       SIREN des parties, entre guillemets ; l'EPCI s'écrit comme les autres
#   instrument      code du catalogue : SC, SCC, GC, GCD, CA, BP, MADI, MADD, CG, PS, SU, ENT, CDG, TR…
#   cle             population, unites, etp_origine, depense, potentiel_fiscal, mixte ou fixe_variable
#   scenario        prudent, cible ou etendu
#   date_effet      de préférence un 1er janvier
#   mode_financier  ac (attribution de compensation), facture ou mixte ; en fiscalité additionnelle, facture seulement
# Pour en écrire une, retirez les « # » de l'exemple et changez ses valeurs.
#
# comptabilite_finances:
#   retenue: true
#   instrument: SC
#   cle: unites
#   date_effet: 2028-01-01
#   auteur: Bureau communautaire
#   date: 2026-01-15
#   motif: vote du bureau, à l'unanimité moins une abstention
#
# Les dates connues, pour le calendrier ; celles qui manquent sont supposées, et la page le dit.
#   date_depart   jour où le projet commence
#   conseils      dernière séance de chaque vague de délibérations (EPCI et communes)
#   cst, cst_communes, cst_cdg   séances des comités sociaux : EPCI, communes de 50 agents et plus, centre de gestion
#
# calendrier:
#   date_depart: 2026-09-01
#   conseils: [2027-06-24, 2027-09-30, 2027-12-16]
#   cst: [2027-06-03, 2027-10-07]
#   cst_cdg: [2027-09-21, 2027-11-23]
#
# Les poids des priorités, s'ils diffèrent de ceux de référence (0,4, 0,3, 0,3 et 0,3) ; leur somme est ramenée à 1.
#
# priorites:
#   poids_gain: 0.5
#   poids_structurant: 0.3
#   poids_facilite: 0.2
#   poids_appetence: 0.3
#   auteur: Bureau communautaire
#   date: 2026-01-15
#   motif: le bureau donne plus de poids aux gains
"""


@dataclass(frozen=True)
class Creation:
    """Ce que la création d'un dossier a écrit, et ce qu'elle a laissé en place."""

    territoire: str
    dossier: Path
    crees: tuple[Path, ...]
    conserves: tuple[Path, ...]
    reglages: Reglages
    un_par_commune: bool = False

    def __str__(self) -> str:
        lignes = [f"{self.territoire} : dossier {self.dossier}"]
        lignes += self._enumerer("écrit", self.crees)
        lignes += self._enumerer("déjà là, laissé tel quel", self.conserves)
        if any(chemin.suffix == ".xlsx" for chemin in self.crees):
            lignes += self._avertissements()
        lignes.append(self._suite())
        return "\n".join(lignes)

    def _avertissements(self) -> list[str]:
        """Ce qu'il faut savoir avant d'envoyer les classeurs."""
        siren, dits = self.reglages.siren, []
        if not self.un_par_commune and not self.reglages.diffusion_financiere:
            dits.append(
                "Attention : collecte.xlsx est commun à toutes les entités. Une copie remplie qui circule montre à chaque commune "
                "les réponses des autres, ce que ce dossier n'autorise pas (diffusion_financiere: false). Envoyez à chacune une "
                f"copie vierge, ou préparez un classeur par commune : {commande(f'dossier {siren} --un-par-commune')}"
            )
        if manquants := [nom for nom in ("date_limite", "contact") if not getattr(self.reglages, nom)]:
            dits.append(
                f"Le mode d'emploi laisse « à compléter » : {' et '.join(manquants)}. Écrivez-les dans le classeur ; ou bien "
                "renseignez-les dans territoire.yaml, effacez le classeur et relancez cette commande."
            )
        return dits

    def _suite(self) -> str:
        """Ce qui reste à faire."""
        quoi = f"les classeurs du dossier {ENVOIS}, chacun à son entité" if self.un_par_commune else "collecte.xlsx aux entités"
        verifier = commande(f"verifier {self.reglages.siren}")
        return f"Envoyez {quoi}, déposez leurs réponses dans {self.dossier / RECUS}, puis lancez : {verifier}"

    def _enumerer(self, etat: str, fichiers: tuple[Path, ...], montres: int = 8) -> list[str]:
        noms = [str(chemin.relative_to(self.dossier)) for chemin in fichiers]
        reste = len(noms) - montres
        lignes = [f"  {nom} ({etat})" for nom in noms[:montres]]
        return lignes + ([f"  … et {pluriel(reste, 'autre fichier', 'autres fichiers')} ({etat})"] if reste > 0 else [])


def creer(
    siren: str,
    un_par_commune: bool = False,
    auteur: str = "",
    donnees: Path | None = None,
    retour: Retour = Retour(),
) -> Creation:
    """Crée (ou complète) le dossier client d'un EPCI ; un fichier existant n'est jamais modifié.

    Parameters
    ----------
    siren : str
        SIREN de l'EPCI à fiscalité propre.
    un_par_commune : bool
        Vrai : un classeur par entité dans ``envois/`` ; faux : un seul ``collecte.xlsx``.
    auteur : str
        Qui tient le dossier, inscrit dans ``territoire.yaml``.
    donnees : Path, optional
        Dossier de données nationales.
    retour : Retour
        Date limite et contact inscrits dans ``territoire.yaml`` et dans les classeurs ; si le dossier a déjà ses
        réglages, ce sont eux qui font foi.

    Raises
    ------
    ErreurUsage, ErreurDonnees
        SIREN inconnu, avec les voisins ; données publiques incomplètes ; réglages du dossier illisibles.
    """
    territoire = territoires.ouvrir(siren, donnees)
    dossier = chemins.territoires() / territoire.siren
    ecrits = lus_ou_neufs(dossier / reglages.NOM_FICHIER, territoire, auteur, retour)
    envois = classeurs(territoire, un_par_commune, Retour(ecrits.date_limite, ecrits.contact))
    (dossier / RECUS).mkdir(parents=True, exist_ok=True)
    sous_dossier = ENVOIS if un_par_commune else ""
    contenus: dict[str, str | bytes] = {
        reglages.NOM_FICHIER: texte_reglages(territoire, auteur, retour),
        "hypotheses.yaml": HYPOTHESES,
        "decisions.yaml": DECISIONS,
        "corrections.yaml": CORRECTIONS,
    } | {str(Path(sous_dossier, nom)): octets for nom, octets in envois.items()}
    deja = {nom for nom in contenus if (dossier / nom).exists()}
    crees = tuple(chemins.ecrire(dossier / nom, contenu) for nom, contenu in contenus.items() if nom not in deja)
    conserves = tuple(dossier / nom for nom in contenus if nom in deja)
    return Creation(territoire.nom, dossier, crees, conserves, ecrits, un_par_commune)


def lus_ou_neufs(chemin: Path, territoire: Territoire, auteur: str, retour: Retour) -> Reglages:
    """Réglages du dossier s'il en a, sinon ceux qu'on lui donne."""
    if chemin.is_file():
        return lire_reglages(chemin, territoire.siren, territoire.nom)
    identite = {"siren": territoire.siren, "nom": territoire.nom, "auteur": auteur}
    return Reglages(**identite, date_limite=retour.date_limite, contact=retour.contact)


def texte_reglages(territoire: Territoire, auteur: str = "", retour: Retour = Retour()) -> str:
    """``territoire.yaml`` d'un dossier neuf, commenté."""
    return (
        f"# Réglages du dossier. SIREN entre guillemets ; une date s'écrit 2026-01-15, ou rien.\n"
        f"siren: {_en_yaml(territoire.siren)}\n"
        f"nom: {_en_yaml(territoire.nom)}\n"
        "# nombre d'agents sous lequel une case qui révélerait une personne est masquée hors du profil consultant\n"
        f"seuil_confidentialite: {reglages.SEUIL_CONFIDENTIALITE}\n"
        "# true si les communes peuvent voir les chiffres financiers les unes des autres\n"
        "diffusion_financiere: false\n"
        "# date à laquelle l'état de départ (T0) est figé, la même pour toutes les entités\n"
        "date_t0:\n"
        "# qui tient ce dossier\n"
        f"auteur: {_en_yaml(auteur)}\n"
        "# jour avant lequel les entités renvoient leur classeur, et à qui : écrits dans son mode d'emploi\n"
        f"date_limite: {retour.date_limite or ''}".rstrip() + "\n"
        f"contact: {_en_yaml(retour.contact)}\n"
    )


def _en_yaml(texte: str) -> str:
    """Le texte entre guillemets, quoi qu'il contienne."""
    return yaml.safe_dump(texte, allow_unicode=True, default_style='"', width=10_000).strip()

"""Lire les lignes d'une feuille reconnue : valeurs, cellules fusionnées, lignes écartées, et tout ce qui ne va pas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from mutunb.dossier import rangees
from mutunb.dossier.anonymat import pseudonyme
from mutunb.dossier.ecriture_brute import Lu, Pourcentage, en_ligne, est_vide
from mutunb.dossier.entetes import Reconnaissance
from mutunb.dossier.grille import Grille, adresse, lettres
from mutunb.dossier.ligne_lue import LigneLue
from mutunb.dossier.questionnaire import Champ, forme_simple
from mutunb.dossier.valeurs import Contexte, analyser, nombre
from mutunb.erreurs import Constat
from mutunb.referentiel.champs import montrer

#: champs dont la valeur d'une cellule fusionnée vaut pour toutes ses lignes
PROPAGES = ("siren", "collectivite", "fonction")
_OUI_NON = {"o": "oui", "x": "oui", "true": "oui", "n": "non", "false": "non"}
_INTITULE = "intitule poste"
_ECARTEE = " La ligne est écartée en attendant."


@dataclass
class FeuilleLue:
    """Lignes et constats d'une feuille."""

    lignes: list[LigneLue] = field(default_factory=list)
    constats: list[Constat] = field(default_factory=list)


def lire_feuille(grille: Grille, lue: Reconnaissance, fichier: str) -> FeuilleLue:
    """Lignes d'une grille dont la feuille est reconnue, et tous ses problèmes, chacun avec sa cellule."""
    return _Lecteur(grille, lue, fichier).lire()


class _Lecteur:
    def __init__(self, grille: Grille, lue: Reconnaissance, fichier: str) -> None:
        self.grille, self.lue, self.feuille, self.fichier = grille, lue, lue.feuille, fichier
        self.onglet = grille.onglet or lue.feuille.libelle
        self.resultat = FeuilleLue()
        self.champs = {nom: self.feuille.champ(nom) for nom in lue.places}
        self.lettres = {nom: lettres(rang) for nom, rang in lue.places.items()}
        self.memoire: dict[tuple[str, type, object], Lu] = {}
        self.contextes: dict[str, Contexte] = {}

    def lire(self) -> FeuilleLue:
        self._fusions()
        self.contextes = {nom: self._contexte(champ) for nom, champ in self.champs.items()}
        utiles = list(self._rangees_utiles())
        for rang, bruts in utiles:
            self._lire_rangee(rang, bruts, rang == utiles[-1][0])
        self._distinguer_intitules()
        return self.resultat

    def _constater(self, ou: str, trouve: str, attendu: str, remede: str, gravite: str = "erreur") -> None:
        self.resultat.constats.append(Constat(f"{self.fichier}, {self.onglet}, {ou}", trouve, attendu, remede, gravite))

    def _fusions(self) -> None:
        """Propage les cellules fusionnées de SIREN, de nom et de fonction ; signale les autres."""
        par_colonne = {rang: nom for nom, rang in self.lue.places.items()}
        for (haut, gauche), (bas, droite) in self.grille.fusions:
            bas = min(bas, len(self.grille.cellules) - 1)
            valeur = self.grille.cellule(haut, gauche)
            if haut < self.lue.debut or est_vide(valeur) or not any(rang in par_colonne for rang in range(gauche, droite + 1)):
                continue
            ou, trouve = f"cellules {adresse(haut, gauche)} à {adresse(bas, droite)}", "des cellules fusionnées"
            nom = par_colonne.get(gauche)
            if nom in PROPAGES and gauche == droite:
                for ligne in range(haut + 1, bas + 1):
                    rangee = self.grille.cellules[ligne]
                    rangee += [""] * (gauche + 1 - len(rangee))
                    rangee[gauche] = valeur
                remede = "La valeur est reprise sur chaque ligne : vérifiez, et défusionnez."
            else:
                remede = f"La valeur n'est lue qu'en {adresse(haut, gauche)} : défusionnez et complétez chaque ligne."
            self._constater(ou, trouve, "une valeur par cellule", remede, "alerte")

    def _contexte(self, champ: Champ) -> Contexte:
        echelle = self._echelle(self.lue.places[champ.nom]) if champ.type == "part" else ""
        return Contexte(echelle, self.grille.origine_1904)

    def _echelle(self, colonne: int) -> str:
        """« cent » si une part dépasse 1, « unite » si toutes tiennent entre 0 et 1 et que l'une est fractionnaire."""
        bruts = (self.grille.cellule(ligne, colonne) for ligne in range(self.lue.debut, len(self.grille.cellules)))
        sans_signe = (brut for brut in bruts if not isinstance(brut, Pourcentage) and "%" not in str(brut))
        lus = {valeur for brut in sans_signe if isinstance(valeur := nombre(brut).valeur, float)}
        if any(valeur > 1 for valeur in lus):
            return "cent"
        return "unite" if any(0 < valeur < 1 for valeur in lus) else ""

    def _rangees_utiles(self) -> Iterator[tuple[int, dict[str, object]]]:
        for rang in range(self.lue.debut, len(self.grille.cellules)):
            rangee = self.grille.cellules[rang]
            bruts = {nom: rangee[place] if place < len(rangee) else "" for nom, place in self.lue.places.items()}
            self._traduire(rangee, bruts)
            if rangees.est_rangee_vide(bruts) and not self._a_des_indicateurs(rangee):
                continue
            if rangees.est_entete_repete(rangee, self.feuille) or rangees.est_rangee_d_unites(bruts, self.feuille):
                continue
            if rangees.est_exemple(rangee):
                continue
            if rangees.redit_l_exemple(bruts, self.feuille):
                self._ecarter(rang, "la ligne d'exemple", "Ligne ignorée : remplacez-la par vos réponses.")
            elif rangees.est_total(rangee, bruts):
                self._ecarter(rang, "une ligne de total", "Ligne ignorée : mutunb refait les totaux.")
            elif rangees.est_note(rangee):
                self._ecarter(rang, "une note sous le tableau", "Ligne ignorée : vérifiez que ce n'est pas une réponse.")
            else:
                yield rang, bruts

    def _ecarter(self, rang: int, trouve: str, remede: str) -> None:
        self._constater(f"ligne {rang + 1}", trouve, self.feuille.grain, remede, "alerte")

    def _traduire(self, rangee: list[object], bruts: dict[str, object]) -> None:
        """Colonnes de gabarit dont la valeur se lit dans un champ (« groupement : oui » → cadre = groupement)."""
        for colonne, traduction in self.lue.traductions.items():
            ecrit = forme_simple(rangee[colonne]) if colonne < len(rangee) else ""
            traduite = traduction.valeurs.get(_OUI_NON.get(ecrit, ecrit))
            if traduite is not None and est_vide(bruts.get(traduction.champ)):
                bruts[traduction.champ] = traduite

    def _a_des_indicateurs(self, rangee: list[object]) -> bool:
        return any(colonne < len(rangee) and not est_vide(rangee[colonne]) for colonne in self.lue.indicateurs)

    def _lire_rangee(self, rang: int, bruts: dict[str, object], derniere: bool) -> None:
        peut_etre_un_total = derniere and self.resultat.lignes and not self.lue.indicateurs
        if peut_etre_un_total and rangees.est_total_sans_libelle(bruts, self.feuille):
            remede = "Ligne ignorée : si c'est une réponse, complétez-la."
            self._ecarter(rang, "des nombres seuls, sans doute un total", remede)
            return
        valeurs: dict[str, object] = {}
        problemes: list[tuple[str, Lu]] = []
        for nom, brut in bruts.items():
            lu = self._analyser(nom, brut)
            if lu.valeur is not None:
                valeurs[nom] = lu.valeur
            if lu.probleme is not None:
                problemes.append((nom, lu))
        if self.lue.indicateurs:
            self._lire_indicateurs(rang, valeurs, problemes)
            return
        if rangees.est_prerempli(valeurs, self.feuille) and not problemes:
            return
        self._cacher_le_nom(rang, valeurs)
        ecartee = self._dire_les_absents(rang, valeurs, {nom for nom, _ in problemes})
        self._dire_les_problemes(rang, bruts, problemes, ecartee)
        if not ecartee:
            self.resultat.lignes.append(self._ligne(rang, valeurs))

    def _ligne(self, rang: int, valeurs: dict[str, object], places: dict[str, str] | None = None) -> LigneLue:
        return LigneLue(self.feuille.nom, self.fichier, self.onglet, rang + 1, valeurs, places or self.lettres)

    def _analyser(self, nom: str, brut: object) -> Lu:
        """Lecture d'une cellule ; les mêmes écritures reviennent, on ne les lit qu'une fois."""
        if brut is None or brut == "":
            return Lu(None)
        cle = (nom, type(brut), brut)
        if cle not in self.memoire:
            self.memoire[cle] = analyser(brut, self.feuille.champ(nom), self.contextes.get(nom, Contexte()))
        return self.memoire[cle]

    def _cacher_le_nom(self, rang: int, valeurs: dict[str, object]) -> None:
        repere = valeurs.get("poste")
        cache = pseudonyme(str(repere), str(valeurs.get("siren", ""))) if self.feuille.sensible and repere else None
        if cache is None:
            return
        valeurs["poste"] = cache
        remede = f"Confidentialité : remplacé par « {cache} ». Donnez au poste un repère (P01, P02…), effacez le nom."
        self._constater(self._cellule("poste", rang), "ce qui ressemble au nom d'un agent", "un repère de poste", remede)

    def _cellule(self, nom: str, rang: int) -> str:
        return f"cellule {self.lettres[nom]}{rang + 1}" if nom in self.lettres else f"ligne {rang + 1}"

    def _dire_les_absents(self, rang: int, valeurs: dict[str, object], en_probleme: set[str]) -> bool:
        """Constats des champs obligatoires vides ; vrai si la clé est incomplète, donc la ligne écartée."""
        absents = [
            champ
            for champ in self.feuille.obligatoires
            if champ.nom not in valeurs and not (champ.a_defaut and champ.a_defaut in valeurs)
        ]
        ecartee = any(champ.nom in self.feuille.cle for champ in absents)
        for champ in absents:
            if champ.nom in self.lue.places and champ.nom not in en_probleme:
                remede = "Complétez la cellule." + (_ECARTEE if champ.nom in self.feuille.cle else "")
                self._constater(self._cellule(champ.nom, rang), "une cellule vide", champ.libelle.lower(), remede)
        return ecartee

    def _dire_les_problemes(
        self, rang: int, bruts: dict[str, object], problemes: list[tuple[str, Lu]], ecartee: bool
    ) -> None:
        for nom, lu in problemes:
            probleme = lu.probleme
            perdue = ecartee and lu.valeur is None and nom in self.feuille.cle
            # un repère de poste peut porter un nom : on ne le répète pas
            trouve = "ce repère" if self.feuille.sensible and nom == "poste" else montrer(self._lisible(bruts[nom]))
            libelle = self.feuille.champ(nom).libelle
            remede = probleme.remede + (_ECARTEE if perdue else "")
            self._constater(self._cellule(nom, rang), trouve, f"{probleme.attendu} ({libelle})", remede, probleme.gravite)

    @staticmethod
    def _lisible(brut: object) -> object:
        if isinstance(brut, str):
            return en_ligne(brut[:300])
        return int(brut) if isinstance(brut, float) and brut.is_integer() and abs(brut) < 1e15 else brut

    def _lire_indicateurs(self, rang: int, valeurs: dict[str, object], problemes: list[tuple[str, Lu]]) -> None:
        """Format large : une colonne par indicateur, une ligne d'activité par cellule remplie."""
        rangee = self.grille.cellules[rang]
        ecartee = self._dire_les_absents_larges(rang, valeurs, {nom for nom, _ in problemes})
        bruts = {nom: rangee[place] for nom, place in self.lue.places.items() if place < len(rangee)}
        self._dire_les_problemes(rang, bruts, problemes, ecartee)
        for colonne, indicateur in self.lue.indicateurs.items():
            lu = self._analyser("valeur", rangee[colonne] if colonne < len(rangee) else "")
            if lu.probleme is not None:
                trouve = montrer(self._lisible(rangee[colonne]))
                self._constater(f"cellule {adresse(rang, colonne)}", trouve, *lu.probleme[:3])
            if lu.valeur is None or ecartee:
                continue
            ligne = valeurs | indicateur.model_dump() | {"valeur": lu.valeur}
            self.resultat.lignes.append(self._ligne(rang, ligne, self.lettres | {"valeur": lettres(colonne)}))

    def _dire_les_absents_larges(self, rang: int, valeurs: dict[str, object], en_probleme: set[str]) -> bool:
        if "siren" in valeurs:
            return False
        if "siren" not in en_probleme:
            remede = "Complétez la cellule." + _ECARTEE
            self._constater(self._cellule("siren", rang), "une cellule vide", "le SIREN de l'entité", remede)
        return True

    def _distinguer_intitules(self) -> None:
        """Un intitulé n'est pas un repère : deux postes de même intitulé et de même fonction sont numérotés."""
        if forme_simple(self.lue.entetes.get("poste", "")) != _INTITULE:
            return
        vus: Counter[tuple[object, ...]] = Counter()
        doubles = 0
        for ligne in self.resultat.lignes:
            cle = tuple(ligne.valeurs.get(nom) for nom in self.feuille.cle)
            vus[cle] += 1
            if vus[cle] > 1:
                doubles += 1
                ligne.valeurs["poste"] = f"{ligne.valeurs['poste']} n° {vus[cle]}"
        if doubles:
            remede = "Ils sont comptés comme des postes distincts, numérotés : vérifiez qu'aucun n'est en double."
            trouve = f"{doubles} poste(s) au même intitulé qu'un autre"
            self._constater(f"colonne {self.lettres['poste']}", trouve, "un repère par poste", remede, "alerte")

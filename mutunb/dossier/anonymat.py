"""Un repère de poste qui ressemble au nom d'un agent devient un pseudonyme : le questionnaire n'en garde aucun.

Prudent : un intitulé de métier n'est jamais pris pour un nom ; un nom seul, sans prénom ni civilité, peut passer.
"""

from __future__ import annotations

import hashlib
import re

from mutunb.dossier.ecriture_brute import nettoyer
from mutunb.dossier.questionnaire import forme_simple

_CIVILITE = re.compile(r"^(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\b\.?\s+\w{2,}", re.IGNORECASE)
_MOT = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*\.?")
_PRENOMS = frozenset(
    """adele adrien agnes alain albert alexandra alexandre alexis alice aline amandine amelie anais andre angelique anita
    anne annick annie anthony antoine arlette arnaud arthur audrey aurelie aurelien aurore baptiste beatrice benedicte
    benjamin benoit bernadette bernard bertrand brigitte bruno camille carole caroline catherine cecile cedric celine chantal
    charles charlotte christelle christian christiane christine christophe claire claude claudine clement colette corinne
    cyril damien daniel daniele danielle david delphine denis denise didier dominique dorothee edith edouard elisabeth elise
    elodie emilie emma emmanuel emmanuelle eric estelle etienne evelyne fabien fabienne fabrice fanny florence florian
    franck francis francois francoise frederic frederique gabriel gael gaelle genevieve georges gerard germaine ghislaine
    gilbert gilles ginette gisele gregory guillaume guy helene henri herve hubert hugo huguette ingrid isabelle jacqueline
    jacques janine jean jeanne jerome jessica joel joelle jonathan josette josiane julie julien juliette justine karine
    kevin laetitia laura laure laurence laurent lea liliane lionel louis louise luc lucas lucie lucien ludovic lydie madeleine
    magali manon marc marcel marcelle marguerite marie marine marion martine mathieu matthieu maurice maxime melanie michel
    michele micheline mickael mireille monique muriel myriam nadege nadia nadine nathalie nicolas nicole noel odette odile
    olivier pascal pascale patrice patricia patrick paul paulette pauline philippe pierre rachel raphael raymond regine regis
    remi renaud rene renee richard robert roger roland romain sabine samuel sandra sandrine sarah sebastien serge severine
    simon simone solange sonia sophie stephane stephanie suzanne sylvain sylvie theo therese thierry thomas valentin valerie
    vanessa veronique victor vincent virginie viviane william xavier yann yannick yves yvette yvonne""".split()
)
_METIERS = frozenset(
    """accueil achat achats adjoint adjointe administratif administrative affaires agent agente aide apprenti archives archiviste
    assistant assistante atsem bibliothecaire bureau budget cadre carriere charge chargee chef cheffe clerc commande communal
    communale communication comptabilite comptable conseiller conseillere contractuel controleur coordinateur coordinatrice
    cuisine dgs dga directeur directrice direction dpo dsi ecole elections entretien etat civil facturation finances
    fonction fonctionnel general generale gestion gestionnaire informatique ingenieur instructeur instructrice juriste juridique
    mairie maire marches mi mission moyens numerique paie paye patrimoine personnel pole poste population principal principale
    projet public publics publique recettes redacteur redactrice referent referente regie regisseur remplacant rh responsable
    ressources humaines secretaire secretariat securite service services si site social stagiaire support systeme technicien
    technicienne technique temps titulaire tresorerie urbanisme vacant vacataire valeur ville""".split()
)


def pseudonyme(repere: str, siren: str) -> str | None:
    """Pseudonyme d'un repère qui ressemble à un nom, le même à chaque collecte ; ``None`` si le repère convient.

    Examples
    --------
    >>> pseudonyme("Secrétaire de mairie", "217903293") is None
    True
    >>> pseudonyme("Mme DURAND Sophie", "217903293") == pseudonyme("durand sophie", "217903293")
    True
    """
    if not ressemble_a_un_nom(repere):
        return None
    mots = sorted(mot for mot in forme_simple(repere).split() if mot not in ("m", "mr", "mme", "mlle", "monsieur", "madame"))
    empreinte = hashlib.blake2b(f"{siren} {' '.join(mots)}".encode(), digest_size=4)
    return f"agent_{empreinte.hexdigest()}"


def ressemble_a_un_nom(repere: str) -> bool:
    """Vrai pour « Mme Durand », « DURAND Sophie », « S. DURAND » ; faux pour un code ou un intitulé de métier."""
    texte = nettoyer(repere)
    mots = [forme_simple(mot) for mot in _MOT.findall(texte)]
    if not mots or any(mot in _METIERS for mot in mots):
        return bool(_CIVILITE.match(texte)) and not (len(mots) > 1 and mots[1] in _METIERS | {"le", "la"})
    if _CIVILITE.match(texte):
        return True
    if any(lettre.isdigit() for lettre in texte) or not 2 <= len(mots) <= 4:
        return False
    prenom = any(morceau in _PRENOMS for mot in mots for morceau in mot.split())
    return prenom or _initiale_et_nom(texte)


def _initiale_et_nom(texte: str) -> bool:
    """« S. DURAND » ou « DURAND S. »."""
    return re.fullmatch(r"[A-ZÀ-Ý]\.\s*[A-ZÀ-Ý][\w'-]{2,}|[A-ZÀ-Ý][\w'-]{2,}\s+[A-ZÀ-Ý]\.", texte) is not None

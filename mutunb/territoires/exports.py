"""La liste des exports officiels (``data/referentiel/exports_officiels.yaml``) : adresse, fichier, contrôle."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote, urlencode

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from mutunb import chemins
from mutunb.erreurs import Constat, ErreurDonnees, ErreurUsage
from mutunb.territoires.connecteurs import cog, contours, dgcl, dgf, ept, ofgl

NOM = "exports_officiels.yaml"
MILLESIMES = range(2018, 2100)
_ATTENDUS = {
    "missing": "une valeur (clé obligatoire)",
    "extra_forbidden": "aucune clé de ce nom",
    "string_type": "du texte",
    "bool_parsing": "true ou false",
}

#: contrôle → lecture complète du fichier reçu ; elle lève une erreur si ce n'est pas le bon export
CONTROLES: Mapping[str, Callable[[Path], object]] = {
    "composition": dgcl.lire_composition,
    "communes": cog.lire_communes,
    "ofgl": ofgl.lire_ofgl,
    "dotations": dgf.lire_dotations,
    "ept": ept.lire_ept,
    "contours": contours.lire_contours,
}


class Export(BaseModel):
    """Un export officiel : d'où il vient, sous quel nom on le range, comment on le vérifie."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    libelle: str
    producteur: str
    licence: str
    fichier: str
    adresse: str
    controle: str
    obligatoire: bool
    parametres: Mapping[str, str] = {}
    adresse_par_millesime: Mapping[str, str] = {}

    @field_validator("controle")
    @classmethod
    def _connu(cls, controle: str) -> str:
        if controle not in CONTROLES:
            raise ValueError(f"contrôle inconnu « {controle} » ; possibles : {', '.join(CONTROLES)}")
        return controle

    def nom_fichier(self, millesime: str) -> str:
        """Nom du fichier local, par exemple « epcicom2025.xlsx »."""
        return self.fichier.format(**_valeurs(millesime))

    def url(self, millesime: str) -> str:
        """Adresse complète, paramètres encodés."""
        valeurs = _valeurs(millesime)
        adresse = self.adresse_par_millesime.get(millesime, self.adresse).format(**valeurs)
        if not self.parametres:
            return adresse
        parametres = {cle: valeur.format(**valeurs) for cle, valeur in self.parametres.items()}
        return f"{adresse}?{urlencode(parametres, quote_via=quote)}"


def exports() -> tuple[Export, ...]:
    """Tous les exports officiels, dans l'ordre de la liste."""
    return _lus(chemins.referentiel() / NOM)


def verifier_millesime(millesime: str) -> str:
    """Le millésime demandé (« 2025 ») s'il est plausible, sinon :class:`ErreurUsage`."""
    texte = str(millesime).strip()
    if not (texte.isascii() and texte.isdigit() and int(texte) in MILLESIMES):
        raise ErreurUsage(f"Millésime « {millesime} » : attendu une année sur quatre chiffres, par exemple 2025.")
    return texte


@functools.cache
def _lus(chemin: Path) -> tuple[Export, ...]:
    try:
        contenu = yaml.safe_load(chemin.read_text(encoding="utf-8"))
        return tuple(Export(**fiche) for fiche in contenu["exports"])
    except (OSError, yaml.YAMLError, KeyError, TypeError) as erreur:
        raise ErreurDonnees(f"{chemin} : liste des exports illisible ({type(erreur).__name__}). "
                            "Reprenez le fichier du dépôt.") from erreur
    except ValidationError as erreur:
        raise ErreurDonnees.de_constats(f"{chemin}, export {erreur.title}", [
            Constat(f"{chemin.name}, clé {'.'.join(map(str, faute['loc']))}", str(faute["input"]),
                    _ATTENDUS.get(faute["type"], faute["msg"].removeprefix("Value error, ")), "Corrigez la liste.")
            for faute in erreur.errors()
        ]) from erreur


def _valeurs(millesime: str) -> dict[str, str]:
    agregats = ",".join(f'"{agregat}"' for agregat in ofgl.AGREGATS.values())
    return {"millesime": millesime, "exercice": str(int(millesime) - 1), "agregats": agregats}

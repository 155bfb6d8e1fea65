"""Les modèles Word livrés : quels actes, où ils se trouvent, et de quoi les refaire.

``python -m mutunb.actes.modeles`` réécrit ``data/modeles`` d'après ``mutunb/actes/textes``. Pour un acte, le premier
modèle trouvé sert : celui du client (``<dossier du client>/modeles/``), celui du cabinet (dossier nommé par
``MUTUNB_MODELES``), puis celui de mutunb.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from mutunb import chemins
from mutunb.actes import blocs, mise_en_page
from mutunb.actes.archive import figer
from mutunb.actes.textes import (
    communication_conseil,
    convention_groupement_commandes,
    convention_service_commun,
    deliberation,
    fiche_impact,
    schema_de_mutualisation,
)
from mutunb.dossier import fichiers_client
from mutunb.erreurs import ErreurDonnees, ErreurUsage

VARIABLE = "MUTUNB_MODELES"
SOUS_DOSSIER = "modeles"
_TEXTES = (
    convention_service_commun,
    fiche_impact,
    deliberation,
    convention_groupement_commandes,
    schema_de_mutualisation,
    communication_conseil,
)
#: acte (identifiant de ``actes.yaml``) → titre du modèle
TITRES = {texte.ACTE: texte.TITRE for texte in _TEXTES}


def dossier_livre() -> Path:
    """``data/modeles`` : les modèles livrés."""
    return chemins.racine() / "data" / SOUS_DOSSIER


def modele(acte: str, siren: str = "") -> Path:
    """Fichier du modèle d'un acte : celui du client, sinon du cabinet, sinon celui qui est livré.

    Raises
    ------
    ErreurUsage
        Acte inconnu, avec les noms voisins.
    ErreurDonnees
        Modèle livré absent, ou dossier du cabinet introuvable.

    Examples
    --------
    >>> modele("fiche_impact").name
    'fiche_impact.docx'
    """
    if acte not in TITRES:
        raise ErreurUsage.nom_inconnu("acte", acte, TITRES)
    candidats = [dossier / f"{acte}.docx" for dossier in _dossiers(siren)]
    trouve = next((candidat for candidat in candidats if candidat.is_file()), None)
    if trouve is None:
        raise ErreurDonnees(f"Modèle {acte}.docx introuvable dans {dossier_livre()}. Refaites-le : python -m mutunb.actes.modeles")
    return trouve


def _dossiers(siren: str) -> list[Path]:
    dossiers = [fichiers_client.dossier_a_lire(siren) / SOUS_DOSSIER] if siren else []
    if cabinet := os.environ.get(VARIABLE):
        if not Path(cabinet).is_dir():
            raise ErreurDonnees(f"{VARIABLE} : « {cabinet} » n'est pas un dossier. Corrigez la variable, ou retirez-la.")
        dossiers.append(Path(cabinet))
    return [*dossiers, dossier_livre()]


def fabriquer(acte: str) -> bytes:
    """Octets du modèle livré d'un acte, toujours les mêmes."""
    texte = next(texte for texte in _TEXTES if acte == texte.ACTE)
    document = mise_en_page.document_vierge(texte.TITRE)
    blocs.ecrire_blocs(document, texte.BLOCS)
    tampon = io.BytesIO()
    document.save(tampon)
    return figer(tampon.getvalue())


def tout_fabriquer(dossier: Path | None = None) -> list[Path]:
    """Écrit tous les modèles livrés et rend leurs chemins."""
    vers = dossier or dossier_livre()
    return [chemins.ecrire(vers / f"{acte}.docx", fabriquer(acte)) for acte in TITRES]


if __name__ == "__main__":
    tout_fabriquer()

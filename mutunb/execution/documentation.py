"""``docs/resultats.md`` : les identifiants stables de ``resultats.json``, décrits d'après de vrais résultats.

``python -m mutunb.execution.documentation DOSSIER_DE_SORTIES`` la réécrit.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from mutunb import chemins

ENTETE = """# resultats.json

Un fichier par territoire, écrit par `mutunb produire`. Mêmes entrées, même graine : mêmes octets. Une valeur absente est
`null`, jamais zéro. Cette page est générée ; les identifiants qu'elle nomme sont stables d'une version à l'autre.

- `version` : 1.
- `territoire` : siren, nom, nature, régime fiscal, département, nombre de communes, origine des données, millésimes.
- `etapes.<étape>.carnets` : statut de chaque carnet (`produit`, `echec`, `sans_objet`).
- `etapes.<étape>.indicateurs.<id>` : libelle, valeur, unite, statut, source.
- `etapes.<étape>.tableaux.<id>` : titre, colonnes, libelles, unites, statuts, lignes, perimetre, source, note, total.
- `etapes.<étape>.recommandations` : par rang, la fonction (`id`), sa portée et la raison.
- `etapes.<étape>.synthese` : titre, cinq chiffres, trois constats, décision attendue.

Statuts : `constate` (compte, contrat), `declare` (questionnaire), `estime` (ratio × activité), `hypothese` (choix).
"""


def decrire(documents: Iterable[Mapping[str, Any]]) -> str:
    """La page, d'après un ou plusieurs documents de résultats (un tableau peut n'exister que sur certains territoires)."""
    etapes: dict[str, dict[str, dict[str, Any]]] = {}
    for document in documents:
        for nom, bloc in document["etapes"].items():
            connue = etapes.setdefault(nom, {"indicateurs": {}, "tableaux": {}})
            for genre, connus in connue.items():
                connus.update({cle: contenu for cle, contenu in bloc[genre].items() if cle not in connus})
    parties = [ENTETE]
    for nom, connue in etapes.items():
        parties += [f"\n## Étape « {nom} »\n", _indicateurs(connue["indicateurs"]), _tableaux(connue["tableaux"])]
    return "\n".join(parties)


def _indicateurs(indicateurs: Mapping[str, Any]) -> str:
    lignes = [f"| `{i}` | {x['libelle']} | `{x['unite']}` | `{x['statut']}` |" for i, x in sorted(indicateurs.items())]
    return "\n".join(["### Indicateurs\n", "| id | libellé | unité | statut |", "|---|---|---|---|", *lignes, ""])


def _tableaux(tableaux: Mapping[str, Any]) -> str:
    parties = ["### Tableaux\n"]
    for identifiant, tableau in sorted(tableaux.items()):
        colonnes = ", ".join(f"`{c}` ({tableau['unites'][c]})" for c in tableau["colonnes"])
        parties.append(f"- `{identifiant}` : {colonnes}.")
    return "\n".join([*parties, ""])


def principal(arguments: list[str]) -> None:
    """Réécrit ``docs/resultats.md`` d'après les résultats d'un dossier de sorties."""
    sorties = Path(arguments[0]) if arguments else chemins.sorties()
    documents = [json.loads(f.read_text(encoding="utf-8")) for f in sorted(sorties.glob("*/resultats.json"))]
    chemins.ecrire(chemins.racine() / "docs" / "resultats.md", decrire(documents))


if __name__ == "__main__":
    principal(sys.argv[1:])

"""``docs/actes.md`` : les actes, leurs modèles et leurs variables, d'après le code. ``python -m mutunb.actes.documentation``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mutunb import chemins, referentiel
from mutunb.actes.marques import marques_de_l_acte, nom_simple
from mutunb.actes.modeles import TITRES, VARIABLE
from mutunb.actes.variables import COMMUNES, D_UNE_FONCTION, DU_CONSEIL, DU_SCHEMA

ENTETE = f"""# Les actes

`sh mutunb.sh actes SIREN` écrit dans `outputs/SIREN/actes` des projets d'actes en Word, à relire par un juriste. Mêmes
entrées, mêmes octets. Cette page est générée : `python -m mutunb.actes.documentation`.

| Instrument de la fonction | Actes écrits |
|---|---|
| Service commun (SC, SCC) | convention, fiche d'impact, délibération de l'EPCI, délibération-type des communes |
| Groupement de commandes (GC, GCD) | convention constitutive, délibération de l'EPCI, délibération-type des communes |
| Autre | délibérations seulement ; la commande dit que la convention n'est pas encore modélisée |
| Toutes | rapport et projet de schéma de mutualisation |
| Territoire dont un exercice est suivi | communication annuelle au conseil (`communication_annuelle`) |

`--fonction F` limite à une fonction ; `--par-commune` écrit une délibération par commune.

## Ce qu'un acte garantit

- Rien d'inventé : une donnée absente s'écrit « [à compléter : …] », surlignée, et se liste en fin d'acte avec son nombre.
- Chaque clause porte sa marque, tirée de `data/referentiel/droit` : `[imposé par la loi : article]`, `[recommandé]`,
  `[référence : article]` (le texte éclaire sans imposer), `[règle à vérifier : article]` (pas relue). « à vérifier » suit tout
  ce qui n'est pas de niveau A.
- Un choix que personne n'a pris se lit « (proposition) ».
- Aucun agent n'est nommé ; aucun montant n'est écrit que portent moins d'agents que le seuil du dossier. Les nombres
  d'agents transférés sont donnés commune par commune : la loi le demande.
- En fiscalité additionnelle, aucune convention ne parle d'attribution de compensation.

## Mettre ses propres modèles

Pour chaque acte, le premier fichier trouvé sert :

1. `data/territoires/SIREN/modeles/<acte>.docx` : pour un client ;
2. `<dossier>/<acte>.docx`, dossier nommé par la variable `{VARIABLE}` : pour un cabinet ;
3. `data/modeles/<acte>.docx` : livré.

Partez du modèle livré, changez-en la mise en page, les mots, les clauses. Les balises sont celles de docxtpl :
`{{{{ epci.nom }}}}` dans un texte ; `{{%p for mission in fonction.missions %}}` … `{{%p endfor %}}` seules dans leur paragraphe ;
`{{%tr for commune in communes %}}` … `{{%tr endfor %}}` seules dans leur ligne de tableau ; `{{%p if finances.par_ac %}}`. Un modèle
affiche des variables et n'appelle rien : il est rempli dans un bac à sable, et le texte venu des données n'est jamais exécuté.
Une variable inconnue ou une balise mal fermée arrête la commande, avec le passage fautif et les noms voisins ; rien n'est alors
écrit. Les modèles livrés se refont par `python -m mutunb.actes.modeles`.
"""


def decrire() -> str:
    """La page entière."""
    parties = [ENTETE, "## Variables de tous les actes\n", *_lignes(COMMUNES)]
    parties += ["\n## Variables d'un acte qui porte sur une fonction\n", *_lignes(D_UNE_FONCTION)]
    parties += ["\n## Variables du schéma\n", *_lignes(DU_SCHEMA)]
    parties += ["\n## Variables de la communication au conseil\n", *_lignes(DU_CONSEIL), "\n## Clauses et marques, acte par acte", *_clauses()]
    return "\n".join(parties) + "\n"


def _lignes(variables: Mapping[str, str]) -> Iterator[str]:
    yield "| Variable | Sens |\n|---|---|"
    yield from (f"| `{nom}` | {sens} |" for nom, sens in variables.items())


def _clauses() -> Iterator[str]:
    for acte, titre in TITRES.items():
        marques = marques_de_l_acte(acte)
        yield f"\n### {titre} (`{acte}.docx`)\n\n| Clause | Variable | Marque |\n|---|---|---|"
        for clause in referentiel.actes()[acte].clauses:
            nom = nom_simple(clause.titre)
            yield f"| {clause.titre} | `marque.{nom}` | {marques[nom]} |"


if __name__ == "__main__":
    chemins.ecrire(chemins.racine() / "docs" / "actes.md", decrire())

"""Les actes : conventions, fiches d'impact, délibérations et schéma, en Word, à relire par un juriste.

Les modèles (``data/modeles``) sont des fichiers Word à balises ; un cabinet peut mettre les siens. Rien n'y est
inventé : ce qui manque s'écrit « [à compléter : …] » et se liste en fin d'acte.
"""

"""Connecteurs aux exports officiels : un fichier par format, « chemin → table canonique », sans autre effet.

Éprouvés sur de vrais extraits : OFGL au format long (communes, EPCI, dotations des communes), export OFGL
avec libellés, DECP réglementaire 2022 (JSON) et consolidée 2026 (Parquet). Éprouvés sur des fichiers écrits
d'après leur description publique, avec des lignes réelles : classeur de composition DGCL, composition des
EPT de l'INSEE, liste des communes de l'API Géo, contours en GeoJSON, fiche DGF.
"""

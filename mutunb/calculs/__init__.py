"""Calculs purs : des tables et des hypothèses entrent, des tables sortent. Ni fichier, ni figure, ni arrondi."""

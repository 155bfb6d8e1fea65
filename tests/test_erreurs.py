"""Les erreurs : tout à la fois, et les noms voisins."""

from mutunb.erreurs import Constat, ErreurDonnees, ErreurUsage, noms_proches


def test_tous_les_constats_et_le_reste():
    constats = [Constat(f"ligne {i}", "x", "y", "Corrigez.") for i in range(25)]
    erreur = ErreurDonnees.de_constats("Fichier", constats, montres=20)
    assert "25 problèmes" in str(erreur) and "… et 5 autres." in str(erreur)
    assert len(erreur.constats) == 25


def test_un_seul_constat_au_singulier():
    assert "1 problème." in str(ErreurDonnees.de_constats("F", [Constat("a", "b", "c", "d")]))


def test_noms_voisins_sans_casse():
    assert noms_proches("Achat", ["achats", "juridique"]) == ["achats"]
    assert "achats" in str(ErreurUsage.nom_inconnu("fonction", "achat", ["achats", "juridique"]))
    assert "Noms possibles" in str(ErreurUsage.nom_inconnu("fonction", "zzz", ["achats"]))


def test_codes_de_sortie():
    assert (ErreurDonnees.code_sortie, ErreurUsage.code_sortie) == (1, 2)

"""Ouvrir un territoire, ou répondre clairement qu'on ne peut pas."""

import pytest

from mutunb import chemins, territoires
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.territoires import Origine
from mutunb.territoires.echantillon import TERRITOIRES
from mutunb.territoires.reponses import HorsEchantillon, SirenRefuse


def refus(saisie, dossier=None) -> SirenRefuse:
    with pytest.raises(ErreurUsage) as leve:
        territoires.ouvrir(saisie, dossier)
    return leve.value


@pytest.mark.parametrize("siren", TERRITOIRES)
def test_chaque_territoire_de_l_echantillon_s_ouvre(siren):
    territoire = territoires.ouvrir(siren)
    assert territoire.siren == siren == territoire.epci["epci_siren"]
    assert territoire.origine == Origine.ECHANTILLON == "echantillon"
    assert territoire.nb_communes == territoire.epci["nb_communes"]
    assert territoire.communes["insee"].is_monotonic_increasing
    assert territoire.population == territoire.communes["pop_municipale_2025"].sum()
    assert territoire.contours is None
    assert territoire.dossier == chemins.echantillon().resolve()


def test_types_des_colonnes():
    epci_guyanais = territoires.ouvrir("249730052")
    types = epci_guyanais.communes.dtypes.astype(str)
    assert set(types) == {"str", "float64"}
    assert (types[["insee", "siren", "dep", "epci_siren", "ofgl_maj"]] == "str").all()
    assert territoires.ouvrir("200067825").communes.loc[0, "insee"] == "04058"  # le zéro reste
    assert isinstance(epci_guyanais.epci["dep_fonctionnement"], float)


@pytest.mark.parametrize("saisie", ["247900798", "247 900 798", "247\u00a0900\u00a0798", 247900798])
def test_ecritures_admises(saisie):
    assert territoires.ouvrir(saisie).nom == "CC du Thouarsais"


@pytest.mark.parametrize(
    ("saisie", "morceaux"),
    [
        ("24790079", ["9 chiffres", "celui-ci en a 8", "247900798 (CC du Thouarsais)"]),
        ("24790079O", ["« O » n'en est pas un"]),
        ("24790079800016", ["SIRET", "247900798 (CC du Thouarsais)"]),
        ("thouarsais", ["n'est pas un SIREN", "247900798 (CC du Thouarsais)"]),
        ("", ["Aucun SIREN n'est donné", "mutunb territoires NOM"]),
        ("12", ["celui-ci en a 2", "mutunb territoires NOM"]),
    ],
)
def test_siren_mal_forme(saisie, morceaux):
    erreur = refus(saisie)
    assert erreur.cas == "mal_forme" and erreur.code_sortie == 2
    assert [morceau for morceau in morceaux if morceau not in str(erreur)] == []


@pytest.mark.parametrize("dossier", ["echantillon", "national"])
def test_cle_fausse_propose_le_voisin(dossier, petit_national):
    erreur = refus("247900789", petit_national if dossier == "national" else None)
    assert erreur.cas == "cle_fausse"
    assert "247900798 (CC du Thouarsais) ?" in str(erreur)


@pytest.mark.parametrize("code", ["200081321", "79014"])
@pytest.mark.parametrize("dossier", ["echantillon", "national"])
def test_commune_donnee_pour_un_epci(dossier, code, petit_national):
    erreur = refus(code, petit_national if dossier == "national" else None)
    assert erreur.cas == "commune"
    assert "« Loretz-d'Argenton » (79), membre de l'EPCI « CC du Thouarsais »" in str(erreur)
    assert str(erreur).endswith("mutunb produire 247900798")


def test_etablissement_public_territorial():
    erreur = refus("200057867")
    assert erreur.cas == "ept"
    assert "Plaine Commune" in str(erreur) and "mutunb produire 200054781" in str(erreur)


def test_ile_sans_intercommunalite(petit_national):
    erreur = refus("212901557", petit_national)
    assert erreur.cas == "sans_epci"
    assert "Ouessant" in str(erreur) and "aucun EPCI" in str(erreur)


def test_inconnu_du_referentiel_national(petit_national):
    erreur = refus("552100554", petit_national)
    assert erreur.cas == "inconnu"
    assert "aucun EPCI à fiscalité propre" in str(erreur) and "mutunb territoires NOM" in str(erreur)


@pytest.mark.parametrize(
    ("siren", "morceaux"),
    [
        ("200054781", ["Métropole du Grand Paris"]),  # comparable de l'échantillon
        ("200000172", ["SIREN « 200000172 »"]),  # EPCI réel, absent de l'échantillon
        ("217500016", ["le plus souvent celui d'une commune"]),  # Paris
    ],
)
def test_hors_echantillon_dit_comment_obtenir_le_national(siren, morceaux):
    with pytest.raises(HorsEchantillon) as leve:
        territoires.ouvrir(siren)
    attendus = [*morceaux, "15 territoires", "mutunb donnees --depuis", "--telecharger", "mutunb territoires"]
    texte = str(leve.value).replace("\u00a0", " ")
    assert [morceau for morceau in attendus if morceau.replace("\u00a0", " ") not in texte] == []
    assert leve.value.code_sortie == 1


def test_le_national_construit_passe_avant_l_echantillon(monkeypatch, petit_national):
    monkeypatch.setenv("MUTUNB_DONNEES", str(petit_national))
    territoire = territoires.ouvrir("247900798")
    assert territoire.origine == Origine.NATIONAL and territoire.dossier == petit_national.resolve()


def test_sans_reglage_ni_national_c_est_l_echantillon(monkeypatch, tmp_path):
    (tmp_path / "data" / "referentiel").mkdir(parents=True)
    (tmp_path / "data" / "public").mkdir()
    (tmp_path / "data" / "public" / "echantillon").symlink_to(chemins.echantillon())
    monkeypatch.delenv("MUTUNB_DONNEES")
    monkeypatch.setenv("MUTUNB_RACINE", str(tmp_path))
    assert territoires.ouvrir("247900798").origine == Origine.ECHANTILLON


def test_un_dossier_demande_n_est_pas_remplace_par_l_echantillon(tmp_path):
    with pytest.raises(ErreurDonnees, match="introuvable.*mutunb donnees"):
        territoires.ouvrir("247900798", tmp_path / "absent")
    with pytest.raises(ErreurDonnees, match="epci.parquet"):
        territoires.ouvrir("247900798", tmp_path)

#!/bin/sh
# mutunb : installe une fois, puis travaille.
#
#   sh mutunb.sh                 diagnostic d'un territoire réel, sur l'échantillon embarqué
#   sh mutunb.sh tests [OPTIONS] suite de tests (options passées à pytest)
#   sh mutunb.sh COMMANDE …      toute commande de mutunb (sh mutunb.sh --help les liste)
set -eu

racine=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
venv=$racine/.venv
temoin=$venv/mutunb-installe # écrit en dernier : sans lui, l'installation est à refaire
territoire=247900798         # CC du Thouarsais

# Réglages de l'appelant qui détourneraient l'installation de .venv, ou feraient recompiler chaque module à chaque commande.
unset PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_PYTHON_DOWNLOADS=never
# Les messages conseillent la commande telle qu'elle vient d'être tapée.
export MUTUNB_COMMANDE="sh $0"

dire() { printf 'mutunb : %s\n' "$*"; }
arreter() {
    printf 'mutunb : %s\n' "$*" >&2
    exit 1
}

# Ce qui, en changeant, impose de réinstaller : versions, projet, emplacement (un venv ne se déplace pas).
empreinte() {
    cat "$racine/requirements.lock" "$racine/pyproject.toml" | cksum
    printf '%s\n' "$racine"
}

est_installe() {
    [ -f "$temoin" ] && [ "$(cat "$temoin")" = "$(empreinte)" ] &&
        "$venv/bin/python" -c 'import click' >/dev/null 2>&1 # échoue si le Python du système a changé
}

convient() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

choisir_python() {
    for python in "${PYTHON:-python3}" python3 python3.13 python3.12 python3.11 python3.14; do
        if convient "$python"; then return; fi
    done
    trouve=$(python3 --version 2>/dev/null) || trouve='aucun Python'
    arreter "Python 3.11 ou plus récent est nécessaire (trouvé : $trouve).
Debian 12 ou 13, Ubuntu 24.04 : sudo apt-get install -y python3 python3-venv
Un Python rangé ailleurs : PYTHON=/chemin/vers/python3 sh mutunb.sh"
}

# Debian range ensurepip à part : sans lui, « python3 -m venv » s'arrête au milieu.
assurer_ensurepip() {
    if "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then return; fi
    paquet=$(basename -- "$python")-venv
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
        arreter "il manque le paquet $paquet. Installez-le, puis relancez :
  sudo apt-get update && sudo apt-get install -y $paquet"
    fi
    dire "installation du paquet $paquet…"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$paquet" >/dev/null
}

installer_avec_uv() (
    cd "$racine" &&
        uv venv --quiet --python '>=3.11' .venv &&
        uv pip install --quiet --python .venv/bin/python --require-hashes --only-binary :all: -r requirements.lock &&
        uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
)

installer_avec_pip() (
    cd "$racine" &&
        "$python" -m venv --clear .venv &&
        .venv/bin/python -m pip install -qq --require-hashes --only-binary :all: -r requirements.lock &&
        .venv/bin/python -m pip install -qq --no-deps --no-build-isolation -e .
)

installer() {
    dire "installation dans .venv (une seule fois, une à quatre minutes)…"
    rm -rf "$venv"
    if ! { command -v uv >/dev/null 2>&1 && installer_avec_uv; }; then
        choisir_python
        assurer_ensurepip
        installer_avec_pip || arreter "l'installation a échoué (message ci-dessus). Vérifiez le réseau, puis relancez."
    fi
    empreinte >"$temoin"
    dire "installé avec $("$venv/bin/python" --version)."
}

produire_exemple() {
    "$venv/bin/mutunb" produire "$territoire" --etape diagnostic
    dire "pages à ouvrir dans un navigateur :"
    for page in "${MUTUNB_SORTIES:-$racine/outputs}/$territoire"/*.html; do
        [ -f "$page" ] || arreter "aucune page HTML n'a été produite."
        printf '  %s\n' "$page"
    done
}

est_installe || installer
case "${1-}" in
    '') produire_exemple ;;
    tests)
        shift
        cd "$racine"
        unset MUTUNB_COMMANDE # les tests attendent les messages de la commande installée
        exec "$venv/bin/python" -m pytest "$@"
        ;;
    *) exec "$venv/bin/mutunb" "$@" ;;
esac

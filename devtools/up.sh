#!/bin/sh
# docker compose with production settings. The first time, secrets of this machine's own are written to .env, which git
# ignores, and a certificate for localhost to var/tls; put your own in their place.
set -eu
cd "$(dirname "$0")/.."
umask 077

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

random() { LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c "$1"; }

if [ ! -f .env ]; then
    password=$(random 40)
    cat >.env <<VALUES
# Made by make up. Secrets: keep this file to yourself. What else may stand here: docs/settings.md
SECRET_KEY=$(random 64)
DATABASE_PASSWORD=$password
DATABASE_URL=postgres://mash:$password@db:5432/mash
DATABASE_ADMIN_PASSWORD=$(random 40)
ALLOWED_HOSTS=localhost
TRUSTED_ORIGINS=https://localhost:8443
VALUES
    echo "Secrets written to .env"
fi

value() { sed -n "s/^$1=//p" .env | tail -n 1; }

! git ls-files --error-unmatch .env >/dev/null 2>&1 ||
    fail ".env is in git; take it out, and make new secrets."
for name in SECRET_KEY DATABASE_PASSWORD DATABASE_URL DATABASE_ADMIN_PASSWORD; do
    [ -n "$(value $name)" ] || fail ".env lacks $name."
done
[ "$(value SECRET_KEY | tr -d '\n' | wc -c)" -ge 50 ] || fail "SECRET_KEY in .env must have at least 50 characters."
case "$(value SECRET_KEY)" in demonstration-only* | tests-only*) fail "SECRET_KEY in .env is that of the demo." ;; esac
case "$(value DATABASE_URL)" in
    *":$(value DATABASE_PASSWORD)@"*) ;;
    *) fail "DATABASE_URL in .env does not carry DATABASE_PASSWORD." ;;
esac
chmod 600 .env

if [ ! -f var/tls/key.pem ]; then
    command -v openssl >/dev/null 2>&1 || fail "openssl is needed once, or var/tls/certificate.pem and var/tls/key.pem."
    mkdir -p var/tls
    openssl req -x509 -newkey rsa:3072 -nodes -days 365 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -keyout var/tls/key.pem -out var/tls/certificate.pem 2>/dev/null
    echo "Certificate for localhost written to var/tls (your browser will ask whether you trust it)"
fi

# In the environment, not as mounted files: the container's user could not read files that only you may read.
TLS_CERTIFICATE=$(cat var/tls/certificate.pem)
TLS_KEY=$(cat var/tls/key.pem)
export TLS_CERTIFICATE TLS_KEY
[ "${1:-}" != --check ] || exit 0

docker compose version >/dev/null 2>&1 || fail "docker compose is needed for make up (make demo runs without it)."
echo "https://localhost:$(value HTTPS_PORT | grep . || echo 8443)/ once all containers are healthy"
exec docker compose up --build "$@"

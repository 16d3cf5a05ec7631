#!/bin/sh
# The service's own role: owns its database, is no superuser. Runs once, when the volume is empty.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set password="$(cat /run/secrets/database_password)" <<'SQL'
CREATE ROLE mash LOGIN PASSWORD :'password';
CREATE DATABASE mash OWNER mash ENCODING 'UTF8';
SQL

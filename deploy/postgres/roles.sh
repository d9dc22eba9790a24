#!/bin/sh
# Makes the two roles and the database; runs once, as the superuser, on an empty cluster.
# The owner migrates; the application may neither change nor remove what is written once.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$OWNER_DB_PASSWORD" --set app_password="$APP_DB_PASSWORD" <<'SQL'
CREATE ROLE makeready_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE makeready_app LOGIN PASSWORD :'app_password';
CREATE DATABASE makeready OWNER makeready_owner;
SQL
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname makeready <<'SQL'
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS unaccent;
SQL

#!/bin/bash
# Restore a backup into an empty database: deploy/restore.sh BACKUP. Stop MetaCentrex first.
# It does not start again before `manage.py adopt --backup` (docs/operations.md, “Restore”).
set -euo pipefail
umask 077
ROOT="$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)"
[[ $# == 1 && -f $1/SHA256SUMS ]] || { echo "Usage: deploy/restore.sh BACKUP (a folder made by backup.sh)" >&2; exit 2; }
BACKUP="$(cd "$1" && pwd)"
cd "$ROOT"
# shellcheck source=deploy/settings.sh
. "$ROOT/deploy/settings.sh"

(cd "$BACKUP" && sha256sum --check --quiet SHA256SUMS)
if [[ -n ${SQLITE:-} ]]; then
    [[ -f $BACKUP/database.sqlite3 ]] || { echo "This backup is not one of SQLite." >&2; exit 1; }
    [[ ! -e $SQLITE && ! -e $SQLITE-wal ]] || { echo "$SQLITE is there already: move it away (with its -wal and -shm) first." >&2; exit 1; }
    mkdir -p -m 700 "$(dirname "$SQLITE")"
    cp "$BACKUP/database.sqlite3" "$SQLITE.part"
    mv "$SQLITE.part" "$SQLITE"
else
    [[ -f $BACKUP/database.dump ]] || { echo "This backup is not one of PostgreSQL." >&2; exit 1; }
    tables="$(psql -XAtc "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")"
    [[ $tables == 0 ]] || { echo "The database is not empty: give DATABASE_URL the name of a new one." >&2; exit 1; }
    pg_restore --single-transaction --exit-on-error --no-owner --no-privileges --dbname="$PGDATABASE" "$BACKUP/database.dump"
fi
echo "Restored. Next: manage.py adopt --backup --renewals FILE… (docs/operations.md, “Restore”)."

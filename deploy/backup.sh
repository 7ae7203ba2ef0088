#!/bin/bash
# Back up the database into a new folder of DIRECTORY, while MetaCentrex runs: deploy/backup.sh DIRECTORY
#
# It deliberately contains neither the keys nor the data directory:
#   - backup and keys together reveal all SIP passwords: keep them apart (docs/operations.md);
#   - renewals.log is useful only if it is newer than the backup: copy it elsewhere continuously;
#   - the mark of the machine must not be restored with the database.
set -euo pipefail
umask 077
ROOT="$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)"
cd "$ROOT"
[[ $# == 1 && -d $1 ]] || { echo "Usage: deploy/backup.sh DIRECTORY (which exists)" >&2; exit 2; }
# shellcheck source=deploy/settings.sh
. "$ROOT/deploy/settings.sh"

name="metacentrex-$(date -u +%Y%m%dT%H%M%SZ)"
draft="$1/.$name.part"
trap 'rm -rf "$draft"' EXIT
mkdir "$draft"

if [[ -n ${SQLITE:-} ]]; then
    "$PYTHON" - "$SQLITE" "$draft/database.sqlite3" <<'PYTHON'
import sqlite3
import sys
from contextlib import closing

with closing(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)) as live, closing(sqlite3.connect(sys.argv[2])) as copy:
    live.backup(copy)
    copy.execute("PRAGMA journal_mode=DELETE")
    if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        sys.exit("The copy is not whole.")
PYTHON
else
    pg_dump --format=custom --no-owner --no-privileges --file="$draft/database.dump"
    pg_restore --list "$draft/database.dump" >/dev/null
fi
(cd "$draft" && sha256sum database.* >SHA256SUMS)
mv "$draft" "$1/$name"
trap - EXIT
echo "$1/$name"

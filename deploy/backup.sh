#!/bin/bash
# Back up the database into a new folder of DIRECTORY, while MetaCentrex runs:
#   deploy/backup.sh DIRECTORY
#
# The backup contains neither the keys nor the data directory, on purpose:
#   - anyone with the backup and the keys has every SIP password: keep the keys elsewhere
#     (docs/operations.md);
#   - renewals.log is useful only if it is newer than the backup: copy it elsewhere continuously;
#   - sessions are left out;
#   - the mark of the machine must not be restored with the database.
set -euo pipefail
umask 077
ROOT="$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)"
cd "$ROOT"
[[ $# == 1 && -d $1 ]] ||
    { echo "Usage: deploy/backup.sh DIRECTORY (an existing one)" >&2; exit 2; }
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

source, target = f"file:{sys.argv[1]}?mode=ro", sys.argv[2]
with closing(sqlite3.connect(source, uri=True)) as live, closing(sqlite3.connect(target)) as copy:
    live.backup(copy)
    copy.execute("DELETE FROM django_session")  # nobody stays logged in to a restored database
    copy.commit()
    copy.execute("VACUUM")  # or the deleted rows stay in the file
    copy.execute("PRAGMA journal_mode=DELETE")
    if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        sys.exit("The copy is damaged.")
PYTHON
else
    # without sessions: nobody stays logged in to a restored database
    pg_dump --format=custom --no-owner --no-privileges --exclude-table-data=django_session \
        --file="$draft/database.dump"
    pg_restore --list "$draft/database.dump" >/dev/null
fi
(cd "$draft" && sha256sum database.* >SHA256SUMS)
mv "$draft" "$1/$name"
trap - EXIT
echo "$1/$name"

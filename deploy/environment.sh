# Sourced by manage and settings.sh: read_settings FILE exports its NAME=value lines as systemd reads them, literally.
# A shell would run the text after a “;”, and cut a URL at its “&”.
read_settings() {
    local line value number=0 database=
    local entry='^([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*(.*)$'
    while IFS= read -r line || [[ -n $line ]]; do
        number=$((number + 1))
        line="${line#"${line%%[![:space:]]*}"}"
        line="${line%"${line##*[![:space:]]}"}"
        [[ -z $line || $line == [#\;]* ]] && continue
        # Never print the line itself: it may contain a password.
        [[ $line =~ $entry ]] || { echo "$1, line $number is not NAME=value." >&2; return 1; }
        [[ ${BASH_REMATCH[1]} == DATABASE_URL ]] && database=named
        value="${BASH_REMATCH[2]}"
        if [[ $value == "'"*"'" && ${value:1:-1} != *"'"* || $value == '"'*'"' && ${value:1:-1} != *[\"\\]* ]]; then
            value="${value:1:-1}"
        elif [[ $value == [\"\']* || $value == *\\* ]]; then
            echo "$1, line $number: put a value with quotes or a backslash between single quotes." >&2
            return 1
        fi
        export "${BASH_REMATCH[1]}=$value"
    done <"$1" || return 1
    if [[ $database == named && -z $DATABASE_URL ]]; then
        echo "$1 names DATABASE_URL and gives it no value: give one, or take the line out (SQLite)." >&2
        return 1
    fi
}

#!/bin/sh
# Make Temporal's two databases and their tables, or bring them up to this version; what is there stays. Runs to its end at every start.
set -eu
: "${POSTGRES_SEEDS:?}" "${POSTGRES_USER:?}" "${SQL_PASSWORD:?}"
for part in temporal visibility; do
    database=temporal
    [ "$part" = temporal ] || database=temporal_visibility
    sql() {
        temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p 5432 -u "$POSTGRES_USER" --db "$database" "$@"
    }
    sql create
    sql setup-schema -v 0.0
    sql update-schema -d "/etc/temporal/schema/postgresql/v12/$part/versioned"
done

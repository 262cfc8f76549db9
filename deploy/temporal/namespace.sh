#!/bin/sh
# Make the namespace that api and workers speak to; the stories of finished readings are kept there for a week.
set -eu
: "${TEMPORAL_ADDRESS:?}"
temporal operator namespace describe --namespace default >/dev/null 2>&1 || temporal operator namespace create --namespace default --retention 7d

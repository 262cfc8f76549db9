#!/usr/bin/env bash
# Bring what Python packages cannot bring: `deploy/debian.sh run` for the program, `deploy/debian.sh test` for its tests.
# Does nothing where all of it is there. As root on Debian it installs; otherwise it says what to install and fails.
set -euo pipefail

packages_run=(python3-venv libgl1 libglib2.0-0 libarchive13)
packages_test=(chromium dovecot-imapd libatomic1 postgresql jq prometheus systemd
    fonts-arphic-ukai fonts-arphic-uming fonts-wqy-zenhei fonts-dejavu-core)

purpose=${1:?usage: deploy/debian.sh run|test}
python=${PYTHON:-python3}

has_library() { "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null; }

has_postgresql() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || return 1
    compgen -G '/usr/share/postgresql/*/extension/pg_trgm.control' >/dev/null || command -v initdb >/dev/null
}

lacking_run() {
    "$python" -c 'import ensurepip, venv' 2>/dev/null || echo "the Python modules venv and ensurepip"
    has_library libGL.so.1 || echo "libGL.so.1 (OpenCV loads it)"
    has_library libarchive.so.13 || echo "libarchive.so.13 (7z and rar archives are unpacked with it)"
    has_library libgthread-2.0.so.0 || echo "libgthread-2.0.so.0 (OpenCV loads it)"
}

lacking_test() {
    command -v chromium >/dev/null || echo "chromium (the tests of the pages drive it)"
    has_postgresql || echo "PostgreSQL with pg_trgm (the tests of the catalogue start one)"
    [ -x /usr/sbin/dovecot ] || command -v dovecot >/dev/null || echo "Dovecot (the tests of mails take them from it)"
    command -v jq >/dev/null || echo "jq (archives are verified with it and without Piaogen)"
    command -v promtool >/dev/null || echo "promtool, of Prometheus (the rules for alerts are tested with it)"
    command -v systemd-analyze >/dev/null || echo "systemd-analyze (the unit for systemd is verified with it)"
    has_library libatomic.so.1 || echo "libatomic.so.1 (Playwright's driver loads it)"
    local face
    for face in arphic/ukai.ttc arphic/uming.ttc wqy/wqy-zenhei.ttc dejavu/DejaVuSansMono.ttf; do
        [ -e "/usr/share/fonts/truetype/$face" ] || echo "the font $face (the tests draw invoices with it)"
    done
}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "piaogen needs Python 3.11 or newer; '$python' is $("$python" -V 2>&1 || true). Set PYTHON=/path/to/python3." >&2
    exit 2
fi

lacking=$("lacking_$purpose")
[ -z "$lacking" ] && exit 0

declare -n packages="packages_$purpose"
printf 'This machine lacks:\n%s\n' "$lacking" >&2
install="apt-get install -y --no-install-recommends ${packages[*]}"
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    printf 'Install it as root, then try again. On Debian:\n    apt-get update && %s\n' "$install" >&2
    exit 2
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
had_prometheus=$(command -v promtool || true)
had_dovecot=$(command -v dovecot || command -v /usr/sbin/dovecot || true)
$install -qq >/dev/null
# Only promtool is wanted of Prometheus: a server that came with it must not go on listening.
if [ -z "$had_prometheus" ] && [ -d /run/systemd/system ]; then
    systemctl disable --now --quiet prometheus 2>/dev/null || true
fi

# The tests run a Dovecot of their own.
if [ -z "$had_dovecot" ] && [ -d /run/systemd/system ]; then
    systemctl disable --now --quiet dovecot 2>/dev/null || true
fi

lacking=$("lacking_$purpose")
[ -z "$lacking" ] || { printf 'Still lacking after %s:\n%s\n' "$install" "$lacking" >&2; exit 2; }

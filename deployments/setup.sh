#!/bin/sh
# Makes .venv with the pinned packages, from a wheelhouse in the user's cache; with the wheelhouse there it needs no network.
#
# The pins are the whole set, so nothing is resolved here.
#
# 1. Find a Python (PYTHON names one).           2. Make .venv.
# 3. Fill the wheelhouse, once per pinned set.   4. Install from it, offline, checked against the hashes.
# A stamp in .venv says for which set it was made, so that the second time takes no time.
set -eu
cd "$(dirname "$0")/.."

OLDEST=3.11
NEWEST=3.14
PINS=requirements-dev.txt

fail() { # fail WORDS-IN-VIETNAMESE WORDS-IN-ENGLISH
    printf '\n✗ %s\n  %s\n' "$1" "$2" >&2
    exit 1
}

step() { # step WORDS COMMAND...
    words=$1 begun=$(date +%s)
    shift
    printf '  %-44s' "$words"
    "$@" || return $?
    printf '%4d s\n' $(($(date +%s) - begun))
}

fits() { # a Python between OLDEST and NEWEST that can make a virtual environment
    "$1" -c "import sys; sys.exit(not ($(tuple $OLDEST) <= sys.version_info[:2] <= $(tuple $NEWEST)))" 2>/dev/null
}

tuple() { printf '(%s)' "$1" | tr . ,; }

find_python() {
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
        if fits "$python"; then
            "$python" -c 'import venv, ensurepip' 2>/dev/null && return 0
            lame=$python
        fi
    done
    [ -z "${lame:-}" ] || fail \
        "$lame không có venv và ensurepip. Trên Debian hoặc Ubuntu: apt install python3-venv" \
        "$lame has no venv and ensurepip. On Debian or Ubuntu: apt install python3-venv"
    fail "Không tìm thấy Python $OLDEST đến $NEWEST${PYTHON:+ ($PYTHON)}. Hãy cài, hoặc chỉ rõ: make setup PYTHON=/đường/dẫn/python3" \
        "No Python $OLDEST to $NEWEST was found${PYTHON:+ ($PYTHON)}. Install one, or name one: make setup PYTHON=/path/to/python3"
}

make_venv() {
    "$python" -m venv --clear .venv || fail "Không tạo được .venv (ở trên là lý do)." "Could not make .venv (the reason is above)."
}

fill_wheelhouse() {
    part=$wheels.part.$$
    mkdir -p "$part" || fail "Không ghi được vào $part" "Cannot write to $part"
    if ! .venv/bin/python -m pip download -q --disable-pip-version-check --require-hashes --no-deps \
        --only-binary :all: \
        -d "$part" -r "$PINS" >"$part.log" 2>&1; then
        tail -n 15 "$part.log" >&2
        rm -rf "$part" "$part.log"
        fail "Không tải được các gói, và bộ nhớ đệm $wheels chưa có. Cần mạng một lần (hoặc cấu hình pip trỏ tới kho gói nội bộ)." \
            "The packages could not be downloaded and $wheels is not filled yet. A network is needed once (or pip set up for a package index of your own)."
    fi
    rm -f "$part.log"
    mv -T "$part" "$wheels" 2>/dev/null || mv "$part" "$wheels" 2>/dev/null || rm -rf "$part"
}

install_uv() {
    awk '/^uv==/ { on = 1 } on { print } on && !/\\$/ { exit }' "$PINS" >.venv/uv.txt
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-index --find-links "$wheels" --require-hashes \
        -r .venv/uv.txt
}

install_packages() {
    .venv/bin/uv pip install -q --no-config --python .venv/bin/python --no-index --find-links "$wheels" \
        --require-hashes --no-deps -r "$PINS"
}

install_project() {
    .venv/bin/uv pip install -q --no-config --python .venv/bin/python --no-index --find-links "$wheels" \
        --no-build-isolation --no-deps -e .
}

stamp() { printf '%s ' "$PWD" && cat "$PINS" pyproject.toml | cksum; }

if [ -x .venv/bin/dondoc ] && fits .venv/bin/python && [ "$(cat .venv/stamp 2>/dev/null)" = "$(stamp)" ]; then
    exit 0
fi

begun_all=$(date +%s)
echo "Setting up .venv"
if ! fits .venv/bin/python; then
    find_python
    step "making .venv with $("$python" -V 2>&1)" make_venv
fi
# To the patch: async-timeout is wanted before 3.11.3 only.
tag=$(.venv/bin/python -c 'import platform, sysconfig; print("python", platform.python_version(), sysconfig.get_platform(), sep="-")')
sum=$(.venv/bin/python -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest()[:12])' "$PINS")
wheels=${XDG_CACHE_HOME:-${HOME:-$PWD}/.cache}/dondoc/wheels-$sum-$tag
[ -d "$wheels" ] || step "downloading the packages, once" fill_wheelhouse
step "installing the installer" install_uv
step "installing the packages, without network" install_packages || fail \
    "Không cài được từ $wheels. Hãy xoá thư mục này rồi chạy lại." \
    "Could not install from $wheels. Delete that folder and run this again."
step "installing dondoc itself" install_project
stamp >.venv/stamp
echo "Ready in $(($(date +%s) - begun_all)) s"

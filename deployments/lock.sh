#!/bin/sh
# Pins every package, with hashes and for all Pythons and systems, into requirements.txt (to run) and requirements-dev.txt
# (everything). Nothing younger than a week is taken: a bad release is mostly found and withdrawn within days.
set -eu
cd "$(dirname "$0")/.."
week_ago=$(.venv/bin/python -c 'import datetime as d; print((d.datetime.now(d.UTC) - d.timedelta(days=7)).strftime("%Y-%m-%dT00:00:00Z"))')

pin() {
    .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links --exclude-newer "$week_ago" --upgrade -q "$@"
}

pin -o requirements.txt
pin --group dev --group bench --group build -c requirements.txt -o requirements-dev.txt

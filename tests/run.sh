#!/usr/bin/env bash
# Every test: web units; the example regions; the GraphQL-over-HTTP audit, a federated graph's
# router, a real browser, pandas, DuckDB and the dashboards' files against the real program; the
# chart, its alerts and what an image is made of; and Rust against private databases. Installs
# Debian's packages where it may.
set -euo pipefail
cd "$(dirname "$0")/.."

# need PACKAGE TEST...: installs Debian's package unless the test passes.
need() {
    "${@:2}" >/dev/null 2>&1 && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing $1 ..."
        # A failure is told below, in words.
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$1" >/dev/null; } || true
    fi
    "${@:2}" >/dev/null 2>&1 || {
        echo "tests: something is missing: install the package $1 and run this again" >&2
        exit 1
    }
}
need chromium command -v chromium
need redis-server command -v redis-server
need sqlite3 command -v sqlite3
need prometheus command -v promtool
need procps command -v ps
need python3-venv python3 -c 'import ensurepip, venv'
# No package of Debian's.
cargo nextest --version >/dev/null 2>&1 || cargo install cargo-nextest --locked || {
    echo "tests: cargo-nextest is missing: install it (https://nexte.st) and run this again" >&2
    exit 1
}

work=$(mktemp -d)
server=
compiling=
stop() {
    [ -z "$server" ] && return
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
}
trap 'stop; [ -z "$compiling" ] || kill "$compiling" 2>/dev/null || true; rm -rf "$work"' EXIT

npm --prefix web run --silent test

# quietly COMMAND...: what it says is of interest only if it fails.
quietly() {
    "$@" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
}
examples/prepare.sh
quietly npm --prefix examples/region-node run --silent test
quietly target/region-python/bin/python -m pytest -q examples/region-python \
    -c examples/region-python/pyproject.toml

# A test beside the program, so that both are made of the same builds of what they depend on: what
# only tests ask of a library would have it, and all above it, compiled twice.
cargo build --quiet --workspace --bin folkmoot --test house
program="${CARGO_TARGET_DIR:-target}/debug/folkmoot"
# The tests in Rust are compiled while browsers look at pages, which keeps one core busy at most.
cargo nextest run --workspace --no-run --cargo-quiet >"$work/compiled" 2>&1 &
compiling=$!
"$program" serve --demo --listen 127.0.0.1:0 --database "sqlite://$work/demo.db" >"$work/out" 2>"$work/err" &
server=$!
for _ in $(seq 600); do
    grep -q 'steward' "$work/out" && break
    kill -0 "$server" || break
    sleep 0.1
done
grep -q 'steward' "$work/out" || { cat "$work/err" >&2; exit 1; }
address=$(sed -n 's/^Folkmoot is at *//p' "$work/out")
npm --prefix web run --silent audit:http -- "$address/graphql"
npm --prefix web run --silent subgraph -- "$address/graphql"
npm --prefix web run --silent browser -- "$address" "$work/screenshots"
npm --prefix web run --silent browser:embed -- "$address" "$work/screenshots" "$(realpath "$program")"
npm --prefix web run --silent browser:site -- "$address" "$work/screenshots"
quietly npm --prefix web run --silent browser:sizes -- "$address"
readers=target/readers
cmp -s tests/readers/requirements.txt "$readers/requirements.txt" || {
    python3 -m venv --clear "$readers"
    "$readers/bin/pip" install --quiet --disable-pip-version-check -r tests/readers/requirements.txt
    cp tests/readers/requirements.txt "$readers/"
}
"$readers/bin/python" tests/readers/read.py "$address"
"$readers/bin/python" tests/readers/meetups.py "$address"
"$readers/bin/python" tests/readers/openapi.py "$address"
"$readers/bin/python" tests/readers/dashboards.py "$address"
stop

wait "$compiling" || { cat "$work/compiled" >&2; exit 1; }
compiling=
tests/chart/prepare.sh
FOLKMOOT=$program quietly target/chart/bin/python -m pytest -q tests/chart -p no:cacheprovider

# Most crates have no example.
quietly cargo test --quiet --workspace --doc

# Last, so that its summary stands at the end.
tests/postgres.sh run cargo nextest run --workspace -E 'not binary(house)' \
    --cargo-quiet --status-level fail --final-status-level fail

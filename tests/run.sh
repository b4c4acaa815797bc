#!/usr/bin/env bash
# Every test: web units, Rust against private databases, the GraphQL-over-HTTP audit and a real
# browser against the real program. Installs Debian's packages where it may.
set -euo pipefail
cd "$(dirname "$0")/.."

need() {
    command -v "$1" >/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing $2 ..."
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2" >/dev/null
    fi
    command -v "$1" >/dev/null || {
        echo "tests: $1 is missing: install the package $2 and run this again" >&2
        exit 1
    }
}
need cargo-nextest cargo-nextest
need chromium chromium

npm --prefix web run test

cargo build --quiet --bin folkmoot
tests/postgres.sh run cargo nextest run --workspace -E 'not binary(house)'
cargo test --quiet --workspace --doc

work=$(mktemp -d)
program="${CARGO_TARGET_DIR:-target}/debug/folkmoot"
"$program" serve --demo --listen 127.0.0.1:0 --database "sqlite://$work/demo.db" >"$work/out" 2>"$work/err" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 600); do
    grep -q 'steward' "$work/out" && break
    kill -0 "$server" || { cat "$work/err" >&2; exit 1; }
    sleep 0.1
done
address=$(sed -n 's/^Folkmoot is at *//p' "$work/out")
npm --prefix web run audit:http -- "$address/graphql"
npm --prefix web run browser -- "$address" "$work/screenshots"

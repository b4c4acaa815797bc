#!/usr/bin/env bash
# Fuzzes: `run.sh SECONDS [TARGET...]` gives each target, or those that are named, so long, and
# prints a line for each. It fails at the first find, and leaves the input where it says. What was
# learnt stays in target/fuzz and is gone on from the next time.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(cursors queries sheets calendars regions)

# A stable compiler counts edges, too, if it is told so in LLVM's own words. With a target given,
# what runs while building is left alone.
host=$(rustc -vV | sed -n 's/^host: //p')
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares ${RUSTFLAGS:-}"
work=${CARGO_TARGET_DIR:-target}/fuzz
mkdir -p "$work"
cargo build --quiet --profile fuzz --target "$host" --target-dir "$work/build" \
    --package folkmoot-fuzz --features libfuzzer --bins

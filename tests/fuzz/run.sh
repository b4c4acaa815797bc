#!/usr/bin/env bash
# Looks for what does not hold: `run.sh SECONDS [TARGET...]` gives each target, or those that are
# named, so long, and prints a line for each. It fails at the first find and keeps the input.
# `run.sh again TARGET FILE` tries one input. What is learnt stays in target/fuzz and is gone on
# from the next time.
set -euo pipefail
cd "$(dirname "$0")/../.."

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
programs="$work/build/$host/fuzz"

if [ "${1:-}" = again ]; then
    exec "$programs/fuzz-$2" "$3"
fi

seconds=${1:-60}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(calendars cursors queries regions sheets)

# The last value that a log gives for a name.
last() { grep -oE "$1[: ]+[0-9]+" "$2" | tail -1 | grep -oE '[0-9]+$' || echo 0; }

row='%-10s %12s %10s %8s %10s\n'
# shellcheck disable=SC2059
printf "$row" target executions a-second edges 'new units'
for target in "${targets[@]}"; do
    corpus="$work/corpus/$target" finds="$work/finds/$target" log="$work/$target.log"
    mkdir -p "$corpus" "$finds"
    is_found=
    # 20 seconds for one input: a thousand times what any takes, also on a busy machine.
    "$programs/fuzz-$target" "$corpus" "tests/fuzz/seeds/$target" \
        -dict="tests/fuzz/words/$target" -artifact_prefix="$finds/" -max_total_time="$seconds" \
        -max_len=16384 -timeout=20 -rss_limit_mb=4096 -print_final_stats=1 >"$log" 2>&1 || is_found=yes
    # shellcheck disable=SC2059
    printf "$row" "$target" "$(last stat::number_of_executed_units "$log")" \
        "$(last stat::average_exec_per_sec "$log")" "$(last cov "$log")" \
        "$(last stat::new_units_added "$log")"
    if [ -n "$is_found" ]; then
        grep -A3 -m1 -E 'panicked at|ERROR: libFuzzer' "$log" >&2 || tail -5 "$log" >&2
        find=$(grep -oE 'Test unit written to .*' "$log" | sed 's/.*written to //')
        echo "$target: a find. See it again with: tests/fuzz/run.sh again $target $find" >&2
        exit 1
    fi
done

#!/usr/bin/env bash
# A nation on this machine with a region behind each door: hosted, sheets, changes, live, and a
# region's own Folkmoot. Prints where everything is, and ends all of it on Ctrl-C. FOLKMOOT names a
# program that is built already.
set -euo pipefail
cd "$(dirname "$0")/.."

examples/prepare.sh
program=${FOLKMOOT:-}
[ -n "$program" ] || {
    cargo build --quiet --release --bin folkmoot
    program=${CARGO_TARGET_DIR:-target}/release/folkmoot
}

work=$(mktemp -d)
# What runs here, at the same places of both.
pids=()
names=()
stop() {
    trap '' INT TERM
    for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
    # Whoever is still busy after ten seconds is not waited for.
    for _ in $(seq 100); do
        [ -n "$(jobs -pr)" ] || break
        sleep 0.1
    done
    for pid in $(jobs -pr); do kill -9 "$pid" 2>/dev/null || true; done
    wait
    rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# fail NAME WORDS...: says what went wrong, and the last that NAME said.
fail() {
    echo "run-regions: ${*:2}; the last that $1 said:" >&2
    tail -n 20 "$work/$1.out" "$work/$1.err" >&2
    exit 1
}

# start NAME WORD COMMAND...: runs it until the end, once it has said WORD; `address` is then the
# first that it told.
start() {
    local name=$1 word=$2
    : >"$work/$name.out"
    "${@:3}" >"$work/$name.out" 2>"$work/$name.err" &
    pids+=($!)
    names+=("$name")
    for _ in $(seq 1200); do
        if grep -q "$word" "$work/$name.out"; then
            address=$(grep -om1 'http://[^ )]*' "$work/$name.out")
            return
        fi
        kill -0 $! 2>/dev/null || break
        sleep 0.1
    done
    fail "$name" "$name does not start"
}

# Every region here is on this machine, which a gateway does not ask unless it is told to.
export FOLKMOOT__FEEDS__ALLOW_PRIVATE=true
unset TOKEN PUBLIC_URL
export LISTEN=127.0.0.1 PORT=0

echo "Starting the regions ..." >&2
DATABASE=$work/weald.db start weald 'is at' node examples/region-node/dist/src/main.js
weald=$address
DATABASE=$work/chilterns.db PYTHONPATH=examples/region-python \
    start chilterns 'is at' target/region-python/bin/python -m region serve
chilterns=$address
start sheets Serving python3 -u -m http.server 0 --bind 127.0.0.1 --directory examples/sheets
sheets=${address%/}

# A region with a Folkmoot of its own, which is asked live.
lakes_database=sqlite://$work/lakes.db
start lakes 'API' "$program" serve --listen 127.0.0.1:0 --database "$lakes_database"
lakes=$address
"$program" region add lakes --name "Lakes and Fells" --active \
    --attribution "The Lakes and Fells councils' digital network (made up)" \
    --database "$lakes_database" >>"$work/lakes.out"
for kind in memberships meetups case-studies offers; do
    "$program" import $kind "examples/sheets/lakes/$kind.csv" --region lakes \
        --database "$lakes_database" >>"$work/lakes.out" 2>&1 || fail lakes "$kind were not imported"
done

echo "Starting the nation ..." >&2
nation_database=sqlite://$work/nation.db
# The last of its tokens is that of an editor.
start nation 'editor of' \
    "$program" serve --demo --listen 127.0.0.1:0 --database "$nation_database"
nation=$address
tell() {
    "$program" region "$@" --database "$nation_database" >>"$work/nation.out" 2>>"$work/nation.err" ||
        fail nation "region $1 $2 failed"
}
tell add coquet --name "Coquet and Wear" --active \
    --attribution "The Coquet and Wear councils' digital network (made up)" \
    --csv "memberships=$sheets/coquet/memberships.csv" \
    --csv "meetups=$sheets/coquet/meetups.csv" \
    --csv "case-studies=$sheets/coquet/case-studies.csv" \
    --csv "offers=$sheets/coquet/offers.csv" \
    --ics "$sheets/coquet/calendar.ics"
tell add chilterns --name "Chilterns and Lea" --active --changes "$chilterns"
tell add weald --name "Weald and Coast" --active --live "$weald"
tell add lakes --name "Lakes and Fells" --active --live "$lakes/regions/lakes/graphql"
# At once; later it reads by itself.
tell harvest coquet
tell harvest chilterns

cat <<END

The nation is at  $nation
  playground      $nation/playground/
  API             $nation/graphql

Its regions, beside those of the demo, which are hosted:
  coquet     by sheets    $sheets/coquet/
  chilterns  by changes   $chilterns
  weald      live         $weald
  lakes      live         $lakes/regions/lakes/graphql
             a Folkmoot   $lakes

$(sed -n '/^Tokens/,/editor of/p' "$work/nation.out")

Change something, and see it in the nation a minute later:
  DATABASE=$work/chilterns.db PYTHONPATH=examples/region-python \\
    target/region-python/bin/python -m region --help
What the nation says without a region: end it with \`kill\`, its process is
$(for place in "${!pids[@]}"; do echo "  ${names[place]} ${pids[place]}"; done)
What they say is in $work. Ctrl-C ends all of it.
END

# A region may end, to see what the nation says without it; the nation may not.
while true; do
    for place in "${!pids[@]}"; do
        kill -0 "${pids[place]}" 2>/dev/null && continue
        [ "${names[place]}" != nation ] || fail nation "the nation has ended"
        [ "${names[place]}" = - ] || echo "run-regions: ${names[place]} has ended" >&2
        names[place]=-
    done
    sleep 1
done

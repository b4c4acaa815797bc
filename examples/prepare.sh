#!/usr/bin/env bash
# Installs what the example regions need, where that has changed: node_modules beside the one in
# Node, which is built as well, and a virtual environment for the one in Python under target/.
set -euo pipefail
cd "$(dirname "$0")/.."

node=examples/region-node
cmp -s $node/package-lock.json $node/node_modules/.installed || {
    npm --prefix $node ci --no-audit --no-fund --loglevel=error >&2
    cp $node/package-lock.json $node/node_modules/.installed
}
npm --prefix $node run --silent build

python=target/region-python
wanted=$(cat examples/region-python/requirements*.txt)
[ "$wanted" = "$(cat $python/installed.txt 2>/dev/null)" ] || {
    python3 -c 'import ensurepip, venv' 2>/dev/null || {
        echo "examples: python3 has no venv: install the package python3-venv and run this again" >&2
        exit 1
    }
    python3 -m venv --clear $python
    $python/bin/pip install --quiet --disable-pip-version-check \
        -r examples/region-python/requirements-test.txt
    echo "$wanted" >$python/installed.txt
}

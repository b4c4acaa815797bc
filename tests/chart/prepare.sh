#!/usr/bin/env bash
# Python with what looks at the chart and the image, in target/chart, where that has changed.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=target/chart
cmp -s tests/chart/requirements.txt $python/requirements.txt || {
    python3 -m venv --clear $python
    $python/bin/pip install --quiet --disable-pip-version-check -r tests/chart/requirements.txt
    cp tests/chart/requirements.txt $python/
}

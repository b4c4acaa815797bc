"""What docs/dashboards.md hands out, tried against a running gateway.

Usage: dashboards.py http://127.0.0.1:PORT
"""

import re
import shutil
import subprocess
import sys
import urllib.error
from pathlib import Path

import grafana
import power_query
import scripts
from gateway import PLACE, fetch, table

DOCS = Path(__file__).resolve().parents[2] / "docs"


def refused(address):
    """What the gateway says to an address that it does not take."""
    try:
        fetch(address)
    except urllib.error.HTTPError as error:
        return error.read().decode()
    raise AssertionError(f"{address} was answered")


def check_page(address):
    """Every address in the page answers, its words are all there are, and pandas' lines run."""
    text = (DOCS / "dashboards.md").read_text()
    for name in set(re.findall(r"\]\((dashboards/[^)]+)\)", text)):
        assert (DOCS / name).is_file(), name
    addresses = set(re.findall(rf"{PLACE}(/[^\s\")`]+)", text))
    for path in addresses:
        assert fetch(address + path), path
    listed = text.split("## What to ask for")[1].split("\n\n/feeds")[0]
    words = set(re.findall(r"^\| `(\w+)` \|", listed, re.M))
    # These three stand in the rows of the words that they go with.
    words |= {"fromYear", "toYear", "region"}
    known = set(re.findall(r"\w+", refused(f"{address}/export/capability.csv?nonsense=1")))
    known -= set("one of the parameters is unknown there are".split())
    assert words == known, words ^ known
    (lines,) = re.findall(r"```python\n(.*?)```", text, re.S)
    held = {}
    exec(lines.replace(PLACE, address), held)
    trend = held["trend"]
    assert len(trend) > 1 and len(trend.columns) > 1, trend
    assert trend.dtypes.eq("float64").all(), trend.dtypes
    _, rows = table(address, "/export/capability.csv", {"period": "HALF_YEAR"})
    assert len(held["figures"]) == len(rows)
    print(
        f"dashboards.md: {len(addresses)} addresses answer; pandas draws {len(trend.columns)} lines"
    )


def check_r(address):
    """R's lines give pandas' numbers."""
    (lines,) = re.findall(r"```r\n(.*?)```", (DOCS / "dashboards.md").read_text(), re.S)
    if not shutil.which("Rscript"):
        print("R is not installed: its lines were not run")
        return
    sound = 'stopifnot(sapply(figures[truths], is.logical), !any(figures == "", na.rm = TRUE))'
    shown = f'{sound}; write.csv(trend, quote = FALSE, na = "")'
    command = ["Rscript", "--vanilla", "-e", f"{lines.replace(PLACE, address)}\n{shown}"]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    header, *rows = (line.split(",") for line in said.splitlines())
    words = {"period": "HALF_YEAR", "measure": "UNDERSTANDING"}
    names, figures = table(address, "/export/capability.csv", words)
    wanted = {row[names.index("period")] for row in figures}
    assert [row[0] for row in rows] == sorted(wanted), rows
    # Labels may hold commas, so that lines are counted by their cells.
    labels = {row[names.index("pointLabel")] for row in figures}
    assert len(",".join(header).split(",")) - 1 == sum(1 + label.count(",") for label in labels)
    shares = sum(float(row[names.index("shareAt3OrMore")] or 0) for row in figures)
    given = sum(float(cell or 0) for row in rows for cell in row[1:])
    assert abs(shares - given) < 1e-6, (shares, given)
    print(f"R draws {len(labels)} lines of {len(rows)} half-years")


if __name__ == "__main__":
    address = sys.argv[1].rstrip("/")
    files = DOCS / "dashboards"
    grafana.check(files / "grafana.json", address)
    power_query.check(files / "power-query.pq", address)
    scripts.observable(files / "observable.js", address)
    scripts.sheets(files / "sheets.gs", address)
    check_page(address)
    check_r(address)

"""The published table as its readers meet it: pandas and DuckDB take the CSV as it is, a dashboard
takes `data.capability.rows`, and all three hold the same cells.

Usage: read.py http://127.0.0.1:PORT
"""

import io
import json
import sys
import tempfile
import urllib.request

import duckdb
import pandas

INTEGERS = ["pointNumber", "eligible"]
NUMBERS = [
    *["shareAt3OrMore", "shareAt3OrMoreBefore", "median", "mean", "notRated", "responded"],
    *[f"level{level}" for level in range(5)],
]
TRUTHS = ["rounded", "lowReliability", "breakBefore", "complete"]
INSTANTS = ["periodStart", "periodEnd", "asOf"]

TABLES = [
    {"period": "HALF_YEAR", "groupBy": "REGION"},
    {"period": "HALF_YEAR", "panel": "MATCHED"},
    {"period": "HALF_YEAR"},
]


def fetch(address, body=None):
    headers = {"content-type": "application/json"} if body else {}
    request = urllib.request.Request(address, body, headers)
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def from_api(address, words, columns):
    arguments = ", ".join(f"{name}: {value}" for name, value in words.items())
    query = f"{{ capability({arguments}) {{ rows {{ {' '.join(columns)} }} }} }}"
    answer = json.loads(fetch(f"{address}/graphql", json.dumps({"query": query}).encode()))
    return pandas.DataFrame(answer["data"]["capability"]["rows"], columns=columns)


def same(left, right, what):
    """Cell by cell, whatever type an empty column was taken for."""
    assert list(left.columns) == list(right.columns), what
    assert len(left) == len(right) > 0, what
    for name in left.columns:
        one, other = left[name], right[name]
        if name in INSTANTS:
            one, other = (pandas.to_datetime(it, utc=True).astype("int64") for it in (one, other))
        one, other = ([None if pandas.isna(it) else it for it in column] for column in (one, other))
        assert one == other, f"{what}: {name} differs"


def check(address, words):
    query = "&".join(f"{name}={value}" for name, value in words.items())
    text = fetch(f"{address}/export/capability.csv?{query}")
    frame = pandas.read_csv(io.BytesIO(text), parse_dates=INSTANTS)
    columns = list(frame.columns)
    for name in INTEGERS:
        assert frame[name].dtype == "int64", (name, frame[name].dtype)
    for name in NUMBERS:
        assert pandas.api.types.is_numeric_dtype(frame[name]), (name, frame[name].dtype)
    for name in TRUTHS:
        assert frame[name].dtype == "bool", (name, frame[name].dtype)
    for name in INSTANTS:
        assert isinstance(frame[name].dtype, pandas.DatetimeTZDtype), (name, frame[name].dtype)
    same(from_api(address, words, columns), frame, f"the API and pandas, {query}")

    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(text)
        file.flush()
        sheet = duckdb.read_csv(file.name)
        kinds = dict(zip(sheet.columns, map(str, sheet.types)))
        # A column without a value has no type of its own.
        filled = [name for name in columns if frame[name].notna().any()]
        for name in filled:
            kind = kinds[name]
            assert name not in INTEGERS or kind == "BIGINT", (name, kind)
            assert name not in NUMBERS or kind in ("BIGINT", "DOUBLE"), (name, kind)
            assert name not in TRUTHS or kind == "BOOLEAN", (name, kind)
            assert name not in INSTANTS or kind.startswith("TIMESTAMP"), (name, kind)
        # By its own fetch: its frames come in time zones of their own.
        instants = ", ".join(f'epoch_ms("{name}") AS "{name}"' for name in INSTANTS)
        rows = duckdb.sql(f"SELECT * REPLACE ({instants}) FROM sheet")
        found = pandas.DataFrame(rows.fetchall(), columns=columns)
    for name in INSTANTS:
        found[name] = pandas.to_datetime(found[name], unit="ms", utc=True)
    same(found[filled], frame[filled], f"DuckDB and pandas, {query}")
    hidden = frame["marker"].notna()
    assert frame.loc[hidden, NUMBERS].isna().all().all(), f"a hidden row has a number, {query}"
    assert frame.loc[~hidden, "shareAt3OrMore"].notna().all(), f"a shown row has no share, {query}"
    return len(frame), int(hidden.sum())


if __name__ == "__main__":
    address = sys.argv[1].rstrip("/")
    for words in TABLES:
        rows, hidden = check(address, words)
        print(f"pandas, DuckDB and the API agree on {rows} rows, {hidden} without figures: {words}")

"""A running gateway, as tools ask it."""

import csv
import io
import json
import urllib.parse
import urllib.request
from datetime import datetime

# What stands for a gateway's address in everything that is handed out.
PLACE = "https://folkmoot.example.org"


def fetch(address, body=None):
    headers = {"content-type": "application/json"} if body else {}
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
        return answer.read()


def ask(address, query, variables):
    body = json.dumps({"query": query, "variables": variables}).encode()
    answer = json.loads(fetch(address, body))
    assert "errors" not in answer, (query, variables, answer["errors"])
    return answer


def table(address, path, words):
    """The header and the rows of a CSV file, as texts."""
    query = urllib.parse.urlencode(words)
    rows = list(csv.reader(io.StringIO(fetch(f"{address}{path}?{query}").decode(), newline="")))
    assert len(rows) > 1, f"{path}?{query} has no rows"
    return rows[0], rows[1:]


def columns(address):
    """The columns of the figures: name to kind, and whether a cell may be empty."""
    _, rows = table(address, "/export/capability-columns.csv", {})
    return {name: (kind, empty == "true") for name, kind, empty, _ in rows}


def is_instant(text):
    return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None

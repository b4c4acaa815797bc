"""Alerts and the dashboard ask for what the program measures, in Prometheus' own words."""

import json
import re

import pytest
from repository import CHART, ROOT
from test_alerts import promtool

SOURCES = "\n".join(path.read_text() for path in sorted((ROOT / "crates").glob("*/src/**/*.rs")))
DASHBOARD = json.loads((CHART / "dashboard.json").read_text())
QUESTIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", [])]


def measures(text):
    """Names of measures, without what Prometheus adds to those of histograms."""
    names = re.findall(r"\b(?:folkmoot|http_server|process)_\w+", text)
    return {re.sub(r"(?<=_seconds)_(bucket|count|sum)$", "", name) for name in names}


@pytest.mark.parametrize(
    "text",
    ["\n".join(QUESTIONS), (CHART / "alerts.yaml").read_text()],
    ids=["dashboard", "alerts"],
)
def test_what_is_asked_for_is_measured(text):
    asked = measures(text)
    assert len(asked) > 5
    assert {name for name in asked if f'"{name}"' not in SOURCES} == set()


def test_questions_of_the_dashboard_are_right(tmp_path):
    filled = [question.replace("$__rate_interval", "5m") for question in QUESTIONS]
    rules = [{"record": "dashboard", "expr": question} for question in filled]
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", "--lint=none", path)


def test_panels_have_a_title_and_lie_apart():
    places = set()
    for panel in DASHBOARD["panels"]:
        assert panel["title"]
        at = panel["gridPos"]
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                assert (x, y) not in places and x < 24, panel["title"]
                places.add((x, y))
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])

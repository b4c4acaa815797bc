"""values.yaml: its schema is made of it, and everything in it does something."""

import copy
import subprocess
import sys

import helm_python
import pytest
import yaml
from repository import CHART, ROOT, SETS, changed, texts, values_of

DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())
# Those for which any other value would not do.
OTHERS = {
    "database__kind": "sqlite",
    "image__pullPolicy": "Never",
    "spreadOver": ["example.org/rack"],
    "config": {"server": {"public_url": "https://other.example"}},
    "regionSecrets": [{"variable": "WEALD_TOKEN", "secret": "weald", "key": "token"}],
    "networkPolicy__regions__except": ["10.0.0.0/8"],
}
# What matters only with another database.
WITH_SQLITE = ("database__volume",)


def leaves(values, path=""):
    for name, value in values.items():
        here = f"{path}__{name}" if path else name
        if isinstance(value, dict) and value:
            yield from leaves(value, here)
        else:
            yield here, value


def other(path, value):
    if path in OTHERS:
        return OTHERS[path]
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}x"
        case list():
            return [{"name": "other"}]
        case dict():
            return {"other": "yes"}


def outcome(values):
    try:
        return texts(values)
    except helm_python.HelmError as refused:
        return str(refused)


def full(values):
    """Defaults with these over them, so that a path leads to what is in force."""

    def over(below, above):
        if not (isinstance(below, dict) and isinstance(above, dict)):
            return above
        return below | {name: over(below.get(name), value) for name, value in above.items()}

    return over(copy.deepcopy(DEFAULTS), values)


@pytest.mark.parametrize("path", [path for path, _ in leaves(DEFAULTS)])
def test_each_value_does_something(path):
    base = "minimal" if path.startswith(WITH_SQLITE) else "everything"
    values = full(values_of(base))
    if path == "replicas":
        values = changed(values, autoscaling__enabled=False)
    if path == "image__tag":
        values = changed(values, image__digest="")
    if path == "database__reserve":
        values = changed(values, database__connectionLimit=60)
    if path == "database__connectionLimit":
        values = changed(values, database__connectionLimit=59)
    there = dict(leaves(values)) | {"config": {}}
    assert outcome(values) != outcome(changed(values, **{path: other(path, there.get(path, {}))}))


def test_schema_is_made_of_the_values():
    made = subprocess.run(
        [sys.executable, ROOT / "helm/schema.py", "--print"], capture_output=True, text=True
    )
    assert made.stdout == (CHART / "values.schema.json").read_text(), "run `make chart`"


@pytest.mark.parametrize(
    "wrong",
    [
        {"replica": 2},
        {"replicas": "2"},
        {"replicas": 0},
        {"database": {"kind": "mysql"}},
        {"config": {"server": {"public_uri": "https://folkmoot.example"}}},
        {"config": {"cache": {"memory_mb": "64"}}},
        # It ends before a replica, whose probes speak HTTP.
        {"config": {"server": {"tls": {"certificate": "a.pem", "key": "a.key"}}}},
    ],
)
def test_what_is_written_wrong_is_refused_by_name(wrong):
    key = next(iter(wrong))
    with pytest.raises(helm_python.HelmError, match=key):
        texts(values_of("minimal") | wrong)


@pytest.mark.parametrize("name", SETS)
def test_chart_is_clean(name):
    report = helm_python.lint(CHART, values_of(name), strict=True, quiet=True)
    assert not report["errors"], report
    assert not [found for found in report["messages"] if found["severity"] > 1], report

"""What the audit makes of what others say: above all, that whoever says nothing has not said that
all is well."""

import importlib.util
import json

import pytest
from repository import ROOT

SPEC = importlib.util.spec_from_file_location("audit", ROOT / "packaging/audit.py")
audit = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(audit)


@pytest.mark.parametrize("said", ["", "<html>", "{}", '{"message": "405 Method Not Allowed"}'])
def test_who_does_not_tell_has_found_nothing_right(said):
    for judge in (audit.of_npm, audit.of_pip):
        with pytest.raises(audit.NotLookedAt):
            judge(said)


def test_a_package_that_nobody_knows_is_not_looked_at():
    known = {"name": "a", "version": "1", "vulns": []}
    unknown = {"name": "b", "skip_reason": "Dependency not found on PyPI"}
    assert audit.of_pip(json.dumps({"dependencies": [known]})) == []
    with pytest.raises(audit.NotLookedAt, match="nothing of 1 of 2 packages"):
        audit.of_pip(json.dumps({"dependencies": [known, unknown]}))


def test_what_is_known_is_told_once_and_by_name():
    bad = {"name": "a", "version": "1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2"]}]}
    (told,) = audit.of_pip(json.dumps({"dependencies": [bad]}))
    assert "a 1: PYSEC-1" in told
    cause = {"title": "Reads all", "severity": "high", "url": "https://example.org/1"}
    packages = {
        "low": {"name": "low", "range": "<2", "via": [cause]},
        "high": {"name": "high", "range": "*", "via": ["low"]},
    }
    (told,) = audit.of_npm(json.dumps({"vulnerabilities": packages}))
    assert told == "low <2: Reads all (high, https://example.org/1)"


def test_crates_are_told_by_name_and_warnings_apart():
    graphs = [{"Krate": {"name": "ring", "version": "0.17.14"}}]
    fields = {"graphs": graphs, "code": "rejected", "message": "not allowed", "severity": "error"}
    lines = [
        {"type": "diagnostic", "fields": fields},
        {"type": "diagnostic", "fields": fields | {"severity": "warning", "graphs": []}},
        {"type": "summary", "fields": {}},
    ]
    said = "\n".join(json.dumps(line) for line in lines)
    assert audit.of_deny(said) == ["ring 0.17.14: not allowed (rejected)"]
    assert audit.of_deny(said, "warning") == ["not allowed (rejected)"]
    assert audit.of_deny("error: the database cannot be fetched") == []


def test_crates_keep_their_rules():
    found, _ = audit.crates_by_rules()
    assert found == []

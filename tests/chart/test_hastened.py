"""Rules are hastened in their durations and in nothing else."""

import re

import pytest
import yaml
from hastened import hastened, hastened_question, shorter
from repository import CHART
from test_alerts import promtool

RULES = yaml.safe_load((CHART / "alerts.yaml").read_text())


@pytest.mark.parametrize(
    ("duration", "expected"),
    [("5m", "5000ms"), ("1h30m", "90000ms"), ("30s", "500ms"), ("90ms", "2ms"), ("1ms", "1ms")],
)
def test_a_duration_is_a_sixtieth_of_itself(duration, expected):
    assert shorter(duration, 60) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("rate(a[5m]) > 0.1", "rate(a[5000ms]) > 0.1"),
        ("changes((a > bool 0)[1h:30s]) >= 6", "changes((a > bool 0)[60000ms:500ms]) >= 6"),
        ("changes(a[ 1h : ])", "changes(a[ 60000ms : ])"),
        ("a unless a offset 7h", "a unless a offset 420000ms"),
        ("a offset -1m", "a offset -1000ms"),
    ],
)
def test_ranges_steps_and_offsets_are_hastened(question, expected):
    assert hastened_question(question, 60) == expected


@pytest.mark.parametrize(
    "question",
    [
        "time() - max by (job) (a) > 24 * 3600",
        'a{path=~"[5m]|offset 5m", is="\\"[5m]"}',
        "folkmoot:failed_requests:ratio30m > 14.4 * 0.001",
        "sum by (offset) (a) > 5",
    ],
)
def test_whatever_else_a_question_says_stays_as_it_is(question):
    assert hastened_question(question, 60) == question


def test_of_the_chart_all_durations_are_hastened_and_nothing_else_is(tmp_path):
    fast = hastened(RULES, 60)
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump(fast))
    promtool("check", "rules", path)

    # Hastened by one, durations are only written otherwise: the two differ in their numbers alone.
    alike, milliseconds = hastened(RULES, 1), r"\b(\d+)ms\b"
    assert re.sub(milliseconds, "…", str(fast)) == re.sub(milliseconds, "…", str(alike))
    slow = [int(number) for number in re.findall(milliseconds, str(alike))]
    assert [int(number) * 60 for number in re.findall(milliseconds, str(fast))] == slow
    # None is left: not even where nobody thought of one. Names of what is recorded hold some.
    left = r"(?<![\w:.])(?!\d+ms)\d+(?:ms|[smhdwy])\b"
    assert not re.search(left, " ".join(rule["expr"] for rule in rules_of(fast)))
    assert {rule["for"][-2:] for rule in rules_of(fast) if "for" in rule} == {"ms"}


def rules_of(file):
    return [rule for group in file["groups"] for rule in group["rules"]]

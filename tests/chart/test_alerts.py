"""The alerts: each fires for its fault and for no other, and leads to its runbook."""

import re
import subprocess

import pytest
import yaml
from repository import CHART, ROOT

HERE = ROOT / "tests/chart"
RULES = yaml.safe_load((CHART / "alerts.yaml").read_text())
ALERTS = {
    rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"] if "alert" in rule
}
FAULTS = yaml.safe_load((HERE / "faults.yaml").read_text())


def promtool(*words):
    done = subprocess.run(["promtool", *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def expected(alert, labels):
    """What promtool is to see of an alert that fired: its words, filled in."""

    def filled(text):
        return re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], text)

    rule = ALERTS[alert]
    words = {name: filled(text) for name, text in rule["annotations"].items()}
    all_labels = {"job": "folkmoot"} | labels | rule["labels"]
    return {"exp_labels": all_labels, "exp_annotations": words}


def unit_test(fault):
    read = FAULTS["sound"] | fault["read"]
    series = [{"series": name, "values": of} for name, of in read.items() if of is not None]
    fires = fault.get("fires", [] if fault["alert"] == "none" else [fault["alert"]])
    seen = {alert: [expected(alert, fault.get("labels", {}))] for alert in fires}
    return {
        "interval": "30s",
        "name": f"{fault['alert']}: {fault['why']}",
        "input_series": series,
        "alert_rule_test": [
            {"eval_time": fault["at"], "alertname": alert, "exp_alerts": seen.get(alert, [])}
            for alert in ALERTS
        ],
    }


def test_every_alert_fires_for_its_fault_and_for_no_other(tmp_path):
    sound = [
        {"alert": "none", "why": f"sound at {at}", "read": {}, "at": at}
        for at in ("20m", "2h", "4h")
    ]
    tests = [unit_test(fault) for fault in sound + FAULTS["faults"]]
    path = tmp_path / "alerts.test.yaml"
    rules = str(CHART / "alerts.yaml")
    path.write_text(yaml.safe_dump({"rule_files": [rules], "tests": tests}, sort_keys=False))
    promtool("check", "rules", rules)
    promtool("test", "rules", path)
    assert set(ALERTS) <= {fault["alert"] for fault in FAULTS["faults"]}


@pytest.mark.parametrize("alert", ALERTS)
def test_alert_says_who_is_called_and_where_to_read_on(alert):
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["summary"].endswith(".")
    address, anchor = rule["annotations"]["runbook_url"].split("#")
    assert address == "https://folkmoot.example/docs/runbooks"
    headings = re.findall(r"^## (.+)$", (ROOT / "docs/runbooks.md").read_text(), re.M)
    # As the gateway names headings, and the repository's site, too.
    assert anchor in [re.sub(r"[^a-z0-9]+", "-", heading.lower()) for heading in headings]

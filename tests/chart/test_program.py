"""The program takes the settings that the chart gives it."""

import os
import subprocess

import pytest
from repository import ROOT, SETS, by_kind, values_of

PROGRAM = os.environ.get("FOLKMOOT", ROOT / "target/debug/folkmoot")
# In the place of what secrets hold.
SECRETS = {
    "FOLKMOOT__DATABASE__URL": "postgres://folkmoot@db.example/folkmoot",
    "FOLKMOOT__DATABASE__REPLICA_URL": "postgres://folkmoot@standby.example/folkmoot",
    "FOLKMOOT__REDIS__URL": "redis://cache.example",
    "FOLKMOOT_METRICS_TOKEN": "scrape",
    "KENT_TOKEN": "kent",
}


@pytest.mark.parametrize("name", SETS)
def test_settings_are_in_force(name, tmp_path):
    made = by_kind(values_of(name))
    (container,) = made["Deployment"]["spec"]["template"]["spec"]["containers"]
    variables = {
        it["name"]: it["value"] if "value" in it else SECRETS[it["name"]] for it in container["env"]
    }
    for file, text in made["ConfigMap"]["data"].items():
        (tmp_path / file).write_text(text)
    command = [PROGRAM, "config", "--config", tmp_path / "folkmoot.toml"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # A setting, its value, and where that came from.
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert "0.0.0.0:8080" in lines["server.listen"]
    for section, settings in values_of(name).get("config", {}).items():
        for key in settings:
            assert "folkmoot.toml" in lines[f"{section}.{key}"]

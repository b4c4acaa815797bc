"""Whatever the chart makes is right by the cluster's own schemas, and by policies of others."""

import json
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from repository import ROOT, SETS, manifests, values_of

# The oldest that Chart.yaml lets in, and the newest.
VERSIONS = ("1.29", "1.37")
# Those that are no part of Kubernetes have no schema here; test_chart.py looks at them.
FOREIGN = {"HTTPRoute", "ServiceMonitor", "PrometheusRule"}


@pytest.mark.parametrize("name", SETS)
def test_manifests_are_valid(name):
    for manifest in manifests(values_of(name)):
        if manifest["kind"] in FOREIGN:
            continue
        for version in VERSIONS:
            kubernetes_validate.validate(manifest, version, strict=True)


def test_policies_are_kept(tmp_path):
    """The exceptions, with their reasons, are in checkov.yaml."""
    for name in SETS:
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump_all(manifests(values_of(name))))
    for number, path in enumerate([ROOT / "Dockerfile", *ROOT.glob("examples/*/Dockerfile")]):
        (tmp_path / f"{number}.Dockerfile").write_text(path.read_text())
    checkov = Path(sys.executable).with_name("checkov")
    settings = ROOT / "tests/chart/checkov.yaml"
    words = ["--config-file", settings, "--directory", tmp_path, "--output", "json"]
    done = subprocess.run([checkov, *words], capture_output=True, text=True)
    reports = json.loads(done.stdout)
    reports = reports if isinstance(reports, list) else [reports]
    failed = [
        f"{found['check_id']} {found['check_name']}: {found['resource']} {found['file_path']}"
        for report in reports
        for found in report["results"]["failed_checks"]
    ]
    assert not failed, "\n".join(sorted(failed))
    assert sum(report["summary"]["passed"] for report in reports) > 100

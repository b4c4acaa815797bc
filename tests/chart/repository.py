"""Where things are, and what the chart makes of values."""

import copy
from pathlib import Path

import helm_python
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm/folkmoot"
SETS = {path.stem: path for path in sorted(Path(__file__).parent.glob("values/*.yaml"))}


def values_of(name):
    return yaml.safe_load(SETS[name].read_text())


def changed(values, **changes):
    """A copy in which a value at each path, with __ for dots, is another."""
    values = copy.deepcopy(values)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = values
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return values


def texts(values, release="moot"):
    """What each template becomes; a refusal is raised."""
    with helm_python.Chart.load(CHART) as chart:
        chart.validate_schema(values)
        return chart.render(values, name=release, namespace="nation")


def manifests(values, release="moot"):
    files = texts(values, release)
    notes = [name for name in files if name.endswith("NOTES.txt")]
    whole = "\n---\n".join(text for name, text in files.items() if name not in notes)
    return [manifest for manifest in yaml.safe_load_all(whole) if manifest]


def by_kind(values):
    """Manifests by kind; where there are several of one, by kind and name."""
    found = {}
    for manifest in manifests(values):
        kind, name = manifest["kind"], manifest["metadata"]["name"]
        found[kind if name == "moot-folkmoot" else f"{kind}/{name}"] = manifest
    return found

#!/usr/bin/env python3
"""What may be wrong with other people's code that is in here, or that builds and tests it.

    packaging/audit.py --quick   licences, sources and versions of crates (deny.toml)
    packaging/audit.py           also what is known against crates, npm's packages and Python's

Who knows that are others: the advisory database of crates, and the registries of the rest. Where
one of them cannot be asked, its part is named as not looked at, and never as free of faults. Ends
with 1 if something was found, with 2 if something could not be looked at, and with 0 otherwise.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "target/audit"
NODE = ["web", "examples/region-node", "crates/bench/postgraphile"]
PYTHON = [
    "examples/region-python/requirements-test.txt",
    "tests/chart/requirements.txt",
    "tests/readers/requirements.txt",
    "packaging/audit-python.txt",
]


class NotLookedAt(Exception):
    """Whoever knows could not be asked, about all of it or about more than what was found."""

    def __init__(self, why, found=()):
        super().__init__(why)
        self.found = found


def installed(wanted):
    """The folder of programs that such a file lists, which are installed where it has changed."""
    folder = TOOLS / Path(wanted).stem
    kept = folder / "requirements.txt"
    wanted = ROOT / wanted
    if not kept.exists() or kept.read_bytes() != wanted.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", wanted], check=True)
        shutil.copy(wanted, kept)
    return folder / "bin"


def run(*words):
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True)


def lines_of_json(text):
    for line in text.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


def of_deny(said, severity="error"):
    """What cargo-deny found, as sentences; it writes an object for each line."""
    found = [it["fields"] for it in lines_of_json(said) if it["type"] == "diagnostic"]
    return [sentence(it) for it in found if it["severity"] == severity]


def sentence(fields):
    about = [it["Krate"] for it in fields.get("graphs", [])[:1]]
    name = "".join(f"{it['name']} {it['version']}: " for it in about)
    known = (fields.get("advisory") or {}).get("id") or fields.get("code")
    return f"{name}{fields['message']} ({known})"


def crates_by_rules():
    deny = installed("packaging/audit-crates.txt") / "cargo-deny"
    checks = ["licenses", "bans", "sources"]
    # Not offline: crates for other systems may not be here yet.
    done = run(deny, "--locked", "--format", "json", "check", *checks)
    found = of_deny(done.stderr)
    if done.returncode and not found:
        raise RuntimeError(done.stderr)
    return found, of_deny(done.stderr, "warning")


def crates_by_advisories():
    deny = installed("packaging/audit-crates.txt") / "cargo-deny"
    done = run(deny, "--locked", "--format", "json", "check", "advisories")
    found = of_deny(done.stderr)
    if done.returncode and not found:
        raise NotLookedAt("the advisory database of crates cannot be fetched")
    return found, of_deny(done.stderr, "warning")


def of_npm(said):
    """What a registry knows, as npm tells it."""
    try:
        told = json.loads(said)
        packages = told["vulnerabilities"].values()
    except (ValueError, KeyError) as error:
        raise NotLookedAt("the registry does not tell") from error
    return [
        f"{it['name']} {it['range']}: {via['title']} ({via['severity']}, {via['url']})"
        for it in packages
        for via in it["via"]
        # Else it is named because of another one, which is there as well.
        if isinstance(via, dict)
    ]


def node(folder):
    done = run("npm", "--prefix", folder, "audit", "--package-lock-only", "--json")
    return of_npm(done.stdout), []


def of_pip(said):
    """What an index knows, as pip-audit tells it, to which a package that the index does not know
    is one without faults."""
    try:
        packages = json.loads(said)["dependencies"]
    except (ValueError, KeyError) as error:
        raise NotLookedAt("the index does not tell") from error
    found = [
        f"{it['name']} {it['version']}: {known['id']}, mended in {known['fix_versions'] or 'none'}"
        for it in packages
        for known in it.get("vulns", [])
    ]
    skipped = [it["name"] for it in packages if "skip_reason" in it]
    if skipped:
        why = f"the index tells nothing of {len(skipped)} of {len(packages)} packages"
        raise NotLookedAt(why, found)
    return found


def python(wanted):
    audit = installed("packaging/audit-python.txt") / "pip-audit"
    done = run(audit, "--requirement", wanted, "--format", "json", "--progress-spinner", "off")
    return of_pip(done.stdout), []


def main():
    parts = [("crates: licences, sources, versions (deny.toml)", crates_by_rules, ())]
    is_quick = sys.argv[1:] == ["--quick"]
    if sys.argv[1:] and not is_quick:
        sys.exit(__doc__)
    if not is_quick:
        parts.append(("crates: advisories, yanked versions", crates_by_advisories, ()))
        parts += [(f"npm: {folder}", node, (folder,)) for folder in NODE]
        parts += [(f"Python: {wanted}", python, (wanted,)) for wanted in PYTHON]
    has_found, has_missed = False, False
    for name, look, words in parts:
        found, notes = (), ()
        try:
            found, notes = look(*words)
            state = "FOUND" if found else "ok"
        except NotLookedAt as why:
            found, state, has_missed = why.found, "NOT LOOKED AT", True
            name = f"{name}: {why}"
        has_found = has_found or bool(found)
        if found or not is_quick:
            print(f"{state:13}  {name}")
        for one in found:
            print(f"    {one}")
        for one in () if is_quick else notes:
            print(f"    note: {one}")
    if has_missed:
        print("\nWhat was not looked at may hold anything: look again from where it can be asked.")
    sys.exit(1 if has_found else 2 if has_missed else 0)


if __name__ == "__main__":
    main()

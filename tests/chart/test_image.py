"""The image and compose.yaml, as far as they can be tried without an engine: how they are written,
what an image is made of, and the program in a root file system of just that, which it cannot
write to."""

import json
import os
import signal
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from repository import ROOT
from test_program import PROGRAM

TOOLS = Path(sys.executable).parent
NOBODY = 65532
# How a container is asked whether it is well.
HEALTH = ["/usr/local/bin/folkmoot", "health"]
# Mounts the root so that it can only be read, but for the one place for SQLite's file; then it is
# all that there is. Takes the root, and what to run in it.
WITHIN = """
    root=$1; shift
    mount --bind "$root" "$root"
    mount -t proc none "$root/proc"
    mount -t tmpfs -o mode=0700,uid=65532 none "$root/var/lib/folkmoot"
    mount -o remount,bind,ro "$root"
    exec setpriv --no-new-privs chroot --userspec=65532:65532 "$root" "$@"
"""
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may change the root")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("image")
    subprocess.run([ROOT / "packaging/root.sh", PROGRAM, folder], check=True)
    return folder


def within(root, *words):
    folkmoot = ["/usr/local/bin/folkmoot", *words]
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-euc", WITHIN, "-"]
    # As the Dockerfile has it, but for where it listens.
    variables = os.environ | {"SQLITE_TMPDIR": "/var/lib/folkmoot"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([*command, root, *folkmoot], env=variables, **pipes)


@pytest.mark.parametrize("folder", [".", "examples/region-node", "examples/region-python"])
def test_dockerfile_is_clean(folder):
    done = subprocess.run(
        [TOOLS / "hadolint", ROOT / folder / "Dockerfile"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_dockerfile_knows_every_member_of_the_workspace():
    members = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["members"]
    assert members == ["crates/*", "migrations", "tests", "tests/fuzz"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert all(f" {member}/Cargo.toml" in dockerfile for member in members)
    assert all(f"/skeleton/{member}" in dockerfile for member in members)
    taken = set((ROOT / ".dockerignore").read_text().splitlines())
    for member in members:
        folder = member.removesuffix("/*")
        assert {f"!{folder}", f"!{folder}/Cargo.toml"} & taken, folder


def test_skeleton_of_the_workspace_is_one_that_cargo_reads(tmp_path):
    dockerfile = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    [script] = [line for line in dockerfile.splitlines() if line.startswith("RUN mkdir /skeleton")]
    skeleton = tmp_path / "skeleton"
    script = script.removeprefix("RUN ").replace("/skeleton", str(skeleton))
    subprocess.run(["sh", "-ec", script], cwd=ROOT, check=True)
    command = ["cargo", "metadata", "--offline", "--locked", "--no-deps", "--format-version", "1"]
    subprocess.run(command, cwd=skeleton, check=True, stdout=subprocess.DEVNULL)


@needs_root
def test_image_holds_one_program_and_its_libraries(root):
    runs = [path for path in root.rglob("*") if path.is_file() and path.stat().st_mode & 0o111]
    programs = [path.name for path in runs if ".so" not in path.name]
    assert programs == ["folkmoot"]
    assert (root / "etc/ssl/certs/ca-certificates.crt").stat().st_size > 100_000
    noted = sorted(path.name for path in (root / "var/lib/dpkg/status.d").iterdir())
    assert noted == ["ca-certificates", "libc6", "libgcc-s1"]
    assert (root / "var/lib/folkmoot").stat().st_uid == NOBODY


@needs_root
def test_program_serves_from_what_it_cannot_write_to(root):
    serve = ["serve", "--demo", "--listen", "127.0.0.1:0"]
    running = within(root, *serve, "--database", "sqlite:///var/lib/folkmoot/folkmoot.db")
    try:
        lines = (line for line in running.stdout if line.startswith("Folkmoot is at"))
        line = next(lines, None)
        # It ends without having said so, with what is wrong.
        assert line, running.communicate()[0]
        for path in ("/health/live", "/health/ready", "/graphql?query=%7Bsources%7Bname%7D%7D"):
            with urllib.request.urlopen(line.split()[-1] + path) as answer:
                assert answer.status == 200
        _, command = HEALTH
        listen = line.split()[-1].removeprefix("http://")
        asking = within(root, command, "--listen", listen)
        said, _ = asking.communicate(timeout=30)
        assert asking.returncode == 0 and said == f"http://{listen} is ready\n"
        (child,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGTERM)
        assert running.wait(timeout=30) == 0
    finally:
        running.kill()


@needs_root
def test_program_can_write_nowhere_else(root):
    refused = within(root, "migrate", "--database", "sqlite:///folkmoot.db")
    said, _ = refused.communicate(timeout=30)
    assert refused.returncode == 1 and "cannot be opened" in said


def test_bill_names_all_that_is_linked_in(tmp_path):
    host = subprocess.run(["rustc", "--print", "host-tuple"], capture_output=True, text=True)
    metadata = ["cargo", "metadata", "--locked", "--offline", "--format-version", "1"]
    metadata += ["--filter-platform", host.stdout.strip()]
    cargo = subprocess.run(metadata, cwd=ROOT, capture_output=True, check=True)
    bill = ["node", ROOT / "packaging/bill.mjs", tmp_path]
    subprocess.run(bill, cwd=ROOT, input=cargo.stdout, check=True, capture_output=True)
    written = (tmp_path / "sbom.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    components = json.loads(written)["components"]
    names = {it["name"] for it in components}
    assert {"axum", "sea-orm", "tokio", "react", "graphiql", "govuk-frontend"} <= names
    assert not {"proptest", "insta", "vite", "folkmoot-store"} & names
    assert len({it["bom-ref"] for it in components}) == len(components) > 300
    licences = (tmp_path / "licences.txt").read_text()
    for it in components:
        assert it["licenses"], it["name"]
        assert f"\n{it['name']} {it['version']} (" in licences


@pytest.fixture(scope="module")
def services():
    command = [
        TOOLS / "docker-compose",
        "--file",
        ROOT / "compose.yaml",
        "--profile",
        "*",
        "config",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return yaml.safe_load(done.stdout)["services"]


def test_services_are_confined(services):
    assert len(services) == 7
    for name, it in services.items():
        assert it["read_only"] and it["cap_drop"] == ["ALL"], name
        assert it["security_opt"] == ["no-new-privileges:true"], name
        assert it["mem_limit"] and it["pids_limit"], name
        for port in it.get("ports", []):
            assert port["host_ip"] == "127.0.0.1", name
    assert [name for name, it in services.items() if "ports" in it] == ["gateway"]


def test_containers_are_asked_how_they_are_by_the_program_itself(services):
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    (check,) = [line for line in lines if line.startswith("HEALTHCHECK ")]
    assert json.loads(check.split(" CMD ")[1]) == HEALTH
    assert services["gateway"]["healthcheck"]["test"] == ["CMD", *HEALTH]
    # It reads where to ask from where the server reads it.
    assert 'CMD ["serve"]' in lines and any("FOLKMOOT__SERVER__LISTEN=" in line for line in lines)
    for name in ("join-weald", "join-chilterns"):
        assert services[name]["depends_on"]["gateway"]["condition"] == "service_healthy"


def test_images_are_pinned_and_from_no_named_host(services):
    taken = [it["image"] for it in services.values() if "build" not in it]
    froms = [
        line.split()[1].replace("${RUST}", "1.0.0").replace("${NODE}", "1.0.0")
        for path in (ROOT / "Dockerfile", *ROOT.glob("examples/*/Dockerfile"))
        for line in path.read_text().splitlines()
        if line.startswith("FROM ")
    ]
    stages = {"scratch", "web", "crates", "folkmoot"}
    for image in {*taken, *froms} - stages:
        name, _, tag = image.partition(":")
        assert "/" not in name and tag.count(".") >= 1 and "latest" not in tag, image


def test_what_is_secret_says_that_it_is_for_the_demo(services):
    for it in services.values():
        for name, value in it.get("environment", {}).items():
            if name.endswith(("TOKEN", "PASSWORD")):
                assert value.startswith("demo-"), name
            if "@" in str(value):
                assert ":demo-password@" in value, name


def test_redis_is_bounded(services):
    words = " ".join(services["cache"]["command"])
    assert "--maxmemory 64mb" in words and "--maxmemory-policy allkeys-lru" in words

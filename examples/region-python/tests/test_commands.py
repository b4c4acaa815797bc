"""A change flows from the command line through the running service to a reader."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from conftest import Reader

FOLDER = Path(__file__).parents[1]


def test_added_edited_and_deleted_rows_reach_a_reader(tmp_path: Path) -> None:
    env = os.environ | {"DATABASE": str(tmp_path / "region.db"), "PORT": "0"}
    env.pop("TOKEN", None)

    def region(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "region", *words]
        return subprocess.run(command, cwd=FOLDER, env=env, capture_output=True, text=True)

    serve = [sys.executable, "-m", "region", "serve"]
    server = subprocess.Popen(serve, cwd=FOLDER, env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        card = server.stdout.readline().split()[-1]
        with httpx.Client() as client:
            feeds = client.get(card).json()["feeds"]
            reader = Reader(client, next(f["url"] for f in feeds if f["kind"] == "Offer"))
            reader.read_to_the_end()

            offer = ["council=BDF", "kind=SPEAK", "remote=true", "askUrl=https://a.example/ask"]
            added = region("add", "Offer", *offer, "offeredAt=2027-01-14T10:00:00Z")
            id = added.stdout.strip()
            assert added.returncode == 0, added.stderr
            reader.read_to_the_end()
            assert reader.rows[id]["council"] == "BDF"

            assert region("edit", "Offer", id, "note=By video, to begin with").returncode == 0
            reader.read_to_the_end()
            assert reader.rows[id]["note"] == "By video, to begin with"

            assert region("delete", "Offer", id).returncode == 0
            reader.read_to_the_end()
            assert id not in reader.rows

            refused = region("edit", "Offer", id, "remote=false")
            assert refused.returncode == 1
            assert id in refused.stderr
            refused = region("add", "Offer", *offer)
            assert refused.stderr.startswith("offeredAt: ")
    finally:
        server.terminate()
        server.wait()

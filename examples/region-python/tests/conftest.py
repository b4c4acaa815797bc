"""A region over real HTTP, and a reader that follows its feeds as a gateway does."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from region.database import create_tables
from region.seed import seed
from region.web import app

NOW = datetime(2027, 1, 15, 12, tzinfo=UTC)


@dataclass
class Running:
    file: Path
    url: str
    client: httpx.Client

    def card(self) -> dict[str, Any]:
        return self.client.get("/region.json").raise_for_status().json()

    def feed(self, kind: str) -> str:
        return next(feed["url"] for feed in self.card()["feeds"] if feed["kind"] == kind)


@dataclass
class Reader:
    """Keeps a copy of one kind, and knows how far it has read."""

    client: httpx.Client
    next: str
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: list[tuple[int, str]] = field(default_factory=list)

    def read_to_the_end(self) -> None:
        while True:
            page = self.client.get(self.next).raise_for_status().json()
            for item in page["items"]:
                self.changes.append((item["modified"], item["id"]))
                if item["state"] == "deleted":
                    self.rows.pop(item["id"], None)
                else:
                    self.rows[item["id"]] = item["data"]
            if not page["items"]:
                assert page["next"] == self.next, "the end leads to itself"
                return
            self.next = page["next"]


class Serving:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.servers: list[tuple[uvicorn.Server, threading.Thread, httpx.Client]] = []

    def start(self, **options: Any) -> Running:
        file = self.folder / f"region-{len(self.servers)}.db"
        create_tables(file)
        seed(file, NOW.date())
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        web = app(file, clock=lambda: NOW, **options)
        server = uvicorn.Server(uvicorn.Config(web, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        client = httpx.Client(base_url=url, timeout=30)
        self.servers.append((server, thread, client))
        return Running(file, url, client)

    def stop(self) -> None:
        for server, thread, client in self.servers:
            client.close()
            server.should_exit = True
            thread.join()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(tmp_path)
    yield serving
    serving.stop()


@pytest.fixture
def region(serving: Serving) -> Running:
    # Small pages, so that a walk has many.
    return serving.start(page_size=7)


@pytest.fixture
def meetups(region: Running) -> Reader:
    return Reader(region.client, region.feed("Meetup"))

"""Rows are added, changed and deleted here. Each write gets a change number in its transaction."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from .database import next_change, writing
from .rows import checked

# The contract asks for seven days: whoever did not look for a month reads everything again.
TOMBSTONES_KEPT = timedelta(days=30)


class NotThere(Exception):
    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"there is no {kind} {id}: `show {kind}` lists those that are")


class UnknownGroup(Exception):
    def __init__(self, slugs: list[str]) -> None:
        super().__init__(f"group is one of {', '.join(slugs)}")


def add(file: Path, kind: str, data: dict[str, Any]) -> str:
    """Adds a row and returns its id: its own, or a new one."""
    with writing(file) as database:
        return put(database, kind, {"id": str(uuid4())} | data)


def edit(file: Path, kind: str, id: str, changes: dict[str, Any]) -> None:
    """Changes members of a row; None takes a member away."""
    with writing(file) as database:
        row = _row(database, kind, id) | changes
        present = {name: value for name, value in row.items() if value is not None}
        put(database, kind, present | {"id": id})


def delete(file: Path, kind: str, id: str) -> None:
    """Deletes a row, and remembers that it is gone."""
    with writing(file) as database:
        _row(database, kind, id)
        _write(database, kind, id, None)


def purge(file: Path, now: datetime) -> int:
    """Forgets what was deleted long ago; returns how many."""
    # The newest change of each kind stays: a feed whose last number falls looks like a backup.
    forget = (
        "delete from rows where data is null and changed_at < ? and change <"
        " (select max(change) from rows newest where newest.kind = rows.kind)"
    )
    with writing(file) as database:
        return database.execute(forget, [_text(now - TOMBSTONES_KEPT)]).rowcount


def begin_epoch(file: Path) -> None:
    """After a restored backup: change numbers that were given out are given out again, so whoever
    reads the feeds has to begin anew."""
    with writing(file) as database:
        database.execute("update region set epoch = ?", [str(uuid4())])


def put(database: sqlite3.Connection, kind: str, data: dict[str, Any]) -> str:
    """Writes a row within a transaction, if it is one."""
    row = checked(kind, data)
    slugs = [slug for (slug,) in database.execute("select slug from peer_groups order by slug")]
    if row.get("group", slugs[0]) not in slugs:
        raise UnknownGroup(slugs)
    _write(database, kind, row["id"], json.dumps(row))
    return row["id"]


def _write(database: sqlite3.Connection, kind: str, id: str, data: str | None) -> None:
    database.execute(
        "insert or replace into rows (kind, id, change, changed_at, data) values (?, ?, ?, ?, ?)",
        [kind, id, next_change(database), _text(datetime.now(UTC)), data],
    )


def _row(database: sqlite3.Connection, kind: str, id: str) -> dict[str, Any]:
    found = database.execute(
        "select data from rows where kind = ? and id = ? and data is not null", [kind, id]
    ).fetchone()
    if found is None:
        raise NotThere(kind, id)
    return json.loads(found["data"])


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

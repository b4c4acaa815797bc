"""The region's tables, and the one way to write into them.

Put your own database here: what the feeds need of it is a change number for every row, given out in
the order in which writes are committed, and a memory of rows that are gone.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# A writer waits this long for another one before it gives up.
PATIENCE_SECONDS = 30.0

# The change number stands in a row of its own. It is raised and read within the transaction that
# writes, and whoever has raised it keeps the others waiting until the commit: so nobody ever sees
# change 8 before change 7. A sequence would not do: it hands out 7 and 8, and 8 may be there first.
#
# A row that is gone keeps its id and loses its data.
TABLES = """
create table if not exists change_number (
    only integer primary key check (only = 1), value integer not null
) strict;
insert or ignore into change_number values (1, 0);

create table if not exists rows (
    kind text not null, id text not null check (id = lower(id)), change integer not null,
    changed_at text not null, data text,
    primary key (kind, id)
) strict;
create unique index if not exists rows_in_order on rows (kind, change, id);

create table if not exists region (
    code text primary key, name text not null, contact text, licence text, attribution text,
    website text, epoch text not null
) strict;
create table if not exists peer_groups (
    slug text primary key, name text not null, time_zone text not null, first_met_on text
) strict;
create table if not exists members (
    group_slug text not null references peer_groups, council text not null, from_day text,
    until_day text, is_home integer not null, primary key (group_slug, council)
) strict;
"""


def create_tables(file: Path) -> None:
    with _connected(file, PATIENCE_SECONDS) as database:
        # Readers and writers do not wait for each other.
        database.execute("pragma journal_mode = wal")
        database.executescript(TABLES)


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """Everything that is read within it is of one moment."""
    with _connected(file, PATIENCE_SECONDS) as database:
        database.execute("begin")
        yield database


@contextmanager
def writing(file: Path, patience: float = PATIENCE_SECONDS) -> Iterator[sqlite3.Connection]:
    """One transaction: all of it, or nothing. One writer at a time."""
    with _connected(file, patience) as database:
        # Waits for other writers here. On Postgres a plain BEGIN is enough: its writers wait for
        # each other where they raise the change number, as that locks its row until the commit.
        database.execute("begin immediate")
        try:
            yield database
            database.execute("commit")
        except BaseException:
            database.execute("rollback")
            raise


def next_change(database: sqlite3.Connection) -> int:
    """A new change number, within a transaction that writes."""
    raised = "update change_number set value = value + 1 returning value"
    return database.execute(raised).fetchone()["value"]


@contextmanager
def _connected(file: Path, patience: float) -> Iterator[sqlite3.Connection]:
    # Transactions are begun and ended above, not guessed by the library.
    database = sqlite3.connect(file, timeout=patience, isolation_level=None)
    database.row_factory = sqlite3.Row
    try:
        yield database
    finally:
        database.close()

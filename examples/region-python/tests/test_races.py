"""Writers at the same time never make a reader miss a row."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from conftest import Reader, Running
from region import writes
from region.database import next_change, writing

WRITERS = 4
WRITES = 9


def test_a_reader_that_follows_many_writers_ends_with_what_they_wrote(
    meetups: Reader, region: Running
) -> None:
    meetups.read_to_the_end()
    model = next(iter(meetups.rows.values()))
    written: dict[str, str] = {}
    gone: set[str] = set()
    are_done = threading.Event()

    def write(writer: int) -> None:
        for number in range(WRITES):
            row = {name: value for name, value in model.items() if name != "id"}
            id = writes.add(region.file, "Meetup", row)
            if number % 3 == 0:
                writes.delete(region.file, "Meetup", id)
                gone.add(id)
                continue
            title = f"Edited by {writer}, {number}"
            writes.edit(region.file, "Meetup", id, {"title": title})
            written[id] = title

    def follow() -> None:
        while not are_done.is_set():
            meetups.read_to_the_end()

    with ThreadPoolExecutor(WRITERS + 1) as threads:
        following = threads.submit(follow)
        try:
            # Raises what a writer raised.
            list(threads.map(write, range(WRITERS)))
        finally:
            are_done.set()
        following.result()
    meetups.read_to_the_end()

    assert len(written) + len(gone) == WRITERS * WRITES
    found = {id: row["title"] for id, row in meetups.rows.items() if id in written}
    assert found == written
    assert not gone & set(meetups.rows)
    assert meetups.changes == sorted(meetups.changes), "no change came after a later one"


def test_whoever_holds_a_change_number_keeps_other_writers_waiting(region: Running) -> None:
    with writing(region.file) as first:
        held = next_change(first)
        # With no patience, waiting is refused at once.
        second = writing(region.file, patience=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"), second:
            pass
    with writing(region.file) as third:
        assert next_change(third) == held + 1


def test_a_write_that_fails_uses_up_no_change_number(region: Running) -> None:
    before = region.card()
    with pytest.raises(RuntimeError), writing(region.file) as database:
        next_change(database)
        raise RuntimeError
    with writing(region.file) as database:
        last = max(feed["lastChange"] for feed in before["feeds"])
        assert next_change(database) == last + 1

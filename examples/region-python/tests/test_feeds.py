"""The card and the feeds, read over HTTP."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from conftest import NOW, Reader, Running, Serving
from region import writes
from region.database import reading, writing
from region.rows import KINDS


def stored(region: Running, kind: str) -> dict[str, dict]:
    with reading(region.file) as database:
        rows = database.execute(
            "select id, data from rows where kind = ? and data is not null", [kind]
        )
        return {row["id"]: json.loads(row["data"]) for row in rows}


@pytest.mark.parametrize("kind", KINDS)
def test_a_walk_to_the_end_has_every_row_once_in_order(region: Running, kind: str) -> None:
    reader = Reader(region.client, region.feed(kind))
    reader.read_to_the_end()
    assert reader.rows == stored(region, kind) != {}
    assert reader.changes == sorted(reader.changes)
    assert len({id for _, id in reader.changes}) == len(reader.changes)


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_carries_its_rows_id_and_kind(region: Running, kind: str) -> None:
    page = region.client.get(region.feed(kind)).json()
    assert page["license"].startswith("https://www.nationalarchives.gov.uk/")
    for item in page["items"]:
        assert set(item) == {"state", "kind", "id", "modified", "data"}
        assert (item["kind"], item["data"]["id"]) == (kind, item["id"])
        assert str(UUID(item["id"])) == item["id"]


def test_an_edited_row_moves_to_the_end_and_stands_once(meetups: Reader, region: Running) -> None:
    first = region.client.get(meetups.next).json()["items"][0]["id"]
    meetups.read_to_the_end()
    writes.edit(region.file, "Meetup", first, {"title": "Moved", "summary": None})

    meetups.changes.clear()
    meetups.read_to_the_end()
    assert [id for _, id in meetups.changes] == [first]
    assert meetups.rows[first]["title"] == "Moved"
    assert "summary" not in meetups.rows[first]

    anew = Reader(region.client, region.feed("Meetup"))
    anew.read_to_the_end()
    assert anew.rows == meetups.rows
    assert anew.changes[-1][1] == first
    assert len(anew.changes) == len(anew.rows)


def test_a_deleted_row_stays_in_the_feed_without_its_data(meetups: Reader, region: Running) -> None:
    meetups.read_to_the_end()
    gone = next(iter(meetups.rows))
    writes.delete(region.file, "Meetup", gone)

    page = region.client.get(meetups.next).json()
    [item] = page["items"]
    assert (item["state"], item["id"]) == ("deleted", gone)
    assert "data" not in item
    meetups.read_to_the_end()
    assert meetups.rows == stored(region, "Meetup")


def test_a_deleted_row_can_come_back(meetups: Reader, region: Running) -> None:
    meetups.read_to_the_end()
    id, row = next(iter(meetups.rows.items()))
    writes.delete(region.file, "Meetup", id)
    assert writes.add(region.file, "Meetup", row) == id
    meetups.read_to_the_end()
    assert meetups.rows[id] == row


def test_the_card_counts_what_a_reader_finds(region: Running) -> None:
    gone = next(iter(stored(region, "Offer")))
    writes.delete(region.file, "Offer", gone)
    for feed in region.card()["feeds"]:
        reader = Reader(region.client, feed["url"])
        reader.read_to_the_end()
        assert feed["count"] == len(reader.rows)
        assert feed["lastChange"] == reader.changes[-1][0]


def test_the_card_tells_the_clock_the_groups_and_the_contract(region: Running) -> None:
    card = region.card()
    assert datetime.fromisoformat(card["now"]) == NOW
    assert (card["contract"], card["code"]) == ("1.0", "chilterns")
    assert [group["slug"] for group in card["groups"]] == ["chilterns", "chilterns-east"]
    member = {"council": "CBF", "from": "2024-04-01", "home": True}
    assert member in card["groups"][0]["members"]
    homes = [
        member["council"]
        for group in card["groups"]
        for member in group["members"]
        if member["home"]
    ]
    assert len(homes) == len(set(homes)), "a council has one home"


def test_a_new_epoch_is_another_one(region: Running) -> None:
    before = region.card()["epoch"]
    writes.begin_epoch(region.file)
    assert region.card()["epoch"] != before


def test_what_was_deleted_is_forgotten_late_and_the_last_number_never(region: Running) -> None:
    first, second, *_ = stored(region, "Offer")
    for id in (first, second):
        writes.delete(region.file, "Offer", id)
    last = region.card()["feeds"][2]["lastChange"]

    assert writes.purge(region.file, datetime.now(UTC) + timedelta(days=8)) == 0
    assert writes.purge(region.file, datetime.now(UTC) + timedelta(days=31)) == 1
    assert region.card()["feeds"][2]["lastChange"] == last
    reader = Reader(region.client, region.feed("Offer"))
    reader.read_to_the_end()
    assert second in [id for _, id in reader.changes]


def test_rows_of_one_change_number_are_told_apart_by_id(region: Running) -> None:
    # A database that numbers transactions and not rows gives such.
    with writing(region.file) as database:
        database.execute("drop index rows_in_order")
        database.execute("update rows set change = 1000 where kind = 'Meetup'")
    reader = Reader(region.client, region.feed("Meetup"))
    reader.read_to_the_end()
    assert reader.rows == stored(region, "Meetup")
    assert reader.changes == sorted(reader.changes)


def test_a_page_has_at_most_500_items(serving: Serving) -> None:
    region = serving.start()
    row = next(iter(stored(region, "Offer").values()))
    with writing(region.file) as database:
        for _ in range(500):
            writes.put(database, "Offer", row | {"id": str(writes.uuid4())})
    assert len(region.client.get(region.feed("Offer")).json()["items"]) == 500
    with pytest.raises(ValueError, match="1 to 500"):
        serving.start(page_size=501)

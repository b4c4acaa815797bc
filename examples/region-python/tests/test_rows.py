"""Rows keep the contract's JSON Schemas, and what does not is refused before it is in a feed."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import ValidationError

from conftest import Reader, Running
from region import writes
from region.rows import KINDS, checked

# A copy of this folder elsewhere has no docs beside it: take them from where the contract is.
SCHEMAS = Path(__file__).parents[3] / "docs/regions/schemas"
needs_schemas = pytest.mark.skipif(not SCHEMAS.is_dir(), reason=f"there is no {SCHEMAS}")


def schema(name: str) -> Draft202012Validator:
    text = (SCHEMAS / f"{name}.schema.json").read_text()
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker())


@needs_schemas
@pytest.mark.parametrize("kind", KINDS)
def test_every_row_keeps_its_schema(region: Running, kind: str) -> None:
    reader = Reader(region.client, region.feed(kind))
    reader.read_to_the_end()
    assert reader.rows
    for row in reader.rows.values():
        schema(kind).validate(row)


@needs_schemas
@pytest.mark.parametrize("kind", KINDS)
def test_every_page_keeps_its_schema(meetups: Reader, region: Running, kind: str) -> None:
    meetups.read_to_the_end()
    writes.delete(region.file, "Meetup", next(iter(meetups.rows)))
    following = region.feed(kind)
    while True:
        page = region.client.get(following).json()
        schema("feed").validate(page)
        if not page["items"]:
            break
        following = page["next"]


@needs_schemas
def test_the_card_keeps_its_schema(region: Running) -> None:
    schema("region").validate(region.card())


ID = "0190c5a8-1b2c-7d3e-8f40-112233445566"
MEETUP = {
    "id": ID,
    "group": "chilterns",
    "title": "Agile",
    "status": "PLANNED",
    "startsAt": "2027-01-14T18:30:00Z",
    "endsAt": "2027-01-14T20:30:00Z",
    "attendance": "ONLINE",
}
OFFER = {
    "id": ID,
    "council": "BDF",
    "kind": "SPEAK",
    "remote": True,
    "askUrl": "https://chilterns.example/ask",
    "offeredAt": "2027-01-14T10:00:00Z",
}


def test_an_instant_of_another_zone_is_published_in_utc() -> None:
    row = checked("Meetup", MEETUP | {"startsAt": "2027-01-14T19:30:00+01:00"})
    assert row["startsAt"] == "2027-01-14T18:30:00Z"


@pytest.mark.parametrize(
    ("kind", "row", "wrong"),
    [
        ("Meetup", MEETUP, {"tittle": "Agile"}),
        ("Meetup", MEETUP, {"title": ""}),
        ("Meetup", MEETUP, {"title": "x" * 201}),
        ("Meetup", MEETUP, {"startsAt": "2027-01-14T18:30:00.5Z"}),
        ("Meetup", MEETUP, {"startsAt": "2027-01-14T18:30:00"}),
        ("Meetup", MEETUP, {"endsAt": "2027-01-14T18:29:59Z"}),
        ("Meetup", MEETUP, {"timeZone": "Europe/Luton"}),
        ("Meetup", MEETUP, {"points": ["agile"]}),
        ("Offer", OFFER, {"kind": "SING"}),
        ("Offer", OFFER, {"council": "Bedford"}),
        ("Offer", OFFER, {"askUrl": "http://chilterns.example/ask"}),
        ("Offer", OFFER, {"askUrl": "mailto:team@chilterns.example"}),
        ("Offer", OFFER, {"id": "7"}),
    ],
)
def test_a_row_with_a_fault_is_refused(kind: str, row: dict, wrong: dict) -> None:
    assert checked(kind, row)
    with pytest.raises(ValidationError):
        checked(kind, row | wrong)


def test_a_refused_row_changes_nothing(meetups: Reader, region: Running) -> None:
    meetups.read_to_the_end()
    end = meetups.next
    with pytest.raises(writes.UnknownGroup, match="chilterns, chilterns-east"):
        writes.add(region.file, "Meetup", MEETUP | {"group": "elsewhere"})
    with pytest.raises(writes.NotThere):
        writes.delete(region.file, "Meetup", ID)
    meetups.read_to_the_end()
    assert meetups.next == end

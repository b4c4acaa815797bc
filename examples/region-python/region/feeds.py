"""The card and the pages of the feeds, read from the tables."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

CONTRACT = "1.0"
LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
# From the contract.
MAX_PAGE = 500

# As addresses call the kinds.
PATHS = {
    "meetups": "Meetup",
    "case-studies": "CaseStudy",
    "offers": "Offer",
    "assessments": "ServiceAssessment",
}


def page(
    database: sqlite3.Connection,
    kind: str,
    after: tuple[int, str] | None,
    first: int,
    feed: str,
    asked: str,
) -> dict[str, Any]:
    """The changes after a place in the feed. `feed` is its first page's address, `asked` that of
    the page that was asked for."""
    found = database.execute(
        "select id, change, data from rows where kind = ? and (change, id) > (?, ?)"
        " order by change, id limit ?",
        # Change numbers begin at 1.
        [kind, *(after or (0, "")), first],
    ).fetchall()
    # The end of the feed leads to itself, and is asked again until something has changed.
    following = asked
    if found:
        following = f"{feed}?afterChange={found[-1]['change']}&afterId={found[-1]['id']}"
    return {"next": following, "items": [_item(kind, row) for row in found], "license": LICENCE}


def _item(kind: str, row: sqlite3.Row) -> dict[str, Any]:
    item = {"state": "deleted", "kind": kind, "id": row["id"], "modified": row["change"]}
    if row["data"] is None:
        return item
    return item | {"state": "updated", "data": json.loads(row["data"])}


def card(database: sqlite3.Connection, base: str, now: datetime) -> dict[str, Any]:
    region = database.execute("select * from region").fetchone()
    card = {
        "contract": CONTRACT,
        **dict(region),
        "now": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "groups": _groups(database),
        "feeds": [_feed(database, kind, f"{base}/changes/{path}") for path, kind in PATHS.items()],
    }
    return _known(card)


def _groups(database: sqlite3.Connection) -> list[dict[str, Any]]:
    members: dict[str, list[dict[str, Any]]] = {}
    for row in database.execute("select * from members order by group_slug, council"):
        member = {
            "council": row["council"],
            "from": row["from_day"],
            "until": row["until_day"],
            "home": bool(row["is_home"]),
        }
        members.setdefault(row["group_slug"], []).append(_known(member))
    return [
        _known(
            {
                "slug": row["slug"],
                "name": row["name"],
                "timeZone": row["time_zone"],
                "firstMetOn": row["first_met_on"],
                "members": members.get(row["slug"], []),
            }
        )
        for row in database.execute("select * from peer_groups order by slug").fetchall()
    ]


def _feed(database: sqlite3.Connection, kind: str, url: str) -> dict[str, Any]:
    # With these two a reader notices if it has missed something.
    count, last = database.execute(
        "select count(data), max(change) from rows where kind = ?", [kind]
    ).fetchone()
    return _known({"kind": kind, "url": url, "count": count, "lastChange": last})


def _known(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}

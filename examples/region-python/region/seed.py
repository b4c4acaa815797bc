"""Made-up rows around the day on which they are made: the councils are in the register, nothing
else is true."""

import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid4, uuid5
from zoneinfo import ZoneInfo

from .database import writing
from .writes import put

LONDON = ZoneInfo("Europe/London")
STANDARD = "lgdss-2016"
GROUPS = {
    "chilterns": ("Chilterns Peer Group", ["HRT", "DAC", "WAT", "CBF"]),
    "chilterns-east": ("Chilterns East Peer Group", ["BDF", "LUT", "NHE", "STV", "EHE"]),
}
COUNCILS = [council for _, home in GROUPS.values() for council in home]
# By number: the standard has 15 points.
POINTS = [
    "User research", "Multidisciplinary teams", "Agile", "Iterating", "Tools and systems",
    "Data and privacy", "Open standards", "Testing", "Being offline", "Making it simple",
    "Consistent design", "Assisted digital", "Performance indicators", "Continuous feedback",
    "Senior ownership",
]  # fmt: skip
SERVICES = ["missed bins", "school places", "council tax", "parking permits", "blue badges"]


def seed(file: Path, today: date) -> None:
    """Fills an empty database; leaves any other as it is."""
    with writing(file) as database:
        if database.execute("select 1 from region").fetchone():
            return
        _add_region(database)
        for number in range(30):
            put(database, "Meetup", _meetup(number, today))
        for number in range(20):
            put(database, "CaseStudy", _case_study(number, today))
        for number in range(15):
            put(database, "Offer", _offer(number, today))
        for number in range(4):
            put(database, "ServiceAssessment", _assessment(number, today))


def _add_region(database: sqlite3.Connection) -> None:
    database.execute(
        "insert into region (code, name, contact, licence, attribution, website, epoch)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        [
            "chilterns",
            "Chilterns and Lea",
            "https://chilterns.example/contact",
            "OGL-UK-3.0",
            "The Chilterns and Lea councils' digital network (made up)",
            "https://chilterns.example/",
            # Another one for each new database: its change numbers begin anew.
            str(uuid4()),
        ],
    )
    for slug, (name, home) in GROUPS.items():
        group = [slug, name, "Europe/London", None]
        database.execute("insert into peer_groups values (?, ?, ?, ?)", group)
        for council in home:
            member = [slug, council, "2024-04-01", None, 1]
            database.execute("insert into members values (?, ?, ?, ?, ?)", member)


def _meetup(number: int, today: date) -> dict:
    slug = list(GROUPS)[number % 2]
    host = _pick(GROUPS[slug][1], number // 2)
    day = today + timedelta(days=(number // 2 - 10) * 42 + 12)
    # By the clock on the wall, whether it is summer or not.
    starts_at = datetime.combine(day, time(18, 30), LONDON)
    is_over = day < today
    attendance = ["IN_PERSON", "ONLINE", "HYBRID"][number % 3]
    topic = _pick(POINTS, number * 4)
    row = {
        "group": slug,
        "title": f"{topic}: what we learned",
        "summary": "Two councils show how they went about it. Then questions, and time to talk.",
        "status": "HELD" if is_over else "CONFIRMED",
        "startsAt": _text(starts_at),
        "endsAt": _text(starts_at + timedelta(hours=2)),
        "attendance": attendance,
        "points": [_point(number * 4)],
        "host": host,
        "talks": [{"title": f"{topic} in a small team", "givenBy": f"A designer at {host}"}],
    }
    if attendance != "ONLINE":
        row["venue"] = {"name": "The Town Hall", "address": "1 Example Street", "stepFree": True}
    page = "materialsUrl" if is_over else "bookingUrl"
    return _made_up(f"meetup/{number}", row | {page: f"https://chilterns.example/meetups/{number}"})


def _case_study(number: int, today: date) -> dict:
    service = _pick(SERVICES, number)
    published = datetime.combine(today - timedelta(days=20 + number * 17), time(9), UTC)
    row = {
        "title": f"{_pick(POINTS, number)} for {service}",
        "summary": f"What changed when we looked at {service} again, and one thing that failed.",
        "council": _pick(COUNCILS, number * 5),
        "points": [_point(number)],
        "url": f"https://chilterns.example/case-studies/{number}",
        "publishedAt": _text(published),
    }
    return _made_up(f"case-study/{number}", row)


def _offer(number: int, today: date) -> dict:
    offered = datetime.combine(today - timedelta(days=4 + number * 13), time(10), UTC)
    row = {
        "council": _pick(COUNCILS, number * 2),
        "kind": _pick(["ADVISE", "SPEAK", "HOST", "ASSESS", "SHARE_CODE"], number),
        "remote": number % 2 == 0,
        "askUrl": f"https://chilterns.example/ask/{number}",
        "offeredAt": _text(offered),
    }
    # Every fifth is on any point.
    return _made_up(f"offer/{number}", row | ({"point": _point(number * 7)} if number % 5 else {}))


def _assessment(number: int, today: date) -> dict:
    held_on = today - timedelta(days=300 - number * 70)
    row = {
        "council": _pick(COUNCILS, number),
        "service": f"Apply for {_pick(SERVICES, number)}",
        "standard": STANDARD,
        "stage": _pick(["ALPHA", "BETA", "LIVE"], number),
        "kind": "ASSESSMENT",
        "heldOn": held_on.isoformat(),
        "scheme": "met",
        "result": "MET" if number % 2 else "NOT_MET",
        # No assessor comes from the council whose service it is.
        "panel": [
            {"role": "LEAD", "council": _pick(COUNCILS, number + 2)},
            {"role": "USER_RESEARCHER", "council": _pick(COUNCILS, number + 4)},
        ],
        "points": [_outcome(point, number, held_on) for point in range(len(POINTS))],
    }
    return _made_up(f"assessment/{number}", row)


def _outcome(point: int, number: int, held_on: date) -> dict:
    if point % 5 != number:
        return {"point": _point(point), "outcome": "MET", "doneWell": "The team can show it."}
    action = {"text": "Test the next version with people who use it"}
    due_on = (held_on + timedelta(days=90)).isoformat()
    return {"point": _point(point), "outcome": "NOT_MET", "actions": [action | {"dueOn": due_on}]}


def _made_up(name: str, row: dict) -> dict:
    # The same each time: what a gateway has kept of these rows stays theirs. Yours come from your
    # own system, once for each row.
    id = uuid5(NAMESPACE_URL, f"https://chilterns.example/{name}")
    return {"id": str(id), "synthetic": True} | row


def _point(number: int) -> str:
    return f"{STANDARD}/{number % len(POINTS) + 1}"


def _pick(values: list, number: int):
    return values[number % len(values)]


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

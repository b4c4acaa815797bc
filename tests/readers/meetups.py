"""Meet-ups as their readers meet them: three calendars, a feed reader and a search engine's parser
take what is given as it is, and all hold what the API says.

Usage: meetups.py http://127.0.0.1:PORT
"""

import csv
import io
import json
import sys
import urllib.request
from datetime import UTC, datetime

import extruct
import feedparser
import icalendar
import ics
import vobject

QUERY = """query($after: String) { meetups(when: ALL, first: 100, after: $after) {
    nodes { id title startsAt endsAt status url } pageInfo { hasNextPage endCursor } } }"""


def fetch(address, body=None):
    headers = {"content-type": "application/json"} if body else {}
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
        return answer.read()


def from_api(address):
    meetups, after = {}, None
    while True:
        asked = json.dumps({"query": QUERY, "variables": {"after": after}}).encode()
        page = json.loads(fetch(f"{address}/graphql", asked))["data"]["meetups"]
        meetups |= {one["id"]: one for one in page["nodes"]}
        if not page["pageInfo"]["hasNextPage"]:
            return meetups
        after = page["pageInfo"]["endCursor"]


def told(one):
    return ("Cancelled: " if one["status"] == "CANCELLED" else "") + one["title"]


def in_utc(instant):
    return instant.astimezone(UTC)


def calendars(address, meetups):
    text = fetch(f"{address}/calendar/all.ics").decode()
    by_icalendar = {
        str(one["UID"]): (in_utc(one["DTSTART"].dt), in_utc(one["DTEND"].dt), str(one["SUMMARY"]))
        for one in icalendar.Calendar.from_ical(text).walk("VEVENT")
    }
    by_vobject = {
        one.uid.value: (in_utc(one.dtstart.value), in_utc(one.dtend.value), one.summary.value)
        for one in vobject.readOne(text).vevent_list
    }
    by_ics = {
        one.uid: (in_utc(one.begin.datetime), in_utc(one.end.datetime), one.name)
        for one in ics.Calendar(text).events
    }
    assert by_icalendar == by_vobject == by_ics, "they do not understand the same"
    assert len(by_icalendar) > 20, len(by_icalendar)
    for uid, (starts, ends, title) in by_icalendar.items():
        one = meetups[uid]
        assert starts == datetime.fromisoformat(one["startsAt"]), uid
        assert ends == datetime.fromisoformat(one["endsAt"]), uid
        assert title == told(one), uid
    coming = [
        one for one in meetups.values() if datetime.fromisoformat(one["endsAt"]) > datetime.now(UTC)
    ]
    assert {one["id"] for one in coming} <= by_icalendar.keys(), "what is to come is all there"
    return len(by_icalendar)


def feeds(address, meetups):
    by_url = {one["url"]: one for one in meetups.values()}
    for form in ["rss", "atom"]:
        feed = feedparser.parse(fetch(f"{address}/feeds/all.{form}?limit=100"))
        assert not feed.bozo, f"{form}: {feed.get('bozo_exception')}"
        starts = [datetime.fromisoformat(by_url[one.link]["startsAt"]) for one in feed.entries]
        assert starts == sorted(starts) and len(starts) > 20, f"{form}: {len(starts)}"
        for one in feed.entries:
            assert one.title.endswith(told(by_url[one.link])), one.title
        assert len({one.id for one in feed.entries}) == len(starts), f"{form}: ids"
    rows = list(csv.DictReader(io.StringIO(fetch(f"{address}/feeds/all.csv?limit=100").decode())))
    assert [row["url"] for row in rows] == [one.link for one in feed.entries], "the table"


def facts(address, meetups):
    page = fetch(f"{address}/meetups").decode()
    graph = extruct.extract(page, syntaxes=["json-ld"])["json-ld"][0]["@graph"]
    by_url = {one["url"]: one for one in meetups.values()}
    assert len(graph) > 20, len(graph)
    for one in graph:
        meetup = by_url[one["url"]]
        assert one["@type"] == "Event" and one["name"] == meetup["title"]
        assert datetime.fromisoformat(one["startDate"]) == datetime.fromisoformat(
            meetup["startsAt"]
        )
        is_off = one["eventStatus"] == "https://schema.org/EventCancelled"
        assert is_off == (meetup["status"] == "CANCELLED"), one


def main(address):
    meetups = from_api(address)
    events = calendars(address, meetups)
    feeds(address, meetups)
    facts(address, meetups)
    print(f"meet-ups: 3 calendars, a feed reader and a search engine's parser agree on {events}")


main(sys.argv[1])

"""The description of what can be had by a plain GET is valid OpenAPI, and each of its operations
answers as it says.

Usage: openapi.py http://127.0.0.1:PORT
"""

import json
import sys
import urllib.error
import urllib.request

from openapi_spec_validator import validate

SAMPLES = {
    "list": ["all", "london", "groups/london", "points/lgdss-2016/3", "councils/camden"],
    "form": ["rss", "atom", "json", "csv"],
    "code": ["london"],
    "kind": ["meetups", "case-studies", "offers", "assessments"],
}
WORDS = {
    "region": "london",
    "group": "london",
    "forCouncil": "camden",
    "host": "camden",
    "point": "agile",
    "limit": "3",
    "language": "cy",
    "groupBy": "REGION",
    "period": "HALF_YEAR",
    "fromYear": "2024",
    "toYear": "2026",
    "standard": "lgdss-2016",
    "points": "agile",
    "measure": "UNDERSTANDING",
    "panel": "ALL",
    "requireComplete": "false",
    "shape": "wide",
    "maxwidth": "400",
    "maxheight": "300",
}
# What a word of the figures needs beside it.
WITH = {
    ("/export/capability.csv", "fromYear"): "period=HALF_YEAR&",
    ("/export/capability.csv", "toYear"): "period=HALF_YEAR&",
    ("/export/capability.csv", "region"): "groupBy=REGION&",
}
# Where to go on in a change feed; the feed itself says it.
OF_FEEDS = {"afterChange", "afterId"}


def fetch(address):
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.headers["content-type"], answer.read()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{address}: {error.code} {error.read().decode()}") from error


def addresses(base, path, parameters):
    """The path with every sample, then with every word, one at a time."""
    places = {one["name"] for one in parameters if one["in"] == "path"}
    paths = [path]
    for place in places:
        paths = [it.replace(f"{{{place}}}", sample) for it in paths for sample in SAMPLES[place]]
    words = {one["name"]: one for one in parameters if one["in"] == "query"}
    always = "".join(f"{name}={WORDS[name]}&" for name, one in words.items() if one.get("required"))
    for one in paths:
        yield f"{base}{one}?{always}"
    for name in words.keys() - OF_FEEDS:
        # A list is not narrowed by the same word twice.
        with_it = WITH.get((path, name), "")
        yield f"{base}{path_without_words(path)}?{always}{with_it}{name}={WORDS[name]}"


def path_without_words(path):
    firsts = {"list": "all"}
    for place, samples in SAMPLES.items():
        path = path.replace(f"{{{place}}}", firsts.get(place, samples[0]))
    return path


def main(base):
    description = json.loads(fetch(f"{base}/openapi.json")[1])
    validate(description)
    assert description["servers"] == [{"url": base}], description["servers"]
    meetup = json.loads(fetch(f"{base}/embed/meetups.json")[1])["meetups"][0]["id"]
    SAMPLES["id"] = [meetup]
    WORDS["url"] = f"{base}/meetups"
    asked = 0
    for path, methods in description["paths"].items():
        operation = methods["get"]
        declared = {kind.replace(" ", "") for kind in operation["responses"]["200"]["content"]}
        for address in addresses(base, path, operation["parameters"]):
            kind, body = fetch(address)
            kind = kind.replace(" ", "")
            assert any(kind.startswith(one) for one in declared), f"{address}: {kind}"
            assert body, address
            asked += 1
    print(
        f"openapi: {len(description['paths'])} operations answered {asked} questions as described"
    )


main(sys.argv[1])

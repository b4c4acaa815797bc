"""Tokens, ETags, and addresses."""

import pytest

from conftest import Reader, Running, Serving
from region import writes


def test_a_wrong_token_and_none_are_refused(serving: Serving) -> None:
    client = serving.start(token="agreed").client
    for path in ("/region.json", "/changes/meetups"):
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "agreed"}):
            refused = client.get(path, headers=headers)
            assert refused.status_code == 401
            assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert client.get(path, headers={"Authorization": "Bearer agreed"}).status_code == 200


def test_a_page_that_has_not_changed_is_not_sent_again(meetups: Reader, region: Running) -> None:
    meetups.read_to_the_end()
    end = region.client.get(meetups.next)
    etag = end.headers["ETag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = region.client.get(meetups.next, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag

    writes.delete(region.file, "Meetup", next(iter(meetups.rows)))
    changed = region.client.get(meetups.next, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


def test_addresses_are_those_of_the_proxy_in_front(serving: Serving) -> None:
    region = serving.start(public_url="https://chilterns.example/folkmoot/")
    for feed in region.card()["feeds"]:
        assert feed["url"].startswith("https://chilterns.example/folkmoot/changes/")
    page = region.client.get("/changes/offers").json()
    assert page["next"].startswith("https://chilterns.example/folkmoot/changes/offers?afterChange=")


def test_an_empty_feed_leads_to_itself(region: Running) -> None:
    for feed in region.card()["feeds"]:
        end = f"{feed['url']}?afterChange=1000000"
        page = region.client.get(end).json()
        assert page["items"] == []
        assert page["next"] == end


@pytest.mark.parametrize("query", ["afterChange=-1", "afterChange=x", "afterChange=1&afterId=x"])
def test_a_place_that_cannot_be_is_refused(region: Running, query: str) -> None:
    assert region.client.get(f"/changes/meetups?{query}").status_code == 422


def test_a_feed_that_is_not_there_says_which_are(region: Running) -> None:
    answer = region.client.get("/changes/people")
    assert answer.status_code == 404
    assert "case-studies" in answer.text

"""What cannot work is refused, with a sentence that says what to do."""

import re

import helm_python
import pytest
from repository import CHART, changed, texts, values_of

REFUSALS = [
    (
        "minimal",
        {"replicas": 2},
        "SQLite serves one replica, and replicas is 2: set database.kind to postgres, or replicas "
        "to 1.",
    ),
    (
        "minimal",
        {"autoscaling__enabled": True},
        "SQLite serves one replica, and autoscaling.enabled asks for more: set database.kind to "
        "postgres, or autoscaling.enabled to false.",
    ),
    (
        "production",
        {"database__secret__name": ""},
        "There is no database: make a secret that holds its address (postgres://…) and put its "
        "name into database.secret.name, or set database.kind to sqlite.",
    ),
    (
        "production",
        {"database__connectionLimit": 100},
        "8 replicas, and one more while they are exchanged, hold up to 108 connections "
        "(config.database.max_connections is 12), and the database has room for 90 of them "
        "(database.connectionLimit less database.reserve): lower one of the former, or raise the "
        "limit of the database and say so.",
    ),
    (
        "routed",
        {"replicas": 9},
        "9 replicas, and one more while they are exchanged, hold up to 100 connections "
        "(config.database.max_connections is 10), and the database has room for 90 of them",
    ),
    ("production", {"autoscaling__max": 2}, "autoscaling.max (2) is below autoscaling.min (3)."),
    (
        "everything",
        {"httpRoute__besideIngress": False},
        "ingress and httpRoute are both enabled, so readers would have two ways in: disable one, "
        "or set httpRoute.besideIngress to true while they move.",
    ),
    (
        "production",
        {"config__server__public_url": ""},
        "config.server.public_url is empty: permanent links begin with it, and it names the host "
        "of the ingress or route. Set it to the address that readers use, such as "
        "https://folkmoot.example.",
    ),
    (
        "routed",
        {"httpRoute__parents": []},
        "httpRoute is enabled and attaches to no gateway: name one in httpRoute.parents.",
    ),
    (
        "routed",
        {"metrics__secret__name": ""},
        "metrics.serviceMonitor is enabled and nobody may read /metrics: put the name of a secret "
        "that holds a token into metrics.secret.name.",
    ),
    (
        "minimal",
        {"metrics__alerts": {"enabled": True}},
        "metrics.alerts is enabled and its alerts lead to no runbooks: set "
        "config.server.public_url or metrics.alerts.runbooks.",
    ),
    (
        "production",
        {"config__database__url": "postgres://folkmoot:secret@db.example/folkmoot"},
        "config.database.url would be readable to everyone who may read config maps: put it into "
        "a secret, and that one's name into database.secret.name.",
    ),
    (
        "production",
        {"config__database__replica_url": "postgres://folkmoot:secret@db.example/folkmoot"},
        "config.database.replica_url would be readable to everyone who may read config maps: put "
        "it into a secret, and that one's name into database.replica.secret.name.",
    ),
    (
        "minimal",
        {"database__replica": {"secret": {"name": "folkmoot-standby", "key": "url"}}},
        "SQLite has no replicas: leave database.replica.secret.name empty, or set database.kind "
        "to postgres.",
    ),
    (
        "production",
        {"config__redis": {"url": "redis://:secret@cache.example"}},
        "config.redis.url would be readable to everyone who may read config maps: put it into a "
        "secret, and that one's name into redis.secret.name.",
    ),
    (
        "production",
        {"config__server__listen": "0.0.0.0:80"},
        "config.server.listen is set by this chart: leave it out.",
    ),
    (
        "production",
        {"config__server__management_listen": "0.0.0.0:80"},
        "config.server.management_listen is set by this chart: leave it out.",
    ),
    (
        "production",
        {"config__metrics": {"token_env": "SCRAPE"}},
        "config.metrics.token_env is set by this chart: leave it out.",
    ),
    (
        "everything",
        {"config__documents__list": "queries.json"},
        "config.documents.list is set by this chart: leave it out.",
    ),
    (
        "production",
        {"regionSecrets": [{"variable": "KENT_TOKEN", "secret": "kent"}]},
        "each of regionSecrets needs variable, secret and key: the name of the variable, the name "
        "of your secret, and the key in it.",
    ),
    (
        "production",
        {
            "regionSecrets": [
                {"variable": "FOLKMOOT__DATABASE__URL", "secret": "kent", "key": "token"}
            ]
        },
        "regionSecrets: FOLKMOOT__DATABASE__URL is a setting's variable, not one of a region.",
    ),
]


@pytest.mark.parametrize(("name", "changes", "sentence"), REFUSALS)
def test_refused_with_a_sentence(name, changes, sentence):
    values = values_of(name)
    texts(values)
    with pytest.raises(helm_python.HelmError, match=re.escape(sentence)) as refusal:
        texts(changed(values, **changes))
    assert "secret@" not in str(refusal.value), "what is secret is not repeated"


def test_every_refusal_is_tried():
    written = (CHART / "templates/_refusals.tpl").read_text()
    # Two of them name one of several settings each.
    assert written.count("{{- fail ") == len(REFUSALS) - 5


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("production", {"database__connectionLimit": 0}),
        ("production", {"database__connectionLimit": 118}),
        ("everything", {"httpRoute__enabled": False, "httpRoute__besideIngress": False}),
        ("minimal", {"metrics__alerts": {"enabled": True, "runbooks": "https://help.example"}}),
    ],
)
def test_what_can_work_is_not_refused(name, changes):
    texts(changed(values_of(name), **changes))

"""A fault of every kind, as it happens: what is caused, which alerts must fire for it, and what
mends it. Each is a story that goes on once Prometheus says what it waits for."""

import signal
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from stand import Gateway, Readers, closes, not_found, passed_on, text

# How long an alert may take, from its fault on, on a busy machine.
PATIENCE = 120


@dataclass
class Fires:
    """This alert must fire now, with these labels beside those of its rule."""

    gateway: str
    alert: str
    labels: dict = field(default_factory=dict)


@dataclass
class Ends(Fires):
    """And must do so no longer."""


PLAN = "key,title,date,start_time,end_time,attendance,points\n" + "".join(
    f"m{n},Meet-up {n},2099-02-0{n},18:30,20:30,online,agile\n" for n in (1, 2, 3)
)


def card(as_of=None):
    as_of = f', "asOf": "{as_of:%Y-%m-%dT%H:%M:%SZ}"' if as_of else ""
    return text(
        "application/json",
        '{"contract": "1.0", "code": "lakes", "name": "Lakes", "epoch": "1", "feeds": [],'
        f' "now": "{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"{as_of},'
        ' "groups": [{"slug": "lakes", "name": "Lakes Peer Group"}]}',
    )


def a_replica_is_killed(stand):
    gateway = stand.gateways["killed"]
    gateway.stop(signal.SIGKILL)
    yield Fires("killed", "FolkmootNoReplica")
    gateway.serve(gateway.place.split(":")[1])
    yield Ends("killed", "FolkmootNoReplica")


def prometheus_is_told_of_no_replica(stand):
    stand.read("unlisted")
    yield Fires("unlisted", "FolkmootNoReplica")
    stand.read("unlisted", stand.gateways["sound"])
    yield Ends("unlisted", "FolkmootNoReplica")


def the_database_ends(stand):
    stand.postgres["ends"].stop()
    with asked_with_a_token(stand, "ended"), asked_for_figures(stand, "asked"):
        for gateway in ("ended", "asked"):
            yield Fires(gateway, "FolkmootDatabaseLost")
            yield Fires(gateway, "FolkmootManyRequestsFail")
            yield Fires(gateway, "FolkmootSomeRequestsFail")


def the_database_hangs(stand):
    postgres = stand.postgres["hangs"]
    postgres.hang()
    with asked_with_a_token(stand, "hung"):
        yield Fires("hung", "FolkmootDatabaseLost")
        yield Fires("hung", "FolkmootManyRequestsFail")
        yield Fires("hung", "FolkmootSomeRequestsFail")
        postgres.go_on()
        yield Ends("hung", "FolkmootDatabaseLost")
        yield Ends("hung", "FolkmootManyRequestsFail")


def asked_with_a_token(stand, name):
    """Answered with a status that says that it failed."""
    gateway, token = stand.gateways[name], stand.tokens[name]
    return Readers(lambda n: gateway.ask("{ regions { name } }", token), pause=0.2, at_once=4)


def asked_for_figures(stand, name):
    """Answered with 200, and with an error of which its code alone says that it is ours."""
    gateway = stand.gateways[name]
    figures = "capability(period: HALF_YEAR, measure: UNDERSTANDING) { rows { period } }"
    return Readers(lambda n: gateway.ask(f"query Q{n} {{ {figures} }}"), pause=0.2, at_once=4)


def more_is_asked_than_can_be_worked_on(stand):
    stand.elsewhere.put("/slow", passed_on(stand.service("weald"), delay=0.4))
    with Readers(lambda n: stand.ask_region("busy", "weald", n), pause=0.05, at_once=8):
        yield Fires("busy", "FolkmootRequestsRefused", {"reason": "busy"})
        yield Fires("busy", "FolkmootManyRequestsFail")
        yield Fires("busy", "FolkmootSomeRequestsFail")
    yield Ends("busy", "FolkmootRequestsRefused", {"reason": "busy"})


def connections_are_held_without_end(stand):
    with Readers(stand.holder("crowded"), pause=0.1):
        yield Fires("crowded", "FolkmootRequestsRefused", {"reason": "client_connections"})


def all_connections_are_held(stand):
    with Readers(stand.holder("full"), pause=0.1):
        yield Fires("full", "FolkmootNoConnectionsLeft", {"reason": "connections"})
        yield Fires("full", "FolkmootRequestsRefused", {"reason": "connections"})


def every_question_is_another(stand):
    # Since the gateway began.
    gateway = stand.gateways["varied"]
    with Readers(lambda n: gateway.ask(f"query F{n} {{ regions {{ name }} }}"), 0.05, at_once=2):
        yield Fires("varied", "FolkmootFewAnswersFromCache")


def the_threshold_is_lowered(stand):
    before = stand.gateways["released"]
    after = Gateway(stand.folder / "lowered", before.database, figures__threshold=5)
    stand.begun(after)
    stand.read("released", before, after)
    stand.is_seen(f'up{{instance="{after.place}"}} == 1')
    before.stop()
    stand.read("released", after)
    yield Fires("released", "FolkmootReleaseFailed")


def a_region_is_down(stand):
    stand.elsewhere.put("/weald", closes)
    with Readers(lambda n: stand.ask_region("regions", "weald", n), pause=0.3):
        yield Fires("regions", "FolkmootRegionDown", {"region": "weald"})
        stand.elsewhere.put("/weald", passed_on(stand.service("weald")))
        yield Ends("regions", "FolkmootRegionDown", {"region": "weald"})


def a_region_that_is_asked_seldom_hangs(stand):
    gone_on = threading.Event()
    stand.elsewhere.put("/kent", lambda body: closes(gone_on.wait(PATIENCE)))
    # The first questions since the gateway began, and few, so that its breaker is closed for long.
    for number in range(2):
        stand.ask_region("regions", "kent", number)
    with Readers(lambda n: stand.ask_region("regions", "kent", n + 2), pause=7):
        yield Fires("regions", "FolkmootRegionDown", {"region": "kent"})
    gone_on.set()
    stand.gateways["regions"].command("region", "pause", "kent", "--reason", "They are moving.")
    yield Ends("regions", "FolkmootRegionDown", {"region": "kent"})


def a_region_fails_at_one_list_alone(stand):
    answer = passed_on(stand.service("darent"))
    fails = b'"withOffers":true'
    stand.elsewhere.put("/darent", lambda body: (closes if fails in body else answer)(body))
    gateway = stand.gateways["regions"]
    offers = '{ offers(region: "darent", remote: true) { complete } }'
    with (
        Readers(lambda n: stand.ask_region("regions", "darent", n), pause=0.2),
        Readers(lambda n: gateway.ask(offers), pause=2.5),
    ):
        yield Fires("regions", "FolkmootRegionDown", {"region": "darent"})


def a_region_comes_and_goes(stand):
    state = 'folkmoot_region_breaker_state{region="arun"}[1500ms]'
    fires = Fires("regions", "FolkmootRegionComesAndGoes", {"region": "arun"})
    with Readers(lambda n: stand.ask_region("regions", "arun", n), pause=0.2):
        # Three times are enough, where Prometheus misses none.
        for _ in range(6):
            if stand.firing(fires):
                break
            stand.elsewhere.put("/arun", closes)
            stand.is_seen(f"min_over_time({state}) > 0")
            stand.elsewhere.put("/arun", passed_on(stand.service("arun")))
            stand.is_seen(f"max_over_time({state}) == 0")
    yield fires


def a_sheet_is_not_found(stand):
    add_sheet(stand, "marches", stand.elsewhere.put("/marches.csv", not_found))
    yield Fires("regions", "FolkmootHarvestsFail", {"region": "marches"})
    plan = stand.elsewhere.put("/plan.csv", text("text/csv", PLAN))
    stand.gateways["regions"].command("region", "move", "marches", "--csv", f"meetups={plan}")
    yield Ends("regions", "FolkmootHarvestsFail", {"region": "marches"})


def a_sheets_server_cannot_be_reached(stand):
    add_sheet(stand, "coquet", stand.elsewhere.put("/coquet.csv", closes))
    yield Fires("regions", "FolkmootHarvestsFail", {"region": "coquet"})
    stand.gateways["regions"].command("region", "remove", "coquet", "--for-good")
    yield Ends("regions", "FolkmootHarvestsFail", {"region": "coquet"})


def add_sheet(stand, code, address):
    words = "region", "add", code, "--name", code.title(), "--active", "--csv"
    stand.gateways["regions"].command(*words, f"meetups={address}")


def a_card_was_left_behind(stand):
    as_of = datetime.now(UTC) - timedelta(days=2)
    move = "region", "move", "lakes", "--unchecked", "--changes"
    left = stand.elsewhere.put("/left/region.json", card(as_of))
    stand.gateways["regions"].command(*move, left)
    yield Fires("regions", "FolkmootRegionStale", {"region": "lakes"})
    stand.gateways["regions"].command(*move, stand.elsewhere.address + "/lakes/region.json")
    yield Ends("regions", "FolkmootRegionStale", {"region": "lakes"})


FAULTS = [
    a_replica_is_killed,
    prometheus_is_told_of_no_replica,
    the_database_ends,
    the_database_hangs,
    more_is_asked_than_can_be_worked_on,
    connections_are_held_without_end,
    all_connections_are_held,
    every_question_is_another,
    the_threshold_is_lowered,
    a_region_is_down,
    a_region_that_is_asked_seldom_hangs,
    a_region_fails_at_one_list_alone,
    a_region_comes_and_goes,
    a_sheet_is_not_found,
    a_sheets_server_cannot_be_reached,
    a_card_was_left_behind,
]

"""Each alert fires for its real fault: a Prometheus reads real gateways, by the chart's rules."""

import contextlib
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml
from hastened import hastened
from live_faults import FAULTS, PATIENCE, Ends, Fires, card
from repository import texts, values_of
from stand import (
    Elsewhere,
    Gateway,
    Postgres,
    Prometheus,
    Readers,
    fetched,
    free_port,
    passed_on,
    until,
)
from test_alerts import ALERTS, expected

# A minute is a second: what takes longest, half an hour and half an hour more, ends within one.
FACTOR = 60
SETTINGS = {
    "sound": {},
    "killed": {},
    "ended": {},
    "hung": {},
    "asked": {},
    "busy": {"limits__operations": 1},
    # Everybody counts for themselves, and no address is a proxy's.
    "crowded": {"limits__connections_per_client": 4, "limits__trusted_proxies": "[]"},
    # Prometheus reads it elsewhere, as in the chart.
    "full": {"limits__connections": 8, "server__management_listen": f"127.0.0.1:{free_port()}"},
    "varied": {},
    "released": {"figures__threshold": 7},
    "regions": {},
}
LIVE = ["weald", "kent", "arun", "darent"]
# And which; the others are on SQLite.
ON_POSTGRES = {"ended": "ends", "asked": "ends", "hung": "hangs"}
# Of these there is a release of the same name in another namespace.
NAMESAKES = ["killed", "unlisted", "ended"]


class Stand:
    """A gateway for each kind of fault, each a release of its own, so that none hides another."""

    def __init__(self, folder, stack):
        self.folder, self.stack, self.tokens = folder, stack, {}
        self.elsewhere = Elsewhere()
        stack.callback(self.elsewhere.stop)
        with ThreadPoolExecutor(len(SETTINGS)) as at_once:
            made = at_once.map(self.database, ["ends", "hangs"])
            self.postgres = dict(zip(["ends", "hangs"], made, strict=True))
            self.gateways = dict(zip(SETTINGS, at_once.map(self.gateway, SETTINGS), strict=True))
            list(at_once.map(lambda fill: fill(), [self.plug_in, self.release, self.let_in]))
        rules = {self.job(name): self.rules(name) for name in [*SETTINGS, "unlisted"]}
        self.prometheus = Prometheus(folder / "prometheus", rules, FACTOR)
        for name, gateway in self.gateways.items():
            self.read(name, gateway)
        self.read("unlisted", self.gateways["sound"])
        self.prometheus.start()
        stack.callback(self.prometheus.stop)

    def database(self, name):
        postgres = Postgres(self.folder / name)
        self.stack.callback(postgres.stop)
        return postgres

    def gateway(self, name):
        database = self.postgres[ON_POSTGRES[name]].address if name in ON_POSTGRES else None
        return self.begun(Gateway(self.folder / name, database, **SETTINGS[name]))

    def begun(self, gateway):
        self.stack.callback(gateway.stop)
        return gateway

    def job(self, name):
        return f"{name}-folkmoot"

    def rules(self, name):
        manifest = texts(values_of("everything"), name)["folkmoot/templates/alerts.yaml"]
        return hastened(yaml.safe_load(manifest)["spec"], FACTOR)

    def read(self, name, *gateways):
        """Prometheus reads these from now on. Some have a namesake, which is sound."""
        trial = [self.gateways["sound"].watched] if name in NAMESAKES else []
        nation = [gateway.watched for gateway in gateways]
        self.prometheus.reads(self.job(name), nation=nation, trial=trial)

    def plug_in(self):
        """Regions that answer live: a sound gateway's, by way of a server that may fail."""
        sound, regions, busy = (self.gateways[name] for name in ("sound", "regions", "busy"))
        for code in LIVE:
            sound.command("region", "add", code, "--name", code.title(), "--active")
        for code in LIVE:
            answer = passed_on(self.service(code))
            self.answers(code)
            address = self.elsewhere.put(f"/{code}", answer)
            add = "region", "add", code, "--name", code.title(), "--active", "--live"
            regions.command(*add, address)
            if code == "weald":
                busy.command(*add, self.elsewhere.put("/slow", answer))
        changes = self.elsewhere.put("/lakes/region.json", card())
        add = "region", "add", "lakes", "--name", "Lakes", "--active", "--unchecked", "--changes"
        regions.command(*add, changes)
        councils = sound.command("export", "councils").splitlines()[1:]
        self.councils = [line.split(",")[0] for line in councils]

    def answers(self, code):
        """Waits until the sound gateway answers for a region."""
        asked = {"query": "{ describe { code } }"}
        service, what = self.service(code), f"{code} does not answer"
        until(lambda: code in fetched(service, asked)[1], PATIENCE, lambda: what)

    def release(self):
        """Figures that were published with a threshold of 7."""
        gateway = self.gateways["released"]
        year = time.gmtime().tm_year - 1
        for kind, sheet in [
            ("memberships", "council,starts_on\nCMD,2016-01-01\n"),
            ("responses", f"council,point,understanding,held_on\nCMD,agile,confident,{year}-05-20"),
        ]:
            path = gateway.folder / f"{kind}.csv"
            path.write_text(sheet)
            gateway.command("import", kind, path, "--region", "south")
        gateway.command("region", "close-half-year", "south", f"{year}-H1")
        gateway.command("release", "create")

    def let_in(self):
        for name in ("ended", "hung"):
            self.tokens[name] = self.gateways[name].token()

    def service(self, code):
        return f"http://{self.gateways['sound'].place}/regions/{code}/graphql"

    def ask_region(self, name, code, number):
        """What nobody asked before, so that nothing that was kept can answer."""
        council = self.councils[number % len(self.councils)]
        query = f'{{ meetups(region: "{code}", host: "{council}") {{ complete }} }}'
        # And what many did, as ever.
        self.gateways[name].ask("{ regions { name } }")
        return self.gateways[name].ask(query)

    def holder(self, name):
        """Somebody at an address of their own who opens connections and lets go of none."""
        host, port = self.gateways[name].place.split(":")
        held = []

        def hold(_):
            with contextlib.suppress(OSError):
                source = ("127.0.0.2", 0)
                held.append(socket.create_connection((host, int(port)), 5, source))

        return hold

    def ask(self, number):
        """As on a quiet day."""
        for name, gateway in self.gateways.items():
            # Of one nothing is ever asked twice.
            again = number if name == "varied" else 0
            gateway.ask(f"query Q{again} {{ regions {{ name }} }}")
            gateway.fetch("/health/ready")
        for code in ("weald", "arun", "darent"):
            self.ask_region("regions", code, -1 - number)

    def is_seen(self, question):
        """Waits until Prometheus says so."""
        query = self.prometheus.query
        until(lambda: query(question), PATIENCE, lambda: f"not seen: {question}")

    def labels(self, it):
        of = {"alertname": it.alert, "namespace": "nation", "job": self.job(it.gateway)}
        return of | it.labels

    def firing(self, it):
        """The alert as Prometheus tells of it."""
        labels = self.labels(it)
        for alert in self.prometheus.alerts():
            if alert["state"] == "firing" and labels.items() <= alert["labels"].items():
                return alert
        return None

    def fired(self, it):
        return until(lambda: self.firing(it), PATIENCE, lambda: f"not yet: {it}")

    def ended(self, it):
        until(lambda: not self.firing(it), PATIENCE, lambda: f"still: {it}")

    def fired_since(self, began):
        """Namespace, job and alert."""
        firing = f'ALERTS{{alertstate="firing"}}[{int(time.monotonic() - began)}s]'
        fired = self.prometheus.query(
            f"count by (namespace, job, alertname) (count_over_time({firing}))"
        )
        return {(it["namespace"], it["job"], it["alertname"]) for it, _ in fired}


def lived(stand, fault):
    """Lives a fault through; what was seen of each alert that it waited for, and after how long."""
    began, seen = time.monotonic(), []
    for it in fault(stand):
        alert = stand.ended(it) if isinstance(it, Ends) else stand.fired(it)
        seen.append((it, alert, time.monotonic() - began))
    return seen


@pytest.fixture(scope="module")
def stand(tmp_path_factory):
    with contextlib.ExitStack() as stack:
        stand = Stand(tmp_path_factory.mktemp("stand"), stack)
        with Readers(stand.ask, pause=0.2):
            # It begins without any target; each has been read for a while once this is so.
            read = f"count(sum by (job) (sum_over_time(up[1h])) >= 10) == {len(SETTINGS) + 1}"
            stand.is_seen(read)
        stand.before = [alert for alert in stand.prometheus.alerts() if alert["state"] == "firing"]
        stand.began = time.monotonic()
        yield stand


@pytest.fixture(scope="module")
def stories(stand):
    """All faults happen side by side."""
    with ThreadPoolExecutor(len(FAULTS)) as at_once:
        yield {fault.__name__: at_once.submit(lived, stand, fault) for fault in FAULTS}


def test_sound_gateways_are_quiet(stand):
    assert stand.before == []


@pytest.mark.parametrize("fault", [fault.__name__ for fault in FAULTS])
def test_alerts_fire_for_what_happens(stories, stand, fault):
    for it, alert, took in stories[fault].result():
        print(f"{type(it).__name__} after {took:.1f} s: {it.alert} {it.labels}")
        if type(it) is Fires:
            words = expected(it.alert, it.labels)
            assert alert["labels"] == words["exp_labels"] | stand.labels(it)
            assert alert["annotations"] == words["exp_annotations"]


def test_every_alert_has_fired_and_none_that_nothing_called_for(stories, stand):
    called_for = [it for story in stories.values() for it, *_ in story.result()]
    assert {it.alert for it in called_for} == set(ALERTS)
    called = {("nation", stand.job(it.gateway), it.alert) for it in called_for}
    assert stand.fired_since(stand.began) - called == set()

"""What alerts are tried on: real gateways, a real Postgres, regions elsewhere, and a Prometheus."""

import contextlib
import http.client
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

import yaml
from hastened import shorter
from repository import ROOT

PROGRAM = os.environ.get("FOLKMOOT", ROOT / "target/debug/folkmoot")
# A debug build, on a busy machine.
START = 90


def until(true, seconds, what):
    """What `true` returns, once it is something; `what` says what did not come."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"{what()} after {seconds} seconds"
        time.sleep(0.1)
    return found


def fetched(address, body=None, headers=None, seconds=30):
    """Status and text of an answer; 0 if there is none."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json", **(headers or {})}
    request = urllib.request.Request(address, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Program:
    """A process of ours; what it says goes into a file."""

    def __init__(self, command, log, **more):
        self.log = log
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                list(map(str, command)), stdout=said, stderr=subprocess.STDOUT, **more
            )

    def said(self):
        return self.log.read_text(errors="replace")

    def ready(self, is_ready, seconds=START):
        def answers():
            assert self.process.poll() is None, f"it ended: {self.said()}"
            return is_ready()

        try:
            return until(answers, seconds, lambda: f"not ready: {self.said()}")
        except BaseException:
            self.stop()
            raise

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Gateway:
    """`folkmoot serve` on a database of its own, SQLite unless another is given."""

    def __init__(self, folder, database=None, port=0, **settings):
        folder.mkdir(exist_ok=True)
        self.folder, self.settings = folder, settings
        self.database = database or f"sqlite://{folder}/folkmoot.db"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("FOLKMOOT__")}
        ours = {
            "database__poll_seconds": 0.2,
            "feeds__allow_private": "true",
            "feeds__every_minutes": 1,
        }
        settings = {f"FOLKMOOT__{k}".upper(): str(v) for k, v in (ours | settings).items()}
        self.environment = kept | settings | {"FOLKMOOT__DATABASE__URL": self.database}
        self.serve(port)

    def serve(self, port=0):
        self.program = Program(
            [PROGRAM, "serve", "--listen", f"127.0.0.1:{port}"],
            self.folder / f"log-{time.monotonic_ns()}",
            env=self.environment,
        )
        address = r"Folkmoot is at +http://(\S+)[^$]*API"
        self.place = self.program.ready(lambda: re.search(address, self.program.said()))[1]
        # Where Prometheus reads it.
        self.watched = self.settings.get("server__management_listen", self.place)

    def stop(self, how=signal.SIGTERM):
        self.program.stop(how)

    def command(self, *words):
        command = [PROGRAM, *map(str, words)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def token(self):
        said = self.command("token", "create", "--name", "A reader", "--scope", "steward")
        return re.search(r"folkmoot_\S+", said)[0]

    def fetch(self, path):
        return fetched(f"http://{self.place}{path}")

    def ask(self, query, token=None):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return fetched(f"http://{self.place}/graphql", {"query": query}, headers)


class Postgres:
    """A cluster of its own, as the other tests have it: gone when nobody holds its input open."""

    def __init__(self, folder):
        folder.mkdir()
        self.program = Program(
            [ROOT / "tests/postgres.sh", "run", "sh", "-c", 'echo "$FOLKMOOT_TEST_POSTGRES"; cat'],
            folder / "log",
            stdin=subprocess.PIPE,
        )
        address = self.program.ready(lambda: re.search(r"^postgres://\S+\n", self.program.said()))
        self.address = address[0].strip()

    def hang(self, how=signal.SIGSTOP):
        """The server and whoever serves its connections; it takes questions and answers none."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,comm="], capture_output=True, text=True, check=True
        )
        processes = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
        ours = {str(self.program.process.pid)}
        for _ in range(6):
            ours |= {pid for pid, parent, _ in processes if parent in ours}
        for pid, _, name in processes:
            if pid in ours and name.strip() == "postgres":
                # One that served a connection may have ended meanwhile.
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), how)

    def go_on(self):
        self.hang(signal.SIGCONT)

    def stop(self):
        self.go_on()
        self.program.process.stdin.close()
        self.program.process.wait(30)


class Elsewhere:
    """The servers of regions, in one: each path is answered by what was last put there."""

    def __init__(self):
        self.answers = answers = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status, kind, said = answers.get(self.path, not_found)(body)
                if status == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # Whoever asked may have left.
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def put(self, path, answer):
        self.answers[path] = answer
        return self.address + path

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def not_found(_):
    return 404, "text/plain", b"not found"


def closes(_):
    return 0, "", b""


def text(kind, said):
    return lambda _: (200, kind, said.encode())


def passed_on(address, delay=0.0):
    """What the service there answers; a slow one takes its time."""

    def answer(body):
        time.sleep(delay)
        status, said = fetched(address, json.loads(body))
        return status, "application/json", said.encode()

    return answer


class Readers:
    """They ask again and again, each the next question, until they leave."""

    def __init__(self, ask, pause, at_once=1):
        self.left, self.numbers = threading.Event(), iter(range(10**9))
        self.threads = [
            threading.Thread(target=self.read, args=(ask, pause), daemon=True)
            for _ in range(at_once)
        ]
        for thread in self.threads:
            thread.start()

    def read(self, ask, pause):
        while not self.left.wait(pause):
            ask(next(self.numbers))

    def leave(self):
        self.left.set()
        for thread in self.threads:
            thread.join()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()


class Prometheus:
    """Reads gateways under their jobs, and goes by a file of rules for each."""

    def __init__(self, folder, rules, factor):
        folder.mkdir()
        self.folder = folder
        scraped = []
        for job, file in rules.items():
            (folder / f"{job}.rules.yaml").write_text(yaml.safe_dump(file))
            found = {"files": [str(folder / f"{job}.targets.json")]}
            scraped.append({"job_name": job, "file_sd_configs": [found]})
        # As often as the chart has it read; and how long a sample is taken for the latest.
        every, self.latest = shorter("30s", factor), shorter("5m", factor)
        settings = {
            "global": {
                "scrape_interval": every,
                "scrape_timeout": every,
                "evaluation_interval": every,
            },
            "rule_files": [str(folder / "*.rules.yaml")],
            "scrape_configs": scraped,
        }
        (folder / "prometheus.yaml").write_text(yaml.safe_dump(settings))

    def reads(self, job, **places):
        """From now on these are a job's replicas, by namespace: the operator labels them so."""
        groups = [{"targets": of, "labels": {"namespace": name}} for name, of in places.items()]
        path = self.folder / f"{job}.targets.json"
        new = path.with_suffix(".new")
        new.write_text(json.dumps(groups))
        new.rename(path)

    def start(self):
        place = f"127.0.0.1:{free_port()}"
        self.address = f"http://{place}"
        self.program = Program(
            [
                "prometheus",
                f"--config.file={self.folder}/prometheus.yaml",
                f"--storage.tsdb.path={self.folder}/data",
                f"--web.listen-address={place}",
                f"--query.lookback-delta={self.latest}",
                "--log.level=warn",
            ],
            self.folder / "log",
        )
        self.program.ready(lambda: fetched(f"{self.address}/-/ready")[0] == 200)

    def get(self, path, **words):
        status, said = fetched(f"{self.address}{path}?{urllib.parse.urlencode(words)}")
        assert status == 200, said
        return json.loads(said)["data"]

    def query(self, question):
        """Pairs of labels and number."""
        found = self.get("/api/v1/query", query=question)["result"]
        return [(one["metric"], float(one["value"][1])) for one in found]

    def alerts(self):
        return self.get("/api/v1/alerts")["alerts"]

    def stop(self):
        self.program.stop()

"""The command line: `python -m region --help`."""

import argparse
import json
import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import ValidationError

from . import writes
from .database import create_tables, reading
from .feeds import MAX_PAGE
from .rows import KINDS
from .seed import seed
from .web import app


def main() -> None:
    file = Path(os.environ.get("DATABASE", "region.db"))
    asked = _parser().parse_args()
    create_tables(file)
    seed(file, datetime.now(UTC).date())
    try:
        asked.run(file, asked)
    except ValidationError as invalid:
        sys.exit("\n".join(map(_fault, invalid.errors())))
    except (writes.NotThere, writes.UnknownGroup) as error:
        sys.exit(str(error))


def _fault(error: dict[str, Any]) -> str:
    return f"{'.'.join(map(str, error['loc'])) or 'the row'}: {error['msg']}"


def _serve(file: Path, _: argparse.Namespace) -> None:
    host, port = os.environ.get("LISTEN", "127.0.0.1"), int(os.environ.get("PORT", "4002"))
    web = app(
        file,
        public_url=os.environ.get("PUBLIC_URL"),
        token=os.environ.get("TOKEN"),
        page_size=int(os.environ.get("PAGE_SIZE", MAX_PAGE)),
    )
    # Opened here, so that the address is known where port 0 leaves the choice to the system.
    listener = socket.create_server((host, port))
    print(f"The region is at http://{host}:{listener.getsockname()[1]}/region.json", flush=True)
    uvicorn.Server(uvicorn.Config(web, log_level="warning")).run(sockets=[listener])


def _add(file: Path, asked: argparse.Namespace) -> None:
    print(writes.add(file, asked.kind, dict(asked.members)))


def _edit(file: Path, asked: argparse.Namespace) -> None:
    writes.edit(file, asked.kind, asked.id.lower(), dict(asked.members))


def _delete(file: Path, asked: argparse.Namespace) -> None:
    writes.delete(file, asked.kind, asked.id.lower())


def _show(file: Path, asked: argparse.Namespace) -> None:
    with reading(file) as database:
        for row in database.execute(
            "select change, data from rows where kind = ? and data is not null order by change",
            [asked.kind],
        ):
            print(row["change"], row["data"])


def _purge(file: Path, _: argparse.Namespace) -> None:
    print(f"{writes.purge(file, datetime.now(UTC))} forgotten")


def _new_epoch(file: Path, _: argparse.Namespace) -> None:
    writes.begin_epoch(file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m region", description="A region's changes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, help: str, *, kind: bool = False) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=help, description=help)
        added.set_defaults(run=run)
        if kind:
            added.add_argument("kind", choices=KINDS)
        return added

    command("serve", _serve, "serve the card and the feeds")
    add = command("add", _add, "add a row, and print its id", kind=True)
    edit = command("edit", _edit, "change members of a row; null takes one away", kind=True)
    edit.add_argument("id")
    for written in (add, edit):
        written.add_argument("members", nargs="+", type=_member, metavar="MEMBER=VALUE")
    delete = command("delete", _delete, "delete a row; its feed will say so", kind=True)
    delete.add_argument("id")
    command("show", _show, "print the rows of a kind, each after its change number", kind=True)
    command("purge", _purge, "forget what was deleted over 30 days ago; run it every day")
    command("new-epoch", _new_epoch, "after a restored backup: have everything read again")
    return parser


def _member(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"write {name}=VALUE")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        # Text needs no quotation marks.
        return name, value


if __name__ == "__main__":
    main()

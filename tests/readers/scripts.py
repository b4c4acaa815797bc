"""docs/dashboards/observable.js and sheets.gs, run by Node, hold the gateway's own cells."""

import json
import subprocess
from pathlib import Path

from gateway import PLACE, columns, is_instant, table

HERE = Path(__file__).parent
NUMBERS, TRUTHS = ("Int", "Float"), ("Boolean",)
MEETUP_KINDS = dict.fromkeys(["startsAt", "endsAt"], "DateTime") | dict.fromkeys(
    ["stepFree", "hearingLoop", "quietSpace", "alcoholFree"], "Boolean"
)


def run(driver, path, address):
    command = ["node", str(HERE / driver), str(path), address]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def read(kind, text):
    """A cell of the table, as JSON has it."""
    if text == "":
        return None
    if kind in NUMBERS:
        return float(text)
    return text == "true" if kind in TRUTHS else text


def same(kind, cell, text, what):
    wanted = read(kind, text)
    if kind == "DateTime" and wanted:
        # Scripts write milliseconds.
        cell = cell.replace(".000Z", "Z") if is_instant(cell) else cell
    assert type(cell) is type(wanted) or isinstance(wanted, float) and isinstance(cell, int), (
        what,
        cell,
    )
    assert cell == wanted, (what, cell, wanted)


def observable(path, address):
    said = run("notebook.mjs", path, address)
    assert said["gateway"] == PLACE
    assert said["refused"] == "unknown point" and "nonsense" not in said["unread"], said["refused"]
    assert said["areDates"], "an instant is no Date"
    assert said["note"] and said["complete"] in (True, False)
    kinds = columns(address)
    words = {"period": "HALF_YEAR", "groupBy": "REGION"}
    for name, narrower in (("rows", {"points": "agile,testing"}), ("table", {})):
        header, rows = table(address, "/export/capability.csv", words | narrower)
        assert len(said[name]) == len(rows), name
        for given, row in zip(said[name], rows):
            cells = dict(zip(header, row))
            for column, cell in given.items():
                same(kinds[column][0], cell, cells[column], (name, column))
        print(f"observable.js reads {len(rows)} rows of {len(given)} columns: {name}")
    hidden = [row for row in said["rows"] + said["table"] if row["marker"]]
    assert hidden and all(
        row["shareAt3OrMore"] is None for row in hidden
    ), "nothing hidden was seen"


def sheets(path, address):
    said = run("sheet.mjs", path, address)
    kinds = {name: kind for name, (kind, _) in columns(address).items()}
    for name, asked in said["asked"].items():
        local, _, query = asked.removeprefix(address).partition("?")
        header, rows = table(address, local, dict(pair.split("=") for pair in query.split("&")))
        of = MEETUP_KINDS if name == "Meet-ups" else kinds
        assert said["first"][name][0] == header, name
        filled = said["first"][name][1:]
        assert len(filled) == len(rows), name
        for cells, is_of, row in zip(filled, said["kinds"][name], rows):
            for column, cell, kind, text in zip(header, cells, is_of, row):
                wanted = of.get(column, "String")
                assert (kind == "date") == (wanted == "DateTime" and text != ""), (
                    name,
                    column,
                    kind,
                )
                same(wanted, None if cell == "" else cell, text, (name, column))
        print(f"sheets.gs fills {name} with {len(rows)} rows of {len(header)} columns")
    install, again, emptied = said["runs"]
    assert install["codes"] == [200, 200, 200] and set(install["writes"].values()) == {1}, install
    assert again == {"codes": [304, 304, 304], "writes": install["writes"]}, again
    assert emptied["codes"] == [200, 304, 304] and emptied["writes"]["National"] == 2, emptied
    assert said["triggers"] == [{"name": "refresh", "hours": 1}], said["triggers"]
    assert "400" in said["refused"] and "unknown point" in said["refused"], said["refused"]

"""docs/dashboards/grafana.json: every query of it is performed as the Infinity plugin would with
its backend parser, and each column is there with its type.

Of the plugin's languages for selectors this knows what the file uses: names with dots, and
`[name="value"]` behind a name.
"""

import json
import re

from gateway import PLACE, ask, columns, is_instant

PLUGIN = "yesoreyeram-infinity-datasource"
FITS = {
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "timestamp": is_instant,
}
# What may be null outside the table of figures, by the schema.
EMPTY = {"host.name", "venue.name", "reason", "asOf", "ageSeconds", "releasedAt"}


def filled(text, values):
    """`${name}` and `${name:doublequote}` replaced, as Grafana does; anything else is a mistake."""

    def value(match):
        name, _, form = match[1].partition(":")
        held = values[name]
        if form == "doublequote":
            return ",".join(json.dumps(one) for one in ([held] if isinstance(held, str) else held))
        assert not form and isinstance(held, str), match[0]
        return held

    text = re.sub(r"\$\{([\w:]+)\}", value, text)
    # Grafana takes `$name` for its own, too, which is how GraphQL writes variables.
    taken = set(re.findall(r"\$(\w+)", text)) & set(values)
    assert not taken, f"Grafana would replace {taken} in {text}"
    return text


def selected(document, selector):
    found = [document]
    for name, key, wanted in re.findall(r'(\w+)(?:\[(\w+)="([^"]*)"\])?(?:\.|$)', selector):
        found = [one[name] for one in found]
        found = [one for each in found for one in (each if isinstance(each, list) else [each])]
        found = [one for one in found if not key or one[key] == wanted]
    return found


def rows_of(target, values):
    """What a query gives, as a list of objects."""
    assert target["parser"] == "backend" and target["source"] == "url", target
    assert target["type"] == "graphql" and target["url"].startswith("${gateway}/"), target
    options = target["url_options"]
    assert options["method"] == "POST" and options["body_type"] == "graphql", options
    query, variables = options["body_graphql_query"], options["body_graphql_variables"]
    # The query has variables of its own; one called like the dashboard's would be replaced.
    assert filled(query, values) == query, query
    variables = json.loads(filled(variables, values))
    asked = set(re.findall(r"\$(\w+):", query))
    assert asked == set(variables), (asked, variables)
    answer = ask(filled(target["url"], values), query, variables)
    return selected(answer, filled(target["root_selector"], values))


def cell(row, selector):
    for name in selector.split("."):
        if row is None:
            return None
        assert name in row, f"{selector} is not in {row}"
        row = row[name]
    return row


def frame(target, rows, figures):
    """The columns of a query, each with its cells."""
    names = [column["text"] for column in target["columns"]]
    assert names and len(set(names)) == len(names), names
    found = {}
    for column in target["columns"]:
        selector = column["selector"]
        cells = [cell(row, selector) for row in rows]
        may_be_empty = selector in EMPTY or figures.get(selector, (None, False))[1]
        for one in cells:
            fits = may_be_empty if one is None else FITS[column["type"]](one)
            assert fits, f"{selector} is no {column['type']}: {one}"
        found[column["text"]] = cells
    return found


def check_names(panel, frames):
    """Whatever a panel calls by name is one of its columns."""
    names = {name for each in frames for name in each}
    called = {one["matcher"]["options"] for one in panel["fieldConfig"]["overrides"]}
    called |= set(re.findall(r"\$\{__data\.fields\.(\w+)\}", json.dumps(panel)))
    called |= set(re.findall(r"\$\{__field\.labels\.(\w+)\}", json.dumps(panel)))
    called |= {panel["options"]["xField"]} if "xField" in panel["options"] else set()
    for step in panel.get("transformations", []):
        options = step["options"]
        if step["id"] == "organize":
            assert set(options["indexByName"]) == names, set(options["indexByName"]) ^ names
        elif step["id"] == "joinByField":
            assert all(options["byField"] in each for each in frames), options
            keys = [sorted(each[options["byField"]]) for each in frames]
            assert all(key == keys[0] and len(set(key)) == len(key) for key in keys), "no join"
        elif step["id"] == "sortBy":
            called |= {one["field"] for one in options["sort"]}
        else:
            assert step["id"] == "merge", step
    assert called <= names, called - names


def check_hidden(panel, target, found, rows):
    """A hidden figure has no number, and a table says why."""
    texts = {column["selector"]: column["text"] for column in target["columns"]}
    share = texts.get("shareAt3OrMore")
    if share is None:
        return 0
    if panel["type"] != "table":
        assert "marker" not in texts, "a marker would split the lines"
        return 0
    hidden = [at for at, marker in enumerate(found[texts["marker"]]) if marker]
    assert all(found[share][at] is None for at in hidden), "a hidden row has a number"
    assert all((found[share][at] is None) == (at in hidden) for at in range(len(rows))), share
    mapped = next(
        it
        for it in panel["fieldConfig"]["overrides"]
        if it["matcher"]["options"] == texts["marker"]
    )
    words = next(it["value"] for it in mapped["properties"] if it["id"] == "mappings")[0]["options"]
    assert set(words) == {"CONFIDENTIAL", "NOT_AVAILABLE", "NOT_APPLICABLE"}, words
    return len(hidden)


def check_series(target, found):
    """One time, in order, with a text that tells the lines apart."""
    kinds = sorted(column["type"] for column in target["columns"])
    assert kinds == ["number", "string", "timestamp"], kinds
    (times,) = [found[it["text"]] for it in target["columns"] if it["type"] == "timestamp"]
    (lines,) = [found[it["text"]] for it in target["columns"] if it["type"] == "string"]
    assert times == sorted(times), "not in the order of time"
    assert len(set(zip(times, lines))) == len(times), "two figures at one place"
    assert len(set(times)) > 1, "no trend"


def variables(board, address):
    """The dashboard's variables at their first values, and the points for all of them."""
    inputs = {one["name"]: one for one in board["__inputs"]}
    assert set(inputs) == {"DS_INFINITY", "VAR_GATEWAY"} and inputs["VAR_GATEWAY"]["value"] == PLACE
    values = {}
    for one in board["templating"]["list"]:
        if one["type"] == "constant":
            assert one["query"] == one["current"]["value"] == "${VAR_GATEWAY}", one
            values[one["name"]] = address
            continue
        query = one["query"]["infinityQuery"]
        found = frame(query, rows_of(query, values), {})
        assert set(found) == {"__text", "__value"} and found["__value"], one["name"]
        values[one["name"]] = found["__value"] if one["multi"] else found["__value"][0]
    return values


def check(path, address):
    text = path.read_text()
    board = json.loads(text)
    assert not re.search(r"secure|password|authorization|token|apikey", text, re.I), "a credential"
    assert text.count(PLACE) == 1, "the address stands in more than one place"
    figures, values = columns(address), variables(board, address)
    assert {"gateway", "standard", "point"} == set(values) and len(values["point"]) > 1
    seen = {"rows": 0, "hidden": 0, "queries": 0}
    for points in (values["point"], values["point"][0]):
        for panel in board["panels"]:
            frames = []
            for target in panel.get("targets", []):
                assert (
                    panel["datasource"]
                    == target["datasource"]
                    == {"type": PLUGIN, "uid": "${DS_INFINITY}"}
                )
                rows = rows_of(target, values | {"point": points})
                assert rows, f"{panel['title']} has no rows"
                found = frame(target, rows, figures)
                frames.append(found)
                if target["format"] == "timeseries":
                    check_series(target, found)
                seen["rows"] += len(rows)
                seen["queries"] += 1
                seen["hidden"] += check_hidden(panel, target, found, rows)
            assert (panel["type"] == "timeseries") == any(
                it["format"] == "timeseries" for it in panel.get("targets", [])
            )
            check_names(panel, frames)
    assert seen["hidden"], "nothing hidden was seen"
    print(f"grafana.json: {seen['queries']} queries, {seen['rows']} rows, {seen['hidden']} hidden")

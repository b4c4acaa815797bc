"""docs/dashboards/power-query.pq: what it asks for is there, each column has the type that its
cells can be read as, and no column is left without one."""

import re
from datetime import date

from gateway import PLACE, is_instant, table

READABLE = {
    "type text": lambda text: True,
    "type number": lambda text: float(text) is not None,
    "Int64.Type": lambda text: int(text) is not None,
    "type logical": lambda text: text in ("true", "false"),
    "type datetimezone": is_instant,
}


def types(text, name):
    """The list of columns that the file calls by this name, as pairs."""
    (body,) = re.findall(rf"^    {name} = \{{\n(.*?)^    \}}", text, re.M | re.S)
    pairs = re.findall(r'\{"(\w+)", ([\w. ]+)\}', body)
    assert len(pairs) == body.count("{"), f"{name} has a line that is no column"
    return pairs


def prefixed(measure, pairs):
    return [(measure + name[0].upper() + name[1:], kind) for name, kind in pairs]


def check(path, address):
    text = path.read_text()
    assert (
        text.count(f'Web.Contents("{PLACE}", [RelativePath = ') == 1 == text.count("Web.Contents(")
    )
    key, figures = types(text, "Key"), types(text, "Figures")
    assert 'LongTypes = Key & {{"measure", type text}} & Figures,' in text
    assert 'WideTypes = Key & Prefixed("understanding") & Prefixed("supportNeed"),' in text
    known = {
        "LongTypes": [*key, ("measure", "type text"), *figures],
        "WideTypes": [*key, *prefixed("understanding", figures), *prefixed("supportNeed", figures)],
        "MeetupColumns": types(text, "MeetupColumns"),
    }
    (capability,) = re.findall(r'^    Capability = "(.+)"$', text, re.M)
    asked = re.findall(r"^ {8}(\w+) = .*?Fetched\(([^,]+), \[(.*?)\]\), (\w+)\)", text, re.M)
    assert [name for name, *_ in asked] == ["National", "Regions", "Wide", "Meetups"], asked
    for name, relative, record, kinds in asked:
        relative = capability if relative == "Capability" else relative.strip('"')
        words = dict(re.findall(r'(\w+) = "(.*?)"', record))
        header, rows = table(address, f"/{relative}", words)
        given = dict(known[kinds])
        assert len(given) == len(known[kinds]), f"{name} has a column twice"
        assert set(given) == set(header), f"{name}: {set(given) ^ set(header)}"
        for row in rows:
            for column, cell in zip(header, row):
                assert not cell or READABLE[given[column]](cell), (name, column, cell)
            if name != "Meetups":
                period = row[header.index("period")]
                date(int(period[:4]), 1 if period[-1] == "1" else 7, 1)
                assert period[-2:] in ("H1", "H2"), period
        print(f"Power Query's {name} reads {len(rows)} rows of {len(header)} columns")

"""Writes the chart's values.schema.json from values.yaml, its comments and the program's settings.

A value's type is that of its default, what it means is the comment above it, and a comment says in
words what else is demanded: "One of: a, b." or "At least 1.". Maps have the keys that are written
there and no others, except empty ones, which are the reader's. `config` has the program's settings.

Usage: schema.py, or schema.py --print
"""

import json
import re
import sys
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CHART = ROOT / "helm/folkmoot"
SETTINGS = ROOT / "crates/server/src/config.default.toml"

TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}


def comments(text, key):
    """The comment above each key, by the path to it; `key` finds one in a line, with its depth."""
    found, path, words = {}, [], []
    for line in text.splitlines():
        if match := key(line):
            depth, name = match
            path = path[:depth] + [name]
            found[".".join(path)] = " ".join(words)
            words = []
        elif line.lstrip().startswith("#"):
            word = line.strip().removeprefix("#")
            # What is further in is an example.
            if not word.startswith("  "):
                words.append(word.strip())
        else:
            words = []
    return found


def yaml_key(line):
    match = re.match(r"( *)([A-Za-z]\w*):", line)
    return match and (len(match[1]) // 2, match[2])


def described(schema, comment):
    if comment:
        schema["description"] = comment
    if choices := re.search(r"One of: ([^.]+)\.", comment):
        schema["enum"] = choices[1].split(", ")
    if least := re.search(r"At least (\d+)\.", comment):
        schema["minimum"] = int(least[1])
    return schema


def of_value(value, path, told):
    comment = told.get(path, "")
    if not isinstance(value, dict):
        return described({"type": TYPES[type(value)], "default": value}, comment)
    schema = described({"type": "object"}, comment)
    if value:
        schema["properties"] = {
            name: of_value(inner, f"{path}.{name}".lstrip("."), told)
            for name, inner in value.items()
        }
        schema["additionalProperties"] = False
    return schema


def of_settings():
    """The program's settings, which are neither listed nor explained twice."""
    text = SETTINGS.read_text()
    section = ""

    def key(line):
        nonlocal section
        if match := re.match(r"\[(\w+)\]", line):
            section = match[1]
            return 0, section
        match = re.match(r"(\w+) =", line)
        return match and (1, match[1])

    told = comments(text, key)

    def setting(value, path):
        # Of seconds there may be parts; which, the program says.
        kind = "number" if type(value) is int else TYPES[type(value)]
        return {"type": kind, "description": told[path], "default": value}

    return {
        name: {
            "type": "object",
            "properties": {
                key: setting(value, f"{name}.{key}")
                for key, value in keys.items()
                # Of TLS, which ends before a replica: in the ingress, or whatever has the route.
                if not isinstance(value, dict)
            },
            "additionalProperties": False,
        }
        for name, keys in tomllib.loads(text).items()
    }


def schema():
    text = (CHART / "values.yaml").read_text()
    whole = of_value(yaml.safe_load(text), "", comments(text, yaml_key))
    whole["properties"]["config"] |= {"properties": of_settings(), "additionalProperties": False}
    # Helm's own: values for all charts of a release, which this one does not read.
    whole["properties"]["global"] = {"type": "object"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | whole


def main():
    written = json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
    if sys.argv[1:] == ["--print"]:
        print(written, end="")
    else:
        (CHART / "values.schema.json").write_text(written)


if __name__ == "__main__":
    main()

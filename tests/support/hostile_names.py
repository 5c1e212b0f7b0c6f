"""Hostile text in every place of a release: the naughty strings and a pack of our own.

`pack(beacon)` is aimed at what Isotherm writes: Markdown, HTML, formulas, Typst, templates, marks
that turn text round, letters that look like others, addresses that a renderer might fetch.
`hostile_release` writes a valid release in which every free text is one of them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
from beacon import Beacon
from made_up_release import make_release
from shared_data import shared_path
from watched_page import Watched

from core.contracts import Column
from core.published import Published
from core.tables.published import PUBLISHED
from core.text import clean_name

Row = dict[str, object]
# What the product looks up by its words, and what its contracts call ids.
KEPT = {
    *("run_id", "config_hash", "indicator", "lead_behaviour", "lead_perception", "kind", "part"),
    *("element", "n_band", "version", "dimension"),
}
LONGEST = 300
TRACE = "isotherm.hostile"
"""Name of the file that a shell would make of our strings, in the folder of scratch files."""
TRACES = tuple(Path(tempfile.gettempdir()) / name for name in (TRACE, "blns.fail"))
"""Files that the strings would make, had a shell read them."""
_NAMED = {"org_groups": "name", "units": "name"}


def naughty() -> list[str]:
    """Return the public list of naughty strings, those of whitespace alone left out."""
    path = shared_path() / "corpora" / "strings" / "blns" / "blns.json"
    found: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return [text for text in dict.fromkeys(found) if text.strip()]


def pack(beacon: str) -> list[str]:
    """Return strings aimed at our own sinks; `beacon` is an address nobody may ask."""
    run, trace = "window.__ran=1", Path(tempfile.gettempdir()) / TRACE
    return [
        f"</script><script>{run};alert(1)</script>",
        f"<img src=x onerror={run}>",
        f"<img src='{beacon}/img.png'>",
        f"<svg onload={run}><script>{run}</script></svg>",
        f"<iframe src='{beacon}/frame'></iframe>",
        f"<iframe srcdoc='<script>parent.{run}</script>'></iframe>",
        f"<a href='javascript:{run}'>click</a>",
        f"<a href={beacon}/href autofocus onfocus={run}>click</a>",
        f"<link rel=stylesheet href={beacon}/style.css>",
        f"<style>@import '{beacon}/import.css';</style>",
        f"<div style=\"background:url('{beacon}/bg.png')\">x</div>",
        f"<base href='{beacon}/'>",
        f"<meta http-equiv=refresh content='0;url={beacon}/meta'>",
        f"<object data='{beacon}/object'></object>",
        f"<math><mi xlink:href='javascript:{run}'>x</mi></math>",
        f'" onmouseover="{run}" x="',
        f"' onmouseover='{run}' x='",
        f"`+{run}+`",
        "</style></title></textarea></noscript><!--",
        f"--><script>{run}</script>",
        f"]]></script><![CDATA[<script>{run}</script>",
        f"\\u003cscript\\u003e{run}\\u003c/script\\u003e",
        f"&lt;script&gt;{run}&lt;/script&gt;",
        f"![a]({beacon}/markdown.png)",
        f"[a]({beacon}/link) [b](javascript:{run})",
        f"![a][b]\n\n[b]: {beacon}/reference.png",
        f"<{beacon}/auto>",
        f"{beacon}/bare",
        "www.evil.example/bare and someone@evil.example",
        "https://evil.example/only-a-link",
        "![a](https://evil.example/x.png)",
        ":red[red] :material/delete: :smile: :streamlit: $x^2$ $$\\frac{1}{0}$$",
        "# head\n## head\n> quote\n- item\n1. item\n---\n| a | b |\n|---|---|",
        "**bold** __bold__ ~~gone~~ `code` ```\nfence\n```",
        f'=HYPERLINK("{beacon}/formula","open")',
        f'=WEBSERVICE("{beacon}/webservice")',
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1:A9)",
        "\t=1+1",
        " =1+1",
        "=cmd|' /C calc'!A0",
        "＝1+1",  # noqa: RUF001  full-width forms are live in spreadsheets
        "'=1+1",
        "{=1+1}",
        '"=1+1',
        "file:///etc/passwd",
        "\\\\evil.example\\share\\x",
        '#read("/etc/passwd")',
        '#image("/etc/passwd") #include "/etc/passwd" #import "@preview/x:0.1.0": *',
        '#eval("1+1") #sys.inputs #panic("stop")',
        f'#link("{beacon}/typst")[here] @ref <label> $ sum_(i=0)^n $',
        "*/ ] } ) \\ ` # _ * ~ @ $ < > \" '",
        "\\input{/etc/passwd} \\write18{id}",
        "{{ 7*7 }}{% raw %}{{ config }}{# x #}",
        "${7*7} #{7*7} <%= 7*7 %> %(x)s %s %n {0} {x.__class__}",
        "'; drop table org_groups; --",
        "__proto__",
        "constructor",
        "toString",
        "null",
        "NaN",
        "true",
        "abc\u202egnp.exe",
        "a\u200bb\u200cc\u200dd\u2060e\ufefff",
        "\u2066\u2067isolated\u2069\u2069",
        "p\u0430ypal s\u0430les",  # Cyrillic a in Latin words
        "Ｓａｌｅｓ",  # noqa: RUF001
        "e\u0301t\u00e9",
        "Z\u0351\u036b\u0343\u036a\u0302\u036bA\u0334\u0335L\u031b\u0322G\u0321O",
        "人事部",
        "Fun 🙂 Desk 👩‍👩‍👧",
        "قسم المبيعات",
        "x" * 300,
        "W" * 80,
        "a b" * 90,
        "../../../../etc/passwd",
        "..\\..\\x",
        "CON.txt",
        f"$(touch {trace}) `touch {trace}`",
        f"; touch {trace}",
        f"| touch {trace}",
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
        "&amp; &#x3C;b&#x3E; &copy; %3Cb%3E",
        "\\x00\\n\\r",
        "bell\u0007 null\u0000 escape\u001b[31m delete\u007f",
        "line\u2028separator\u2029paragraph",
        "\ufffe\uffff",
    ]


def everything(beacon: str) -> list[str]:
    """Return the pack and then the public list, each string once."""
    return list(dict.fromkeys([*pack(beacon), *naughty()]))


def hostile_release(
    folder: Path, texts: Sequence[str], clean: bool = True, n_rules: int = 12
) -> Published:
    """Write a release whose names and free texts are `texts`, over and over.

    `clean` passes each through `clean_name`, as intake does with what it takes in; without it the
    pages and writers get what no release of ours would hold. Its certificate has `n_rules` rules.
    """
    make_release(folder, "full")
    PUBLISHED["certificate"].write(_rules(n_rules), folder)
    turn = _turns([clean_name(text, LONGEST) if clean else text for text in texts])
    names = _names(folder, turn)
    for name, contract in PUBLISHED.items():
        frame = contract.read(folder)
        for column in contract.columns:
            if _is_free(column) and len(frame):
                frame[column.name] = _replaced(frame, column.name, name, names, turn)
        contract.write(frame, folder)
    return Published.open(folder)


def unharmed(seen: Watched, listener: Beacon) -> None:
    """Fail where a visit asked for anything beyond the app, opened a dialog, or left a file."""
    assert seen.beyond == []
    assert listener.hits == []
    assert seen.dialogs == []
    assert seen.errors == []
    assert [path for path in TRACES if path.exists()] == []


def group_names(published: Published) -> dict[str, str]:
    """Return the name of each group of the latest period."""
    groups = published.table("org_groups")
    latest = groups[groups["window_id"] == groups["window_id"].max()]
    return dict(zip(latest["group_id"], latest["name"], strict=True))


def _rules(n: int) -> pd.DataFrame:
    """Return a certificate whose texts wait to be replaced; every third rule has no bound."""
    steps = range(1, n + 1)
    rows = [
        {"step": i, "rule": "x", "statement": "x", "bound": "x" if i % 3 else None} for i in steps
    ]
    return pd.DataFrame(rows).assign(checked=10.0, hidden=5.0)


def _is_free(column: Column) -> bool:
    is_id = column.name.endswith("_id") or column.name in KEPT
    return column.type == "string" and not column.one_of and not is_id


def _turns(texts: Sequence[str]) -> Iterator[str]:
    while True:
        yield from texts


def _names(folder: Path, turn: Iterator[str]) -> dict[str, str]:
    """Give every group and unit one name for all tables and periods."""
    groups = PUBLISHED["org_groups"].read(folder)
    units = PUBLISHED["units"].read(folder)
    ids = dict.fromkeys([*groups["group_id"], *units["unit_id"]])
    return {name: next(turn) for name in ids}


def _replaced(
    frame: pd.DataFrame, column: str, table: str, names: dict[str, str], turn: Iterator[str]
) -> list[str | None]:
    if _NAMED.get(table) == column:
        key = "group_id" if table == "org_groups" else "unit_id"
        return [names[i] for i in frame[key]]
    if table == "org_groups" and column == "path":
        parts = frame[["parent_id", "group_id"]].itertuples(index=False)
        return [" / ".join(names[i] for i in pair if i in names) for pair in parts]
    if table == "quality" and column == "item":  # stands in a key: one text for one value
        told = {value: next(turn) for value in dict.fromkeys(frame[column])}
        return [told[value] for value in frame[column]]
    return [None if pd.isna(value) else next(turn) for value in frame[column]]

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from made_up_company import NAUGHTY
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage
from read_reports import Page

from core.text import clean_name
from reports.brief import Brief
from reports.writers.network_html import network_page


def _parsed(text: str) -> Page:
    page = Page()
    page.feed(text)
    page.close()
    return page


def test_both_scripts_are_constant_and_allowed_by_their_hash(full: Brief, hostile: Brief) -> None:
    pages = [_parsed(network_page(full)), _parsed(network_page(hostile, dark=True))]
    assert pages[0].scripts[1:] == pages[1].scripts[1:]
    for page in pages:
        for script in page.scripts[1:]:
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in page.policy
        assert "unsafe-inline'; img" in page.policy.replace(
            "style-src 'unsafe-inline'; ", "'unsafe-inline'; "
        )
        assert "script-src 'unsafe" not in page.policy


def test_data_lies_in_an_inert_block(hostile: Brief) -> None:
    page = _parsed(network_page(hostile))
    told = json.loads(page.scripts[0])
    titles = " ".join(node["title"] for node in told["nodes"])
    assert clean_name(NAUGHTY[1]) in titles
    assert "<" not in page.scripts[0]
    assert told["options"]["physics"] == {"enabled": False}
    assert told["options"]["interaction"]["keyboard"]["bindToWindow"] is False


def test_hidden_nodes_are_alike(full: Brief) -> None:
    told = json.loads(_parsed(network_page(full)).scripts[0])
    hidden = [n for n in told["nodes"] if n["shape"] == "diamond"]
    assert len(hidden) == 6
    assert {(n["size"], n["color"]["background"]) for n in hidden} == {(12.0, "#ffffff")}
    ids = {n["id"] for n in hidden}
    assert not [e for e in told["edges"] if e["from"] in ids or e["to"] in ids]


def test_the_smallest_network_is_a_page(smallest: Brief) -> None:
    told = json.loads(_parsed(network_page(smallest)).scripts[0])
    assert told["nodes"] == []


def _on_screen(page: BrowserPage, told: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Return some marks with their pixels, by the rule that fits the drawing into its box."""
    box = page.locator("#net").bounding_box()
    assert box is not None
    parts = [(p["x"], p["y"], p.get("radius", 30)) for p in told["islands"] + told["nodes"]]
    left, right = min(x - r for x, _, r in parts), max(x + r for x, _, r in parts)
    top, low = min(y - r - 30 for _, y, r in parts), max(y + r for _, y, r in parts)
    scale = min(1.6, 0.96 * min(box["width"] / (right - left), box["height"] / (low - top)))
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return [
        (
            n["title"].split("\n")[0],
            middle[0] + (n["x"] - (left + right) / 2) * scale,
            middle[1] + (n["y"] - (top + low) / 2) * scale,
        )
        for n in told["nodes"][:5]
    ]


@pytest.mark.browser
def test_hostile_names_stay_inert_and_nothing_is_fetched(
    hostile: Brief, tmp_path: Path, browser: Browser
) -> None:
    path = tmp_path / "network.html"
    path.write_text(network_page(hostile), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    asked: list[str] = []
    spoken: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (spoken.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: spoken.append(message.text))
    page.on("pageerror", lambda error: spoken.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector("#net canvas")
    tip = page.locator("div.vis-tooltip")
    seen = []
    for name, x, y in _on_screen(page, json.loads(_parsed(path.read_text()).scripts[0])):
        page.mouse.move(x + 60, y + 60)
        page.mouse.move(x, y)
        tip.filter(has_text=name).wait_for(state="visible")
        assert set(tip.locator("*").evaluate_all("all => all.map(e => e.tagName)")) <= {"BR"}
        seen.append(tip.inner_text())
    assert clean_name(NAUGHTY[1]) in " ".join(seen)
    assert asked == [path.as_uri()]
    assert spoken == []
    page.close()

"""Every writer, from the registry, against what holds for all of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from made_up_release import Kind, make_release
from read_reports import pdf_links, raw_parts, read_page, text_of
from written_reports import written

from reports.brief import Brief
from reports.registry import writers

NAMES = ("graphml", "html", "json", "network_html", "pdf", "xlsx")


def test_the_registry_finds_every_writer() -> None:
    assert tuple(writers.names()) == NAMES
    assert len({entry.meta.suffix for entry in writers}) == len(NAMES)
    for entry in writers:
        assert entry.meta.title
        assert "/" in entry.meta.mime
        assert entry.function.__doc__


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["smallest", "full"])
def test_every_writer_takes_the_smallest_and_the_fullest_brief(name: str, kind: Kind) -> None:
    path = written(name, kind)
    assert path.stat().st_size > 500
    assert [p.name for p in path.parent.iterdir()] == [path.name]  # nothing half-written
    assert re.fullmatch(r"halden-[a-z]+-empathy-audit-2025-06-29(\.[a-z]+)+", path.name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, "smallest") for name in NAMES),
        *(pytest.param(name, "full", marks=pytest.mark.slow) for name in NAMES),
    ],
)
def test_the_same_brief_gives_the_same_bytes(name: str, kind: Kind, tmp_path: Path) -> None:
    first = written(name, kind)
    brief = Brief.gather(make_release(tmp_path / "published", kind))
    again = tmp_path / first.name
    writers.get(name).function(brief, again)
    assert again.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_every_file_says_what_release_it_is_and_what_it_cannot_show(name: str) -> None:
    text = text_of(written(name, "full"))
    foot = (
        "Confidential. Groups, never persons; not for appraisal, pay, discipline or dismissal. "
        "Groups under 8 are not shown. Run 3f9c1a7e52d0, policy standard."
    )
    assert foot in text
    assert "quiet units can be kind units" in text


@pytest.mark.parametrize("name", NAMES)
def test_a_new_file_replaces_an_old_one_whole(name: str, tmp_path: Path) -> None:
    if name in ("html", "pdf"):
        pytest.skip("these two share the way to disk with the rest and draw for seconds")
    brief = Brief.gather(make_release(tmp_path / "published", "smallest"))
    target = tmp_path / "out" / "report"
    target.parent.mkdir()
    target.write_text("old " * 10_000)
    writers.get(name).function(brief, target)
    assert b"old old" not in target.read_bytes()
    assert [p.name for p in target.parent.iterdir()] == ["report"]


@pytest.mark.parametrize(("kind", "hostile"), [("full", False), ("small", True)])
@pytest.mark.parametrize("name", ["html", "network_html"])
def test_pages_fetch_nothing_and_run_nothing_foreign(name: str, kind: Kind, hostile: bool) -> None:
    page = read_page(written(name, kind, hostile))
    assert page.policy.startswith("default-src 'none'")
    assert [a for a in page.addresses if not a.startswith("#")] == []
    assert page.handlers == []
    assert not {"iframe", "object", "embed", "base", "form", "link", "image", "img"} & set(
        page.tags
    )
    assert len(page.scripts) == (3 if name == "network_html" else 0)
    style = written(name, kind, hostile).read_text(encoding="utf-8").split("</style>")[0]
    assert "@import" not in style
    assert "url(" not in style


@pytest.mark.parametrize("name", ["json", "graphml", "html", "xlsx", "pdf"])
def test_no_file_points_outside(name: str) -> None:
    path = written(name, "full")
    if name == "pdf":
        assert pdf_links(path) == []
        return
    spaces = re.compile(
        rb"https?://(www\.w3\.org|graphml\.graphdrawing\.org|schemas\.openxmlformats\.org"
        rb"|schemas\.microsoft\.com|purl\.org)/"
    )
    for part, content in raw_parts(path).items():
        rest = spaces.sub(b"", content)
        assert b"http://" not in rest, part
        assert b"https://" not in rest, part
        assert b"<hyperlink " not in rest.lower(), part


@pytest.mark.parametrize("name", NAMES)
def test_no_file_holds_anything_like_a_person_or_a_place_on_disk(name: str) -> None:
    path = written(name, "full")
    text = text_of(path)
    assert not re.search(r"\b(?=\d*[a-f])[0-9a-f]{16}\b", text)  # the shape of a person's id
    assert not re.search(r"[\w.]+@[\w.]+\.\w+", text)
    for content in raw_parts(path).values():
        assert b"/published" not in content
        assert str(path.parent).encode() not in content


@pytest.mark.parametrize("name", ["html", "network_html"])
def test_pages_list_hidden_groups_last_a_to_z_with_the_reason_alone(name: str) -> None:
    rows = [
        (kind, cells)
        for kind, cells in read_page(written(name, "full")).rows
        if any("Not shown: " in cell for cell in cells) or "Warehouse South" in cells[0]
    ]
    hidden = [cells for kind, cells in rows if kind == "hidden"]
    assert [cells[0] for cells in hidden] == [
        "Architecture",
        "Claims",
        "Insurance",
        "Pricing",
        "Safety",
        "Sales Support",
    ]
    assert rows[-6:] == [("hidden", cells) for cells in hidden]
    reasons = {" ".join(cells[-1].split()) for cells in hidden}
    assert reasons == {
        "Not shown: fewer than 8 people.",
        "Not shown: would reveal a smaller group.",
        "Not shown: coverage below 70 %.",
    }
    assert not re.search(r"\d+ (points|SD)|\d+[-–]\d+", str([cells[1:] for cells in hidden]))

"""The papers: told by configuration, contracts, roles and promises, so that they cannot drift."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pypdf import PdfReader
from shared_data import CHECKOUT
from whole_run import WholeRun

from audit.cli import COMMANDS
from audit.config.audit_file import load_config
from audit.disclosure.thresholds import JUDGED_FLOOR, WAVES_FLOOR
from audit.papers.catalogue import PRIVATE, PURPOSES, is_about_people
from audit.papers.pack import PAPERS, write_pack
from core.progress import Silent
from core.promises import PROMISES
from core.roles import ROLES
from core.tables.published import PUBLISHED
from reports.paper import Bullets, Heading, Paper, Table, Text, as_markdown, as_pdf

DAY = dt.date(2026, 3, 2)


@pytest.fixture(scope="module")
def pack(whole_run: WholeRun, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the Markdown of every paper of the small made-up company, by name."""
    folder = tmp_path_factory.mktemp("pack")
    config = load_config(whole_run.exports / "audit.toml")
    written = write_pack(config, folder, whole_run.folder.published, DAY, Silent())
    assert len(written) == 2 * len(PAPERS)
    return {p.stem: p.read_text(encoding="utf-8") for p in written if p.suffix == ".md"}


def test_every_table_about_people_has_a_purpose_of_its_own() -> None:
    held = {name for name, contract in PRIVATE.items() if is_about_people(contract)}
    assert {"people", "messages", "responses", "group_people"} <= held
    assert not held - set(PURPOSES)
    assert not set(PURPOSES) - set(PRIVATE)


def test_the_pack_names_every_field_that_is_held_and_every_column_that_is_seen(
    pack: dict[str, str],
) -> None:
    _, seen, held = pack["works-council-pack"].split("## Annex ")
    for annex, contracts in ((seen, PUBLISHED), (held, PRIVATE)):
        for name, contract in contracts.items():
            part = annex.split("### " + name.replace("_", "\\_") + "\n")[1].split("### ")[0]
            for column in contract.names:
                assert f"| `{column}` |" in part, f"{name}.{column}"


def test_the_pack_shows_roles_promises_prohibitions_and_a_row_of_the_release(
    pack: dict[str, str], whole_run: WholeRun
) -> None:
    text = pack["works-council-pack"]
    assert all(f"| {role.title} |" in text for role in ROLES.values())
    assert all(promise.says in text for promise in PROMISES)
    about = PUBLISHED["about"].read(whole_run.folder.published)
    assert about["run_id"].iloc[0] in text
    assert "appraisal, pay, promotion, discipline" in text
    assert "STOP" in text and "audit-log verify" in text


def test_the_pack_tells_the_sizes_from_which_rounding_covers_a_leaver(
    pack: dict[str, str],
) -> None:
    told = f"fewer than {WAVES_FLOOR} ({JUDGED_FLOOR} where a verdict rests on the number)"
    assert told in pack["works-council-pack"]


def test_the_papers_follow_the_configuration(whole_run: WholeRun, tmp_path: Path) -> None:
    raw = (whole_run.exports / "audit.toml").read_text(encoding="utf-8")
    plain = whole_run.exports / "other-audit.toml"
    head, _, rest = raw.partition("[privacy]")
    assert rest
    settings = re.sub(r"^(min_people|policy|excluded_roles)\b.*\n", "", rest, flags=re.MULTILINE)
    plain.write_text(
        head.replace("[audit]", '[audit]\npurposes = ["To learn who is heard."]')
        + '[privacy]\nmin_people = 12\npolicy = "strict"'
        + settings
        + "\n[retention]\nmessage_days = 90\n",
        encoding="utf-8",
    )
    try:
        config = load_config(plain)
        write_pack(config, tmp_path, None, DAY, Silent())
    finally:
        plain.unlink()
    council = (tmp_path / "works-council-pack.md").read_text(encoding="utf-8")
    notice = (tmp_path / "staff-notice.md").read_text(encoding="utf-8")
    assert "Floor: 12 people with data. Policy: strict." in council
    assert "numbers begin at 20" in council
    assert "There is no release yet." in council
    assert "To learn who is heard." in notice
    assert "at least 12 people" in notice
    # strict: messages go when a run ends.
    assert "weekly sums of people 90 days" in notice
    assert "| `sent_s` |" in council and "then only weekly sums" in council
    assert "TO BE SETTLED before this notice goes out" in notice
    assert config.digest() in notice


def test_the_next_review_is_dated_a_year_after_the_papers(pack: dict[str, str]) -> None:
    # 2 March 2026 and 365 days.
    assert "02 March 2027" in pack["dpia"]
    assert "02 March 2027" in pack["works-council-pack"]


def test_every_command_and_file_that_a_paper_names_exists(pack: dict[str, str]) -> None:
    text = " ".join(pack.values()).replace("\\", "")
    commands = set(re.findall(r"python -m audit ([a-z-]+)", text))
    assert {"attack", "audit-log", "purge", "stop", "access-request"} <= commands
    assert not commands - set(COMMANDS)
    targets = set(re.findall(r"\bmake ([a-z-]+)\b", text))
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    assert targets
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in targets)
    files = set(re.findall(r"\b(?:tests|docs)/[\w/.-]+\.(?:py|md)\b", text))
    assert len(files) > 5
    assert [name for name in files if not (CHECKOUT / name).is_file()] == []


def test_the_staff_notice_fits_on_one_page(whole_run: WholeRun, tmp_path: Path) -> None:
    config = load_config(whole_run.exports / "audit.toml")
    write_pack(config, tmp_path, None, DAY, Silent())
    assert len(PdfReader(tmp_path / "staff-notice.pdf").pages) == 1


def test_no_person_and_no_path_is_in_a_paper(pack: dict[str, str], whole_run: WholeRun) -> None:
    for name, text in pack.items():
        assert not re.search(r"[\w.+-]+@[\w-]+\.\w", text), name
        assert str(whole_run.exports) not in text, name


def test_text_from_data_stays_text_in_markdown_and_pdf() -> None:
    hostile = '![x](http://evil.example/a) <script>alert(1)</script> | `rm` #read("/etc/passwd")'
    paper = Paper(
        "p",
        hostile,
        hostile,
        "foot",
        DAY,
        (
            Heading(hostile, 2),
            Text(hostile),
            Bullets((hostile,)),
            Table(("a", "b"), ((hostile, hostile),), code=(1,)),
        ),
    )
    found = {token.type for token in _tokens(as_markdown(paper))}
    assert {"table_open", "heading_open", "list_item_open", "code_inline", "text"} <= found
    assert not found & {"link_open", "image", "html_inline", "html_block", "em_open", "s_open"}
    pdf = as_pdf(paper)
    shown = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "/etc/passwd" in shown
    assert "root:" not in shown


def _tokens(text: str) -> list[Token]:
    """Return what a CommonMark parser with tables and bare links makes of a text."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return [t for block in parser.parse(text) for t in (block, *(block.children or ()))]

"""Purposes are fixed by the first release; others need the approval of two roles."""

from pathlib import Path

import pytest
from begun_engagement import Begun, begin

from audit.cli import main
from audit.engagement import purposes_hash
from core.errors import PrivacyError
from core.journal import entries
from core.journal_place import LOG


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    return begin(tmp_path_factory.mktemp("begun"))


@pytest.fixture
def begun(first: Begun, tmp_path: Path) -> Begun:
    begun = first.copied(tmp_path)
    begun.folder.published.mkdir()
    (begun.folder.published / "about.parquet").touch()  # a release has been made
    return begun


def approve(begun: Begun, role: str) -> int:
    arguments = [str(begun.config), "--role", role, "--out", str(begun.root)]
    return main(["purposes", "approve", *arguments])


def changed(begun: Begun) -> None:
    begun.change("To see where answers fail.", "To see who answers late.")


def test_purpose_change_is_refused_until_two_roles_have_approved_it(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    changed(begun)
    run = ["run", str(begun.config), "--out", str(begun.root)]
    assert main(run) == 4
    assert "two roles must approve" in capsys.readouterr().err
    assert approve(begun, "dpo") == 0
    assert approve(begun, "dpo") == 0
    assert main(run) == 4
    assert "so far: dpo" in capsys.readouterr().err
    assert approve(begun, "works_council") == 0
    begun.take_in()
    told = [dict(e.facts) for e in entries(begun.root / LOG) if e.event == "purposes"]
    fresh = purposes_hash(["To see who answers late."])
    assert told[-4:] == [
        {"change": "approved", "role": "dpo", "purposes": fresh},
        {"change": "approved", "role": "dpo", "purposes": fresh},
        {"change": "approved", "role": "works_council", "purposes": fresh},
        {"change": "taken up", "purposes": fresh},
    ]
    begun.take_in()  # once taken up they are those of the engagement


def test_an_approval_holds_for_the_purposes_that_were_approved_alone(begun: Begun) -> None:
    changed(begun)
    approve(begun, "dpo")
    approve(begun, "works_council")
    begun.change("To see who answers late.", "To see who is liked.")
    with pytest.raises(PrivacyError, match="so far none has"):
        begun.take_in()


def test_back_to_the_first_purposes_needs_its_own_approval(begun: Begun) -> None:
    changed(begun)
    approve(begun, "dpo")
    approve(begun, "works_council")
    begun.take_in()
    begun.change("To see who answers late.", "To see where answers fail.")
    with pytest.raises(PrivacyError, match="two roles"):
        begun.take_in()


def test_before_the_first_release_purposes_may_still_be_put_right(begun: Begun) -> None:
    (begun.folder.published / "about.parquet").unlink()
    changed(begun)
    begun.take_in()


def test_neither_order_nor_spacing_is_a_change() -> None:
    assert purposes_hash(["a  b", "c"]) == purposes_hash(["c", "a b"])
    assert purposes_hash(["a b", "c"]) != purposes_hash(["a b"])


def test_the_purposes_are_shown_with_who_has_approved_them(
    begun: Begun, capsys: pytest.CaptureFixture[str]
) -> None:
    show = ["purposes", "show", str(begun.config), "--out", str(begun.root)]
    assert main(show) == 0
    assert "They are those of the engagement" in capsys.readouterr().out
    changed(begun)
    approve(begun, "legal")
    capsys.readouterr()
    assert main(show) == 0
    assert "1 of 2 roles have approved them: legal" in capsys.readouterr().out

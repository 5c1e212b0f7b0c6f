"""The chain of evidence and the neighbourhoods behind the wall; made from private_run.py."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from private_run import options, write_private_run

from audit import chain_words
from audit.disclosure.thresholds import n_band
from audit.publish import publish
from core.engine import DuckDBEngine
from core.progress import Silent
from core.published import Published
from core.rows import Row


def _released(root: Path, **changes: object) -> Published:
    folder = write_private_run(root / "run")
    publish(folder, options(**changes), DuckDBEngine(), Silent())
    return Published.open(folder.published)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return _released(tmp_path_factory.mktemp("chain"))


def _chain(published: Published, group: str, layer: str = "behaviour") -> dict[str, str]:
    steps = published.table("verdict_evidence")
    mine = steps[(steps["group_id"] == group) & (steps["layer"] == layer)]
    assert mine["step"].tolist() == list(range(1, len(mine) + 1))
    return dict(zip(mine["name"], mine["says"], strict=True))


def test_the_chain_of_a_desert_goes_from_the_raw_base_to_what_it_cannot_show(
    released: Published,
) -> None:
    # By hand: 41.3 % of 12 x 60 messages; base 44.7 %; p .004, q .03; shares to five points.
    chain = _chain(released, "fleet")
    assert list(chain) == [
        chain_words.BASE, chain_words.EXPECTED, chain_words.GAP, chain_words.CHANCE,
        chain_words.LASTING, chain_words.ONE_PERSON, chain_words.PEOPLE_MISSING,
        chain_words.CHANNEL, chain_words.SENDERS, chain_words.AROUND, chain_words.TOLD,
        chain_words.SEEN, chain_words.CANNOT,
    ]  # fmt: skip
    assert chain[chain_words.BASE] == (
        "About 40 % of 500 to 1,000 messages from colleagues were answered within two working "
        "days."
    )
    assert chain[chain_words.EXPECTED].startswith("About 45 %: what the same senders get")
    minus = "\N{MINUS SIGN}"
    assert f"from {minus}30 to {minus}5 points" in chain[chain_words.GAP]
    assert "in at most 1 of 100 deals" in chain[chain_words.CHANCE]
    assert "at most 1 in 20 is a false alarm" in chain[chain_words.CHANCE]
    assert chain[chain_words.LASTING] == "On the same side in 3 of 3 windows."
    assert "over 95 %, about 90 % and about 75 % of the tries" in chain[chain_words.PEOPLE_MISSING]
    assert chain[chain_words.CHANNEL].startswith("Yes, without chat.")
    assert "write almost only here" in chain[chain_words.SENDERS]
    assert chain[chain_words.AROUND].endswith("A view, not a verdict.")
    assert '"late" is spoken of as a strain.' in chain[chain_words.TOLD]


def test_the_chain_of_a_survey_verdict_tells_weights_and_the_silent(released: Published) -> None:
    chain = _chain(released, "fleet", "perception")
    assert chain[chain_words.WEIGHTS].startswith("Partly")
    assert "half an SD colder, the verdict would be another" in chain[chain_words.SILENT]
    assert chain[chain_words.PEOPLE_MISSING].startswith("Not always")
    assert chain_words.CHANNEL not in chain


def test_a_hidden_verdict_has_no_chain_and_no_neighbourhood(released: Published) -> None:
    # north is dominated by one person, south falls with it; yard and dispatch are too small.
    hidden = {"yard", "dispatch", "north", "south"}
    steps = released.table("verdict_evidence")
    assert not hidden & set(steps.loc[steps["layer"] == "behaviour", "group_id"])
    assert not {"yard", "dispatch"} & set(steps["group_id"])
    regions = released.table("regions").set_index("group_id")
    assert regions.loc[sorted(hidden), "region"].eq("not_shown").all()
    assert regions.loc[sorted(hidden), ["evidence_fdr", "n_band"]].isna().all(axis=None)
    assert not regions.loc[sorted(hidden), "is_shown"].any()


def test_neighbourhoods_leave_as_a_word_and_a_band(released: Published) -> None:
    regions = released.table("regions").set_index("group_id")
    assert regions.loc["fleet", ["region", "evidence_fdr"]].tolist() == ["cooler", "at most .05"]
    assert regions.loc["stores", "region"] == "none"
    assert "g" not in regions
    assert "p" not in regions


def test_no_private_number_stands_in_a_chain(released: Published) -> None:
    # Rounded, or not there: 12 people, 720 messages, 41.3 %, 13.7 %, 98.3 %, z, odds.
    told = " ".join(released.table("verdict_evidence")["says"])
    for private in ("720", "600", "41.3", "13.7", "98.3", "0.31", "0.77", "2.31", ".004", "0.96"):
        assert private not in told
    numbers = [int(n) for n in re.findall(r"(\d+) %", told)]
    assert all(n % 5 == 0 for n in numbers)


def test_where_only_the_word_is_shown_the_chain_holds_no_number(tmp_path: Path) -> None:
    strict = _released(tmp_path, policy="strict")
    chain = _chain(strict, "fleet")
    assert chain_words.GAP not in chain
    assert chain[chain_words.WORD_ONLY].startswith("Desert.")
    assert not any(letter.isdigit() for says in chain.values() for letter in says)
    verdicts = strict.table("verdicts")
    small = verdicts[verdicts["n_band"].isin(["8-9", "10-19"])]
    small = small[small["layer"] == "behaviour"]
    assert len(small)
    assert not small["settle"].dropna().str.contains(r"\d").any()
    assert chain_words.GAP in _chain(strict, "ops")


def test_a_group_that_was_not_asked_has_a_chain_that_says_so(released: Published) -> None:
    chain = _chain(released, "ops", "perception")
    assert list(chain) == [chain_words.WORD_ONLY, chain_words.TOLD, chain_words.CANNOT]
    assert "response under half" in chain[chain_words.WORD_ONLY]


@pytest.mark.parametrize(
    ("n", "band"), [(99, "fewer than 100"), (100, "100 to 250"), (12000, "over 10,000")]
)
def test_observations_leave_as_bands(n: int, band: str) -> None:
    assert chain_words.count_band(n) == band
    assert n_band(12) == "10-19"


def test_what_cannot_be_left_out_is_said() -> None:
    assert "Cannot be told" in chain_words.channel(None, 0, is_enough=False)
    assert "rests on that channel" in chain_words.channel("email", 2, is_enough=False)
    assert chain_words.channel("chat", 2, is_enough=True).endswith(
        "whichever channel is left out."
    )


def test_a_cold_group_that_could_hide_is_told_so() -> None:
    says = chain_words.senders(None, is_enough=False, verdict="typical")
    assert "A cold group could look typical here." in says
    assert "larger than it looks" in chain_words.senders(None, is_enough=False, verdict="desert")
    assert "about 40 %" in chain_words.senders("about 40 %", is_enough=True, verdict="typical")


def test_a_survey_mean_is_dependable_tentative_or_neither() -> None:
    passed = {"alpha": True, "rwg": True, "icc1": False}
    assert "groups do not differ" in chain_words.dependable(passed, 0.8)
    assert "dependable mean here" in chain_words.dependable({}, 0.7)
    assert "tentative" in chain_words.dependable({}, 0.55)
    assert "Too few" in chain_words.dependable({}, 0.4)
    assert chain_words.dependable({}, None) == ""


def test_an_absent_check_says_nothing() -> None:
    assert chain_words.weights(None) == chain_words.silent(None) == chain_words.told("") == ""
    nothing = Row({"value": None})
    assert chain_words.silent(nothing).startswith("Even if")
    assert pd.isna(nothing.maybe_number("value")) or nothing.maybe_number("value") is None

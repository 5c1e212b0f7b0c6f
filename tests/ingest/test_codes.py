"""Coded interviews: labels only, ids under pseudonyms, every row counted with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from intake_runs import EXPORTS, KEY, Taken, run_intake, source

from core.elements import ELEMENTS
from core.errors import SourceError
from core.windows import date_of
from ingest.balance import SourceBalance
from ingest.checking import check_file
from ingest.keys.pseudonyms import Pseudonymiser
from ingest.limits import Limits
from ingest.settings import OptionValue

ROSTER = source(1, "roster_csv", EXPORTS / "roster_csv" / "roster.csv")
FIXTURE = EXPORTS / "codes_csv" / "codes.csv"
HEAD = "interview,unit,coder,code,polarity,element\n"


def code(
    tmp_path: Path, content: str, options: Mapping[str, OptionValue] | None = None, **more: object
) -> Taken:
    path = tmp_path / "codes.csv"
    path.write_text(content, encoding="utf-8")
    sources = [ROSTER, source(2, "codes_csv", path, options)]
    return run_intake(tmp_path / "run", sources, **more)


def balance_of(taken: Taken) -> SourceBalance:
    [balance] = [found for found in taken.report.sources if found.number == 2]
    return balance


def test_every_row_of_the_fixture_is_accounted_for(tmp_path: Path) -> None:
    # By hand: lines 2, 3, 5, 6 are kept; 4 repeats 2.
    taken = run_intake(tmp_path / "run", [ROSTER, source(2, "codes_csv", FIXTURE)])
    balance = balance_of(taken)
    assert (balance.n_seen, balance.n_accepted, balance.n_duplicate) == (15, 4, 1)
    assert dict(balance.filtered) == {"unit_unknown": 1, "special_group": 1, "empty_row": 1}
    where = {reject.locator: (reject.code, reject.reason) for reject in balance.rejects}
    assert where == {
        "line 9": ("E-CODES-003", "polarity_unknown"),
        "line 10": ("E-CODES-004", "element_unknown"),
        "line 11": ("E-CODES-002", "coder_missing"),
        "line 12": ("E-CODES-006", "code_looks_like_a_quote"),
        "line 13": ("E-CODES-009", "interview_is_in_another_unit"),
        "line 14": ("E-CODES-010", "code_has_another_element"),
        "line 15": ("E-CODES-007", "date_unparsable"),
    }


def test_codes_are_labels_with_units_and_days_and_no_id_is_clear(tmp_path: Path) -> None:
    table = run_intake(tmp_path / "run", [ROSTER, source(2, "codes_csv", FIXTURE)]).table("codes")
    first = KEY.form("interviews", "interview:i1")
    mine = table[table["interview_id"] == first]
    assert set(mine["unit_id"]) == {"operations-fleet"}
    assert {date_of(int(day)).isoformat() for day in mine["day"]} == {"2025-03-12"}
    # The two ways to write a code are one code.
    assert set(mine["code"]) == {"Left without an answer"}
    assert set(table["polarity"]) == {"negative", "positive", "mixed"}
    assert set(table["element"]) == {"active listening", "recognition"}
    text = table.to_csv()
    assert not any(word in text for word in ("CANARY", "Coder", "coder a", "I1", "i1,"))


def test_another_key_gives_other_pseudonyms(tmp_path: Path) -> None:
    sources = [ROSTER, source(2, "codes_csv", FIXTURE)]
    ours = run_intake(tmp_path / "a", sources).table("codes")
    other = Pseudonymiser(bytes(reversed(range(32))))
    theirs = run_intake(tmp_path / "b", sources, key=other).table("codes")
    for column in ("interview_id", "coder_id"):
        assert not set(ours[column]) & set(theirs[column])


def test_warnings_name_what_would_have_been_known(tmp_path: Path) -> None:
    taken = run_intake(tmp_path / "run", [ROSTER, source(2, "codes_csv", FIXTURE)])
    text = "\n".join(taken.report.lines())
    assert "Known polarities: positive, negative, mixed." in text
    assert ", ".join(ELEMENTS) in text
    assert '"Moon Base"' in text
    assert "lukewarm" not in text
    assert 'not read, words of people are never stored: "Quote"' in text


def test_a_closed_code_book_gives_elements_and_refuses_other_codes(tmp_path: Path) -> None:
    content = (
        "interview,unit,coder,code,polarity\n"
        "1,Fleet,a,plans change overnight,negative\n"
        "1,Fleet,a,Bad coffee,negative\n"
    )
    book = {"Plans change overnight": "flexibility"}
    taken = code(tmp_path, content, codebook=book)
    table = taken.table("codes")
    assert table[["code", "element"]].to_numpy().tolist() == [["Plans change overnight",
                                                               "flexibility"]]  # fmt: skip
    assert dict(balance_of(taken).rejected) == {"code_not_in_code_book": 1}
    assert "Known codes: Plans change overnight." in "\n".join(taken.report.lines())


def test_a_file_without_a_needed_column_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no column for coder, element.*E-CODES-001"):
        code(tmp_path, "interview,unit,code,polarity\n1,Fleet,late,negative\n")


def test_a_column_of_words_is_refused_as_a_code(tmp_path: Path) -> None:
    content = "interview,unit,coder,Quote,polarity,element\n1,Fleet,a,late,negative,flexibility\n"
    with pytest.raises(SourceError, match=r"looks like words.*E-CODES-008"):
        code(tmp_path, content, {"columns": {"code": "Quote"}})


def test_declared_columns_win_and_dates_follow_their_pattern(tmp_path: Path) -> None:
    content = (
        "who,where,rater,label,tone,pillar,on\n"
        "7,Stores,x,told late,\N{MINUS SIGN},transparency,03/04/2025\n"
    )
    columns: dict[str, OptionValue] = {
        "interview": "who", "unit": "where", "code": "label", "polarity": "tone",
        "element": "pillar", "date": "on",
    }  # fmt: skip
    table = code(tmp_path, content, {"columns": columns, "date": "%d/%m/%Y"}).table("codes")
    [row] = table.to_dict("records")
    assert (row["unit_id"], row["element"]) == ("operations-stores", "transparent communication")
    assert date_of(int(row["day"])).isoformat() == "2025-04-03"


def test_too_many_rows_that_contradict_others_stop_the_import(tmp_path: Path) -> None:
    rows = "1,Fleet,a,late,negative,flexibility\n1,Stores,a,thanks,positive,recognition\n"
    with pytest.raises(SourceError, match="E-REJECT-001"):
        code(tmp_path, HEAD + rows, limits=Limits())


def test_the_order_of_the_sources_changes_no_row(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text(HEAD + "I1,Fleet,C,thanks,positive,recognition\n", encoding="utf-8")
    sources = [ROSTER, source(2, "codes_csv", FIXTURE), source(3, "codes_csv", other)]
    one = run_intake(tmp_path / "a", sources).table("codes")
    two = run_intake(tmp_path / "b", [sources[2], sources[1], ROSTER]).table("codes")
    assert one.equals(two)
    assert len(one) == 5


def test_check_counts_interviews_coders_and_codes(tmp_path: Path) -> None:
    path = tmp_path / "unnamed"
    path.write_bytes(FIXTURE.read_bytes())
    report = check_file(path)
    assert report.reader == "codes_csv"
    assert dict(report.facts) == {"interviews": "4", "coders": "2", "codes": "4"}
    assert "CANARY" not in "\n".join(report.lines())

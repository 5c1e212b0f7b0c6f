"""Identity resolution on Data and quality: shares by source, rules, domains as counts."""

from __future__ import annotations

import pandas as pd
from private_run import options

from audit.quality import quality_rows
from audit.release import IdentityFacts

NOBODY = pd.DataFrame({"channel": [], "n_people": [], "n_with_data": []})
FACTS = IdentityFacts(
    by_source=(("mbox", 97, 100), ("zulip", 60, 100), ("ics", 1, 19)),
    by_rule=(("address of the roster", 1043), ("alias of the roster", 3), ("nobody's", 0)),
    n_domains=3,
)


def identity_rows(facts: IdentityFacts | None) -> dict[tuple[str, str], tuple[str, str]]:
    frame = quality_rows(options(identities=facts), NOBODY, {}, [])
    found = frame[frame["section"] == "identity"]
    return {(row.item, row.part): (row.text, row.state) for row in found.itertuples(index=False)}


def test_shares_and_rules_are_shown_rounded_and_small_counts_are_not() -> None:
    rows = identity_rows(FACTS)
    assert rows["mbox", "resolved"] == ("about 95 %", "pass")
    assert rows["zulip", "resolved"] == ("about 60 %", "warn")
    assert ("ics", "resolved") not in rows  # 19 rows say too much of who wrote them
    assert rows["put down to", "address of the roster"] == ("about 1,045", "info")
    assert rows["put down to", "alias of the roster"] == ("under 5", "info")
    assert ("put down to", "nobody's") not in rows
    assert rows["own domains", "with addresses that are on no roster"] == ("1 to 4", "info")


def test_the_page_says_how_to_review_where_something_is_open() -> None:
    frame = quality_rows(options(identities=FACTS), NOBODY, {}, [])
    says = set(frame.loc[frame["item"].isin(["zulip", "own domains"]), "says"])
    assert len(says) == 1
    assert "identities review" in says.pop()


def test_a_run_without_messages_says_nothing_of_identities() -> None:
    assert list(identity_rows(None)) == [("internal traffic", "resolved")]

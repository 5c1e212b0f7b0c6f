"""How many combinations of unit, site and level are too rare to hide in."""

from __future__ import annotations

from pathlib import Path

from ingest.checking import check_file

HEAD = "email,manager,team,start date,office,level\n"


def roster(folder: Path, places: list[tuple[str, int]]) -> Path:
    """Write a roster of one team with so many people in each office."""
    lines = [
        f"{office.lower()}{i}@acme.example,,Sales,2020-01-01,{office},3\n"
        for office, n in places
        for i in range(n)
    ]
    path = folder / "roster.csv"
    path.write_text(HEAD + "".join(lines))
    return path


def test_the_check_of_a_roster_says_how_many_combinations_are_rare(tmp_path: Path) -> None:
    # Oslo has 2 of Sales at level 3, Porto 4: both under 5. Leeds has 5.
    found = check_file(roster(tmp_path, [("Oslo", 2), ("Porto", 4), ("Leeds", 5)]), "roster_csv")
    rare = [text for text in found.warnings if "W-ROSTER-011" in text]
    assert len(rare) == 1
    assert rare[0].startswith("2 of 3 combinations of unit, site and level")
    assert not any(name in rare[0] for name in ("Oslo", "Porto", "Leeds", "Sales"))


def test_a_roster_of_large_places_has_no_such_warning(tmp_path: Path) -> None:
    found = check_file(roster(tmp_path, [("Leeds", 5)]), "roster_csv")
    assert not any("W-ROSTER-011" in text for text in found.warnings)

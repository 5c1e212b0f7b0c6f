"""What an audit that keeps weekly sums does not take in again, and what it does not keep."""

from __future__ import annotations

from core.store import RunFolder
from core.tables.weekly import WEEKS
from ingest.ledger import Ledger
from ingest.settings import WeeklyRules


def aggregated_days(folder: RunFolder, rules: WeeklyRules | None) -> tuple[int, int] | None:
    """Return the first day of which sums are kept, and the first day that is needed again.

    Needed are the weeks that are not whole yet, and what the look at the first of them goes back.
    None without weekly sums.
    """
    kept = RunFolder(folder.root).weeks
    if rules is None or not WEEKS.path(kept).exists():
        return None
    weeks = WEEKS.read(kept, ["week", "is_whole"])
    if weeks.empty:
        return None
    half = weeks.loc[~weeks["is_whole"], "week"]
    first_needed = int(half.min()) if len(half) else int(weeks["week"].max()) + 7
    return int(weeks["week"].min()), first_needed - rules.before


def ledger_of(folder: RunFolder, rules: WeeklyRules | None) -> Ledger:
    """Return the ledger of a run: kept from run to run, but for an audit of weekly sums.

    There parts lie in the scratch space, which goes when the run ends; those of former runs that
    kept theirs go now.
    """
    kept = Ledger(folder.ledger)
    if rules is None:
        return kept
    kept.forget_all_but(set())
    return Ledger(folder.spool / "ledger")

"""How much of the traffic inside the organization is between people of the roster."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.engine import Engine
from core.store import RunFolder
from ingest.merging.merge import Merged
from ingest.people.parties import Parties

RESOLVED_GATE = 0.90
INTERNAL = """
with ends as (
    select s.is_employee as from_employee, r.is_employee as to_employee
    from timed as t
    join parties as s on t.sender_no = s.person_no
    join parties as r on t.person_no = r.person_no
    where (s.is_employee or s.is_unresolved) and (r.is_employee or r.is_unresolved)
)
select count(*) as n, count(case when from_employee and to_employee then 1 end) as n_resolved
from ends
"""


def resolved_share(
    parties: Parties, merged: Merged, folder: RunFolder, engine: Engine
) -> float | None:
    """Return the share of the traffic inside the organization with both ends on the roster.

    None where there is no such traffic.
    """
    unresolved = np.zeros(len(parties.parties), dtype=bool)
    is_open = np.array([rule == "unresolved" for rule in parties.rules], dtype=bool)
    unresolved[parties.party_of[is_open]] = True
    frame = pd.DataFrame(
        {
            "person_no": np.arange(len(parties.parties), dtype=np.int32),
            "is_employee": [party.kind == "employee" for party in parties.parties],
            "is_unresolved": unresolved,
        }
    )
    path = folder.spool / "party_kinds.parquet"
    frame.to_parquet(path, index=False)
    found = engine.fetch(INTERNAL, {"timed": merged.timed, "parties": path})
    n = int(found["n"].iloc[0])
    return int(found["n_resolved"].iloc[0]) / n if n else None


def gate(share: float | None) -> tuple[str, ...]:
    """Return the warning that results are not reliable, where too little is resolved."""
    if share is None or share >= RESOLVED_GATE:
        return ()
    return (
        f"only {share:.0%} of the internal traffic could be resolved to the roster "
        f"(W-IDENTITY-001); below {RESOLVED_GATE:.0%} results are not reliable. Complete the "
        "roster, declare all own domains, or give an alias file: `identities review` suggests "
        "whose the addresses may be.",
    )

"""How much of the traffic inside the organization is between people of the roster."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ingest.merging.timed import Timed
from ingest.people.parties import Parties

RESOLVED_GATE = 0.90


def resolved_share(parties: Parties, timed: Timed) -> float | None:
    """Return the share of the traffic inside the organization with both ends on the roster.

    None where there is no such traffic.
    """
    is_employee = np.array([party.kind == "employee" for party in parties.parties], dtype=bool)
    is_inside = is_employee.copy()
    is_open = np.array([rule == "unresolved" for rule in parties.rules], dtype=bool)
    is_inside[parties.party_of[is_open]] = True

    def count(rows: pa.Table) -> tuple[int, int]:
        senders, persons = (rows.column(n).to_numpy() for n in ("sender_no", "person_no"))
        return (
            int(np.count_nonzero(is_inside[senders] & is_inside[persons])),
            int(np.count_nonzero(is_employee[senders] & is_employee[persons])),
        )

    counts = list(timed.each(["sender_no", "person_no"], count))
    n, n_resolved = (sum(pair[place] for pair in counts) for place in (0, 1))
    return n_resolved / n if n else None


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

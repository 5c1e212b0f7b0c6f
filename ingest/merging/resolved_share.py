"""How much of the traffic inside the organization is between people of the roster."""

from __future__ import annotations

import numpy as np

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
    n = n_resolved = 0
    for rows in timed.each(["sender_no", "person_no"]):
        senders, persons = (rows.column(name).to_numpy() for name in rows.column_names)
        n += int(np.count_nonzero(is_inside[senders] & is_inside[persons]))
        n_resolved += int(np.count_nonzero(is_employee[senders] & is_employee[persons]))
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

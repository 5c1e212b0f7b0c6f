"""People outside: contacts at customers, suppliers and partners, known by address alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ingest.simulate.names import OTHER_DOMAIN, STAKEHOLDERS


@dataclass(frozen=True)
class Contacts:
    """Outside contacts: addresses and how much each of them writes."""

    addresses: tuple[str, ...]
    activity: npt.NDArray[np.float64]

    def __len__(self) -> int:
        """Count the contacts."""
        return len(self.addresses)


def make_contacts(people: int, rng: np.random.Generator) -> Contacts:
    """About one contact for every three people, spread over the domains of all classes."""
    domains = [domain for _, group in STAKEHOLDERS for domain in group] + [OTHER_DOMAIN]
    n = max(len(domains), people // 3)
    chosen = np.concatenate(
        [np.arange(len(domains)), rng.integers(0, len(domains), n - len(domains))]
    )
    addresses = tuple(f"contact{i + 1:03d}@{domains[d]}" for i, d in enumerate(chosen))
    return Contacts(addresses, np.exp(rng.normal(-0.5, 1.0, n)))

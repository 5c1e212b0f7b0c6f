"""What the pipeline tells the publisher about a run: plain values, no data about people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from audit.qualitative import Agreement
from audit.survey_quality import SurveyFacts
from audit.wording import NOT_VALIDATED


@dataclass(frozen=True)
class SourceBalance:
    """The balance sheet of one source, named by its reader and number, never by a file name."""

    label: str
    n_seen: int
    n_accepted: int
    n_duplicate: int
    n_filtered: int
    n_rejected: int
    is_complete: bool
    reasons: tuple[tuple[str, int], ...] = ()
    """Why units were filtered or rejected, as (code, count)."""

    @property
    def adds_up(self) -> bool:
        """Return whether every unit seen is accounted for."""
        parts = self.n_accepted + self.n_duplicate + self.n_filtered + self.n_rejected
        return self.n_seen == parts


@dataclass(frozen=True)
class WaveResponse:
    """Response to one survey wave over the whole organization."""

    label: str
    n_invited: int
    n_answered: int


@dataclass(frozen=True)
class IdentityFacts:
    """How addresses and accounts were put down to people; counts only, no domain."""

    by_source: tuple[tuple[str, int, int], ...]
    """Reader, rows resolved at both ends, all rows inside the organization."""
    by_rule: tuple[tuple[str, int], ...]
    n_domains: int = 0
    """Own domains with addresses that are on no roster."""


@dataclass(frozen=True)
class PublishOptions:
    """Identity, policy and quality of a run, as the publisher needs them."""

    run_id: str
    title: str
    is_sample: bool
    min_people: int
    policy: str
    seed: int
    version: str
    config_hash: str
    weeks_per_window: int
    windows_per_period: int
    lead_behaviour: str
    lead_perception: str
    leads_with: str
    leads_why: str
    reply_quality: str
    """explicit, pseudo or none: how it is known that a message was answered."""
    balance: tuple[SourceBalance, ...] = ()
    responses: tuple[WaveResponse, ...] = ()
    survey: SurveyFacts | None = None
    """What is known of the surveys as data; None where nobody answered one."""
    interviews: Agreement | None = None
    """How far the coders of the interviews agree; None where there were none."""
    resolved_share: float | None = None
    """Share of internal traffic whose people are known from the roster."""
    identities: IdentityFacts | None = None
    """How identities were resolved; None where no messages were read."""
    automated: tuple[tuple[str, int], ...] = ()
    """Automated messages by reason."""
    n_human: int = 0
    """Messages that are not automated."""
    notes: tuple[str, ...] = field(default=(NOT_VALIDATED,))


@dataclass(frozen=True)
class PublishSummary:
    """What was published and what was not, for the last lines of a run."""

    n_groups: int
    n_shown: int
    hidden: tuple[tuple[str, int], ...]
    """Groups not shown, by reason."""
    verdicts: tuple[tuple[str, str, int], ...]
    """(layer, verdict, groups) of the latest period."""
    joint: tuple[tuple[str, int], ...]
    """(joint reading, groups) of the latest period, without "none"."""
    headline: str

    @classmethod
    def of(cls, tables: Mapping[str, pd.DataFrame], latest: int) -> PublishSummary:
        """Return what the tables of a release say about its latest period."""
        groups = tables["org_groups"]
        here = groups[groups["window_id"] == latest]
        verdicts = tables["verdicts"]
        now = verdicts[verdicts["window_id"] == latest]
        counts = Counter(zip(now["layer"], now["verdict"], strict=True))
        joint = tables["joint_verdicts"]
        read = joint[(joint["window_id"] == latest) & ~joint["joint"].isin(["none", "not_shown"])]
        return cls(
            n_groups=len(here),
            n_shown=int(here["is_shown"].sum()),
            hidden=tuple(sorted(hidden_groups(tables, latest).items())),
            verdicts=tuple((str(a), str(b), n) for (a, b), n in sorted(counts.items())),
            joint=tuple(sorted(Counter(read["joint"]).items())),
            headline=str(tables["about"]["headline"].iloc[0]),
        )

    def lines(self) -> list[str]:
        """Return the summary as printed at the end of a run."""
        out = [self.headline, ""]
        for layer in ("behaviour", "perception"):
            found = [
                f"{word.replace('_', ' ')} {n}" for name, word, n in self.verdicts if name == layer
            ]
            out.append(f"Verdicts, {layer}: {', '.join(found) or 'none'}")
        read = ", ".join(f"{word.replace('_', ' ')} {n}" for word, n in self.joint)
        out.append(f"Both layers: {read or 'no joint reading'}")
        why = ", ".join(f"{reason} ({n})" for reason, n in self.hidden)
        out.append(
            f"Groups: {self.n_shown} of {self.n_groups} shown"
            f"{'; not shown: ' + why if why else ''}"
        )
        return out


def hidden_groups(tables: Mapping[str, pd.DataFrame], latest: int) -> Counter[str]:
    """Return how many groups of a period are not shown, by reason."""
    groups = tables["org_groups"]
    here = groups[(groups["window_id"] == latest) & ~groups["is_shown"].astype(bool)]
    return Counter(str(why) for why in here["why_hidden"])

"""The section `[retention]` of the audit file: what is kept after a run, and for how long."""

from __future__ import annotations

from pydantic import Field

from audit.config_parts import Part


class RetentionPart(Part):
    """`[retention]`: how long each kind of table is kept."""

    weekly: bool | None = Field(
        None,
        description="keep weekly sums and drop messages as soon as they are condensed; "
        "left out: under the strict policy only",
    )
    event_days: int = Field(
        21, ge=14, le=366, description="days of messages that weekly sums may rest on"
    )
    keep_ties: bool = Field(True, description="keep who wrote to whom in which week")

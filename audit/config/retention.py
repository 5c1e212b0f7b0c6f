"""The section `[retention]` of the audit file: what is kept after a run, and for how long."""

from __future__ import annotations

from pydantic import Field

from audit.config.parts import Part


class RetentionPart(Part):
    """`[retention]`: how long each kind of table is kept."""

    weekly: bool | None = Field(
        None,
        description="keep weekly sums and drop messages as soon as they are condensed; "
        "left out: under the strict policy only",
    )
    event_days: int = Field(
        21, ge=15, le=366, description="days of messages that weekly sums may rest on"
    )
    keep_ties: bool = Field(True, description="keep who wrote to whom in which week")
    message_days: int = Field(
        395, ge=1, le=3660, description="days after which messages and all made of them go"
    )
    survey_days: int = Field(
        365, ge=1, le=3660, description="days after which answers and codes of interviews go"
    )
    aggregates_months: int = Field(
        36, ge=1, le=120, description="months after which published groups go"
    )
    rejects_days: int = Field(
        30, ge=1, le=366, description="days after which places of rejected rows go"
    )
    log_days: int = Field(
        90, ge=1, le=3660, description="days after which the output of runs goes"
    )

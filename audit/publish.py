"""The wall: the only writer of `published/`. It publishes a whole, checked release or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from audit.disclosure.cells import Decision
from audit.disclosure.certificate import Certified, certificate_rows
from audit.disclosure.chain_rows import ChainSources, chain_rows
from audit.disclosure.defences import ALL, Defences
from audit.disclosure.dominance import without_dependent
from audit.disclosure.fates import kinds_of, settle_fates
from audit.disclosure.history import History
from audit.disclosure.interview_rows import interview_rows
from audit.disclosure.period_rows import window_rows
from audit.disclosure.profile_rows import ProfileSources, profile_rows
from audit.disclosure.region_rows import region_rows
from audit.disclosure.slice_rows import slice_rows, slice_value_rows, unlisted_rows
from audit.disclosure.tables import Context, group_rows, joint_rows, value_rows
from audit.disclosure.theme_rows import steady_themes, theme_rows, told_themes
from audit.disclosure.thresholds import Floor
from audit.disclosure.ties import n_contacts, tie_rows
from audit.disclosure.verdict_rows import pulses_of, verdict_rows
from audit.headlines import about_row, trust_rows
from audit.lookup import Release
from audit.quality import quality_rows
from audit.recheck import recheck, recheck_row_space
from audit.release import PublishOptions, PublishSummary, hidden_groups
from audit.survey_quality import survey_rows
from audit.telling import evidence_rows, finding_rows
from audit.unpublished import Unpublished, read_unpublished
from core.engine import Engine
from core.progress import Reporter
from core.rows import rows
from core.store import RunFolder
from core.tables.published import PUBLISHED
from graph.layout import island_map

Tables = dict[str, pd.DataFrame]

_MAP = 1
"""Stream of the map's random start, apart from those of the indicators."""


def publish(
    folder: RunFolder,
    options: PublishOptions,
    engine: Engine,
    reporter: Reporter,
    defences: Defences = ALL,
) -> PublishSummary:
    """Turn private results into a release: decide, round, word, write, re-check, swap.

    Nothing under `published/` changes until the new release has been written whole and checked
    as written. Only tests switch `defences` off: a release without one of them is not checked.

    Raises
    ------
    PrivacyError
        When a check cannot be completed or fails; the earlier release stays.
    """
    reporter.start("Hiding small groups", None)
    private = read_unpublished(folder)
    floor = Floor(options.min_people, "strict" if options.policy == "strict" else "standard")
    history = History.read(folder.released)
    history.refuse_relaxed(floor)
    private = private.with_kinds(history.open_kinds(kinds_of(private.slices)))
    earlier = history.before(options.run_id)
    fates = settle_fates(private, floor, earlier, defences)
    private = without_dependent(private, fates.decision) if defences.dominance else private
    tables = _tables(private, fates.decision, options, (defences, earlier))
    themes = told_themes(private.themes, tables["themes"])
    tables["certificate"] = certificate_rows(
        Certified(
            fates,
            tables,
            history.number_of(options.run_id),
            n_contacts(private.edges, tables["org_groups"]),
            _context(private, fates.decision, defences).scales,
        )
    )
    _write(tables, folder.fresh, defences)
    if defences == ALL:
        recheck(folder.fresh, floor, engine)
        recheck_row_space(folder.fresh, fates)
    fates.next_history(options.run_id, history, themes).write(folder.to_release)
    folder.commit()
    reporter.finish()
    return PublishSummary.of(tables, private.latest)


def _write(tables: Tables, fresh: Path, defences: Defences) -> None:
    if fresh.exists():
        shutil.rmtree(fresh)
    for name, contract in PUBLISHED.items():
        frame = tables.get(name)
        has_rows = frame is not None and len(frame)
        rest = frame if frame is not None and has_rows else contract.empty()
        contract.write(rest, fresh, keep_order=not defences.order)


def refuse_relaxed(folder: RunFolder, min_people: int, policy: str) -> None:
    """Refuse a floor or policy that asks less than an earlier release, before a run begins.

    Raises
    ------
    PrivacyError
        When the floor is lower or the policy wider.
    """
    floor = Floor(min_people, "strict" if policy == "strict" else "standard")
    History.read(folder.released).refuse_relaxed(floor)


def _tables(
    private: Unpublished,
    decision: Decision,
    options: PublishOptions,
    rules: tuple[Defences, History],
) -> Tables:
    defences = rules[0]
    context = _context(private, decision, defences)
    pulses = pulses_of(private.reliability, options.lead_perception)
    tables: Tables = {
        "org_groups": group_rows(private.groups, context),
        "indicator_values": value_rows(_values(private, defences), context),
        "verdicts": verdict_rows(_known(private.verdicts, private.groups), context, pulses),
        "indicators": private.catalogue,
        "reliability": _reliability(private.reliability),
        "windows": window_rows(private.windows),
        "units": _units(private),
    }
    tables["joint_verdicts"] = joint_rows(
        _known(private.joint, private.groups), tables["verdicts"], context
    )
    for name in ("indicator_values", "verdicts", "joint_verdicts"):
        # A column that no row fills is missing from the rows: it is there all the same.
        tables[name] = tables[name].reindex(columns=PUBLISHED[name].names)
    tables["slices"] = slice_rows(private.slices, context, options.min_people)
    tables["slice_values"] = slice_value_rows(private.slice_values, tables["slices"], context)
    tables["unit_edges"] = tie_rows(private.edges, tables["org_groups"], defences)
    tables["unit_map"] = _map(tables, options.seed)
    tables["themes"] = _themes(private, context, options.min_people, rules[1])
    tables["profiles"] = profile_rows(_profiled(private, options.min_people), context)
    tables["regions"] = region_rows(
        _known(private.regions, private.groups), context, options.lead_behaviour
    )
    _add_words(private, context, options, tables)
    return tables


def _add_words(
    private: Unpublished, context: Context, options: PublishOptions, tables: Tables
) -> None:
    """Add what is said of the released numbers, from them alone."""
    release = Release(tables)
    tables["verdict_evidence"] = chain_rows(_chain(private, tables, options), context)
    tables["findings"] = finding_rows(private.findings, release)
    tables["evidence"] = evidence_rows(tables["findings"], release, tables["verdict_evidence"])
    told = [*interview_rows(options.interviews, release), *trust_rows(release)]
    now = private.slices[private.slices["window_id"] == private.latest]
    told += unlisted_rows(now, options.min_people)
    hidden = hidden_groups(tables, private.latest)
    told = [*survey_rows(options.survey, _now(private), _asked(private)), *told]
    tables["quality"] = quality_rows(
        options, _whole(private), hidden, told, is_exact=not context.defences.counts
    )
    tables["about"] = about_row(options, release, tables["windows"], _people(private))


def _themes(
    private: Unpublished, context: Context, min_people: int, earlier: History
) -> pd.DataFrame:
    found = theme_rows(private.themes, context, min_people)
    if not context.defences.themes:
        return found
    return steady_themes(found, told_themes(private.themes, found), earlier.last_themes())


def _chain(private: Unpublished, tables: Tables, options: PublishOptions) -> ChainSources:
    catalogue = rows(private.catalogue)
    return ChainSources(
        release=Release(tables),
        leads={"behaviour": options.lead_behaviour, "perception": options.lead_perception},
        measured=private.measured,
        robustness=private.robustness,
        coverage=private.coverage,
        reliability=private.reliability,
        regions=tables["regions"],
        cannot_show={row.text("indicator"): row.text("cannot_show") for row in catalogue},
    )


def _asked(private: Unpublished) -> dict[str, str]:
    """Return the titles of the survey indicators."""
    asked = private.catalogue[private.catalogue["layer"] == "perception"]
    return {row.text("indicator"): row.text("title") for row in rows(asked)}


def _now(private: Unpublished) -> pd.DataFrame:
    return private.reliability[private.reliability["window_id"] == private.latest]


def _context(private: Unpublished, decision: Decision, defences: Defences) -> Context:
    groups = {(row.whole("window_id"), row.text("group_id")): row for row in rows(private.groups)}
    catalogue = rows(private.catalogue)
    return Context(
        decision=decision,
        names={key: row.text("name") for key, row in groups.items()},
        parents={key: row.maybe_text("parent_id") for key, row in groups.items()},
        titles={row.text("indicator"): row.text("title") for row in catalogue},
        scales={row.text("indicator"): row.text("scale") for row in catalogue},
        base=_base(private),
        defences=defences,
    )


def _base(private: Unpublished) -> dict[tuple[int, str], float]:
    """Return the value of the whole organization, by period and indicator."""
    roots = private.groups.loc[private.groups["depth"] == 0, ["window_id", "group_id"]]
    whole = private.measured.merge(roots, on=["window_id", "group_id"], validate="many_to_one")
    return {
        (row.whole("window_id"), row.text("indicator")): row.number("value")
        for row in rows(whole)
        if not row.is_null("value")
    }


def _profiled(private: Unpublished, min_people: int) -> ProfileSources:
    profiles = _known(private.profiles, private.groups)
    return ProfileSources(profiles, private.measured, private.catalogue, min_people)


def _values(private: Unpublished, defences: Defences) -> pd.DataFrame:
    """Return the values of released groups; without an order that says nothing, by size."""
    known = _known(private.measured, private.groups)
    return known if defences.order else known.sort_values("value", kind="stable")


def _known(rows: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of released groups only."""
    keys = groups[["window_id", "group_id"]]
    return rows.merge(keys, on=["window_id", "group_id"], validate="many_to_one")


def _reliability(private: pd.DataFrame) -> pd.DataFrame:
    numbers = ["value", "low", "high"]
    kept = private[["window_id", "indicator", "kind", *numbers, "is_enough"]]
    return kept.assign(**{name: kept[name].astype("float64").round(2) for name in numbers})


def _units(private: Unpublished) -> pd.DataFrame:
    latest = private.units.sort_values("valid_from_day").drop_duplicates("unit_id", keep="last")
    return private.unit_groups.merge(
        latest[["unit_id", "name"]], on="unit_id", validate="many_to_one"
    )[["window_id", "unit_id", "name", "group_id", "why"]]


def _map(tables: Tables, seed: int) -> pd.DataFrame:
    groups = tables["org_groups"]
    leaves = groups[groups["is_leaf"]].drop_duplicates("group_id", keep="last")
    rng = np.random.default_rng([seed, _MAP])
    return island_map(leaves, tables["unit_edges"], rng)


def _whole(private: Unpublished) -> pd.DataFrame:
    here = private.groups[private.groups["window_id"] == private.latest]
    root = here.loc[here["depth"] == 0, "group_id"]
    rows = private.coverage
    return rows[(rows["window_id"] == private.latest) & rows["group_id"].isin(root)]


def _people(private: Unpublished) -> int:
    here = private.groups[private.groups["window_id"] == private.latest]
    n = int(here.loc[here["depth"] == 0, "n_people"].max())
    return 5 * round(n / 5)

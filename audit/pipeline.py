"""The run: exports in, a checked release out; every stage leaves tables under contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from audit.config.audit_file import AuditConfig
from audit.findings import PeriodFindings, build_findings
from audit.logbook import refuse_while_stopped
from audit.network import Network, PeriodGroups, build_network
from audit.period import PeriodResults, judge_period
from audit.period_views import views
from audit.plan import planned
from audit.publish import publish, refuse_relaxed
from audit.record import Record, leading_layer, manifest, publish_options
from audit.release import PublishSummary
from audit.results import catalogue
from audit.run_log import RunLog
from audit.slices import with_slices
from audit.sources import Key, intake_settings, key_of, source_specs
from audit.weekly import TooFewWeeksError, build_weekly_network, drop_events, gather_weeks
from core.checks import check
from core.engine import DuckDBEngine
from core.progress import Reporter, Stage, stage
from core.store import RunFolder, locked
from core.tables.results import RESULTS
from ingest.balance import IntakeReport
from ingest.intake import take_in
from ingest.settings import SourceSpec

SLOW_S = 0.05
Take = Callable[[RunFolder, DuckDBEngine], IntakeReport | None]


@dataclass(frozen=True)
class RunSummary:
    """What a run has to say at its end; `published` is None where weeks are only gathered yet."""

    intake: IntakeReport
    published: PublishSummary | None
    stages: tuple[Stage, ...]
    key_says: str
    weeks_say: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """Return the balance sheet, the verdicts and what was hidden, as printed."""
        seconds = sum(done.seconds for done in self.stages)
        slow = ", ".join(
            f"{done.name} {done.seconds:.1f}" for done in self.stages if done.seconds >= SLOW_S
        )
        key = [self.key_says, ""] if self.key_says else []
        published = [*self.published.lines(), ""] if self.published is not None else []
        return [
            *key,
            *self.intake.lines(),
            *(f"Note: {text}" for text in self.weeks_say),
            "",
            *published,
            f"Took {seconds:.1f} s: {slow}.",
        ]


@dataclass(frozen=True)
class _Tools:
    folder: RunFolder
    reporter: Reporter
    key: Key
    log: RunLog


@dataclass
class _Run:
    config: AuditConfig
    folder: RunFolder
    engine: DuckDBEngine
    reporter: Reporter
    key: Key
    stages: list[Stage] = field(default_factory=list)
    weeks_say: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, label: str) -> Iterator[Stage]:
        self.reporter.start(label, None)
        try:
            with stage(label.lower(), self.stages) as done:
                yield done
        finally:
            self.reporter.finish()


def run(config: AuditConfig, out: Path, reporter: Reporter) -> RunSummary:
    """Audit an organization and publish a release in the run folder `out`.

    An earlier release in the folder stays until the new one is complete; when anything fails,
    nothing is published.
    """
    planned(config)
    specs = source_specs(config)
    refuse_while_stopped(out, "run")
    key = key_of(config, out)
    with locked(out):
        folder = RunFolder.create(out, is_staged=True)
        try:
            log = RunLog.begin(config, folder, key.pseudonyms)
            with log.watched():
                refuse_relaxed(folder, config.privacy.min_people, config.privacy.policy)
                return _run(config, specs, _Tools(folder, reporter, key, log))
        finally:
            reporter.finish()
            folder.clear()


def measure_again(config: AuditConfig, folder: RunFolder, take: Take, reporter: Reporter) -> None:
    """Make all private tables of a run anew, put them in their place and publish nothing.

    `folder` is staged and locked by the caller; `take` writes its canonical tables and returns
    the report of the intake, or None where it read no export: then the manifest stays.
    """
    with DuckDBEngine(config.engine.memory, config.engine.threads, folder.spool) as engine:
        work = _Run(config, folder, engine, reporter, key_of(config, folder.root))
        intake = take(folder, engine)
        try:
            network, judged = _measure(work)
        except TooFewWeeksError:
            folder.commit()
            return
        if intake is not None:
            record = _record(work, network, judged, intake)
            options = publish_options(record, folder)
            folder.write_manifest(manifest(record, options, work.stages, folder))
    folder.commit()


def _run(config: AuditConfig, specs: Sequence[SourceSpec], tools: _Tools) -> RunSummary:
    folder, reporter, key = tools.folder, tools.reporter, tools.key
    with DuckDBEngine(config.engine.memory, config.engine.threads, folder.spool) as engine:
        work = _Run(config, folder, engine, reporter, key)
        settings = intake_settings(config, key.pseudonyms)
        with stage("reading", work.stages):
            intake = take_in(specs, settings, folder, engine, reporter)
        tools.log.imported(intake)
        published = None
        try:
            network, judged = _measure(work)
        except TooFewWeeksError as error:
            folder.commit()
            work.weeks_say.append(str(error))
        else:
            record = _record(work, network, judged, intake)
            published = _publish(work, record, tools.log)
    return RunSummary(
        intake, published, tuple(work.stages), key.says, weeks_say=tuple(work.weeks_say)
    )


def _measure(work: _Run) -> tuple[Network, list[PeriodResults]]:
    with work.step("Building ties"):
        network = _network(work)
    with work.step("Measuring and judging"):
        judged = _judge(work, network)
    with work.step("Writing results"):
        _write_results(work, network, judged)
    return network, judged


def _network(work: _Run) -> Network:
    """All network tables: from the messages, or from weekly sums; then no message is left."""
    config, folder, engine = work.config, work.folder, work.engine
    if not config.is_weekly:
        return build_network(config, folder, engine, [])
    settings = intake_settings(config, work.key.pseudonyms)
    gathered = gather_weeks(config, folder, engine, settings)
    work.weeks_say += gathered.says
    drop_events(folder)
    return build_weekly_network(config, folder, engine, gathered, [])


def _judge(work: _Run, network: Network) -> list[PeriodResults]:
    plugins = planned(work.config)
    found = []
    seen = views(work.config, work.folder, network)
    for view, item in zip(seen, network.periods, strict=True):
        results = judge_period(view, plugins, item.coverage, work.config)
        found.append(with_slices(results, view, item.homes, work.config))
    return found


def _write_results(work: _Run, network: Network, judged: list[PeriodResults]) -> None:
    plugins = planned(work.config)
    tables = {name: _joined([results.tables.get(name) for results in judged]) for name in RESULTS}
    tables |= {
        "org_groups": _by_period(network, lambda item: item.groups.table),
        "unit_groups": _by_period(network, lambda item: item.groups.unit_groups),
        "group_people": _by_period(network, lambda item: item.groups.people(item.homes)),
        "indicators": catalogue(plugins, judged[-1].leads),
    }
    tables["findings"] = build_findings(
        _telling(work.config, item, results, tables)
        for item, results in zip(network.periods, judged, strict=True)
    )
    for name, contract in RESULTS.items():
        frame = tables[name]
        contract.write(frame if len(frame) else contract.empty(), work.folder.results)
        check(work.engine, contract, work.folder.results)


def _publish(work: _Run, record: Record, log: RunLog) -> PublishSummary:
    options = publish_options(record, work.folder)
    work.folder.write_manifest(manifest(record, options, work.stages, work.folder))
    with log.publishing(options.run_id), stage("publishing", work.stages):
        summary = publish(work.folder, options, work.engine, work.reporter)
    # Once more, now that the seconds of publishing are known.
    done = RunFolder(work.folder.root)
    done.write_manifest(manifest(record, options, work.stages, done))
    return summary


def _record(
    work: _Run, network: Network, judged: list[PeriodResults], intake: IntakeReport
) -> Record:
    return Record(
        work.config,
        intake,
        network.reply_quality,
        judged[-1],
        network.periods[-1].homes,
        work.key.pseudonyms.check_value,
    )


def _telling(
    config: AuditConfig,
    item: PeriodGroups,
    results: PeriodResults,
    tables: Mapping[str, pd.DataFrame],
) -> PeriodFindings:
    def own(name: str) -> pd.DataFrame:
        frame = tables[name]
        return frame[frame["window_id"] == results.window_id] if len(frame) else frame

    return PeriodFindings(
        window_id=results.window_id,
        first_day=item.period.first_day,
        groups=item.groups.table,
        measured=own("indicator_values"),
        verdicts=own("verdicts"),
        joint=own("joint_verdicts"),
        leads=results.leads,
        leads_with=leading_layer(
            len(item.homes), results.is_felt, has_messages=results.has_messages
        )[0],
        material={
            "behaviour": config.judgement.material,
            "perception": config.judgement.material_survey,
        },
    )


def _joined(parts: Sequence[pd.DataFrame | None]) -> pd.DataFrame:
    frames = [part for part in parts if part is not None and len(part)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _by_period(network: Network, table: Callable[[PeriodGroups], pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(
        [table(item).assign(window_id=item.period.period_id) for item in network.periods],
        ignore_index=True,
    )

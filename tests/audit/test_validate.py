"""The machinery of the validation plan: every experiment, bounds, records, reports, exit codes."""

import datetime as dt
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from audit.cli import main
from audit.validate import layers, running
from audit.validate.chance import clustered_t
from audit.validate.estimators import BREAKS
from audit.validate.experiment import Curve, Experiment, Figure, Setting, Summary
from audit.validate.page import html
from audit.validate.plan import EXPERIMENTS
from audit.validate.planted import Scenario
from audit.validate.record import Record, read_record
from audit.validate.report import TARGETS, bound, markdown, verdict_line
from audit.validate.run import Outcome, chosen, replication, unknown
from core.errors import UsageError

QUICK = Setting(is_quick=True)
BY_NAME = {experiment.name: experiment for experiment in EXPERIMENTS}
LIKE_ANOTHER = re.compile(r"(null|shocks)_(?!merges|channel|gaming)|power_(?!75)|middle|odds_300")


@pytest.fixture
def small(monkeypatch):
    """Make the dear experiments small: machinery alone is tested here."""
    monkeypatch.setattr(running, "LARGE", Scenario(n_people=300, n_departments=4))
    monkeypatch.setattr(running, "DRAWS", 199)
    monkeypatch.setattr(layers, "DRAWS", 199)
    monkeypatch.setattr(layers, "COMPANY", replace(layers.COMPANY, n_people=500))


@pytest.mark.parametrize("name", [n for n in BY_NAME if not LIKE_ANOTHER.match(n)])
@pytest.mark.filterwarnings("ignore:Mean of empty slice")
def test_every_experiment_says_figures_of_its_targets(name, small):
    experiment = BY_NAME[name]
    if experiment.needs_mail:
        pytest.skip("needs an audit of real mail")
    few = 2 if name == "null" else 1  # slopes are clustered by company
    tables = [replication(experiment, QUICK, seed=1, number=number) for number in range(few)]
    figures = experiment.summarise(tables).figures
    assert {figure.target for figure in figures} <= set(experiment.targets)
    assert any(figure.least is not None or figure.most is not None for figure in figures) or (
        name == "power_75"  # one company does not fill a cell
    )


def test_the_plan_covers_every_target_and_nothing_else():
    assert {target for e in EXPERIMENTS for target in e.targets} == set(TARGETS)
    assert len(BY_NAME) == len(EXPERIMENTS)


def test_error_rates_have_five_hundred_replications_and_power_a_hundred():
    for experiment in EXPERIMENTS:
        if experiment.name.startswith(("null", "shocks")) or "B1" in experiment.targets:
            assert experiment.full >= 500
        if set(experiment.targets) & {"D1", "D2", "D3", "D4", "B2"}:
            assert experiment.full >= 100


def test_a_replication_depends_on_seed_and_number_alone():
    experiment = BY_NAME["null_people_80"]
    first = replication(experiment, QUICK, seed=3, number=4)
    again = replication(experiment, QUICK, seed=3, number=4)
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(replication(experiment, QUICK, seed=3, number=5))


def test_a_full_run_never_widens_a_bound():
    assert Figure("N1", "a share", 0.08, None, 0.07, trials=100).bounds(is_quick=False) == (
        None,
        0.07,
    )
    assert not Figure("N1", "a share", 0.08, None, 0.07, trials=100).is_met(is_quick=False)


def test_quick_bounds_of_shares_are_binomial():
    # By hand: P(X <= 3 of 10 at .07) = .9964, P(X <= 4) = .9997, so that 4 of 10 still pass.
    figure = Figure("N1", "a share", 0.4, None, 0.07, trials=10)
    assert figure.bounds(is_quick=True) == (None, 0.4)
    assert figure.is_met(is_quick=True)
    assert not replace(figure, value=0.5).is_met(is_quick=True)
    # P(X <= 3 of 10 at .9) < .001 < P(X <= 4 of 10 at .9) = .00015? By symmetry with 6 misses
    # of 10 at .1: P(misses >= 5) = .0016 > .001, P(misses >= 6) = .00015 < .001.
    assert Figure("D1", "recall", 0.5, 0.9, None, trials=10).is_met(is_quick=True)
    assert not Figure("D1", "recall", 0.4, 0.9, None, trials=10).is_met(is_quick=True)


def test_a_number_that_is_not_known_meets_no_bound():
    assert not Figure("D5", "coverage", float("nan"), 0.88, 0.92).is_met(is_quick=False)
    assert Figure("D5", "for the record", float("nan")).is_met(is_quick=False)


def test_the_clustered_t_is_that_of_independent_companies_where_groups_are():
    # One group per company: the sandwich of independent observations. Slope of a known data set:
    # 60 at x = -1 with 15 hits, 60 at x = +1 with 30 hits; log odds -1.0986 and 0, slope .5493;
    # variance (1/15 + 1/45 + 1/30 + 1/30) / 4 = .03889, t = 2.785.
    x = np.repeat([-1.0, 1.0], 60)
    y = np.concatenate([np.repeat([1.0, 0.0], [15, 45]), np.repeat([1.0, 0.0], [30, 30])])
    assert clustered_t(x, y, np.arange(120)) == pytest.approx(2.785, abs=0.01)
    # The same data in pairs of equal groups: half the information, t smaller by sqrt(2).
    pairs = np.arange(120) // 2
    assert clustered_t(x, np.repeat(y[::2], 2), pairs) < 2.4


def test_targets_and_experiments_are_chosen_by_name():
    assert [e.name for e in chosen(["r1", "null"])] == ["null", "seeds"]
    assert chosen([]) == EXPERIMENTS
    assert unknown(["N1", "null", "Z9"]) == ["Z9"]


def test_a_record_adds_up_and_comes_back_from_its_file(tmp_path):
    record = _record(value=0.02).plus(_outcome("R1", "seeds", 1.0), dt.date(2026, 1, 6))
    record.write(tmp_path / "record.json")
    assert read_record(tmp_path / "record.json") == record
    again = record.plus(_outcome("R1", "seeds", 0.5), dt.date(2026, 1, 7))
    assert len(again.entries) == len(record.entries)
    assert again.has("seeds")


def test_another_file_is_refused_as_a_record(tmp_path):
    path = tmp_path / "record.json"
    path.write_text("{}")
    with pytest.raises(UsageError, match="not a record"):
        read_record(path)


def test_the_report_names_seed_versions_date_values_and_bounds():
    text = markdown(_record(value=0.02))
    for said in ("seed 11", "numpy", "2026-01-05", "| 0.020 | ≤ 0.070 | 500 | yes |"):
        assert said in text
    assert "Every bound holds" in text
    assert "not run" in text


def test_the_report_says_what_of_the_plan_was_not_run():
    text = markdown(_record(value=0.02))
    assert "- not run: One department of about 110 people at −.30 (`department`)" in text
    assert "(`null`)" not in text.split("Beyond this record")[1]


def test_the_report_is_the_same_bytes_for_the_same_record():
    assert markdown(_record(0.02)) == markdown(_record(0.02))
    assert html(_record(0.02)) == html(_record(0.02))


def test_a_missed_bound_is_said_first_and_in_its_row():
    record = _record(value=0.2)
    assert verdict_line(record) == "1 of 1 figures miss their bounds: N1."
    assert "| 0.200 | ≤ 0.070 | 500 | **no** |" in markdown(record)
    assert 'class="miss"' in html(record)


def test_the_page_draws_curves_and_loads_nothing():
    page = html(_record(0.02))
    assert page.count("<svg") == 1
    assert page.count("<circle") == 2
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page


def test_bounds_are_told_in_words():
    assert bound(Figure("N4", "", 0.0, 0.03, 0.07), is_quick=False) == "0.030 to 0.070"
    assert bound(Figure("A2", "", 0.0), is_quick=False) == "for the record"


def test_an_estimator_without_senders_is_found_out_and_the_product_is_not():
    experiment = BY_NAME["null_sender_sd_1"]
    met = {}
    for broken in ("", "senders"):
        setting = Setting(is_quick=True, broken=broken)
        tables = [replication(experiment, setting, 2026, number) for number in range(8)]
        figures = experiment.summarise(tables).figures
        met[broken] = all(figure.is_met(is_quick=True) for figure in figures)
    assert met == {"": True, "senders": False}


def test_validate_exits_with_zero_and_writes_its_reports(tmp_path, capsys):
    record, out = tmp_path / "record.json", tmp_path / "out"
    arguments = ["validate", "--quick", "--only", "A1", "--workers", "1", "--date", "2026-01-05"]
    assert main([*arguments, "--results", str(record), "--out", str(out)]) == 0
    assert "Every bound holds" in capsys.readouterr().out
    assert "2026-01-05" in (out / "validation.md").read_text()
    assert (out / "validation.html").stat().st_size > 1000
    assert [entry["name"] for entry in json.loads(record.read_text())["entries"]] == ["bots"]


def test_validate_exits_with_six_where_a_bound_does_not_hold(tmp_path, capsys):
    record = Record.begin(Setting(), 2026)
    for experiment in EXPERIMENTS:
        record = record.plus(_outcome("N1", experiment.name, 0.2), dt.date(2026, 1, 5))
    path = tmp_path / "record.json"
    record.write(path)
    assert main(["validate", "--results", str(path)]) == 6
    assert "miss their bounds: N1" in capsys.readouterr().err


def test_a_record_of_another_seed_and_an_unknown_target_are_refused(tmp_path):
    path = tmp_path / "record.json"
    _record(0.02).write(path)
    assert main(["validate", "--seed", "12", "--results", str(path)]) == 2
    assert main(["validate", "--only", "Z9"]) == 2


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_estimator_turns_the_quick_plan_red(broken):
    assert main(["validate", "--quick", "--break", broken]) == 6


def _outcome(target, name, value):
    experiment = Experiment(
        name,
        (target,),
        f"Experiment {name}",
        lambda *_: pd.DataFrame(),
        lambda _: Summary(()),
        1,
        1,
    )
    curve = Curve(f"{target}: a curve", "x", "y", (("one", ((1.0, 0.2), (2.0, 0.8))),))
    most = 0.07 if target == "N1" else None
    figures = (Figure(target, "a share", value, None, most, trials=500),)
    return Outcome(experiment, 500, 1.0, Summary(figures, (curve,)))


def _record(value):
    return Record.begin(Setting(), 11).plus(_outcome("N1", "null", value), dt.date(2026, 1, 5))

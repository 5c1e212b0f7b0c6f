"""Colour distances are recomputed: Machado, Oliveira and Fernandes 2009, distance CIE76."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest

from reports import theme
from reports.theme import DARK, LIGHT, Palette

# Machado 2009, severity 1.0; rows of the published matrices.
SIMULATED = {
    "normal": np.eye(3),
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# The page's table: nearest pair of the six fills.
LEAST = {
    ("light", "normal"): 22,
    ("light", "deutan"): 18,
    ("light", "protan"): 16,
    ("light", "tritan"): 25,
    ("dark", "normal"): 28,
    ("dark", "deutan"): 25,
    ("dark", "protan"): 26,
    ("dark", "tritan"): 24,
}


def _linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    xyz = to_xyz @ np.clip(linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _contrast(first: str, second: str) -> float:
    lights = sorted(
        float(np.array([0.2126, 0.7152, 0.0722]) @ _linear(c)) for c in (first, second)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


@pytest.mark.parametrize(("name", "eye"), LEAST)
def test_no_two_fills_are_confused(name: str, eye: str) -> None:
    fills = (LIGHT if name == "light" else DARK).fills.values()
    seen = [_lab(SIMULATED[eye] @ _linear(fill)) for fill in fills]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))
    assert nearest == pytest.approx(LEAST[name, eye], abs=1.0)
    assert nearest > 10


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_text_and_outlines_can_be_read(colours: Palette) -> None:
    for back in (colours.page, colours.panel):
        assert _contrast(colours.ink, back) >= 7
        assert _contrast(colours.muted, back) >= 4.5
        assert _contrast(colours.accent, back) >= 4.5


def test_no_state_leans_on_colour_alone() -> None:
    looks = [(s.shape, s.key in LIGHT.fills, s.word) for s in theme.STATES.values()]
    assert len({word for _, _, word in looks}) == len(looks)
    assert theme.STATES["desert"].shape != theme.STATES["hotspot"].shape
    assert set(LIGHT.fills) == set(DARK.fills)


def _depth(colour: str) -> float:
    return float(np.linalg.norm(_lab(_linear(colour)) - _lab(_linear(LIGHT.page))))


def test_a_tint_fades_as_its_interval_widens() -> None:
    halves = [5.0, 15.0, 30.0, 60.0]
    depths = [_depth(theme.suppressed_fill(-20.0, h, "points", LIGHT)) for h in halves]
    assert depths == sorted(depths, reverse=True)
    assert depths[0] > depths[-1] == 0.0


def test_a_tint_grows_with_the_estimate_and_has_a_side() -> None:
    cold = [theme.suppressed_fill(-e, 8.0, "points", LIGHT) for e in (0.0, 8.0, 14.0, 20.0)]
    assert [_depth(c) for c in cold] == sorted(_depth(c) for c in cold)
    assert cold[0] == LIGHT.page
    warm = theme.suppressed_fill(0.8, 0.3, "sd", LIGHT)
    assert int(warm[1:3], 16) < int(warm[5:7], 16)  # towards green-blue
    assert int(cold[-1][1:3], 16) > int(cold[-1][5:7], 16)  # towards brown


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_without_an_estimate_the_mark_is_hollow(missing: float | None) -> None:
    assert theme.suppressed_fill(missing, 5.0, "points", LIGHT) == LIGHT.page
    assert theme.suppressed_fill(-10.0, missing, "points", DARK) == DARK.page


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (-15.0, "points", "−15"),
        (5.0, "points", "+5"),
        (0.0, "sd", "0"),
        (-0.04, "sd", "0"),
        (-0.3, "sd", "−0.3"),
    ],
)
def test_effects_have_a_true_minus_and_no_minus_zero(value: float, scale: str, text: str) -> None:
    assert theme.signed(value, scale) == text


def test_periods_and_feet_read_well() -> None:
    first, last = dt.date(2025, 4, 7), dt.date(2025, 6, 29)
    assert theme.days(first, last) == "7 April to 29 June 2025"
    assert theme.days(dt.date(2024, 12, 30), last) == "30 December 2024 to 29 June 2025"
    assert theme.interval(-25, -5, "points") == "−25 to −5"
    assert theme.foot(8, "3f9c", "standard") == (
        f"Confidential. {theme.NOT_FOR} Groups under 8 are not shown. Run 3f9c, policy standard."
    )

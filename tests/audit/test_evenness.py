"""Evenness of turns against numbers by hand and against every possible draw."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest

from audit.statistics.evenness import rarefied_evenness


def every_draw(written: list[int], size: int) -> float:
    """Mean entropy over all draws of `size` messages, in units of the largest possible one."""
    messages = [writer for writer, n in enumerate(written) for _ in range(n)]
    entropies = []
    for draw in itertools.combinations(messages, size):
        share = np.array(list(Counter(draw).values())) / size
        entropies.append(float(-(share * np.log(share)).sum()))
    return float(np.mean(entropies)) / np.log(min(len(written), size))


@pytest.mark.parametrize("written", [[4, 4], [7, 1], [5, 4, 3], [9, 2, 1], [1] * 9, [6, 6, 1]])
def test_it_is_the_mean_over_every_draw_of_eight(written: list[int]) -> None:
    assert rarefied_evenness(np.array(written), 8) == pytest.approx(every_draw(written, 8))


def test_one_voice_is_zero_and_equal_voices_are_one() -> None:
    assert rarefied_evenness(np.array([12, 0]), 8) == 0.0
    assert rarefied_evenness(np.array([4, 4]), 8) == pytest.approx(1.0)
    # By hand: -(7/8 ln 7/8 + 1/8 ln 1/8) / ln 2.
    assert rarefied_evenness(np.array([7, 1]), 8) == pytest.approx(0.5435644)


def test_fewer_messages_than_the_common_length_have_no_evenness() -> None:
    assert np.isnan(rarefied_evenness(np.array([4, 3]), 8))

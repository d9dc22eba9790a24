from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.reports.charts import BASE, TOP, bars

DAY = date(2026, 11, 8)


def days(*pairs: tuple[int, int]):
    return [(DAY + timedelta(days=n), low, high) for n, (low, high) in enumerate(pairs)]


def test_bars_stand_on_the_base_and_stay_below_the_top():
    drawn = bars(days((100, 20), (0, 5), (50, 0)), ("good", "spoiled"), "Pieces")
    for bar in drawn.bars:
        assert bar.y_1 + bar.height_1 == pytest.approx(BASE, abs=0.2)
        assert bar.y_2 >= TOP - 2


@pytest.mark.parametrize("top", [0, 1, 3, 4, 5, 9, 11, 99, 1645, 10**9])
def test_the_grid_has_few_round_lines_and_reaches_over_the_highest_bar(top):
    ticks = [tick.value for tick in bars(days((top, 0)), ("placed", ""), "Orders").ticks]
    assert 2 <= len(ticks) <= 5
    assert ticks[0] == 0 and ticks[-1] >= top


def test_each_bar_says_its_numbers():
    drawn = bars(days((1320, 22), (7, 0)), ("good", "spoiled"), "Pieces")
    assert drawn.bars[0].title == "Sun 8: 1,320 good, 22 spoiled"
    assert [bar.label for bar in drawn.bars] == ["Sun 8", "Today"]


def test_more_found_bad_than_made_good_draws_no_bar_below_the_base():
    assert bars(days((-5, 5)), ("good", "spoiled"), "Pieces").bars[0].height_1 == 0

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.reports.charts import bars

DAY = date(2026, 11, 8)


def days(*pairs: tuple[int, int]):
    return [(DAY + timedelta(days=n), low, high) for n, (low, high) in enumerate(pairs)]


@pytest.mark.parametrize("which", ["wide", "narrow"])
def test_bars_stand_on_the_base_and_stay_below_the_top(which):
    chart = bars(days((100, 20), (0, 5), (50, 0)), ("good", "spoiled"), "Pieces")
    drawing = getattr(chart, which)
    box = drawing.box
    for bar in drawing.bars:
        assert bar.y_1 + bar.height_1 == pytest.approx(box.base, abs=0.2)
        assert bar.y_2 >= box.top - 2
        assert box.left <= bar.x and bar.x + bar.width <= box.right


@pytest.mark.parametrize("top", [0, 1, 3, 4, 5, 9, 11, 99, 1645, 10**9])
def test_the_grid_has_few_round_lines_and_reaches_over_the_highest_bar(top):
    drawing = bars(days((top, 0)), ("placed", ""), "Orders").wide
    ticks = [tick.value for tick in drawing.ticks]
    assert 2 <= len(ticks) <= 5
    assert ticks[0] == 0 and ticks[-1] >= top


def test_each_bar_says_its_numbers_and_a_phone_every_second_day():
    chart = bars(days((1320, 22), (0, 0), (7, 0)), ("good", "spoiled"), "Pieces")
    assert chart.wide.bars[0].title == "Sun 8: 1,320 good, 22 spoiled"
    assert [bar.label for bar in chart.wide.bars] == ["Sun 8", "Mon 9", "Today"]
    assert [bar.label for bar in chart.narrow.bars] == ["8", "", "Today"]


def test_today_may_be_the_first_day():
    chart = bars(days((1, 0), (0, 0)), ("promised", ""), "Orders", today=DAY)
    assert [bar.label for bar in chart.wide.bars] == ["Today", "Mon 9"]


def test_a_chart_of_nothing_says_so():
    assert not bars(days((0, 0), (0, 0)), ("placed", ""), "Orders").has_any
    assert bars(days((0, 0), (0, 1)), ("good", "spoiled"), "Pieces").has_any


def test_more_found_bad_than_made_good_draws_no_bar_below_the_base():
    assert bars(days((-5, 5)), ("good", "spoiled"), "Pieces").wide.bars[0].height_1 == 0

"""`blocs bubble` as a user meets it: one JSON document, both critical values, a report, plain words for bad files."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from blocs.cli.main import main

QUICK = ("--replications", "99", "--min-window", "20")


def call(*words: object) -> Result:
    return CliRunner().invoke(main, ["bubble", *(str(word) for word in words)])


def prices(n: int = 120) -> list[float]:
    """A random walk whose last third grows faster and faster."""
    y = 100.0 + np.cumsum(np.random.default_rng(4).standard_normal(n))
    for t in range(2 * n // 3, n):
        y[t] = 1.03 * y[t - 1]
        y[t] += np.random.default_rng(t).standard_normal()
    return y.tolist()


def written(folder: Path, labels: list[str], *columns: list[object], header: str = "date,price") -> Path:
    lines = [header, *(",".join(map(str, row)) for row in zip(labels, *columns, strict=True))]
    path = folder / "series.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


MONTHS = [f"{2010 + n // 12}-{n % 12 + 1:02d}" for n in range(120)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path, MONTHS, prices())


def test_json_is_one_document_with_both_critical_values(file: Path) -> None:
    result = call(file, *QUICK, "--lags", "1", "--json")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    found = json.loads(result.stdout)
    assert found["schema"] == "blocs.bubble/1"
    for name in ("adf", "sadf", "gsadf"):
        assert isinstance(found[name]["statistic"], float)
        for kind in ("monte_carlo", "wild_bootstrap"):
            assert list(found[name]["critical"][kind]) == ["0.9", "0.95", "0.99"]
    assert found["settings"]["lags"] == 1
    assert found["episodes"][-1]["ongoing"] is True
    assert found["episodes"][-1]["end"] == "2019-12"
    assert any("reject too often" in note for note in found["notes"])


@pytest.mark.parametrize("kind", ["date", "month", "integer"])
def test_episodes_come_in_the_form_of_the_index(tmp_path: Path, kind: str) -> None:
    days = [(date(2020, 1, 1) + timedelta(days=n)).isoformat() for n in range(120)]
    labels = {"date": days, "month": MONTHS, "integer": [str(n) for n in range(5, 125)]}[kind]
    found = json.loads(call(written(tmp_path, labels, prices()), *QUICK, "--json").stdout)
    last = found["episodes"][-1]["end"]
    assert last == (124 if kind == "integer" else labels[-1])
    assert found["series"]["index"] == kind


def test_the_named_column_is_tested(tmp_path: Path) -> None:
    other = (100.0 + np.cumsum(np.random.default_rng(9).standard_normal(120))).tolist()
    path = written(tmp_path, MONTHS, prices(), other, header="date,price,calm")
    result = call(path, *QUICK)
    assert result.exit_code == 2
    assert "--column price | calm" in result.stderr
    one, two = (
        json.loads(call(path, *QUICK, "--column", name, "--json").stdout) for name in ("price", "calm")
    )
    assert one["gsadf"]["statistic"] > two["gsadf"]["statistic"]
    assert "did you mean 'calm'" in call(path, *QUICK, "--column", "calmm").stderr


def test_the_same_seed_gives_the_same_document(file: Path) -> None:
    assert call(file, *QUICK, "--json").stdout == call(file, *QUICK, "--json").stdout
    assert call(file, *QUICK, "--json").stdout != call(file, *QUICK, "--seed", "1", "--json").stdout


@pytest.mark.parametrize("ending", ["html", "svg", "png", "csv"])
def test_the_report_is_written(file: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"report.{ending}"
    result = call(file, *QUICK, "--out", out)
    assert result.exit_code == 0, result.output
    assert out.stat().st_size > 2000
    if ending == "html":
        page = out.read_text(encoding="utf-8")
        assert "<svg" in page
        assert "wild bootstrap" in page
        assert "reject too often" in page
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_plain_text_shows_both_and_says_which_over_rejects(file: Path) -> None:
    shown = call(file, *QUICK).stdout
    assert "Monte Carlo" in shown
    assert "wild bootstrap" in shown
    assert "believe the bootstrap" in shown


def test_log_periodic_fits_are_added_on_request(tmp_path: Path) -> None:
    labels = [(date(2020, 1, 1) + timedelta(days=n)).isoformat() for n in range(130)]
    found = json.loads(call(written(tmp_path, labels, prices(130)), *QUICK, "--lppls", "--json").stdout)
    assert 0.0 <= found["lppls"]["confidence"] <= 1.0
    assert date.fromisoformat(found["lppls"]["longest_window"]["critical_time"]) > date.fromisoformat(
        labels[-1]
    )


def test_a_proxy_is_taken_out_and_the_note_says_what_is_missing(file: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    proxy = written(tmp_path / "own", MONTHS, np.linspace(10, 20, 120).tolist(), header="date,tfp")
    found = json.loads(call(file, *QUICK, "--proxy", proxy, "--json").stdout)
    assert "missing here" in found["notes"][0]
    assert found["series"]["name"] == "price less tfp"
    short = written(tmp_path / "own", MONTHS[:60], np.linspace(10, 20, 60).tolist(), header="date,tfp")
    assert "lacks 2015-01 (60 of 120 periods" in call(file, *QUICK, "--proxy", short).stderr


def changed(at: int, value: object) -> list[object]:
    column: list[object] = list(prices())
    column[at] = value
    return column


@pytest.mark.parametrize(
    ("labels", "column", "says"),
    [
        (MONTHS[:20], prices()[:20], "20 observations"),
        (MONTHS, [7.0] * 120, "is constant"),
        (MONTHS, changed(5, 0.0), "series.csv:7: price is 0.0; prices and ratios are positive"),
        (MONTHS, changed(5, -3), "add --signed"),
        (MONTHS, changed(5, ""), "series.csv:7: price is empty"),
        (MONTHS, changed(5, "n/a"), "'n/a', not a number"),
        (MONTHS, changed(5, "nan"), "finite"),
        ([*MONTHS[:50], *MONTHS[51:], "2020-01"], prices(), "2014-04 comes 2 month(s) after 2014-02"),
        ([*MONTHS[:50], MONTHS[49], *MONTHS[51:]], prices(), "2014-02 repeats 2014-02"),
        (list(reversed(MONTHS)), prices(), "goes back"),
        ([*MONTHS[:50], "March", *MONTHS[51:]], prices(), "'March'; it must be an ISO date"),
        ([*MONTHS[:50], "2014-03-01", *MONTHS[51:]], prices(), "a date, but it began with a month"),
    ],
)
def test_a_bad_series_is_refused_with_its_line(tmp_path: Path, labels: list, column: list, says: str) -> None:
    result = call(written(tmp_path, labels, column), *QUICK, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--lags", "some"), "give 0, 1, 2, … or auto"),
        (("--min-window", "500"), "smaller --min-window"),
        (("--replications", "5"), "99 or more"),
        (("--lppls", "--log"), "takes the logarithm of a price itself"),
        (("--lags", "12"), "it needs 30 or more"),
        (("--out", "report.pdf"), ".html, .svg, .png or .csv"),
        (("--out", "nowhere/report.svg"), "there is no folder"),
    ],
)
def test_a_bad_option_is_refused(file: Path, words: tuple[str, ...], says: str) -> None:
    result = call(file, *QUICK, *words)
    assert result.exit_code == 2
    assert says in result.stderr


def test_files_that_are_no_series(tmp_path: Path) -> None:
    assert "no such file" in call(tmp_path / "none.csv").stderr
    path = tmp_path / "bare.csv"
    path.write_text("2000-01,5\n2000-02,6\n", encoding="utf-8")
    assert "no header" in call(path).stderr
    path.write_text("price\n5\n6\n", encoding="utf-8")
    assert "one column" in call(path).stderr
    path.write_text("", encoding="utf-8")
    assert "no data" in call(path).stderr


def test_trading_days_may_skip_weekends_but_not_weeks(tmp_path: Path) -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(200)]
    trading = [day.isoformat() for day in days if day.weekday() < 5]
    assert call(written(tmp_path, trading[:120], prices()), *QUICK).exit_code == 0
    gappy = [*trading[:60], *trading[70:130]]
    result = call(written(tmp_path, gappy, prices()), *QUICK)
    assert result.exit_code == 2
    assert "day(s) after" in result.stderr

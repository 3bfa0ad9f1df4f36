"""`blocs payments settle` and `generate` as a user meets them."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

HEAD = "id,time,payer,payee,amount,currency\n"
CIRCLE = HEAD + "a,09:00:00,X,Y,100.00,CNY\nb,09:00:01,Y,Z,100.00,CNY\nc,09:00:02,Z,X,100.00,CNY\n"


def blocs(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command."""
    command = [sys.executable, "-c", "from blocs.cli import main; main()", "payments", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A made-up day, settled into a folder."""
    folder = tmp_path_factory.mktemp("payments")
    made = blocs(
        "generate",
        "--payments",
        "3000",
        "--banks",
        "12",
        "--core",
        "3",
        "--out",
        "day.csv",
        "--accounts",
        "book.csv",
        cwd=folder,
    )
    assert made.returncode == 0, made.stderr
    done = blocs(
        "settle",
        "day.csv",
        "--mode",
        "hybrid",
        "--accounts",
        "book.csv",
        "--out",
        "result",
        "--json",
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    (folder / "result.json").write_text(done.stdout, encoding="utf-8")
    return folder


def test_json_is_one_document_that_adds_up(place: Path) -> None:
    got = json.loads((place / "result.json").read_text(encoding="utf-8"))
    assert got["schema"] == "blocs.settlement/1"
    assert (
        got["submitted_count"] == 3000 == got["settled_count"] + got["rejected_count"] + got["returned_count"]
    )
    with (place / "day.csv").open(encoding="utf-8") as file:
        total = sum(Decimal(row["amount"]) for row in csv.DictReader(file))
    assert Decimal(got["settled_value"]) + Decimal(got["returned_value"]) == total
    assert Decimal(got["liquidity_lower_bound"]) <= Decimal(got["liquidity_upper_bound"])


def test_the_folder_holds_every_payment(place: Path) -> None:
    folder = place / "result"
    with (folder / "payments.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    got = json.loads((folder / "outcome.json").read_text(encoding="utf-8"))
    assert [int(row["row"]) for row in rows] == list(range(1, 3001))
    assert sum(row["status"] == "settled" for row in rows) == got["settled_count"]
    assert sum(Decimal(row["amount"]) for row in rows if row["status"] == "settled") == Decimal(
        got["settled_value"]
    )
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert "<script" not in page
    assert (folder / "manifest.json").is_file()


def test_the_same_options_give_the_same_files(place: Path) -> None:
    made = blocs(
        "generate", "--payments", "3000", "--banks", "12", "--core", "3", "--out", "again.csv", cwd=place
    )
    assert made.returncode == 0
    assert (place / "again.csv").read_bytes() == (place / "day.csv").read_bytes()


@pytest.mark.parametrize(("mode", "settled"), [("rtgs", 0), ("dns", 3), ("hybrid", 3)])
def test_a_circle_of_three_banks(tmp_path: Path, mode: str, settled: int) -> None:
    (tmp_path / "day.csv").write_text(CIRCLE, encoding="utf-8")
    got = json.loads(blocs("settle", "day.csv", "--mode", mode, "--json", cwd=tmp_path).stdout)
    assert (got["settled_count"], got["returned_count"]) == (settled, 3 - settled)
    assert got["settled_value"] == ("300.00" if settled else "0.00")
    assert got["liquidity_used"] == "0.00"


def test_several_currencies_need_accounts_that_say_so(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(CIRCLE + "d,10:00:00,X,Y,5,JPY\n", encoding="utf-8")
    one = json.loads(blocs("settle", "day.csv", "--mode", "dns", "--json", cwd=tmp_path).stdout)
    assert (one["settled_count"], one["rejected_count"], one["reasons"]) == (3, 1, {"AM03": 1})
    rows = (
        "participant,balance,credit_limit,currency\nX,0,0,CNY\nY,0,0,CNY\nZ,0,0,CNY\nX,9,0,JPY\nY,0,0,JPY\n"
    )
    (tmp_path / "book.csv").write_text(rows, encoding="utf-8")
    two = json.loads(
        blocs("settle", "day.csv", "--mode", "dns", "--accounts", "book.csv", "--json", cwd=tmp_path).stdout
    )
    assert two["settled_count"] == 4
    assert {part["currency"]: part["settled_value"] for part in two["currencies"]} == {
        "CNY": "300.00",
        "JPY": "5",
    }


def test_cips_rules_leave_nothing_and_lend_nothing(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(HEAD + "a,09:00:00,X,Y,60,CNY\n", encoding="utf-8")
    (tmp_path / "book.csv").write_text("participant,balance,credit_limit\nX,100,0\nY,0,0\n", encoding="utf-8")
    done = blocs(
        "settle", "day.csv", "--rules", "cips", "--accounts", "book.csv", "--out", "r", "--json", cwd=tmp_path
    )
    assert json.loads(done.stdout)["swept"] == "100.00"
    with (tmp_path / "r" / "participants.csv").open(encoding="utf-8") as file:
        assert {row["closing_balance"] for row in csv.DictReader(file)} == {"0.00"}
    (tmp_path / "book.csv").write_text("participant,balance,credit_limit\nX,0,50\nY,0,0\n", encoding="utf-8")
    done = blocs("settle", "day.csv", "--rules", "cips", "--accounts", "book.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "no overdraft" in done.stderr


def test_a_participant_that_is_cut_off_takes_its_queue_with_it(tmp_path: Path) -> None:
    text = (
        HEAD + "a,09:00:00,X,Y,60,CNY\nb,09:00:00,Z,X,10,CNY\nc,11:00:00,Y,X,1,CNY\nd,11:00:00,Z,Y,10,CNY\n"
    )
    (tmp_path / "day.csv").write_text(text, encoding="utf-8")
    (tmp_path / "events.csv").write_text(
        "time,event,participant,amount\n10:00:00,cut_off,X,\n10:30:00,fund,Z,10\n", encoding="utf-8"
    )
    got = json.loads(blocs("settle", "day.csv", "--events", "events.csv", "--json", cwd=tmp_path).stdout)
    assert (got["settled_count"], got["returned_count"], got["rejected_count"]) == (1, 2, 1)
    assert got["reasons"] == {"AC06": 3}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.csv"], "nowhere.csv cannot be read"),
        (["day.csv", "--rules", "fedwire", "--mode", "dns"], "fedwire rules have mode rtgs"),
        (["day.csv", "--accounts", "bad.csv"], "bad.csv:2"),
        (["day.csv", "--close", "25:00"], "--close"),
        (["day.csv", "--currency", "CNX"], "unknown currency"),
        (["day.csv", "--cycles", "12"], "--cycles"),
        (["cut.xml"], "not well-formed"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_two(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "day.csv").write_text(CIRCLE, encoding="utf-8")
    (tmp_path / "bad.csv").write_text("participant,balance\nX,1e5\nY,0\nZ,0\n", encoding="utf-8")
    (tmp_path / "cut.xml").write_text("<Document><a>", encoding="utf-8")
    done = blocs("settle", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_killed_run_leaves_nothing_half_written(place: Path) -> None:
    command = [sys.executable, "-c", "from blocs.cli import main; main()", "payments", "settle", "day.csv",
               "--accounts",
               "book.csv", "--out", "killed"]  # fmt: skip
    started = subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while not list(place.glob(".killed.*")) and started.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    if started.poll() is None:
        os.kill(started.pid, signal.SIGKILL)
    started.wait()
    whole = place / "killed"
    assert not whole.exists() or (whole / "manifest.json").is_file()
    assert (
        blocs(
            "settle", "day.csv", "--accounts", "book.csv", "--out", "killed", "--overwrite", cwd=place
        ).returncode
        == 0
    )


def test_an_unknown_command_names_the_nearest(tmp_path: Path) -> None:
    done = blocs("setle", cwd=tmp_path)
    assert done.returncode == 2
    assert "settle" in done.stderr

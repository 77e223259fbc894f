"""The manners of every command."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pytest

from carbonquant import cli
from carbonquant.cli import terminal
from carbonquant.errors import (
    ActivityDataError,
    AuditError,
    CarbonQuantError,
    Diagnostic,
    MethodologyError,
    NotApplicableError,
)

from .conftest import Command


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code"),
    [(MethodologyError, 1), (ActivityDataError, 3), (NotApplicableError, 3), (AuditError, 4)],
)
def test_exit_code_says_who_must_act(error: type[CarbonQuantError], code: int) -> None:
    assert terminal.code_of(error([])) == code


def test_more_diagnostics_than_fit_a_screen_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.tell_diagnostics([Diagnostic("CQ301", f"mistake {number}") for number in range(25)])

    lines = capsys.readouterr().err.splitlines()
    assert lines[-2:] == ["CQ301 mistake 19", "… and 5 more"]


def test_colour_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")

    assert terminal.paint("OK", "green", Terminal()) == "\x1b[32mOK\x1b[0m"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colour_is_left_out_where_it_is_not_wanted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(name, value)

    assert terminal.paint("OK", "green", Terminal()) == "OK"


def test_colour_is_left_out_of_a_file() -> None:
    assert terminal.paint("OK", "green", io.StringIO()) == "OK"


def test_columns_give_chinese_characters_two_places() -> None:
    assert terminal.aligned([["减排量", "1"], ["abc", "2"]]) == ["减排量  1", "abc     2"]


def test_json_is_escaped_where_the_stream_knows_no_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(kept, encoding="ascii"))

    terminal.say_json({"zh": "竹"})

    sys.stdout.flush()
    assert json.loads(kept.getvalue()) == {"zh": "竹"}


def test_json_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        terminal.say_json(float("nan"))


def test_text_that_the_stream_cannot_show_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(kept, encoding="ascii"))

    terminal.be_tolerant()
    terminal.say("竹")
    sys.stdout.flush()

    assert kept.getvalue() == b"\\u7af9\n"


def test_refusal_of_the_system_is_one_line(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = OSError(28, "No space left on device", "out/record.json")
    monkeypatch.setattr("carbonquant.sources.library", raising(refusal))

    ran = command("list")

    assert (ran.code, ran.out, ran.err) == (2, "", "out/record.json: No space left on device\n")


def test_refusal_of_the_system_without_a_name_is_one_line(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carbonquant.sources.library", raising(OSError(27, "File too large")))

    assert command("list").err == "the system refuses: File too large\n"


def test_interruption_is_quiet(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carbonquant.sources.library", raising(KeyboardInterrupt()))

    ran = command("list")

    assert (ran.code, ran.out, ran.err) == (130, "", "")


def test_interruption_before_a_command_starts_is_quiet(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "app", raising(KeyboardInterrupt()))

    assert command("list").code == 130


def test_unknown_command_is_a_usage_mistake(command: Command) -> None:
    ran = command("lst")

    assert ran.code == 2
    assert "No such command 'lst'" in ran.err


def test_no_command_shows_the_help_page(command: Command) -> None:
    ran = command()

    assert "Commands:" in ran.out + ran.err


def test_version_is_that_of_the_library(command: Command) -> None:
    assert command("--version").out.startswith("carbonquant 0.")

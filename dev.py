#!/usr/bin/env python3
"""Two commands for a fresh machine: `python3 dev.py demo` and `python3 dev.py test`.

Makes `.venv` beside this file, installs carbonquant into it and runs the command there; a second start
finds `.venv` ready and uses no network. Python 2.7 can parse every line here, so that an old Python says
what is needed instead of failing on a word it does not know.

Is no part of the library (see `src/carbonquant`); what the checks demand is set in `pyproject.toml`.
"""

import hashlib
import json
import os
import re
import subprocess
import sys

USAGE = """\
usage: python3 dev.py demo [options of `carbonquant demo`]
       python3 dev.py test [--long] [options and files for pytest]

demo    run the main job on the shipped examples and say where the report is
test    check style, types and imports, then run the tests
        --long: many more random examples for each law
        with options or files for pytest, only pytest runs, with these"""

NEEDED = (3, 11)
NEEDS = "carbonquant needs Python {0}.{1} or newer".format(*NEEDED)
NEWER_NAMES = ["python3.14", "python3.13", "python3.12", "python3.11", "python3", "python"]

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
SCRIPTS = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(SCRIPTS, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "ready.json")

CHECKS = [
    ("style", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports"]),
]

FULLY_COVERED = ["src/carbonquant/formula/*", "src/carbonquant/units/*", "src/carbonquant/sources/*"]
"""Modules of which the tests must run every line and every branch."""

SUMMARY = re.compile(r"\b(passed|failed|errors?|skipped|xfailed|deselected|no tests ran)\b.* in [0-9.]+s\b")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def main(arguments):
    """Run one command; return the exit code."""
    if sys.version_info < NEEDED:
        return run_with_newer_python(arguments)
    if not arguments or arguments[0] not in ("demo", "test"):
        print(USAGE)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    extra = "test" if arguments[0] == "test" else ""
    if not prepare(extra):
        return 1
    if extra:
        return test(arguments[1:])
    return run(["carbonquant"] + arguments, folder=os.getcwd())


# -------------------------------------------------------------- an old Python


def run_with_newer_python(arguments):
    """Start again with a newer Python found on this machine, or say that one is needed."""
    found = "Python {0}.{1}".format(sys.version_info[0], sys.version_info[1])
    newer = newer_python()
    if newer is None:
        print("{0}; this is {1} ({2}).".format(NEEDS, found, sys.executable))
        print("Install one, then start with its name, for example: python3.11 dev.py demo")
        return 1
    print("{0}; this is {1}, going on with {2}".format(NEEDS, found, newer))
    sys.stdout.flush()
    return subprocess.call([newer, os.path.abspath(__file__)] + arguments)


def newer_python():
    """Return the path of the first Python on PATH that is new enough, or None."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    for name in NEWER_NAMES:
        for folder in folders:
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK) and is_new_enough(path):
                return path
    return None


def is_new_enough(python):
    """Whether the Python at a path runs and has the version that is needed."""
    question = "import sys; sys.exit(sys.version_info < {0!r})".format(NEEDED)
    try:
        process = subprocess.Popen([python, "-c", question], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError:
        return False
    process.communicate()
    return process.returncode == 0


# -------------------------------------------------------------- the environment


def prepare(extra):
    """Make `.venv` ready for a command, as far as it is not; return whether it is ready now."""
    wanted = fingerprint()
    stamp = read_stamp()
    is_sound = stamp.get("fingerprint") == wanted and can_import_carbonquant()
    if is_sound and extra in stamp["extras"]:
        return True
    if not (is_sound or make_venv()):
        return False
    if os.path.exists(STAMP):
        os.remove(STAMP)
    if not install(extra):
        return False
    write_stamp({"fingerprint": wanted, "extras": sorted({"", extra})})
    return True


def fingerprint():
    """Return a digest of all that decides what `.venv` holds."""
    with open(os.path.join(ROOT, "constraints.txt")) as file:
        constraints = file.read()
    project = read_project()
    decisive = [project["build-system"], project["project"], project["tool"]["hatch"], constraints]
    interpreter = [sys.version, sys.base_prefix, VENV]
    return hashlib.sha256(json.dumps(decisive + interpreter, sort_keys=True).encode()).hexdigest()


def read_project():
    """Return what `pyproject.toml` says."""
    import tomllib  # noqa: PLC0415 - unknown to the Pythons that main() refuses

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        return tomllib.load(file)


def read_stamp():
    """Return what the last finished installation wrote; nothing where there was none."""
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def write_stamp(stamp):
    """Say that `.venv` is complete; the last act of an installation."""
    with open(STAMP + ".part", "w") as file:
        json.dump(stamp, file)
    os.replace(STAMP + ".part", STAMP)


def can_import_carbonquant():
    """Whether the Python of `.venv` runs and finds the library."""
    question = "import importlib.util, sys; sys.exit(importlib.util.find_spec('carbonquant') is None)"
    try:
        return run([PYTHON, "-c", question]) == 0
    except OSError:
        return False


def make_venv():
    """Make an empty `.venv`, in the place of one that is there; return whether that worked."""
    import importlib.util  # noqa: PLC0415 - unknown to the Pythons that main() refuses

    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        version = "{0}.{1}".format(*sys.version_info)
        print("This Python ({0}) cannot make a virtual environment.".format(sys.executable))
        print("On Debian and Ubuntu: sudo apt install python3-venv")
        print("If that does not help: sudo apt install python{0}-venv".format(version))
        return False
    print("making .venv and installing (about a minute, once)")
    base = getattr(sys, "_base_executable", sys.executable)
    return run([base, "-m", "venv", "--clear", VENV]) == 0


def install(extra):
    """Install the library as it stands here, with an extra's packages; return whether that worked."""
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-c", "constraints.txt"]
    library = ".[{0}]".format(extra) if extra else "."
    builders = read_project()["build-system"]["requires"]
    if run(pip + builders) == 0 and run(pip + ["--no-build-isolation", "-e", library]) == 0:
        return True
    print("The installation failed; the lines above say why. Mend that, then run the same command again.")
    return False


# -------------------------------------------------------------- the tests


def test(arguments):
    """Run the checks and the tests, all of them even where one fails; return the exit code.

    The last line is pytest's closing line, whatever was printed in between.
    """
    is_whole = all(argument == "--long" for argument in arguments)
    failed = []
    if is_whole:
        failed += [title for title, command in CHECKS if run_check(title, command) != 0]
    code, closing = run_pytest(arguments, is_whole)
    if code != 0:
        failed.append("tests")
    if is_whole and run_check("coverage", coverage_gate()) != 0:
        failed.append("coverage")
    if is_whole:
        print("\n" + ("FAILED: " + ", ".join(failed) if failed else "all checks passed"))
        print(closing)
    return 1 if failed else 0


def run_check(title, command):
    """Run one check under its title; return its exit code."""
    print("\n--- {0}: {1}".format(title, " ".join(command)))
    return run(command)


def coverage_gate():
    """Return the command that fails unless the modules that must be fully covered are."""
    included = "--include=" + ",".join(FULLY_COVERED)
    return ["coverage", "report", "--fail-under=100", "--skip-covered", "--show-missing", included]


def run_pytest(arguments, is_whole):
    """Run pytest, showing what it prints; return its exit code and its closing line."""
    measured = ["-n", "2", "--dist", "loadgroup", "--cov", "--cov-report="] if is_whole else []
    coloured = ["--color=yes"] if sys.stdout.isatty() and "NO_COLOR" not in os.environ else []
    command = ["pytest"] + measured + coloured + arguments
    print("\n--- tests: " + " ".join(command))
    sys.stdout.flush()
    process = subprocess.Popen(in_venv(command), cwd=ROOT, env=environment(), stdout=subprocess.PIPE)
    seen = show(process.stdout)
    code = process.wait()
    lines = [line for line in seen.splitlines() if SUMMARY.search(COLOUR.sub("", line))]
    return code, (lines[-1] if lines else "pytest did not finish")


def show(stream):
    """Copy a stream to the terminal as it comes; return its text."""
    pieces = []
    for piece in iter(lambda: stream.read1(65536), b""):
        sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        pieces.append(piece)
    return b"".join(pieces).decode("utf-8", "replace")


# -------------------------------------------------------------- processes


def run(command, folder=ROOT):
    """Run a command of `.venv` that writes to the terminal itself; return its exit code."""
    sys.stdout.flush()
    return subprocess.call(in_venv(command), cwd=folder, env=environment())


def in_venv(command):
    """Return a command with its program looked up in `.venv`; one given by its whole path stays."""
    return [os.path.join(SCRIPTS, command[0])] + command[1:]


def environment():
    """Return the environment for commands in `.venv`: this one, less what would lead them elsewhere."""
    astray = ("PYTHONHOME", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    kept["PIP_USER"] = "0"
    return kept


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

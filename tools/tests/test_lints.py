"""Each lint of `make check` fails on what it is there to find."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools import check
from tools.lock import hosts_in
from tools.prove import read_report

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def run(*command: str, stdin: str = "", cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    # The tools are not what is measured, and measuring makes them slow.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return subprocess.run(command, cwd=cwd, env=env, input=stdin, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("D100", "x = 1\n"),
        ("DTZ005", '"""."""\nfrom datetime import datetime\n\nx = datetime.now()\n'),
        ("T201", '"""."""\nprint(1)\n'),
        ("BLE001", '"""."""\ntry:\n    x = 1\nexcept Exception:\n    x = 2\n'),
        ("TID252", '"""."""\nfrom . import clock\n\nx = clock\n'),
        ("F821", '"""."""\nx = y\n'),
        ("E501", f'"""{"a " * 70}."""\n'),
        ("INT001", '"""."""\nfrom gettext import gettext as _\n\nx = _(f"{1}")\n'),
    ],
)
def test_ruff_finds(rule: str, code: str):
    done = run(str(BIN / "ruff"), "check", "--stdin-filename", "tenon/kernel/stray.py", "-", stdin=code)
    assert done.returncode == 1
    assert rule in done.stdout


def test_the_formatter_finds_code_in_another_form():
    done = run(str(BIN / "ruff"), "format", "--check", "--stdin-filename", "tenon/stray.py", "-", stdin="x = 'a'\n")
    assert done.returncode == 1


TYPED = {
    "tenon/kernel/stray.py": ("def f(x):\n    return x\n", "no-untyped-def"),
    "tenon/platform/identity/services/stray.py": ("def f(x: list) -> None: ...\n", "type-arg"),
    "tenon/platform/identity/selectors.py": ("def f(x):\n    return x\n", "no-untyped-def"),
    "tenon/platform/identity/api/stray.py": ("def f():\n    return 1 + 'a'\n", "operator"),
    "tenon/platform/identity/api/loose.py": ("def f(x):\n    return x\n", ""),
    "tenon/kernel/tests/test_stray.py": ("def test_x():\n    assert 1 + 1 == 2\n", ""),
}


def test_mypy_is_strict_where_rules_live(tmp_path: Path):
    for name, (code, _) in TYPED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(code)
    for folder in {parent for name in TYPED for parent in Path(name).parents}:
        (tmp_path / folder / "__init__.py").touch()
    # The tables as they are, without the plugin: it would start Django, and has nothing to say to these lines.
    text = (ROOT / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(text.replace('plugins = ["mypy_django_plugin.main"]\n', ""))
    done = run(str(BIN / "mypy"), "--cache-dir", str(tmp_path / "cache"), "tenon", cwd=tmp_path)
    found = {line.partition(":")[0]: line.rpartition("[")[2].rstrip("]") for line in done.stdout.splitlines()[:-1]}
    assert found == {name: error for name, (_, error) in TYPED.items() if error}, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("test", "code"),
    [
        ("B602", "import subprocess\nsubprocess.run('ls ' + input(), shell=True)\n"),
        ("B324", "import hashlib\nhashlib.md5(b'password')\n"),
        ("B608", "def f(c, x):\n    c.execute(\"SELECT * FROM t WHERE a = '%s'\" % x)\n"),
    ],
)
def test_bandit_finds(tmp_path: Path, test: str, code: str):
    (tmp_path / "stray.py").write_text(code)
    done = run(str(BIN / "bandit"), *check.BANDIT, str(tmp_path))
    assert done.returncode == 1
    assert test in done.stdout


INVALID = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    stepz: []\n"
UNSAFE = (
    "on: pull_request_target\npermissions: {}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n"
    "      - run: echo ${{ github.event.pull_request.title }}\n"
)


def test_an_invalid_workflow_is_found(tmp_path: Path):
    (tmp_path / "ci.yml").write_text(INVALID)
    schema = ["--builtin-schema", "vendor.github-workflows"]
    assert run(str(BIN / "check-jsonschema"), *schema, str(tmp_path / "ci.yml")).returncode == 1


def test_an_unsafe_workflow_is_found(tmp_path: Path):
    (tmp_path / ".github" / "workflows").mkdir(parents=True)
    (tmp_path / ".github" / "workflows" / "ci.yml").write_text(UNSAFE)
    done = run(str(BIN / "zizmor"), "--offline", "--quiet", str(tmp_path))
    assert done.returncode != 0
    assert "template-injection" in done.stdout


def test_a_lock_that_names_a_host_is_found():
    assert hosts_in("django==5.2 \\\n    --hash=sha256:00\n    # via tenon (pyproject.toml)\n") == []
    assert hosts_in("django @ https://example.com/django.whl\n") == ["django @ https://example.com/django.whl"]
    option = "--index-url"
    assert hosts_in(f"{option} simple\n") == [f"{option} simple"]


def test_the_locks_hold_every_direct_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, wanted in {"base": project["dependencies"], "dev": project["optional-dependencies"]["dev"]}.items():
        pinned = (ROOT / "requirements" / f"{lock}.lock").read_text().lower()
        names = [line.split(">")[0].split("=")[0].split("[")[0].strip().lower() for line in wanted]
        assert [name for name in names if f"\n{name}==" not in f"\n{pinned}"] == []


def test_a_failed_step_shows_its_output_and_fails_the_check(capsys: pytest.CaptureFixture[str]):
    step = check.Step("stray", "fails", [[sys.executable, "-c", "print('the reason'); raise SystemExit(1)"]])
    assert check.run(step, "1/1") is False
    assert "FAILED" in capsys.readouterr().out.partition("the reason")[0]


def test_a_step_that_passes_shows_only_its_notes(capsys: pytest.CaptureFixture[str]):
    step = check.Step("stray", "passes", [[sys.executable, "-c", "print('much'); print('note: 3 looked at')"]])
    assert check.run(step, "1/1") is True
    assert "note: 3 looked at" in (shown := capsys.readouterr().out)
    assert "much" not in shown


def test_a_step_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]):
    assert check.main(["nonsense"]) == 2
    assert "no step named nonsense" in capsys.readouterr().err


def test_a_failed_step_is_named_at_the_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr(check, "run", lambda step, position: step.name != "types")
    assert check.main(["lint", "types"]) == 1
    assert "1 of 2 steps failed: types" in capsys.readouterr().out


def test_the_record_of_the_proofs_holds_what_they_counted():
    xml = (
        '<testsuites><testsuite><testcase name="test_refresh"><properties>'
        "<property name=\"proof\" value=\"{'scale': 1.0, 'rounds': 1000}\"/>"
        '</properties></testcase><testcase name="test_outage"><skipped/></testcase></testsuite></testsuites>'
    )
    assert read_report(xml) == {
        "test_refresh": {"outcome": "held", "scale": 1.0, "rounds": 1000},
        "test_outage": {"outcome": "skipped"},
    }

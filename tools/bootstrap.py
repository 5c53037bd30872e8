#!/usr/bin/env python3
"""Installs the pinned, hash-checked dependencies into `.venv`, with nothing but a plain Python 3.11.

    python3 tools/bootstrap.py run      what `make run` needs
    python3 tools/bootstrap.py dev      and what tests and checks need
    python3 tools/bootstrap.py mysql    adds the MariaDB driver, which has to be compiled

uv is fetched into `.tools` and does the work; where it cannot be had, venv and pip do it. Stamp files remember what is
installed, so that the next start takes no time. Debian's pip refuses to install into the system (PEP 668), hence
`--target` here and `--python` there: neither touches anything outside the checkout.
"""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = "uv==0.13.8"
FLOOR = (3, 11)
LOCKS = {"run": "base.lock", "dev": "dev.lock", "mysql": "mysql.lock"}


class BootstrapError(Exception):
    """Says in one line what is wrong and what to do about it."""


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    wanted = arguments[0] if len(arguments) == 1 else ""
    if wanted not in LOCKS:
        print(f"usage: bootstrap.py {'|'.join(LOCKS)}", file=sys.stderr)
        return 2
    try:
        if sys.version_info < FLOOR:
            raise BootstrapError(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
        with _alone(root):
            install(wanted, root)
    except BootstrapError as error:
        print(f"bootstrap: {error}", file=sys.stderr)
        return 1
    return 0


def install(wanted: str, root: Path) -> None:
    """Brings `.venv` to the state of the lock behind `wanted`; returns at once when it is there already."""
    if wanted == "run" and _stamp(root, "dev").exists():
        wanted = "dev"  # the larger set holds the smaller one: never take a developer's tools away
    lock, stamp = root / "requirements" / LOCKS[wanted], _stamp(root, wanted)
    if _interpreter(root).exists() and stamp.exists() and stamp.read_text() == fingerprint(lock):
        return
    if not lock.is_file():
        raise BootstrapError(f"requirements/{lock.name} is missing; this is no complete checkout.")
    if wanted == "mysql":
        install("dev", root)
    print(f"Installing requirements/{lock.name} into .venv …", flush=True)
    uv = find_uv(root)
    if not _interpreter(root).exists():
        create_environment(root, uv)
    had_driver = wanted != "mysql" and _stamp(root, "mysql").exists()
    for replaced in [wanted] if wanted == "mysql" else LOCKS:
        _stamp(root, replaced).unlink(missing_ok=True)
    # uv does not read pip's configuration: behind a mirror that only pip knows, pip gets its turn.
    commands = [install_command(root, lock, tool, exact=wanted != "mysql") for tool in dict.fromkeys((uv, None))]
    if not any(_succeeds(command) for command in commands):
        raise BootstrapError(f"requirements/{lock.name} could not be installed (the reason stands above).")
    stamp.write_text(fingerprint(lock))
    if had_driver:
        install("mysql", root)


def fingerprint(lock: Path) -> str:
    """What an installation depends on: the lock, the interpreter of `.venv`, and where the checkout is."""
    root = lock.parents[1]
    parts = [file.read_bytes() if file.is_file() else b"" for file in (lock, root / ".venv" / "pyvenv.cfg")]
    return hashlib.sha256(b"\0".join([*parts, str(root).encode()])).hexdigest()


def find_uv(root: Path) -> Path | None:
    """uv in `.tools`, fetched by pip when it is not there; None when it cannot be had."""
    uv, pin = root / ".tools" / "bin" / "uv", root / ".tools" / f"uv-{UV.partition('==')[2]}.dist-info"
    if uv.exists() and pin.exists():
        return uv
    _require_pip()
    print(f"Fetching {UV} into .tools …", flush=True)
    quietly = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]
    target = ["--upgrade", "--target", str(root / ".tools")]
    if _succeeds([sys.executable, "-m", "pip", "install", *quietly, *target, UV]) and uv.exists():
        return uv
    print("uv cannot be had here; venv and pip do it, more slowly.", flush=True)
    return None


def create_environment(root: Path, uv: Path | None) -> None:
    target = str(root / ".venv")
    if uv is not None:
        command = [str(uv), "venv", "--quiet", "--allow-existing", "--no-python-downloads", "--python", sys.executable]
    else:
        # Without pip inside: Debian keeps ensurepip in a package of its own, and the pip outside can serve it.
        command = [sys.executable, "-m", "venv", "--without-pip"]
    if not _succeeds([*command, target]):
        raise BootstrapError("no virtual environment could be made in .venv: `apt install python3-venv`.")


def install_command(root: Path, lock: Path, uv: Path | None, *, exact: bool) -> list[str]:
    """The command that installs `lock`; `exact` also removes what is not in it (uv only)."""
    python = str(_interpreter(root))
    if uv is not None:
        verb = ["sync"] if exact else ["install", "-r"]
        return [str(uv), "pip", *verb, str(lock), "--require-hashes", "--system-certs", "--python", python]
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--disable-pip-version-check"]
    return [*pip, "--require-hashes", "-r", str(lock)]


def _interpreter(root: Path) -> Path:
    return root / ".venv" / "bin" / "python"


def _stamp(root: Path, wanted: str) -> Path:
    return root / ".venv" / f".installed-{wanted}"


def _require_pip() -> None:
    probe = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    if probe.returncode != 0:
        raise BootstrapError("pip is needed to fetch the dependencies: `apt install python3-pip`.")


def _succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, check=False).returncode == 0


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One bootstrap at a time: `make run` and `make test` may be started side by side on a fresh checkout."""
    folder = root / ".tools"
    try:
        folder.mkdir(exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise BootstrapError(f"{folder} cannot be written to ({error.strerror}).") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

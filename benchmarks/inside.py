"""What views cost by themselves: called in a process of their project, without server, callers and limits around them.

python -m benchmarks.inside MODULE SHOP    answers each name on a line with the CPU milliseconds of a call
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from statistics import median
from typing import Any

SECONDS = 0.5  # of CPU, a round
Call = Callable[[], Any]


class Worker:
    """A process in which the views of `module` are called, with the settings of `env`."""

    def __init__(self, module: str, *, env: Mapping[str, str], shop: Mapping[str, Any], stack: ExitStack) -> None:
        from tenon.testing.servers import ROOT, environment

        self._process = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.inside", module, json.dumps(shop)],
                env=environment(env),
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        # It ends when nothing is left to read.
        stack.callback(self._process.stdin.close)

    def cpu_ms(self, name: str) -> float:
        """CPU milliseconds of one call of a view."""
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{name} could not be called: see above")
        return float(answer)


def compare(ways: Sequence[tuple[Worker, str]], *, rounds: int) -> list[float]:
    """The medians of rounds taken in turn, after one of each that does not count."""
    taken = [[worker.cpu_ms(name) for worker, name in ways] for _ in range(rounds + 1)]
    return [median(each) for each in zip(*taken[1:], strict=True)]


def main(module: str, shop: Mapping[str, Any]) -> None:
    import django

    django.setup()
    calls: Mapping[str, Call] = import_module(module).calls(shop)
    for line in sys.stdin:
        print(_cpu_ms(calls[line.strip()]), flush=True)


def _cpu_ms(call: Call) -> float:
    count, began = 0, time.process_time()
    while (spent := time.process_time() - began) < SECONDS:
        response = call()
        if hasattr(response, "render"):
            response.render()
        if response.status_code != 200:
            raise SystemExit(f"answered {response.status_code}: {response.content!r}")
        count += 1
    return spent * 1000 / count


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))

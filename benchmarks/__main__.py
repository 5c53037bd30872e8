"""`make bench`: the benchmarks that are named, or all of them, one after another.

python -m benchmarks                                        all, on SQLite
python -m benchmarks people --database-url postgresql://…   one, on throwaway databases of that server
python -m benchmarks growth --products 10000 1000000        with shops of these sizes
python -m benchmarks --record                               keeps the figures in benchmarks/results/<name>.json
"""

import argparse
import json
import os
import platform
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.house import House

# A module of each name has `run(house) -> results`, and `show(results)`, which prints them beside their targets.
# One that draws what it has found has `draw(results, path)` too.
NAMES = ("identity", "people", "guards", "flags", "relay", "notifications", "products", "audit", "commerce", "growth")
# Only where it is named: it installs what is not ours.
PEERS = ("peer",)
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    options = _options()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    for name in options.names or NAMES:
        benchmark = import_module(f"benchmarks.{name}")
        print(f"\n{name}: {benchmark.__doc__.partition(chr(10))[0]}\n", flush=True)
        with TemporaryDirectory() as folder, ExitStack() as stack:
            house = House(
                folder=Path(folder),
                stack=stack,
                database_url=options.database_url,
                rounds=options.rounds,
                seconds=options.seconds,
                connections=options.connections,
                products=tuple(options.products),
            )
            results = {"machine": _machine(options.database_url), **benchmark.run(house)}
        benchmark.show(results)
        if options.record:
            RESULTS.mkdir(exist_ok=True)
            (RESULTS / f"{name}.json").write_text(json.dumps(results, indent=2) + "\n")
            if draw := getattr(benchmark, "draw", None):
                draw(results, RESULTS / f"{name}.png")


def _machine(database_url: str) -> dict[str, object]:
    engine = database_url.partition(":")[0] or "sqlite"
    return {"cores": os.cpu_count(), "python": platform.python_version(), "database": engine}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)} (default: all), {', '.join(PEERS)}"
    )
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each of a pair (default 5)")
    parser.add_argument("--seconds", type=float, default=4.0, help="seconds a round (default 4)")
    parser.add_argument("--connections", type=int, default=4, help="keep-alive connections (default 4)")
    parser.add_argument("--products", type=int, nargs="+", default=[1000, 10_000], help="sizes of the shops")
    parser.add_argument("--database-url", default=os.environ.get("BENCH_DATABASE_URL", ""), help="default: SQLite")
    parser.add_argument("--record", action="store_true", help="keep the figures in benchmarks/results")
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - {*NAMES, *PEERS}):
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are: {', '.join(NAMES + PEERS)}")
    return options


main()

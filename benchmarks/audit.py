"""The audit log: what it costs the request that it takes down, and what sealing a row costs the relay."""

import json
from dataclasses import asdict
from typing import Any

from benchmarks import tables
from benchmarks.house import House, bearer, run_code
from benchmarks.load import Request

# What the load has left behind waits for its seal: no relay runs beside it.
_SEAL = """
import json, time
from tenon.platform.audit import services
began = time.process_time()
rows = services.seal()
print(json.dumps({"rows": rows, "cpu_ms": (time.process_time() - began) * 1000 / rows}))
"""


def run(house: House) -> dict[str, Any]:
    env = house.database("audit")
    server = house.serve("audit", env=env)
    signed_in = bearer(server)
    publishing, audited = house.compare(
        (server, Request("POST", "/benchmark/change/published/", signed_in, b"{}")),
        (server, Request("POST", "/benchmark/change/audited/", signed_in, b"{}")),
    )
    return {
        "request": {
            "without": asdict(publishing),
            "with": asdict(audited),
            "audit_cpu_ms": audited.cpu_ms - publishing.cpu_ms,
            "with_to_without": audited.cpu_ms / publishing.cpu_ms,
        },
        "sealing": json.loads(run_code(_SEAL, env=env).splitlines()[-1]),
    }


def show(results: dict[str, Any]) -> None:
    request, sealing = results["request"], results["sealing"]
    tables.show({"a change, published": request["without"], "the same, audited": request["with"]})
    print(f"A row costs {request['audit_cpu_ms']:.2f} ms of its request ({request['with_to_without']:.2f} ×)")
    print(f"Sealing costs {sealing['cpu_ms']:.3f} CPU ms a row ({sealing['rows']} rows)")

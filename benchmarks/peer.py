"""The list of products against the search of Vendure 3, from npm, on the same PostgreSQL.

The work is not equal: Vendure answers GraphQL to an anonymous shopper and computes tax and channel prices; ours
verifies a token, counts limits and answers with category, stock and picture. Needs node, npm, wrk, and VENDURE_FOLDER,
a folder outside of the checkout in which it is installed.
"""

import csv
import json
import os
import re
import shutil
import subprocess
from dataclasses import asdict
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from PIL import Image

from benchmarks import cpu, tables
from benchmarks.commerce import make_customer, make_shop
from benchmarks.databases import throwaway
from benchmarks.house import House, bearer
from benchmarks.pairs import Round, alternate
from benchmarks.shop_requests import CUSTOMER, LIST
from tenon.testing.servers import HOST, free_port, spawn, wait_until_up

TARGET = 6.0
_SOURCES = Path(__file__).parent / "vendure"
_PICTURES = 10
_COLUMNS = (
    "name",
    "slug",
    "description",
    "assets",
    "facets",
    "optionGroups",
    "optionValues",
    "sku",
    "price",
    "taxCategory",
    "stockOnHand",
    "trackInventory",
    "variantAssets",
    "variantFacets",
)
_SEARCH = {
    "query": """{ search(input: { take: 20, groupByProduct: true }) { totalItems items {
        productId productName slug sku currencyCode inStock description
        priceWithTax { ... on PriceRange { min max } ... on SinglePrice { value } }
        productAsset { id preview }
    } } }"""
}


def run(house: House) -> dict[str, Any]:
    if not house.database_url or not os.environ.get("VENDURE_FOLDER"):
        raise SystemExit("the peer needs --database-url and VENDURE_FOLDER")
    size, folder = house.products[0], Path(os.environ["VENDURE_FOLDER"])
    database = house.stack.enter_context(throwaway(house.database_url, name="tenon_bench_vendure"))
    version = _install(folder)
    _populate(folder, database, size)
    theirs = _serve(house, folder, database)
    env = house.database("peer")
    make_customer(env)
    shop = make_shop(env, size)
    house.analyze(env)
    server = house.serve("peer", env={**env, "BENCH_LIMITS": "on", "REDIS_URL": house.redis()})
    headers = {**bearer(server, CUSTOMER), "X-Organization-ID": shop["organization"]}
    asked = folder / "search.json"
    asked.write_text(json.dumps(_SEARCH))
    body = json.loads(
        _answer(theirs.port, "POST", "/shop-api", {"Content-Type": "application/json"}, asked.read_text())
    )
    if body["data"]["search"]["totalItems"] != size or len(body["data"]["search"]["items"]) != 20:
        raise SystemExit(f"Vendure does not have {size} products: {body}")
    page = f"{LIST}?limit=20"
    if len(json.loads(_answer(server.port, "GET", page, headers))["data"]) != 20:
        raise SystemExit("ours has no twenty products")
    lua = ["-s", str(folder / "search.lua")]
    sent = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    ours, peer = alternate(
        lambda: _wrk(house, server, page, sent, {}),
        lambda: _wrk(house, theirs, "/shop-api", lua, {"SEARCH_BODY": str(asked)}),
        rounds=house.rounds,
    )
    return {
        "vendure": version,
        "products": size,
        "ours": asdict(ours),
        "peer": asdict(peer),
        "rate": ours.rate / peer.rate,
    }


def show(results: dict[str, Any]) -> None:
    tables.show({"ours, the list": results["ours"], f"Vendure {results['vendure']}, search": results["peer"]})
    print(f"Ours answers {results['rate']:.1f} × as many a second (target: at least {TARGET}); the work is not equal")


def _install(folder: Path) -> str:
    shutil.copytree(_SOURCES, folder, dirs_exist_ok=True)
    if not (folder / "node_modules").exists():
        subprocess.run(["npm", "install", "--no-audit", "--no-fund"], cwd=folder, check=True)
    found: str = json.loads((folder / "node_modules/@vendure/core/package.json").read_text())["version"]
    return found


def _populate(folder: Path, database: str, size: int) -> None:
    from tenon.domains.catalog.engines.samples import sample

    (folder / "pictures").mkdir(exist_ok=True)
    for number in range(_PICTURES):
        Image.new("RGB", (1200, 900), (20 * number, 120, 200)).save(folder / "pictures" / f"{number}.png")
    with (folder / "products.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, restval="")
        writer.writeheader()
        for number in range(1, size + 1):
            each = sample(number)
            product = {
                "name": each.name,
                "slug": each.slug,
                "description": each.description,
                "assets": f"{number % _PICTURES}.png",
                "facets": "|".join(f"{name}:{value}" for name, value in each.attributes.items()),
                "optionGroups": "size" if each.variants else "",
            }
            common = {
                "price": f"{each.price / 100:.2f}",
                "taxCategory": "standard",
                "stockOnHand": str(each.stock),
                "trackInventory": "true",
            }
            variants = [(sku, name) for name, sku, _ in each.variants] or [(each.sku, "")]
            for place, (sku, name) in enumerate(variants):
                row = {**common, "sku": sku, "optionValues": name}
                writer.writerow({**product, **row} if place == 0 else row)
    env = {**os.environ, "VENDURE_DATABASE_URL": database, "VENDURE_SYNCHRONIZE": "yes", "PORT": str(free_port())}
    done = subprocess.run(["node", "populate.js"], cwd=folder, env=env, capture_output=True, text=True)
    if done.returncode or f"indexed {size}" not in done.stdout:
        raise SystemExit(f"Vendure did not take the products in:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    import psycopg

    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _serve(house: House, folder: Path, database: str) -> Any:
    port = free_port()
    env = {"NODE_ENV": "production", "VENDURE_DATABASE_URL": database, "PORT": str(port)}
    env["WORKERS"] = str(os.cpu_count() or 1)
    process = spawn("vendure", ["node", "serve.js"], env=env, log=house.folder / "vendure.log", cwd=folder)
    house.stack.callback(process.stop)

    def is_up() -> bool:
        try:
            return bool(_answer(port, "GET", "/health", {}))
        except OSError:
            return False

    wait_until_up(process, is_up)
    process.port = port  # type: ignore[attr-defined]
    return process


def _answer(port: int, method: str, path: str, headers: dict[str, str], body: str = "") -> str:
    connection = HTTPConnection(HOST, port, timeout=30)
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}: {text[:1000]}")
    return text


def _wrk(house: House, server: Any, path: str, options: list[str], env: dict[str, str]) -> Round:
    """One round. wrk does not count redirects; the answer that was looked at before was a plain 200."""
    before = cpu.seconds(server.pid)
    command = [
        "wrk",
        "-t1",
        "-c8",
        f"-d{house.seconds:.0f}s",
        "--latency",
        *options,
        f"http://{HOST}:{server.port}{path}",
    ]
    said = subprocess.run(command, env={**os.environ, **env}, check=True, capture_output=True, text=True).stdout
    spent = cpu.seconds(server.pid) - before
    count = int(re.search(r"(\d+) requests in", said)[1])
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Round(
        cpu_ms=spent * 1000 / count,
        rate=float(re.search(r"Requests/sec: +([\d.]+)", said)[1]),
        p50_ms=_ms(re.search(r"50% +([\d.]+)(\w+)", said)),
        p99_ms=_ms(re.search(r"99% +([\d.]+)(\w+)", said)),
        unexpected=int(other[1]) if other else 0,
    )


def _ms(found: Any) -> float:
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]

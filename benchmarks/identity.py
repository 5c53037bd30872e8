"""Signing in and reading one's own details, against their floors and ceilings."""

from dataclasses import asdict
from typing import Any

from benchmarks import hashing, tables
from benchmarks.house import CREDENTIALS, House, bearer
from benchmarks.load import Request

LOGIN = Request("POST", "/auth/login/", body=CREDENTIALS)
# KitoDeck's published figures: 1 500 sign-ins and 2 000 reads of details a minute.
PEER = {"login": {"per_second": 25.0, "p99_ms": 250.0}, "details": {"per_second": 2000 / 60, "p99_ms": 150.0}}


def run(house: House) -> dict[str, Any]:
    # Each hasher its own database: a sign-in replaces a hash made with another one.
    ours, theirs = (
        house.serve(hasher, env=house.database(hasher, env={"BENCH_HASHER": hasher}))
        for hasher in ("argon2id", "pbkdf2")
    )
    argon2id, pbkdf2 = house.compare((ours, LOGIN), (theirs, LOGIN))
    hash_ms = hashing.cpu_ms(house.seconds)
    signed_in = bearer(ours)
    details, empty = house.compare(
        (ours, Request("GET", "/user/details/", signed_in)), (ours, Request("GET", "/benchmark/empty/", signed_in))
    )
    return {
        "login": {
            "argon2id": asdict(argon2id),
            "pbkdf2": asdict(pbkdf2),
            "pbkdf2_to_argon2id_cpu": pbkdf2.cpu_ms / argon2id.cpu_ms,
            "hash_cpu_ms": hash_ms,
            # As many sign-ins as hashes would be 1: the share of the ceiling that a sign-in reaches.
            "share_of_hash_ceiling": hash_ms / argon2id.cpu_ms,
        },
        "details": {
            "details": asdict(details),
            "empty": asdict(empty),
            "details_to_empty_cpu": details.cpu_ms / empty.cpu_ms,
        },
    }


def show(results: dict[str, Any]) -> None:
    login, details = results["login"], results["details"]
    tables.show(
        {
            "login, Argon2id": login["argon2id"],
            "login, PBKDF2 (Django)": login["pbkdf2"],
            "GET /user/details/": details["details"],
            "empty view, same auth": details["empty"],
        }
    )
    print(f"PBKDF2 costs {login['pbkdf2_to_argon2id_cpu']:.1f} × the CPU of ours a sign-in (target: at least 10)")
    share, hash_ms = login["share_of_hash_ceiling"], login["hash_cpu_ms"]
    print(f"Sign-in reaches {share:.0%} of the ceiling set by {hash_ms:.1f} ms a hash (target: at least 75 %)")
    print(f"Details cost {details['details_to_empty_cpu']:.2f} × an empty view (target: at most 1.5)")
    for work, name in (("login", "argon2id"), ("details", "details")):
        row, peer = results[work][name], PEER[work]
        print(
            f"{work}: {row['rate']:.0f}/s at p99 {row['p99_ms']:.0f} ms; "
            f"KitoDeck publishes {peer['per_second']:.0f}/s at p99 {peer['p99_ms']:.0f} ms"
        )

"""`/api/v1/me` and the list of members: against their floors, the ordinary way, and a thousand times the members."""

from dataclasses import asdict
from typing import Any

from benchmarks import tables
from benchmarks.house import EMAIL, House, bearer, run_code
from benchmarks.load import Request

SIZES = (10, 100_000)

_MAKE_MEMBERS = """
from tenon.kernel import clock
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.platform.identity.models import User
from tenon.platform.organizations import services
from tenon.platform.organizations.models import Membership

owner, now = User.objects.get(email={email!r}), clock.now()
made = services.create(owner_id=owner.id, name="Of {size}", now=now)
people = [
    User(
        email=f"member{{number}}@of{size}.example",
        email_normalized=f"member{{number}}@of{size}.example",
        first_name="Ada", last_name=f"Member {{number}}", is_verified=True, date_joined=now,
    )
    for number in range({size} - 1)
]
User.objects.bulk_create(people, batch_size=2000)
with organization_scope(made.id):
    memberships = [Membership(organization_id=made.id, user=person, role="member") for person in people]
    Membership.objects.bulk_create(memberships, batch_size=2000)
print(made.id)
"""


def run(house: House) -> dict[str, Any]:
    env = house.database("people")
    small, large = (run_code(_MAKE_MEMBERS.format(email=EMAIL, size=size), env=env).strip() for size in SIZES)
    house.analyze(env)
    server = house.serve("people", env=env)
    signed_in = bearer(server)

    def get(path: str) -> Any:
        return server, Request("GET", path, signed_in)

    limited = {**env, "BENCH_LIMITS": "on", "REDIS_URL": house.redis()}
    whole = house.serve("whole", env=limited), Request("GET", f"/api/v1/organizations/{small}/members/", signed_in)
    baseline, theirs = house.serve_baseline("baseline", env=limited)
    everything, as_everybody = house.compare(whole, (baseline, Request("GET", whole[1].path, theirs)))
    me, empty = house.compare(get("/api/v1/me"), get("/benchmark/empty/"))
    ours, ordinary = house.compare(
        get(f"/api/v1/organizations/{small}/members/"), get(f"/benchmark/{small}/members/ordinary/")
    )
    again, raw = house.compare(get(f"/api/v1/organizations/{small}/members/"), get(f"/benchmark/{small}/members/raw/"))
    few, many = house.compare(
        get(f"/api/v1/organizations/{small}/members/?limit=10"), get(f"/api/v1/organizations/{large}/members/?limit=10")
    )
    return {
        "me": {"me": asdict(me), "empty": asdict(empty), "me_to_empty_cpu": me.cpu_ms / empty.cpu_ms},
        "whole": {
            "ours": asdict(everything),
            "baseline": asdict(as_everybody),
            "baseline_to_ours_cpu": as_everybody.cpu_ms / everything.cpu_ms,
        },
        "members": {
            "ours": asdict(ours),
            "ordinary": asdict(ordinary),
            "raw": asdict(raw),
            "ordinary_to_ours_cpu": ordinary.cpu_ms / ours.cpu_ms,
            "ours_to_raw_cpu": again.cpu_ms / raw.cpu_ms,
        },
        "growth": {
            "members": list(SIZES),
            "few": asdict(few),
            "many": asdict(many),
            "many_to_few_p50": many.p50_ms / few.p50_ms,
        },
    }


def show(results: dict[str, Any]) -> None:
    me, members, growth, whole = (results[name] for name in ("me", "members", "growth", "whole"))
    tables.show(
        {
            "GET /api/v1/me": me["me"],
            "empty view, same auth": me["empty"],
            "members, with limits": whole["ours"],
            "members, the baseline": whole["baseline"],
            "members, without limits": members["ours"],
            "members, ordinary view in our house": members["ordinary"],
            "members, one raw statement": members["raw"],
            f"ten of {SIZES[0]} members": growth["few"],
            f"ten of {SIZES[1]} members": growth["many"],
        }
    )
    print(f"/me costs {me['me_to_empty_cpu']:.2f} × an empty view (target: at most 1.5)")
    print(f"The baseline costs {whole['baseline_to_ours_cpu']:.2f} × ours, limits included (target: at least 2.5)")
    print(f"An ordinary view with our authentication and scope costs {members['ordinary_to_ours_cpu']:.2f} × ours")
    print(f"Ours costs {members['ours_to_raw_cpu']:.2f} × a raw view of the same rows (target: at most 3.2)")
    print(f"The median at {SIZES[1]} members is {growth['many_to_few_p50']:.2f} × that at {SIZES[0]} (target: flat)")

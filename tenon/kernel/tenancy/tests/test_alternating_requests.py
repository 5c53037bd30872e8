"""Two organizations take turns on a few connections, with every kind of scope and failure in between."""

import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path
from pytest_django import DjangoDbBlocker, Settings

from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.scopes import organization_scope, self_scope, system_scope
from tenon.kernel.tenancy.tests.factories import Tenant, make_tenant, make_user_id
from tenon.testing.databases import Clone
from tenon.testing.probes.models import Part, Probe

ROUNDS = max(20, round(10_000 * float(os.environ.get("PROOF_SCALE", "0.05"))))
CONNECTIONS, THREADS = 4, 8


def owners_in_raw_sql() -> list[str]:
    """Whose rows SQL sees that names no organization; where no policy guards it, nothing is asked."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT organization_id::text FROM probes_part")
        return [owner for (owner,) in cursor.fetchall()]


def owners() -> list[str]:
    return sorted({str(owner) for owner in Part.objects.values_list("organization_id", flat=True)})


def read(request: HttpRequest, organization: UUID) -> HttpResponse:
    with organization_scope(organization, read_only=True):
        return JsonResponse([owners(), owners_in_raw_sql()], safe=False)


def write(request: HttpRequest, organization: UUID) -> HttpResponse:
    with organization_scope(organization):
        Part.objects.filter(label__endswith=" l").update(label="a l")
        return JsonResponse([owners(), owners_in_raw_sql()], safe=False)


def fail(request: HttpRequest, organization: UUID) -> HttpResponse:
    with organization_scope(organization), system_scope(reason="to fail inside"):
        Probe.objects.update(version=1_000)
        raise ZeroDivisionError


def oversee(request: HttpRequest, organization: UUID) -> HttpResponse:
    with organization_scope(organization, read_only=True):
        with system_scope(reason="to count", read_only=True):
            everybody = len(owners())
        return JsonResponse([owners(), owners_in_raw_sql(), everybody], safe=False)


def stream(request: HttpRequest, organization: UUID) -> StreamingHttpResponse:
    with organization_scope(organization, read_only=True):
        seen = owners()
    return StreamingHttpResponse(iter([seen[0], f" {scopes.current()}"]))


def forget(request: HttpRequest, organization: UUID) -> HttpResponse:
    try:
        return JsonResponse(owners(), safe=False)
    except NoScope:
        return JsonResponse([None, owners_in_raw_sql()], safe=False)


def hold(request: HttpRequest, organization: UUID) -> HttpResponse:
    with self_scope(organization, read_only=True), transaction.atomic():
        return JsonResponse([Probe.objects.count(), owners_in_raw_sql()], safe=False)


urlpatterns = [
    path(f"{view.__name__}/<uuid:organization>", view) for view in (read, write, fail, oversee, stream, forget, hold)
]


@contextmanager
def few_connections() -> Iterator[None]:
    """On PostgreSQL all threads share a small pool; elsewhere each request has a connection of its own."""
    facts = connections[DEFAULT_DB_ALIAS].settings_dict
    before = {name: facts[name] for name in ("OPTIONS", "CONN_MAX_AGE")}
    if connection.vendor == "postgresql":
        facts["OPTIONS"] = {**facts["OPTIONS"], "pool": {"min_size": 2, "max_size": CONNECTIONS, "timeout": 30}}
        facts["CONN_MAX_AGE"] = 0
    try:
        yield
        if connection.vendor == "postgresql":
            pool = connection.pool.get_stats()
            assert pool["requests_num"] >= ROUNDS
            assert pool["connections_num"] <= CONNECTIONS, "they were not shared"
    finally:
        if connection.vendor == "postgresql":
            connection.close()
            connection.close_pool()
        facts.update(before)


def test_nothing_leaks(cloned_database: Clone, django_db_blocker: DjangoDbBlocker, settings: Settings):
    settings.ROOT_URLCONF = __name__
    with django_db_blocker.unblock(), cloned_database.in_use(), few_connections():
        tenants = [make_tenant("acme"), make_tenant("globex", holder_id=make_user_id())]
        connection.close()
        asked, in_thread = Counter[str](), threading.local()

        def ask(number: int) -> None:
            in_thread.client = getattr(in_thread, "client", None) or Client(raise_request_exception=False)
            view = urlpatterns[number // 2 % len(urlpatterns)].callback.__name__
            try:
                check(view, in_thread.client, tenants[number % 2])
            finally:
                connection.close()
            asked[view] += 1

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(ask, range(ROUNDS)))
        assert sum(asked.values()) == ROUNDS
        assert len(asked) == len(urlpatterns)


def check(view: str, client: Client, tenant: Tenant) -> None:
    """Ask as `tenant`, and compare the answer with what only this tenant may get."""
    mine = str(tenant.id)
    raw = [mine] if connection.vendor == "postgresql" else []
    answer = client.get(f"/{view}/{mine}")
    if view == "fail":
        assert answer.status_code == 500
        return
    if view == "stream":
        assert b"".join(answer.streaming_content).decode() == f"{mine} None"
        return
    expected = {
        "read": [[mine], raw],
        "write": [[mine], raw],
        "oversee": [[mine], raw, 2],
        "forget": [None, []],
        "hold": [0, []],
    }
    assert answer.json() == expected[view]

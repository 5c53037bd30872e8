"""Threads, tasks and copied contexts: a scope is open for the thread that opened it, and no longer than it lasts."""

import asyncio
import threading
from contextvars import copy_context
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.core.exceptions import SynchronousOnlyOperation
from django.db import connections

from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.errors import NoScope
from tenon.kernel.tenancy.scopes import organization_scope
from tenon.kernel.tenancy.tests.factories import Tenant, make_tenant
from tenon.testing.probes.models import Probe


class TestContexts:
    def test_another_thread_has_no_scope(self, acme):
        seen: list[object] = []
        with organization_scope(acme.id):
            thread = threading.Thread(target=lambda: seen.append(scopes.current()))
            thread.start()
            thread.join()
        assert seen == [None]

    def test_a_context_copied_into_a_thread_opens_nothing(self, acme):
        """The other thread has another connection, on which no policy would let a row through."""
        seen: list[object] = []
        with organization_scope(acme.id):
            thread = threading.Thread(target=copy_context().run, args=[lambda: seen.append(scopes.current())])
            thread.start()
            thread.join()
        assert seen == [None]

    def test_a_context_that_outlives_its_scope_opens_nothing(self, acme):
        with organization_scope(acme.id):
            copied = copy_context()
            assert copied.run(scopes.current_organization_id) == acme.id
        assert copied.run(scopes.current) is None
        with pytest.raises(NoScope):
            copied.run(Probe.objects.count)

    def test_an_old_context_may_open_a_scope_of_its_own(self, acme, globex):
        def count() -> int:
            with organization_scope(globex.id):
                return Probe.objects.count()

        with organization_scope(acme.id):
            copied = copy_context()
        assert copied.run(count) == 3

    @pytest.mark.django_db(transaction=True)
    def test_tasks_do_not_see_each_others_scopes(self):
        tenants = [make_tenant(f"tenant-{number}") for number in range(4)]
        all_inside = threading.Barrier(len(tenants))

        def read(tenant: Tenant) -> tuple[object, set[Probe]]:
            try:
                with organization_scope(tenant.id, read_only=True):
                    all_inside.wait(30)
                    return scopes.current_organization_id(), set(Probe.objects.all())
            finally:
                connections.close_all()

        async def task(tenant: Tenant) -> tuple[object, set[Probe]]:
            assert scopes.current() is None
            return await sync_to_async(read, thread_sensitive=False)(tenant)

        async def main() -> list[tuple[object, set[Probe]]]:
            return await asyncio.gather(*map(task, tenants))

        assert asyncio.run(main()) == [(tenant.id, set(tenant.probes)) for tenant in tenants]

    def test_a_coroutine_opens_none_itself(self):
        async def main():
            with organization_scope(uuid4(), read_only=True):
                raise AssertionError("it was opened")

        with pytest.raises(SynchronousOnlyOperation, match="sync_to_async"):
            asyncio.run(main())
        assert scopes.current() is None

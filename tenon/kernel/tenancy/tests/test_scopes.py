"""Scopes: what they open, how they nest, and that nothing of them stays behind."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tenon.kernel.ids import new_id
from tenon.kernel.tenancy import scopes
from tenon.kernel.tenancy.errors import NoScope, ScopeConflict
from tenon.kernel.tenancy.scope import Scope, ScopeKind
from tenon.kernel.tenancy.scopes import organization_scope, self_scope, system_scope
from tenon.kernel.tenancy.tests.factories import make_tenant, make_user_id
from tenon.testing.probes.models import Part, Probe


def test_without_a_scope_nothing_is_open():
    assert scopes.current() is None
    assert scopes.current_organization_id() is None
    with pytest.raises(NoScope, match="No scope is open"):
        scopes.require(connection)


@pytest.mark.django_db
def test_each_scope_says_what_it_is():
    someone = uuid4()
    with organization_scope(someone, read_only=True):
        assert scopes.current() == Scope(ScopeKind.ORGANIZATION, someone, read_only=True)
        assert scopes.current_organization_id() == someone
    with self_scope(someone):
        assert scopes.current() == Scope(ScopeKind.SELF, someone)
        assert scopes.current_organization_id() is None
    with system_scope(reason="to try it"):
        assert scopes.current() == Scope(ScopeKind.SYSTEM, reason="to try it")
    assert scopes.current() is None


def test_a_scope_opens_its_own_rows_only(acme, globex):
    with organization_scope(acme.id):
        assert set(Probe.objects.all()) == set(acme.probes)
    with organization_scope(globex.id):
        assert set(Probe.objects.all()) == set(globex.probes)
    with organization_scope(new_id()):
        assert not Probe.objects.exists()


def test_a_system_scope_opens_every_row(acme, globex):
    with system_scope(reason="to count"):
        assert set(Probe.objects.all()) == {*acme.probes, *globex.probes}


def test_a_self_scope_opens_what_one_person_holds_anywhere(user_id):
    mine = [make_tenant("acme", holder_id=user_id), make_tenant("globex", holder_id=user_id)]
    make_tenant("initech", holder_id=make_user_id())
    with self_scope(user_id):
        assert set(Probe.objects.all()) == {*mine[0].probes, *mine[1].probes}
        assert Probe.objects.get(pk=mine[1].probes[0].pk).organization_id == mine[1].id
    with self_scope(uuid4(), read_only=True):
        assert not Probe.objects.exists()


def test_a_self_scope_does_not_open_what_has_no_holder(acme):
    with self_scope(uuid4()), pytest.raises(NoScope, match="self_scope_field"):
        Part.objects.first()


class TestNesting:
    def test_the_same_scope_is_entered_again(self, acme):
        with organization_scope(acme.id), organization_scope(acme.id):
            assert Probe.objects.count() == 3
            with organization_scope(acme.id, read_only=True):
                assert Probe.objects.count() == 3
            assert Probe.objects.count() == 3

    @pytest.mark.parametrize("read_only", [False, True])
    def test_another_organization_is_refused(self, acme, globex, read_only):
        another = organization_scope(globex.id, read_only=read_only)
        with organization_scope(acme.id), pytest.raises(ScopeConflict, match="one organization"), another:
            raise AssertionError("it was opened")
        assert scopes.current() is None

    def test_another_organization_is_refused_through_a_system_scope_too(self, acme, globex):
        refused, another = pytest.raises(ScopeConflict), organization_scope(globex.id)
        with organization_scope(acme.id), system_scope(reason="in between"), refused, another:
            raise AssertionError("it was opened")

    def test_another_person_is_refused(self, db):
        with self_scope(uuid4()), pytest.raises(ScopeConflict, match="one self"), self_scope(uuid4()):
            raise AssertionError("it was opened")

    @pytest.mark.parametrize(
        "writing", [lambda tenant: organization_scope(tenant.id), lambda tenant: system_scope(reason="to write")]
    )
    def test_writing_inside_of_reading_is_refused(self, acme, writing):
        refused = pytest.raises(ScopeConflict, match="only reads")
        with organization_scope(acme.id, read_only=True), refused, writing(acme):
            raise AssertionError("it was opened")

    def test_organizations_one_after_the_other_inside_a_system_scope(self, acme, globex):
        with system_scope(reason="a purge"):
            for tenant in (acme, globex):
                with organization_scope(tenant.id):
                    assert set(Probe.objects.all()) == set(tenant.probes)
            assert Probe.objects.count() == 6

    def test_a_system_scope_inside_an_organization_and_back(self, acme, globex):
        with organization_scope(acme.id):
            with system_scope(reason="to look around"):
                assert Probe.objects.count() == 6
                with organization_scope(acme.id):
                    assert Probe.objects.count() == 3
                assert Probe.objects.count() == 6
            assert set(Probe.objects.all()) == set(acme.probes)

    def test_a_person_inside_an_organization_and_back(self, acme, globex, user_id):
        with system_scope(reason="to set up"):
            Probe.objects.filter(pk=globex.probes[0].pk).update(holder=user_id)
        with self_scope(user_id):
            with organization_scope(acme.id):
                assert set(Probe.objects.all()) == set(acme.probes)
            assert set(Probe.objects.all()) == {globex.probes[0]}
        with organization_scope(acme.id):
            with self_scope(user_id, read_only=True):
                assert set(Probe.objects.all()) == {globex.probes[0]}
            assert set(Probe.objects.all()) == set(acme.probes)


def create_and_fail() -> None:
    Probe.objects.create(name="never")
    raise ZeroDivisionError


class TestTransactions:
    def test_an_exception_rolls_back(self, acme):
        with pytest.raises(ZeroDivisionError), organization_scope(acme.id):
            create_and_fail()
        with organization_scope(acme.id):
            assert Probe.objects.count() == 3

    def test_an_exception_in_a_nested_scope_rolls_back_to_there(self, acme):
        with organization_scope(acme.id):
            Probe.objects.create(name="kept")
            with pytest.raises(ZeroDivisionError), organization_scope(acme.id):
                create_and_fail()
            names = {probe.name for probe in Probe.objects.all()}
        assert names == {"kept", *(probe.name for probe in acme.probes)}

    def test_a_savepoint_inside_a_scope(self, acme):
        with organization_scope(acme.id):
            with pytest.raises(IntegrityError), transaction.atomic():
                Probe.objects.create(name=acme.probes[0].name)
            assert Probe.objects.count() == 3

    @pytest.mark.django_db(transaction=True)
    def test_the_scope_is_the_transaction(self):
        for scope in (organization_scope(uuid4()), self_scope(uuid4()), system_scope(reason="to try it")):
            assert not connection.in_atomic_block
            with scope:
                assert connection.in_atomic_block
        assert not connection.in_atomic_block

    @pytest.mark.django_db(transaction=True)
    def test_a_reading_scope_is_a_transaction_where_policies_need_one(self):
        with organization_scope(uuid4(), read_only=True):
            assert connection.in_atomic_block is (connection.vendor == "postgresql")

    @pytest.mark.django_db(transaction=True)
    def test_on_commit_hooks_run_outside(self):
        tenant, seen = make_tenant("acme"), []

        def hook() -> None:
            seen.append(scopes.current())
            with pytest.raises(NoScope):
                Probe.objects.count()
            with organization_scope(tenant.id):
                seen.append(Probe.objects.count())

        with organization_scope(tenant.id):
            transaction.on_commit(hook)
            with system_scope(reason="to try it"):
                transaction.on_commit(hook)
            assert seen == []
        assert seen == [None, 3, None, 3]

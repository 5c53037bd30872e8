"""What PostgreSQL has in force inside of scopes, between them and after them."""

from contextlib import nullcontext

import pytest
from django.db import IntegrityError, connection, transaction

from tenon.kernel.tenancy.scopes import organization_scope, self_scope, system_scope
from tenon.testing.probes.models import Probe


def in_force() -> tuple[str, str, str]:
    """Role, organization and person as PostgreSQL has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('role'), current_setting('app.organization', true),"
            " current_setting('app.user', true)"
        )
        role, organization, user = cursor.fetchone()
    return role, organization or "", user or ""


NOTHING = ("none", "", "")


@pytest.mark.postgresql
class TestSettings:
    """What PostgreSQL has in force around and after each scope."""

    def test_inside_and_after(self, acme, user_id):
        assert in_force() == NOTHING
        with organization_scope(acme.id):
            assert in_force() == ("none", str(acme.id), "")
        assert in_force() == NOTHING
        with self_scope(user_id):
            assert in_force() == ("none", "", str(user_id))
        assert in_force() == NOTHING
        with system_scope(reason="to try it"):
            assert in_force() == ("tenon_test_system", "", "")
        assert in_force() == NOTHING

    def test_nested_scopes_restore_what_was_around_them(self, acme, user_id):
        with organization_scope(acme.id):
            with system_scope(reason="to try it"):
                assert in_force() == ("tenon_test_system", "", "")
                with organization_scope(acme.id), self_scope(user_id):
                    assert in_force() == ("none", "", str(user_id))
                assert in_force() == ("tenon_test_system", "", "")
            assert in_force() == ("none", str(acme.id), "")
        assert in_force() == NOTHING

    @pytest.mark.parametrize("outer", [nullcontext, transaction.atomic])
    def test_an_exception_leaves_no_role_behind(self, acme, outer):
        with outer():
            with pytest.raises(ZeroDivisionError), system_scope(reason="to fail"):
                raise ZeroDivisionError
            assert in_force() == NOTHING
            with organization_scope(acme.id):
                with pytest.raises(ZeroDivisionError), system_scope(reason="to fail"):
                    raise ZeroDivisionError
                assert in_force() == ("none", str(acme.id), "")

    def test_a_database_error_inside_leaves_no_role_behind(self, acme):
        with organization_scope(acme.id):
            with pytest.raises(IntegrityError), system_scope(reason="to fail"):
                Probe.objects.create(organization_id=acme.id, name=acme.probes[0].name)
            assert in_force() == ("none", str(acme.id), "")
            assert Probe.objects.count() == 3

    def test_a_swallowed_database_error_leaves_no_role_behind(self, acme):
        with organization_scope(acme.id):
            with system_scope(reason="to fail"):
                try:
                    with transaction.atomic(savepoint=False):
                        Probe.objects.create(organization_id=acme.id, name=acme.probes[0].name)
                except IntegrityError:
                    pass
            assert in_force() == ("none", str(acme.id), "")

    def test_a_reading_scope_cannot_write(self, acme):
        with organization_scope(acme.id, read_only=True), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only')")
            assert cursor.fetchone() == ("on",)
        with organization_scope(acme.id), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only')")
            assert cursor.fetchone() == ("off",)

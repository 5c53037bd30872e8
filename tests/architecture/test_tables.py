"""Every table is guarded by a policy, or stands here with the reason why it is not."""

from collections.abc import Iterator
from functools import cache

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from tenon.kernel.tenancy.models import OwnedModel
from tenon.kernel.tenancy.operations import EnableRowLevelSecurity

# Model -> why its rows belong to no single organization, or are needed before a scope can be open.
WITHOUT_POLICY: dict[str, str] = {
    "admin.LogEntry": "Django's own; what staff did in the portal, to rows of any organization or none",
    "api_keys.Credential": "read to find out which key is asking, before any scope; digests, scopes, times",
    "auth.Group": "Django's own; the portal's groups of staff, who belong to no organization",
    "auth.Group_permissions": "Django's own; what a group of staff may do in the portal",
    "auth.Permission": "Django's own; names of what may be done in the portal, the same for everybody",
    "contenttypes.ContentType": "Django's own; names of models, the same for everybody",
    "idempotency.Record": "found by whose key it is, before any scope; fingerprints, and answers that are sealed",
    "audit.Detail": "guarded by policies of its own, as anybody may add to it: GUARDED_OTHERWISE",
    "audit.Entry": "guarded by policies of its own, as anybody may add to it: GUARDED_OTHERWISE",
    "audit.Head": "hashes alone; the relay's place of taking turns",
    "audit.Seal": "hashes alone",
    "flags.Flag": "of the whole deployment; read for every organization, and changed by staff alone",
    "flags.Generation": "one row, the mark by which processes see that a flag has changed",
    "identity.MagicCode": "asked for and brought back by people who are not signed in yet; the address in it is sealed",
    "identity.OneTimeSecret": "used by people who are not signed in yet; found by the digest of what only they know",
    "identity.Session": "read to find out who is asking, before any scope; belongs to a person, not an organization",
    "identity.User": "a person may belong to many organizations or none, and is looked up by email to sign in",
    "identity.User_groups": "Django's own; which staff are in which group",
    "identity.User_user_permissions": "Django's own; what single members of staff may do in the portal",
    "jobs.Run": "the rows of outbox.Entry that are jobs, as staff see them",
    "limits.Counter": "counts before anybody is known, by address and by account; holds no business data",
    "notifications.Announcement": "what staff tell everybody, or an organization; seen by staff alone",
    "notifications.Device": "a person's own, found by the digest of a token that may have been somebody else's before",
    "notifications.Mailbox": "a person's own: how many notifications they had, of all organizations together",
    "notifications.Notification": "a person's own, of any organization or none; every question names the recipient",
    "notifications.Preference": "a person's own, the same in all their organizations",
    "organizations.Organization": "found by slug, host or membership before its scope can be opened; a name, no data",
    "operations.Operation": "of whoever started it, in an organization or in none; its policy asks both for every row",
    "outbox.Entry": "delivered by the relay for all organizations in one order; the payload is ids, or is sealed",
    "outbox.Receipt": "which consumer has taken which outbox row; no business data",
    "retention.Purge": "when each purge of the whole system last succeeded",
    "retention.Report": "what each purge of the whole system did; names and numbers",
    "outbox.Schedule": "when a job of the whole system last ran",
}
# Model -> its policies by name, which its own migration makes: what organizations read and everybody may write.
_AUDIT = {"audit_insert", "audit_organization", "audit_purge", "audit_system"}
GUARDED_OTHERWISE: dict[str, set[str]] = {"audit.Detail": _AUDIT, "audit.Entry": _AUDIT}
# Tables that no model describes.
WITHOUT_MODEL = {"django_migrations": "which migrations have run"}


def models_of_all_apps() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]


def owned() -> list[type[OwnedModel]]:
    return [model for model in models_of_all_apps() if issubclass(model, OwnedModel)]


@cache
def guarded() -> dict[str, EnableRowLevelSecurity]:
    """Model label in lower case -> the operation of its migrations that makes the policies."""
    loader = MigrationLoader(None)
    found: Iterator[tuple[str, EnableRowLevelSecurity]] = (
        (f"{app}.{operation.model_name}".lower(), operation)
        for (app, _), migration in loader.disk_migrations.items()
        for operation in migration.operations
        if isinstance(operation, EnableRowLevelSecurity)
    )
    return dict(found)


def test_every_model_is_owned_or_listed():
    unowned = {model._meta.label for model in models_of_all_apps() if not issubclass(model, OwnedModel)}
    assert unowned - set(WITHOUT_POLICY) == set(), "derive it from OwnedModel, or list it here with the reason"


def test_the_list_holds_nothing_else():
    assert set(WITHOUT_POLICY) - {model._meta.label for model in models_of_all_apps()} == set()
    assert {model._meta.label for model in owned()} & set(WITHOUT_POLICY) == set()
    assert all(reason.strip() for reason in [*WITHOUT_POLICY.values(), *WITHOUT_MODEL.values()])


def test_there_are_owned_models_to_check():
    assert {"probes.Probe", "probes.Part"} <= {model._meta.label for model in owned()}


@pytest.mark.parametrize("model", owned(), ids=lambda model: model._meta.label)
def test_migrations_guard_every_owned_table(model: type[OwnedModel]):
    operation = guarded().get(model._meta.label_lower)
    assert operation, "its migrations must have EnableRowLevelSecurity"
    assert operation.self_scope_field == model.self_scope_field


@pytest.mark.parametrize("model", owned(), ids=lambda model: model._meta.label)
def test_uniques_are_per_organization(model: type[OwnedModel]):
    """Else an organization could find out what another one has, and stand in its way."""
    singles = [field.name for field in model._meta.local_fields if field.unique and not field.primary_key]
    assert singles == []
    assert model._meta.unique_together == ()
    for constraint in model._meta.total_unique_constraints:
        assert "organization" in constraint.fields, constraint.name


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_guards_exactly_the_owned_tables():
    expected = {model._meta.db_table: (True, True) for model in owned()}
    expected.update({apps.get_model(label)._meta.db_table: (True, True) for label in GUARDED_OTHERWISE})
    others = {model._meta.db_table for model in models_of_all_apps()} - set(expected) | set(WITHOUT_MODEL)
    expected.update(dict.fromkeys(others, (False, False)))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        assert {name: (enabled, forced) for name, enabled, forced in cursor.fetchall()} == expected


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("label", GUARDED_OTHERWISE)
def test_other_guarded_tables_have_the_policies_that_are_listed(label: str):
    with connection.cursor() as cursor:
        table = apps.get_model(label)._meta.db_table
        cursor.execute("SELECT policyname FROM pg_policies WHERE tablename = %s", [table])
        assert {name for (name,) in cursor.fetchall()} == GUARDED_OTHERWISE[label]


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("model", owned(), ids=lambda model: model._meta.label)
def test_each_guarded_table_has_its_policies(model: type[OwnedModel]):
    read = {"tenancy_organization": ("organization_id", "app.organization")}
    if model.self_scope_field:
        key = model._meta.get_field(model.self_scope_field)
        assert isinstance(key, models.ForeignKey)
        read["tenancy_self"] = (key.column, "app.user")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT policyname, qual, roles::text[] FROM pg_policies WHERE tablename = %s", [model._meta.db_table]
        )
        found = {name: (expression, roles) for name, expression, roles in cursor.fetchall()}
    assert found.pop("tenancy_system") == ("true", ["tenon_test_system"])
    assert set(found) == set(read)
    for name, (column, setting) in read.items():
        expression, _ = found[name]
        assert expression.startswith(f"({column} = ( SELECT (NULLIF(current_setting('{setting}'::text, true)")

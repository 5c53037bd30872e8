"""A migration that would break or block a running system is found."""

import pytest

from tools import lint_migrations

KEY = ("outbox", "0001_initial")


@pytest.mark.parametrize(
    "statement",
    [
        'ALTER TABLE "outbox_entry" ADD COLUMN "more" integer NOT NULL;',
        'ALTER TABLE "outbox_entry" DROP COLUMN "name";',
        'ALTER TABLE "outbox_entry" RENAME TO "outbox_row";',
    ],
)
def test_what_breaks_the_version_before_is_found(statement: str, django_db_blocker):
    with django_db_blocker.unblock():
        assert lint_migrations.is_incompatible([KEY[0]], {KEY: [statement]}) is True


@pytest.mark.parametrize(
    "statement",
    [
        'CREATE INDEX "i" ON "outbox_entry" ("name");',
        'ALTER TABLE "outbox_entry" ALTER COLUMN "name" TYPE varchar(50);',
        'ALTER TABLE "outbox_entry" ADD CONSTRAINT "c" CHECK (attempts < 100);',
    ],
)
def test_what_locks_a_large_table_is_found(statement: str):
    assert lint_migrations.has_locks({KEY: [statement]}) is True


def test_a_new_table_is_fine():
    assert lint_migrations.has_locks({KEY: ['CREATE TABLE "t" ("id" bigint NOT NULL PRIMARY KEY);']}) is False


def test_the_statements_are_those_of_postgresql():
    sql = "\n".join(lint_migrations.postgresql_sql(*KEY))
    assert "timestamp with time zone" in sql
    assert 'CREATE TABLE "outbox_entry"' in sql


def test_an_index_beside_the_writes_is_built_outside_of_a_transaction():
    sql = lint_migrations.postgresql_sql("outbox", "0003_jobs_indexes")
    assert lint_migrations.has_locks({("outbox", "0003_jobs_indexes"): sql}) is False
    assert lint_migrations.has_locks({KEY: ["BEGIN;", *sql, "COMMIT;"]}) is True

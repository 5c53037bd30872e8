"""How many queries a piece of work may cost."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

# Opening a scope or a savepoint differs between engines, and is no question asked of a table.
_NOT_COUNTED = (
    *("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SELECT set_config("),
    # MariaDB reads in a second statement what the others return from the first.
    "SELECT id, remaining, expires_at FROM limits_counter",
)


@contextmanager
def query_budget(most: int) -> Iterator[list[str]]:
    """Fails when the block asks more than `most` queries, and prints them. Transactions and scopes are not counted.

    Yields the list of queries, which is filled when the block ends.
    """
    queries: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield queries
    asked = [query["sql"] for query in captured.captured_queries]
    queries.extend(sql for sql in asked if not sql.lstrip().startswith(_NOT_COUNTED))
    if len(queries) > most:
        listed = "\n".join(f"{number:>3}. {sql}" for number, sql in enumerate(queries, 1))
        raise AssertionError(f"{len(queries)} queries, where {most} were allowed:\n{listed}")

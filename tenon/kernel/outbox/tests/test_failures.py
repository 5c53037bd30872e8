"""What is stored of a failure tells an operator what to do, and nothing that was to stay secret."""

from typing import Any

import pytest

from tenon.kernel.errors import Conflict
from tenon.kernel.outbox.errors import PermanentFailure, Undecodable
from tenon.kernel.outbox.failures import LONGEST, describe

HERE = " at tenon/kernel/outbox/tests/test_failures.py:"


def raised(error: Exception) -> Exception:
    try:
        raise error
    except Exception as caught:  # noqa: BLE001
        return caught


@pytest.mark.parametrize(
    ("error", "begins"),
    [
        (ValueError("wrong\nlines\x00"), "ValueError: wrong lines" + HERE),
        (ValueError(), "ValueError" + HERE),
        (Conflict(detail="Bob has it"), "Conflict (conflict)" + HERE),
    ],
)
def test_a_failure_says_what_and_where(error: Exception, begins: str) -> None:
    assert describe(raised(error), payload={}, secret=False).startswith(begins)


@pytest.mark.parametrize("error", [PermanentFailure("550 No such user"), Undecodable("The field x is missing.")])
def test_our_own_messages_stand_as_they_are(error: Exception) -> None:
    assert describe(raised(error), payload={}, secret=True) == str(error)


def test_an_error_from_elsewhere_names_no_place() -> None:
    assert describe(ValueError("x"), payload={}, secret=False) == "ValueError: x"


def test_texts_of_the_payload_are_blacked_out_in_any_case() -> None:
    payload: Any = {"to": "bob@example.com", "context": {"links": ["https://x/?token=abcdef"], "n": 1}, "short": "abc"}
    told = describe(ValueError("BOB@Example.com https://x/?token=abcdef abc"), payload=payload, secret=False)
    assert told == "ValueError: ••• ••• abc"


def test_the_longest_texts_go_first_so_that_no_rest_of_one_is_left() -> None:
    payload = {"a": "hunter", "b": "hunter2-hunter2"}
    assert describe(ValueError("hunter2-hunter2"), payload=payload, secret=False) == "ValueError: •••"


def test_of_a_secret_row_only_the_kind_of_a_foreign_error_is_told() -> None:
    told = describe(raised(ValueError("half of hunter2")), payload={"secret": "hunter2-hunter2"}, secret=True)
    assert told.startswith("ValueError" + HERE)
    assert "hunter2" not in told


def test_a_long_story_is_cut() -> None:
    assert len(describe(PermanentFailure("x" * 2000), payload={}, secret=False)) == LONGEST

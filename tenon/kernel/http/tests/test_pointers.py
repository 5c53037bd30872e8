"""RFC 6901 pointers, also for names that need escaping."""

from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from tenon.kernel.http.pointers import field_errors, pointer


def test_the_examples_of_rfc_6901():
    assert pointer() == ""
    assert pointer("foo", 0) == "/foo/0"
    assert pointer("") == "/"
    assert pointer("a/b") == "/a~1b"
    assert pointer("m~n") == "/m~0n"
    assert pointer("c%d", "e^f", 'k"l', " ") == '/c%d/e^f/k"l/ '


def test_nested_errors_become_a_flat_list():
    detail: Any = {
        "email": [ErrorDetail("Taken.", code="taken"), ErrorDetail("Long.", code="max_length")],
        "items": [{}, {"sku": ["Unknown."], "non_field_errors": ["Odd."]}],
        "tags": {1: ["Empty."]},
        "non_field_errors": ["No."],
    }

    found = [(error.pointer, error.code, error.detail) for error in field_errors(ValidationError(detail).detail)]

    assert found == [
        ("/email", "taken", "Taken."),
        ("/email", "max_length", "Long."),
        ("/items/1/sku", "invalid", "Unknown."),
        ("/items/1", "invalid", "Odd."),
        ("/tags/1", "invalid", "Empty."),
        ("", "invalid", "No."),
    ]


def test_a_bare_message_is_about_the_whole():
    assert [error.pointer for error in field_errors(ValidationError("No.").detail)] == [""]

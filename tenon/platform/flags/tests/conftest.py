"""Each test begins without flags, and leaves none behind in the memory of the process."""

from collections.abc import Iterator

import pytest

from tenon.platform.flags import selectors


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    selectors.forget()
    yield
    selectors.forget()

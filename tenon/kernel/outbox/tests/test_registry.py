"""Registering twice, or a schedule for nothing, is found at the start."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from tenon.kernel.outbox import registry
from tenon.kernel.outbox.tests.samples import Happened


def _handler(event: Happened) -> None: ...


def test_consumers_are_named_by_their_path() -> None:
    registry.subscribe(Happened)(_handler)
    [consumer] = registry.consumers_of(Happened, in_transaction=False)
    assert consumer.name == f"{__name__}._handler"
    assert registry.consumers_of(Happened, in_transaction=True) == []


def test_a_handler_subscribes_once() -> None:
    registry.subscribe(Happened)(_handler)
    with pytest.raises(ValueError, match="already listens"):
        registry.subscribe(Happened)(_handler)


def test_a_job_name_is_taken_once() -> None:
    registry.job("samples.once")(lambda: None)
    with pytest.raises(ValueError, match="already names"):
        registry.job("samples.once")(lambda: None)


def test_a_schedule_is_declared_once_and_with_an_interval() -> None:
    registry.schedule("samples.often", every=timedelta(minutes=1))
    with pytest.raises(ValueError, match="already scheduled"):
        registry.schedule("samples.often", every=timedelta(minutes=1))
    with pytest.raises(ValueError, match="interval"):
        registry.schedule("samples.never", every=timedelta(0))


def test_a_schedule_needs_its_job() -> None:
    registry.schedule("samples.missing", every=timedelta(minutes=1))
    with pytest.raises(ImproperlyConfigured, match=r"samples\.missing"):
        registry.verify()
    registry.job("samples.missing")(lambda: None)
    registry.verify()

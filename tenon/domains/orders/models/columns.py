"""Columns that several tables share. Amounts are whole minor units of the row's currency (`kernel/money.py`)."""

from collections.abc import Iterable

from django.db import models
from django.db.models import Q

CURRENCY_LENGTH = 3
NAME_LENGTH = 255
SKU_LENGTH = 100
CODE_LENGTH = 50
REFERENCE_LENGTH = 255


def minor_units() -> "models.BigIntegerField[int, int]":
    """An amount of money that is always there."""
    return models.BigIntegerField(default=0)


def currency_code() -> "models.CharField[str, str]":
    """A currency code of ISO 4217."""
    return models.CharField(max_length=CURRENCY_LENGTH)


def not_negative(*fields: str) -> Q:
    """None of the columns is below zero; an empty one is neither."""
    return _all(Q(**{f"{field}__gte": 0}) for field in fields)


def one_of(field: str, values: Iterable[str]) -> Q:
    """The column holds one of the words."""
    return Q(**{f"{field}__in": sorted(values)})


def _all(conditions: Iterable[Q]) -> Q:
    whole = Q()
    for condition in conditions:
        whole &= condition
    return whole

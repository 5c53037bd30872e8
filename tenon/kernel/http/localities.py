"""Fields for where and how people live: time zones, languages, countries, currencies."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from tenon.kernel import money

# BCP 47 in the forms that people choose from: language, script, region.
_LANGUAGE_TAG = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$"
# ISO 3166-1 alpha-2.
_COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC
    CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH
    KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY
    UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()  # noqa: SIM905 - a list would fill a screen
)


class TimeZoneField(serializers.CharField):
    """A zone of the IANA time zone database, such as `Europe/Berlin`."""

    default_error_messages = {"unknown": _("This time zone is not known.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        name: str = super().to_internal_value(data)
        if name not in _zones():
            self.fail("unknown")
        return name


class LanguageField(serializers.RegexField):
    """A language tag (BCP 47), such as `de` or `pt-BR`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_LANGUAGE_TAG, max_length=16, **kwargs)


class CountryField(serializers.CharField):
    """A country code of two letters (ISO 3166-1)."""

    default_error_messages = {"unknown": _("This country is not known.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code: str = super().to_internal_value(data)
        if code not in _COUNTRIES:
            self.fail("unknown")
        return code


class CurrencyField(serializers.CharField):
    """A currency code of three letters (ISO 4217)."""

    default_error_messages = {"unknown": money.UnknownCurrency.message}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=3, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        code: str = super().to_internal_value(data)
        try:
            money.exponent(code)
        except money.UnknownCurrency:
            self.fail("unknown")
        return code


def zone_names() -> list[str]:
    """Every time zone that a person can be in, in the order of the alphabet."""
    return sorted(_zones())


def is_country(code: str) -> bool:
    """Whether two letters are a country's code (ISO 3166-1)."""
    return code in _COUNTRIES


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())

"""Time zones, languages, countries and currencies as input."""

import pytest
from rest_framework.serializers import ValidationError

from tenon.kernel.http.localities import CountryField, CurrencyField, LanguageField, TimeZoneField


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        (TimeZoneField, ["UTC", "Europe/Berlin"], ["Mars/Olympus", "europe/berlin", "", "x" * 65]),
        (LanguageField, ["en", "pt-BR", "zh-Hant-TW", "es-419"], ["EN", "english", "de_DE", "de-"]),
        (CountryField, ["DE", "US"], ["de", "XX", "DEU", ""]),
        (CurrencyField, ["EUR", "JPY"], ["eur", "XXQ", "EURO", ""]),
    ],
)
def test_only_what_exists_is_taken(field, good, bad):
    assert [field().run_validation(value) for value in good] == good
    for value in bad:
        with pytest.raises(ValidationError):
            field().run_validation(value)

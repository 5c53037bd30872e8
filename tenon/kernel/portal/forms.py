"""Forms of the portal, which show what a service refused where the person can mend it."""

from typing import TYPE_CHECKING, Any

from django import forms

from tenon.kernel.errors import TenonError

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm


class ServiceForm(_ModelForm):
    """A form whose values go to a service. `refusal` is what that service answered to the same values a moment ago."""

    refusal: TenonError | None = None

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal is not None:
            for fault in self.refusal.errors:
                name = fault.pointer.removeprefix("/").partition("/")[0]
                self.add_error(name if name in self.fields else None, str(fault.detail))
            if not self.refusal.errors:
                self.add_error(None, str(self.refusal))
        return cleaned

    def validate_unique(self) -> None:
        """Left to the service, which alone knows what has to be unique and says so without a race."""

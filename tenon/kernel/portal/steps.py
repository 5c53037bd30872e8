"""What staff do with one row by a page of its own, which asks for what is needed and says what a service refused."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from tenon.kernel.errors import TenonError, Unavailable
from tenon.kernel.ids import new_id
from tenon.kernel.portal.across import AcrossOrganizations
from tenon.kernel.portal.admin import reason


class StepForm(forms.Form):
    """What a step asks for. It is made inside the page's scope, so it may look at what belongs to `row`.

    `key` stands for this one submission: sent twice, it acts once.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row

    def refuse(self, refusal: TenonError) -> None:
        """Show what a service said beside the fields that it is about. What is sent next is another submission."""
        for fault in refusal.errors:
            name = fault.pointer.removeprefix("/").partition("/")[0]
            self.add_error(name if name in self.fields else None, str(fault.detail))
        if not refusal.errors:
            self.add_error(None, str(refusal))
        self.data = {**self.data.dict(), "key": str(new_id())}  # type: ignore[attr-defined]


class SteppingAdmin(AcrossOrganizations):
    """A page of rows of organizations with steps that ask for something. A subclass writes each as a detail action."""

    def ask(
        self,
        request: HttpRequest,
        object_id: str,
        form_class: type[StepForm],
        call: Callable[[Any, dict[str, Any]], object],
        *,
        title: Any,
        done: str,
    ) -> HttpResponse:
        """The page of a step; when its form is sent, `call` is given the row and the values, outside of every scope.

        What a service refuses stands in the form. `done` stands in the history of the row.
        """
        sent = request.POST if request.method == "POST" else None
        with self._scope(request):
            row = self.get_object(request, unquote(object_id))
            form = form_class(sent, row=row) if row is not None else None
        if form is None:
            missing: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return missing
        if form.is_valid():
            try:
                call(row, form.cleaned_data)
            except Unavailable as refusal:
                # The same form once more would begin it again.
                words = f"{reason(refusal)} {_('What was begun goes on by itself: look before you repeat it.')}"
                self.message_user(request, words, messages.WARNING)
                return self._back(row)
            except TenonError as refusal:
                form.refuse(refusal)
            else:
                self.log_change(request, row, done)
                self.message_user(request, done, messages.SUCCESS)
                return self._back(row)
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "original": row,
            "form": form,
            "back": self._address(row),
        }
        return TemplateResponse(request, "portal/step.html", context)

    def _back(self, row: Any) -> HttpResponseRedirect:
        return HttpResponseRedirect(self._address(row))

    def _address(self, row: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

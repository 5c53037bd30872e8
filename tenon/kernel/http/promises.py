"""Which problems an operation may answer with: for its description, and for the tests that hold it to that."""

from collections.abc import Mapping
from typing import Any

from tenon.kernel.errors import TenonError
from tenon.kernel.http import acting
from tenon.kernel.http.audience import Audience, audience_of
from tenon.kernel.http.cursors import InvalidCursor
from tenon.kernel.http.declared import answering, of_method
from tenon.kernel.http.problem_types import BASE, ProblemType, of_error
from tenon.kernel.idempotency.errors import AnswerLost, InProgress, KeyMalformed, KeyMissing, KeyReused
from tenon.kernel.idempotency.rules import Idempotency

OPEN = frozenset({Audience.PUBLIC, Audience.STOREFRONT})
_BODY = frozenset({"POST", "PUT", "PATCH"})
_ALWAYS = frozenset({400, 405, 406, 414, 429, 431, 500, 503})


def errors(view: Any, method: str) -> tuple[type[TenonError], ...]:
    """The errors that `view` declares for `method`, and those of its Idempotency-Key."""
    own = of_method(getattr(view, "raises", ()), method)
    rule = idempotency(view, method)
    if rule is None:
        return own
    return (*own, *([KeyMissing] if rule.required else []), KeyMalformed, InProgress, KeyReused, AnswerLost)


def errors_on_the_way(view: Any, method: str) -> tuple[type[TenonError], ...]:
    """The errors that come before `method` is called, or from what its list has in common with all lists.

    Authentication classes say in `raises` what they refuse with.
    """
    found = [error for each in view.get_authenticators() for error in getattr(each, "raises", ())]
    member = _audience(view, method) is Audience.MEMBER and acts_by_header(view, method)
    if member and not getattr(view, "organization_optional", False):
        found += acting.refusals()
    if answering(method) == "GET" and getattr(view, "page", None) is not None:
        found.append(InvalidCursor)
    return tuple(found)


def problems(view: Any, method: str, *, has_parameters: bool) -> tuple[ProblemType, ...]:
    """Every problem that `method` of `view` may answer with; `has_parameters`: whether its path names something.

    Of a status that comes with every operation of its kind, all general problems; of others, those of its errors.
    """
    general = set(_ALWAYS)
    if view.get_authenticators():
        general.add(401)
    if _audience(view, method) not in OPEN:
        general.add(403)
    if has_parameters or acts_by_header(view, method):
        general.add(404)
    if answering(method) in _BODY:
        general |= {411, 413, 415}
    shared = tuple(problem for problem in BASE.values() if problem.status in general)
    return (*shared, *map(of_error, (*errors(view, method), *errors_on_the_way(view, method))))


def idempotency(view: Any, method: str) -> Idempotency | None:
    """What an Idempotency-Key does there."""
    rules: Mapping[str, Idempotency] = getattr(view, "idempotency", {})
    return rules.get(method)


def acts_by_header(view: Any, method: str) -> bool:
    """Whether X-Organization-ID says where a member acts, or whose shop it is."""
    acting_somewhere = _audience(view, method) in {Audience.MEMBER, Audience.STOREFRONT}
    return acting_somewhere and not getattr(view, "organization_parameter", "")


def _audience(view: Any, method: str) -> Audience:
    return audience_of(view, method) or Audience.PUBLIC

"""The one small interface: what a flag is for a caller."""

from typing import Any

from tenon.kernel.principal import ANONYMOUS, Principal
from tenon.platform.flags.engines import evaluation
from tenon.platform.flags.engines.evaluation import NO_CONTEXT, Context, ErrorCode, Evaluation
from tenon.platform.flags.selectors.snapshot import snapshot


def evaluate(key: str, *, principal: Principal = ANONYMOUS, context: Context = NO_CONTEXT) -> Evaluation:
    """The value of a flag for `principal`, with the reason. A flag that there is not is off. Never raises."""
    known = snapshot.flags()
    if known is None:
        return evaluation.missing(key, ErrorCode.PROVIDER_NOT_READY)
    flag = known.get(key)
    if flag is None:
        return evaluation.missing(key, ErrorCode.FLAG_NOT_FOUND)
    return evaluation.evaluate(flag, principal, context)


def is_on(key: str, *, principal: Principal = ANONYMOUS, context: Context = NO_CONTEXT) -> bool:
    """Whether the flag is on for `principal`."""
    return evaluate(key, principal=principal, context=context).is_on


def exposed(*, principal: Principal, context: Context = NO_CONTEXT) -> list[Evaluation]:
    """Every flag that clients may know of, as it is for `principal`, by key."""
    known: Any = snapshot.flags() or {}
    shown = sorted(key for key, flag in known.items() if flag.is_exposed)
    return [evaluation.evaluate(known[key], principal, context) for key in shown]


def forget() -> None:
    """Know no flag: the next evaluation reads them. For tests, whose rows come and go."""
    snapshot.forget()

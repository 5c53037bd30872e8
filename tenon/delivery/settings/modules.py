"""Which products a deployment serves: TENON_MODULES. The platform is always there."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

NONE = "none"


@dataclass(frozen=True, slots=True)
class Module:
    """A part of a product that can be left out. `needs` names what it does not work without."""

    package: str
    needs: tuple[str, ...] = ()


MODULES = {
    "catalog": Module("tenon.domains.catalog"),
    "orders": Module("tenon.domains.orders", needs=("catalog",)),
}
# One name for all parts of a product.
PRODUCTS = {"commerce": ("catalog", "orders")}


def switched_on(names: Iterable[str]) -> list[str]:
    """The modules that `names` stand for, in our order. Raises ImproperlyConfigured for one unknown, or incomplete."""
    wanted = list(names)
    if wanted == [NONE]:
        return []
    for name in wanted:
        if name not in MODULES and name not in PRODUCTS:
            raise ImproperlyConfigured(f"TENON_MODULES knows {_known()}; or {NONE} alone; and not {name!r}.")
    named = {part for name in wanted for part in PRODUCTS.get(name, (name,))}
    for name in sorted(named):
        if missing := [need for need in MODULES[name].needs if need not in named]:
            raise ImproperlyConfigured(f"TENON_MODULES: {name} needs {' and '.join(missing)}, which it does not name.")
    return [name for name in MODULES if name in named]


def packages_off(on: Collection[str]) -> list[str]:
    """The packages of all modules but `on`."""
    return [module.package for name, module in MODULES.items() if name not in on]


def _known() -> str:
    products = [f"{product} (which is {' and '.join(parts)})" for product, parts in PRODUCTS.items()]
    return ", ".join([*MODULES, *products])

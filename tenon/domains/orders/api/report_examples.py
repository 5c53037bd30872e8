"""Examples of the reports for the OpenAPI description."""

from typing import Any

_PERIOD = {"since": "2026-11-19", "until": "2026-11-20", "timezone": "Europe/Berlin", "currency": "EUR"}


def _takings(counts: tuple[int, int, int], **shown: int) -> dict[str, Any]:
    orders, cancelled_orders, units = counts
    found: dict[str, Any] = {"orders": orders, "cancelled_orders": cancelled_orders, "units": units}
    for name, amount in shown.items():
        found[name] = f"{amount // 100}.{amount % 100:02}"
        found[f"{name}_money"] = {"amount": amount, "currency": "EUR"}
    return found


_FIRST = _takings((2, 0, 3), gross=7497, discounts=500, shipping=599, tax=1443, total=9039, refunds=0, net=9039)
_SECOND = _takings((1, 0, 1), gross=2499, discounts=0, shipping=599, tax=589, total=3687, refunds=2499, net=1188)
_BOTH = _takings((3, 0, 4), gross=9996, discounts=500, shipping=1198, tax=2032, total=12726, refunds=2499, net=10227)

REVENUE = {
    **_PERIOD,
    "totals": _BOTH,
    "data": [{"date": "2026-11-19", **_FIRST}, {"date": "2026-11-20", **_SECOND}],
}
REVENUE_TABLE = (
    "date,currency,orders,cancelled_orders,units,gross,discounts,shipping,tax,total,refunds,net\r\n"
    "2026-11-19,EUR,2,0,3,74.97,5.00,5.99,14.43,90.39,0.00,90.39\r\n"
    "2026-11-20,EUR,1,0,1,24.99,0.00,5.99,5.89,36.87,24.99,11.88\r\n"
)
SELLERS = {
    **_PERIOD,
    "data": [
        {
            "product_id": "0199f6f0-4c1e-7a52-9d3c-000000000001",
            "variant_id": None,
            "name": "Celadon mug",
            "variant_name": "",
            "sku": "MUG-01",
            "units": 4,
            "revenue": "94.96",
            "revenue_money": {"amount": 9496, "currency": "EUR"},
        }
    ],
}
SELLERS_TABLE = (
    "product_id,variant_id,name,variant_name,sku,units,revenue,currency\r\n"
    "0199f6f0-4c1e-7a52-9d3c-000000000001,,Celadon mug,,MUG-01,4,94.96,EUR\r\n"
)

"""What is asked of the shops, and by whom."""

CUSTOMER = "customer@example.com"
LIST = "/api/v1/products/"
QUESTION = "oak"  # a tenth of the samples is made of it
SEARCH = f"{LIST}search/?q={QUESTION}"
RARE = f"{LIST}search/?q=seed0000042"
BASELINE_SEARCH = f"{LIST}?search={QUESTION}"
CHECKOUT = "/api/v1/cart/checkout/"
ORDER = {
    "payment_method": "bank_transfer",
    "shipping_method": "standard",
    "email": "guest@example.com",
    "shipping_address": {
        "full_name": "Ada Lovelace",
        "line1": "12 Analytical Row",
        "city": "London",
        "postal_code": "N1 9GU",
        "country": "GB",
    },
}

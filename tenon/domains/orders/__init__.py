"""How what is offered is bought: carts, prices, checkout, orders, payments and fulfilment."""

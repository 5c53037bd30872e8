"""How often something may happen: named limits, counted atomically. It knows no user and no route."""

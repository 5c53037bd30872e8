"""Settings for every way of running: development, production and test stand on base."""

"""`make run`: everything a deployment of one machine needs, in one command. It prepares, starts and stops; no rules."""

"""What the house counts about itself, beside what django-prometheus counts of requests and queries."""

from prometheus_client import Counter

refused_sign_ins = Counter("tenon_refused_sign_ins_total", "Refused sign-ins, by reason.", ["reason"])
limits_refused = Counter("tenon_limits_refused_total", "Requests refused by a rate limit.", ["name"])
limits_opened = Counter("tenon_limits_opened_total", "Hits let through uncounted, because Redis was lost.", ["name"])
outbox_attempts = Counter("tenon_outbox_attempts_total", "Attempts at outbox rows, by outcome.", ["name", "outcome"])

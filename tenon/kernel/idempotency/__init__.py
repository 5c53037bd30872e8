"""The answer of a request with an Idempotency-Key, kept with its effect, and replayed to whoever repeats it.

A view declares it by method (`Endpoint.idempotency`), and `kernel/http/idempotent.py` does the rest. It knows no HTTP
framework. What is not kept has had no effect: an answer that is no success rolls its transaction back.

Source: draft-ietf-httpapi-idempotency-key-header-07.
"""

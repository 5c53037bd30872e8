"""Examples for the OpenAPI description, in one line each."""

from collections.abc import Iterable, Mapping

from drf_spectacular.utils import OpenApiExample


def shown(
    *,
    requests: Mapping[str, object] | None = None,
    answers: Mapping[int, object] | None = None,
    media_type: str = "application/json",
    takes: str = "application/json",
) -> list[OpenApiExample]:
    """`requests` are bodies by what they show ("A person"), `answers` are bodies by status. For `extend_schema`.

    `takes` is the media type of the requests, `media_type` that of the answers.
    """
    return [*_requests((requests or {}).items(), takes), *_answers((answers or {}).items(), media_type)]


def _requests(bodies: Iterable[tuple[str, object]], takes: str) -> Iterable[OpenApiExample]:
    return (OpenApiExample(name, value=body, request_only=True, media_type=takes) for name, body in bodies)


def _answers(bodies: Iterable[tuple[int, object]], media_type: str) -> Iterable[OpenApiExample]:
    return (
        OpenApiExample(
            f"Answer {status}", value=body, response_only=True, status_codes=[str(status)], media_type=media_type
        )
        for status, body in bodies
    )

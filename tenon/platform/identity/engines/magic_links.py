"""The link of a magic code: a page of the frontend, to which the link's secret is added as `token`."""

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

PAGE = "/magic-verify"


def verify_page(url: str) -> SplitResult:
    """Where MAGIC_LINK_VERIFY_URL leads: itself when its path ends in /magic-verify, else that below it.

    Raises RuntimeError when `url` is empty or no absolute http or https address.
    """
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise RuntimeError(
            "MAGIC_LINK_VERIFY_URL must be the absolute http:// or https:// address of the frontend, or of its page "
            "that verifies magic codes."
        )
    path = parts.path.rstrip("/")
    return parts._replace(path=parts.path if path.endswith(PAGE) else path + PAGE)


def link(page: SplitResult, *, token: str) -> str:
    """The address of `page` with `token`, beside whatever other parameters it has."""
    others = [pair for pair in parse_qsl(page.query, keep_blank_values=True) if pair[0] != "token"]
    return page._replace(query=urlencode([*others, ("token", token)])).geturl()

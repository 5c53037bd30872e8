"""The names of files: what people call them, never where the bytes lie."""

import re
import unicodedata
from urllib.parse import quote

MAX_LENGTH = 150
_NAMELESS = "file"
# Path separators, what Windows keeps for itself, and quotes, which would end a parameter of a header.
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "application/pdf": (".pdf",),
    "text/csv": (".csv",),
    "text/plain": (".txt", ".text", ".log", ".md"),
}


def clean(name: str) -> str:
    """One line without a path, control or direction characters, of at most MAX_LENGTH characters."""
    normal = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode())
    last = re.split(r"[\\/]", normal)[-1]
    one_line = "".join(" " if each.isspace() else each for each in last)
    visible = "".join(each for each in one_line if unicodedata.category(each) not in {"Cc", "Cf", "Cs"})
    kept = _UNSAFE.sub("_", " ".join(visible.split())).strip(". ")
    if len(kept) > MAX_LENGTH:
        stem, dot, extension = kept.rpartition(".")
        tail = f"{dot}{extension}" if stem and len(extension) <= 10 else ""
        kept = f"{kept[: MAX_LENGTH - len(tail)].rstrip('. ')}{tail}"
    return kept or _NAMELESS


def fitting(name: str, content_type: str) -> str:
    """`name` with an extension that says what the file is, so that nobody opens a picture as a program."""
    wanted = _EXTENSIONS.get(content_type, ())
    if not wanted or name.lower().endswith(wanted):
        return name
    return f"{name[: MAX_LENGTH - len(wanted[0])]}{wanted[0]}"


def disposition(name: str, *, inline: bool) -> str:
    """A Content-Disposition (RFC 6266), with the name in ASCII, and in full as RFC 8187 writes it."""
    kind = "inline" if inline else "attachment"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = _UNSAFE.sub("_", plain).replace("%", "_").strip() or _NAMELESS
    full = f"; filename*=UTF-8''{quote(name, safe='!#$&+-.^_`|~')}" if plain != name else ""
    return f'{kind}; filename="{plain}"{full}'

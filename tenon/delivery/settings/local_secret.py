"""A secret key for one checkout, made once and kept, so that nobody develops with a key that everybody knows."""

import os
import secrets
from pathlib import Path


def local_secret(path: Path) -> str:
    """The key in `path` (mode 0600), made when it is not there. Processes that start at once agree on one."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(64), encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first: its key counts
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()

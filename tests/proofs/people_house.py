"""People with verified addresses, made by a process of their own in a deployment's database.

python -m tests.proofs.people_house COUNT

Prints the address of each.
"""

import sys

import tenon.delivery.asgi  # noqa: F401 (sets Django up)
from tenon.platform.identity.tests.factories import make_user


def move_in(count: int) -> None:
    """So many of them, with the password that people in proofs have."""
    for _ in range(count):
        sys.stdout.write(f"{make_user().email}\n")


if __name__ == "__main__":
    move_in(int(sys.argv[1]))

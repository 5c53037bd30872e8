"""What there is of everything that is sold: set aside, sold, put back, counted anew.

One order in which rows are taken, one statement for all lines, and a movement for every change of what is on hand.
"""

from tenon.domains.catalog.services.stock.lines import StockLine
from tenon.domains.catalog.services.stock.moving import MOST, adjust, put_back
from tenon.domains.catalog.services.stock.reserving import commit, purge, release, release_overdue, reserve

__all__ = [
    "MOST",
    "StockLine",
    "adjust",
    "commit",
    "purge",
    "put_back",
    "release",
    "release_overdue",
    "reserve",
]

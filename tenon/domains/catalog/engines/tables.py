"""Products as rows of a table (RFC 4180): what a row means, what is wrong with it, and how a product is written down.

A column that is not there, and a cell that is empty, leave a product as it is.
"""

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tenon.kernel.money import InvalidAmount, Money, UnknownCurrency
from tenon.kernel.spreadsheets import plain, safe

COLUMNS = (
    "sku",
    "name",
    "description",
    "category",
    "price",
    "compare_price",
    "cost_price",
    "currency",
    "stock",
    "barcode",
    "tags",
    "attributes",
    "weight_grams",
    "tax_class",
    "is_active",
    "is_featured",
)
AMOUNTS = ("price", "compare_price", "cost_price")
FLAGS = ("is_active", "is_featured")
BETWEEN_CATEGORIES = ">"
BETWEEN_TAGS = "|"
MOST_LINE = 1 << 20  # characters between two line ends
MOST_STOCK = 1_000_000_000
MOST_AMOUNT = 10**15
MOST_CELLS = 64
_LENGTHS = {"sku": 64, "name": 200, "barcode": 64, "tax_class": 40, "description": 50_000, "category": 2000}
_TAG = 120
_ATTRIBUTE = 60
_MOST_TAGS = 50
# What JSON can write and no column holds: NUL, and halves of surrogate pairs (RFC 8259, 8.2).
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}


class NotATable(Exception):
    """The text is no table of products; `reason` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `line` is where it begins, from 1. `values` has what it says, with amounts in `currency`; `faults`
    has codes of what is wrong with it.
    """

    line: int
    sku: str
    values: Mapping[str, Any]
    category: tuple[str, ...] = ()
    stock: int | None = None
    currency: str = ""
    faults: tuple[str, ...] = ()


def lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends, of text in UTF-8 with or without a byte order mark. Raises NotATable."""
    rest = ""
    try:
        for piece in codecs.iterdecode(pieces, "utf-8-sig"):
            *whole, rest = f"{rest}{piece}".split("\n")
            if len(rest) > MOST_LINE:
                raise NotATable("line_too_long")
            for line in whole:
                yield f"{line}\n"
    except UnicodeDecodeError:
        raise NotATable("not_utf8") from None
    if rest:
        yield rest


def rows(text: Iterable[str], *, currency: str) -> Iterator[Row]:
    """The rows of a table whose first line names columns, in any order. Raises NotATable."""
    source = iter(text)
    header = next(source, "")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    try:
        names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    except csv.Error:  # lines that end in nothing but a carriage return are one, to us
        raise NotATable("broken_header") from None
    if "sku" not in names:
        raise NotATable("no_sku_column")
    if len(set(names)) != len(names) or len(names) > MOST_CELLS:
        raise NotATable("columns_repeated")
    if set(names) - set(COLUMNS):
        raise NotATable("unknown_column")
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    line = 2
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise NotATable("broken_quotes") from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield _row(line, names, cells, currency)
        line = reader.line_num + 2


def written(product: Mapping[str, Any]) -> list[str]:
    """A product as cells, in the order of COLUMNS. What would be a formula is text behind an apostrophe."""
    return [safe(product.get(name, "")) for name in COLUMNS]


def attributes_text(attributes: Mapping[str, Any]) -> str:
    """What `attributes` reads."""
    return json.dumps(attributes, ensure_ascii=False, sort_keys=True) if attributes else ""


def _row(line: int, names: list[str], cells: list[str], currency: str) -> Row:
    faults: list[str] = []
    if len(cells) > len(names):
        faults.append("too_many_cells")
    given = {name: plain(cell) for name, cell in zip(names, cells, strict=False) if cell.strip()}
    for name, cell in given.items():
        if "\0" in cell:
            faults.append(f"{name}:invalid_character")
        elif len(cell) > _LENGTHS.get(name, 10_000):
            faults.append(f"{name}:too_long")
    sku = given.pop("sku", "").strip()
    if not sku:
        faults.append("sku:required")
    category = tuple(part.strip() for part in given.pop("category", "").split(BETWEEN_CATEGORIES) if part.strip())
    if len(category) > 10 or any(len(part) > 200 for part in category):
        faults.append("category:too_deep")
    stock = _whole(given, "stock", MOST_STOCK, faults)
    if faults:
        return Row(line, sku[:64], {}, faults=tuple(faults))
    values = _values(given, currency, faults)
    return Row(line, sku, values, category, stock, values.get("currency", currency), tuple(faults))


def _values(given: dict[str, str], currency: str, faults: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: given[name].strip() for name in ("name", "barcode", "tax_class") if name in given}
    if "name" in values and ("\n" in values["name"] or "\r" in values["name"]):
        faults.append("name:invalid_character")
    if "description" in given:
        values["description"] = given["description"]
    code = given.get("currency", "").strip().upper() or currency
    if "currency" in given:
        values["currency"] = code
    for name in AMOUNTS:
        if name in given:
            values[f"{name}_amount"] = _amount(given[name].strip(), code, name, faults)
    for name in FLAGS:
        if name in given:
            word = given[name].strip().lower()
            if word not in _TRUE | _FALSE:
                faults.append(f"{name}:not_a_flag")
            values[name] = word in _TRUE
    weight = _whole(given, "weight_grams", 2**31 - 1, faults)
    if weight is not None:
        values["weight_grams"] = weight
    if "tags" in given:
        values["tags"] = list(dict.fromkeys(tag.strip() for tag in given["tags"].split(BETWEEN_TAGS) if tag.strip()))
        if len(values["tags"]) > _MOST_TAGS or any(len(tag) > _TAG for tag in values["tags"]):
            faults.append("tags:too_long")
    if "attributes" in given:
        values["attributes"] = _attributes(given["attributes"], faults)
    return values


def _whole(given: dict[str, str], name: str, most: int, faults: list[str]) -> int | None:
    text = given.pop(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) <= most):
        faults.append(f"{name}:not_a_number")
        return None
    return int(text)


def _amount(text: str, currency: str, name: str, faults: list[str]) -> int | None:
    try:
        amount = Money.parse(text, currency).amount
    except UnknownCurrency:
        faults.append("currency:unknown")
        return None
    except InvalidAmount:
        faults.append(f"{name}:not_an_amount")
        return None
    if not (0 if name == "cost_price" else 1) <= amount <= MOST_AMOUNT:
        faults.append(f"{name}:out_of_range")
    return amount


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and not _UNSTORABLE.search(value)


def _attributes(text: str, faults: list[str]) -> dict[str, Any]:
    """A JSON object whose values are texts, or lists of them."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or len(found) > _MOST_TAGS:
        faults.append("attributes:not_an_object")
        return {}
    for name, value in found.items():
        some = value if isinstance(value, list) else [value]
        # A colon ends the name where products are narrowed by an attribute.
        good = _is_text(name, _ATTRIBUTE) and ":" not in name and some and all(_is_text(each, _TAG) for each in some)
        if not good:
            faults.append("attributes:not_texts")
            return {}
    return found

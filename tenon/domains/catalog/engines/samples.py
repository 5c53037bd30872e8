"""Products that nobody sells, for demos and measurements: the same number is always the same product."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PREFIX = "SEED-"
_EVERY_VARIED = 4  # products to one that has variants
_SIZES = ("Small", "Medium", "Large")

TREE: Mapping[str, tuple[str, ...]] = {
    "Home": ("Kitchen", "Lighting", "Textiles", "Furniture"),
    "Clothing": ("Shirts", "Jackets", "Trousers", "Shoes"),
    "Outdoor": ("Camping", "Cycling", "Climbing", "Garden"),
    "Electronics": ("Audio", "Phones", "Computers", "Cameras"),
    "Office": ("Paper", "Writing", "Desks", "Storage"),
}
_NOUNS: Mapping[str, tuple[str, ...]] = {
    "Kitchen": ("Mug", "Teapot", "Pan", "Cutting board", "Kettle"),
    "Lighting": ("Floor lamp", "Lantern", "Desk lamp", "Pendant light"),
    "Textiles": ("Blanket", "Pillow", "Curtain", "Towel"),
    "Furniture": ("Chair", "Side table", "Shelf", "Bench"),
    "Shirts": ("T-shirt", "Linen shirt", "Polo", "Blouse"),
    "Jackets": ("Rain jacket", "Parka", "Blazer", "Fleece"),
    "Trousers": ("Jeans", "Chinos", "Shorts", "Leggings"),
    "Shoes": ("Sneakers", "Boots", "Sandals", "Loafers"),
    "Camping": ("Tent", "Sleeping bag", "Stove", "Headlamp"),
    "Cycling": ("Helmet", "Pannier", "Bell", "Repair kit"),
    "Climbing": ("Harness", "Rope", "Chalk bag", "Carabiner"),
    "Garden": ("Watering can", "Trowel", "Planter", "Hammock"),
    "Audio": ("Headphones", "Speaker", "Turntable", "Microphone"),
    "Phones": ("Phone case", "Charger", "Power bank", "Holder"),
    "Computers": ("Keyboard", "Mouse", "Monitor", "Laptop sleeve"),
    "Cameras": ("Tripod", "Camera strap", "Lens", "Film"),
    "Paper": ("Notebook", "Calendar", "Sketchbook", "Envelopes"),
    "Writing": ("Fountain pen", "Pencil set", "Marker", "Ink"),
    "Desks": ("Standing desk", "Desk mat", "Drawer unit", "Monitor stand"),
    "Storage": ("Basket", "File box", "Magazine rack", "Crate"),
}
LEAVES = tuple(leaf for leaves in TREE.values() for leaf in leaves)
_MANNERS = ("Classic", "Nordic", "Urban", "Alpine", "Coastal", "Rustic", "Modern", "Quiet", "Sturdy", "Light")
_MATERIALS = ("oak", "linen", "wool", "steel", "glass", "leather", "bamboo", "cork", "copper", "cotton")
_COLORS = ("black", "white", "red", "blue", "green", "sand", "grey", "yellow")
_TAGS = ("new", "gift", "sale", "handmade", "recycled", "bestseller")
_BRANDS = ("Havn", "Morrow", "Kestrel", "Ostra", "Pilar", "Tindra")
_SENTENCES = (
    "Made of {material} to last for years.",
    "The {color} surface is easy to keep clean.",
    "{brand} tests each one by hand.",
    "A good companion at home and on the road.",
    "Comes in a box without plastic.",
    "Designed in the north, where winters are long.",
    "Spare parts can be had for ten years.",
    "Weighs less than it looks.",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A product. `category` is a leaf of TREE, `price` is in minor units, `variants` are (name, SKU, attributes)."""

    sku: str
    name: str
    slug: str
    description: str
    category: str
    price: int
    compare_price: int | None
    stock: int
    weight_grams: int
    tags: tuple[str, ...]
    attributes: Mapping[str, Any]
    is_featured: bool
    variants: tuple[tuple[str, str, Mapping[str, str]], ...]


def sku_of(number: int) -> str:
    """The SKU of the product of this number. Those of greater numbers come after it."""
    return f"{PREFIX}{number:07d}"


def sample(number: int) -> Sample:
    """The product of this number, from 1."""
    mixed = _mixed(number)

    def pick(words: tuple[str, ...], place: int) -> str:
        return words[(mixed >> (place * 6)) % len(words)]

    leaf = LEAVES[number % len(LEAVES)]
    noun, manner, material = pick(_NOUNS[leaf], 0), pick(_MANNERS, 1), pick(_MATERIALS, 2)
    color, brand = pick(_COLORS, 3), pick(_BRANDS, 4)
    sku = sku_of(number)
    price = 500 + (mixed >> 20) % 195 * 100 + 99
    words = {"material": material, "color": color, "brand": brand}
    said = [_SENTENCES[(mixed >> shift) % len(_SENTENCES)].format(**words) for shift in (5, 13, 29, 37)]
    varied = number % _EVERY_VARIED == 0
    return Sample(
        sku=sku,
        name=f"{manner} {material} {noun.lower()} {number}",
        slug=f"{sku.lower()}-{leaf.lower()}",
        description=f"{noun} of {material}, in {color}. {' '.join(dict.fromkeys(said))}",
        category=leaf,
        price=price,
        compare_price=price * 5 // 4 if mixed % 5 == 0 else None,
        stock=mixed % 200,
        weight_grams=50 + mixed % 4000,
        tags=tuple(dict.fromkeys((pick(_TAGS, 5), pick(_TAGS, 6)))),
        attributes={"brand": brand, "color": color, "material": material},
        is_featured=mixed % 25 == 0,
        variants=tuple((size, f"{sku}-{size[0]}", {"size": size}) for size in _SIZES) if varied else (),
    )


def _mixed(number: int) -> int:
    """64 bits in which neighbours have nothing in common (the finalizer of SplitMix64)."""
    value = (number * 0x9E3779B97F4A7C15) & (2**64 - 1)
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
    return value ^ (value >> 31)

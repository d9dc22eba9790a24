"""Names that are plainly made up: each customer of the demo has their own."""

from __future__ import annotations

FIRST = (
    "Fernbank", "Oddsock", "Moth and Lantern", "Tinker Lane", "Pickle Barge", "Harbour Lights",
    "Old Mill", "Tilde", "Quillfeather", "Marrow Hill", "Copper Kettle", "Blue Heron", "Thistle",
    "Larkspur", "Nine Elms", "Saltmarsh", "Wickerwork", "Juniper", "Pebble Beach", "Corner House",
    "Lantern Street", "Hollow Oak", "Paper Crane", "Brass Button", "Windmill", "Snowdrop", "Rookery",
    "Tin Whistle", "Plum Tree", "Glass Onion", "Kestrel", "Mulberry", "Cobalt", "Foxglove", "Damson",
    "Birchwood", "Limekiln", "Sandpiper", "Gooseberry", "Hazel",
)  # fmt: skip
SECOND = (
    "Weddings", "Robotics", "Café", "School", "Choir", "Cottages", "Bakery", "Books", "Cycles",
    "Studio", "Brewery", "Gardens", "Theatre", "Museum", "Hotel", "Pottery", "Chocolate", "Optics",
    "Joinery", "Catering", "Florists", "Records", "Instruments", "Outfitters", "Stationery",
    "Coffee", "Ceramics", "Yoga", "Dental", "Architects",
)  # fmt: skip
GIVEN = (
    "Ada", "Juno", "Wren", "Moss", "Robin", "Sasha", "Ash", "Linden", "Pia", "Otto", "Mina", "Theo",
    "Ines", "Kai", "Nora", "Emil", "Ruth", "Hugo", "Vera", "Ivo", "Lena", "Bram", "Tove", "Jonas",
)  # fmt: skip
FAMILY = (
    "Marrowby", "Thackeray", "Okafor", "Lindqvist", "Bergamot", "Castellan", "Dunmore", "Eastlake",
    "Farthing", "Greenhow", "Hawksworth", "Ingleby", "Jessop", "Kettering", "Langstone", "Moorcroft",
    "Netherby", "Oakshott", "Pemberley", "Quince", "Ravenscar", "Silverdale", "Tregarth", "Underhill",
    "Vauxhall", "Wetherby", "Yarrow", "Zennor",
)  # fmt: skip


def company(index: int) -> str:
    """Return the customer's name: ``Fernbank Weddings 1204``."""
    first, rest = index % len(FIRST), index // len(FIRST)
    return f"{FIRST[first]} {SECOND[(rest + first) % len(SECOND)]} {index + 1}"


def person(index: int) -> str:
    """Return the contact's name."""
    return f"{GIVEN[index % len(GIVEN)]} {FAMILY[(index // 3) % len(FAMILY)]}"


def email(index: int) -> str:
    """Return the contact's address; nobody receives mail there."""
    given, family = person(index).lower().split()
    return f"{given}.{family}.{index + 1}@demo.example"

"""What the shop sets about itself: sections that rooms declare, kept in the database and read by every process.

`shop(Section)` returns a section's values as they are now; ``app/core/shop/section.py`` says how to declare one.
"""

from app.core.shop.reading import forget, shop
from app.core.shop.section import SECTIONS, Section

__all__ = ["SECTIONS", "Section", "forget", "shop"]

"""How many pieces fit on a sheet, and how many sheets a line uses."""

from decimal import Decimal

from app.catalog.properties import Sheet


def pieces_per_sheet(sheet: Sheet, width_mm: Decimal, height_mm: Decimal) -> int:
    """Return how many pieces of this size fit on the sheet, all lying the same way; 0 where none does."""
    room_width = sheet.sheet_width_mm - 2 * sheet.margin_mm
    room_height = sheet.sheet_height_mm - 2 * sheet.margin_mm
    if width_mm <= 0 or height_mm <= 0:
        return 0
    upright = _along(room_width, width_mm, sheet) * _along(room_height, height_mm, sheet)
    turned = _along(room_width, height_mm, sheet) * _along(room_height, width_mm, sheet)
    return max(upright, turned)


def sheets_used(quantity: int, leaves: int, per_sheet: int) -> int:
    """Return how many sheets `quantity` pieces of `leaves` leaves each need."""
    return -(-quantity * leaves // per_sheet)


def _along(room_mm: Decimal, piece_mm: Decimal, sheet: Sheet) -> int:
    """Return how many pieces fit in a row: each after the first takes a gutter too."""
    if room_mm < piece_mm:
        return 0
    return int((room_mm + sheet.gutter_mm) // (piece_mm + sheet.gutter_mm))

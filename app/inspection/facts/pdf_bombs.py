"""PDF streams that unpack to far more than any page needs (ISO 32000-1, 7.4: filters)."""

import re
import zlib
from base64 import a85decode
from binascii import Error, unhexlify
from collections.abc import Callable
from math import prod
from typing import Any

from app.inspection.facts import check_pixels
from app.inspection.facts.pdf_content import number, words
from app.inspection.refusal import FileRefused

UNPACKED_MAX_BYTES = 256 * 1024 * 1024
BLOCK = 1024 * 1024
SPACE = re.compile(rb"[\x00\t\n\f\r ]+")
CLEAR, END, FIRST, FULL = 256, 257, 258, 4096


class TooLarge(Exception):
    """A stream unpacks to more than the limit."""


def check_streams(pdf: Any) -> None:
    """Raise FileRefused for a stream that unpacks to more than 256 MB, or a picture beyond the
    ceiling. Unpacks block by block and stops at the limit, so a bomb costs a second at most."""
    import pikepdf

    for item in pdf.objects:
        if not isinstance(item, pikepdf.Stream):
            continue
        if item.get("/Subtype") == "/Image":
            width_px, height_px = (int(number(item.get(side), 0)) for side in ("/Width", "/Height"))
            check_pixels("PDF document's picture", width_px, height_px)
            continue
        filters: Any = item.get("/Filter")
        names = (
            [words(name) for name in filters]
            if isinstance(filters, pikepdf.Array)
            else [words(filters)]
        )
        known = [FILTERS[name] for name in names if name in FILTERS]
        most = number(item.get("/Length"), 0) * prod(ratio for ratio, _ in known)
        if most < UNPACKED_MAX_BYTES:
            continue
        try:
            data = item.read_raw_bytes()
            for _, unpack in known:
                data = unpack(data)
        except TooLarge:
            raise FileRefused(
                "bomb",
                "The PDF document holds a part that unpacks to more than 256 MB.",
                next_step="Export it again as PDF/X-4 from the program it was made with.",
            ) from None
        except (zlib.error, Error, ValueError):
            continue  # broken, which is for the reader of the page to say


def _inflated(data: bytes) -> bytes:
    unpack = zlib.decompressobj()
    kept = bytearray()
    while data and not unpack.eof:
        kept += unpack.decompress(data, BLOCK)
        data = unpack.unconsumed_tail
        _check(len(kept))
    return bytes(kept)


def _from_lzw(data: bytes) -> bytes:
    """Codes of 9 to 12 bits, highest bit first; a table that grows by one string a code."""
    kept, table = bytearray(), [bytes([n]) for n in range(256)] + [b"", b""]
    held = bits = 0
    width, last = 9, b""
    for byte in data:
        held, bits = (held << 8 | byte) & 0xFFFFFF, bits + 8
        if bits < width:
            continue
        bits -= width
        code = held >> bits & ((1 << width) - 1)
        if code == END:
            break
        if code == CLEAR:
            del table[FIRST:]
            width, last = 9, b""
            continue
        text = table[code] if code < len(table) else last + last[:1]
        kept += text
        _check(len(kept))
        if last and len(table) < FULL:
            table.append(last + text[:1])
        last = text
        # a code earlier than the table needs it, as PDF writers do where /EarlyChange is not 0
        width = min(max((len(table) + 1).bit_length(), 9), 12)
    return bytes(kept)


def _from_runs(data: bytes) -> bytes:
    kept, at = bytearray(), 0
    while at < len(data) and data[at] != 128:
        length = data[at]
        if length < 128:
            kept += data[at + 1 : at + 2 + length]
            at += length + 2
        else:
            kept += data[at + 1 : at + 2] * (257 - length)
            at += 2
        _check(len(kept))
    return bytes(kept)


def _from_hex(data: bytes) -> bytes:
    digits = SPACE.sub(b"", data.partition(b">")[0])
    return unhexlify(digits + b"0" * (len(digits) % 2))


def _from_85(data: bytes) -> bytes:
    return a85decode(SPACE.sub(b"", data.partition(b"~>")[0]))


def _check(size: int) -> None:
    if size > UNPACKED_MAX_BYTES:
        raise TooLarge


#: The most that a byte can come to, and how it is unpacked. Deflate's ceiling is given in zlib's technical notes
#: ("Maximum Compression Factor"); of LZW's 12 bits each code stands for 4,096 bytes at most.
FILTERS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "FlateDecode": (1032, _inflated),
    "LZWDecode": (2731, _from_lzw),
    "RunLengthDecode": (64, _from_runs),
    "ASCIIHexDecode": (1, _from_hex),
    "ASCII85Decode": (4, _from_85),  # a z is four zeros
}

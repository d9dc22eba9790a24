"""A mail server that takes everything and keeps nothing: `python -m tests.bench.mail_sink PORT`."""

from __future__ import annotations

import asyncio
import sys


class Sink(asyncio.Protocol):
    """One connection: answers each command, swallows each message."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.rest, self.is_letter = transport, b"", False
        transport.write(b"220 sink\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.rest += data
        while True:
            mark = b"\r\n.\r\n" if self.is_letter else b"\r\n"
            line, found, rest = self.rest.partition(mark)
            if not found:
                return
            self.rest = rest
            self.answer(line)

    def answer(self, line: bytes) -> None:
        command = b"" if self.is_letter else line[:4].upper()
        self.is_letter = command == b"DATA"
        said = {b"DATA": b"354 go on", b"QUIT": b"221 bye"}.get(command, b"250 OK")
        self.transport.write(said + b"\r\n")  # type: ignore[attr-defined]
        if command == b"QUIT":
            self.transport.close()


async def main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

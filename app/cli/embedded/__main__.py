"""`bin/run` after the set-up: the whole shop in the foreground, until Ctrl-C."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import click

from app.cli.embedded import home as homes
from app.cli.embedded import ports, processes, seaweedfs
from app.cli.embedded.filling import Choice, choose
from app.cli.embedded.home import Home
from app.cli.embedded.prepare import ROOT
from app.cli.embedded.shop import EmbeddedShop
from app.cli.embedded.supervisor import Interrupted, Supervisor
from app.cli.embedded.waiting import NotReady
from app.core.sandbox import hide_memory

DEFAULT_PORT = 8000


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), help=f"Where the pages are (default {DEFAULT_PORT})."
)
@click.option(
    "--home",
    metavar="DIR",
    envvar="MAKEREADY_HOME",
    default=str(ROOT / "var"),
    help="Where everything is kept (default: MAKEREADY_HOME, else var/).",
)
@click.option("--no-demo", is_flag=True, help="An empty shop: prints the link to set it up.")
def main(port: int | None, home: str, no_demo: bool) -> None:
    """Run the whole shop on this machine until Ctrl-C."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    hide_memory()
    os.umask(0o077)  # what this and every process under it makes is for us alone
    try:
        place = Home.at(home)
        with only_supervisor(place):
            _run(place, port, demo=not no_demo)
    except PermissionError as problem:
        sys.exit(
            f"{problem.filename} belongs to another user. Start the shop as that user, "
            "or give it a home of your own: bin/run --home DIR"
        )
    except NotReady as problem:
        sys.exit(str(problem))


@contextmanager
def only_supervisor(home: Home) -> Iterator[None]:
    """Hold this home's lock; when another supervisor has it, say where its shop is and end."""
    with (home.folder("run") / "supervisor.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            number = file.read().strip() or "unknown"
            address = homes.read_settings(home).get("BASE_URL", "an address it is about to print")
            print(
                f"Makeready already runs from {home.path} (process {number}) at {address}. "
                "Nothing was changed."
            )
            sys.exit(0)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def end_leftovers(home: Home) -> list[str]:
    """End what a supervisor that died left running; returns the names."""
    ended = []
    pid_files = sorted(home.folder("run").glob("*.pid"))
    records = [processes.read_record(pid_file) for pid_file in pid_files]
    # All at once first, so that their last moments run side by side.
    alive = [record.pid for record in records if record and processes.is_alive(record)]
    processes.signal_all(alive, signal.SIGTERM)
    for pid_file in pid_files:
        if processes.end(pid_file, grace_s=2, mark=home.mark):
            ended.append(pid_file.stem)
    return ended


def _run(home: Home, port: int | None, *, demo: bool) -> None:
    started = time.monotonic()
    known = homes.read_settings(home)
    choice, owner = choose(known, demo=demo)
    web_port = port or int(known.get("PORT", DEFAULT_PORT))
    for name in end_leftovers(home):
        print(f"  ✓ {name}, left over from an earlier start, was ended")
    if not ports.is_free(web_port):
        holder = ports.holder(web_port)
        raise NotReady(
            f"Port {web_port} is taken{f' by {holder}' if holder else ' by another program'}; "
            f"end that program, or choose another port: bin/run --port {web_port + 10}"
        )
    homes.make_private(home)
    values = homes.settle(home, web_port=web_port)
    supervisor = Supervisor(home, say=lambda sentence: print(f"  ! {sentence}"))
    supervisor.between = partial(seaweedfs.close_files, home)
    supervisor.listen_to_signals()
    shop = EmbeddedShop(home, values, supervisor)
    try:
        shop.bring_up(choice, owner)
        supervisor.starting = False
        _welcome(shop, choice, time.monotonic() - started)
        supervisor.run()
    except Interrupted:
        pass
    finally:
        _take_down(supervisor)


def _take_down(supervisor: Supervisor) -> None:
    started = time.monotonic()
    supervisor.starting = False
    print("\n  … stopping")
    supervisor.stop_all()
    # What a signal caught between its start and its entry in the list of children.
    end_leftovers(supervisor.home)
    print(f"  ✓ everything has stopped {time.monotonic() - started:.1f} s")


def _welcome(shop: EmbeddedShop, choice: Choice, seconds: float) -> None:
    address = shop.values["BASE_URL"]
    print(f"\nThe shop is open, {seconds:.1f} s after the start.\n")
    print(f"  Portal        {address}/")
    print(f"  Back office   {address}/admin/")
    print(f"  Mail caught   {shop.home.mail}")
    print(f"  Logs          {shop.home.path / 'logs'}")
    signins = shop.signins_file
    if choice is Choice.DEMO and signins.exists():
        print(f"\n{signins.read_text().rstrip()}")
    if shop.setup_link:
        print(
            "\nThe shop has no owner yet. Open this link in a browser to become it and to set the shop up:\n"
            f"\n  {shop.setup_link}\n"
            "\nIt is good once and for a week; keep it to yourself."
        )
    print("\nCtrl-C stops it.")


main(prog_name="bin/run")

"""`bin/run` after the set-up: the whole shop in the foreground, until Ctrl-C."""

from app.cli.embedded.main import main

main(prog_name="bin/run")

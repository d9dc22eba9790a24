"""How `web` serves HTTP: gunicorn's threads behind a loop that reads whole requests and writes whole answers."""

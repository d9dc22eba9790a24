"""One real order through a running shop, over HTTP alone: what `flask walk` starts."""

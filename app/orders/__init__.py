"""Orders: requests, quotes, lines, and the life of an order from first request to closed."""

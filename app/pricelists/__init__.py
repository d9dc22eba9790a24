"""Price lists for customers and groups, promotion codes, and the terms that a price is calculated under."""

"""Other systems of the shop: every write to them is an intent with a key and an outcome."""

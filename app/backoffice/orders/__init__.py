"""The page of an order, and the form for a new one."""

"""What the shop makes things from: items, where they lie, every movement, and who claims how much."""

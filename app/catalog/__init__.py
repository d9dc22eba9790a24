"""What the shop makes: families, products, their options, prices and routes."""

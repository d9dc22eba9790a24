"""The form of a product's or family's properties: drawn from their models, read back into the same shape."""

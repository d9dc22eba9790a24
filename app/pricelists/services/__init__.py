"""What the verbs on price lists and promotion codes do."""

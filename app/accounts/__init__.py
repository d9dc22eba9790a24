"""Who may come in: staff with roles, their sessions, customers' links, tokens for other software."""

"""Who the shop works for: companies and people, their contacts and addresses."""

"""The pages of the shop's settings, one for each section that is declared."""

"""What the shop's figures say. Reads only; exports are the one thing written."""

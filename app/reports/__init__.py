"""Reports on the shop's figures, and exports. Only exports are written."""

"""The stations, one page for each work centre."""

"""Rates: what metal, paper or resin costs, by day and source; formulas of prices name them."""

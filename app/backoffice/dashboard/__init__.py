"""The dashboard: to-dos, key figures, late jobs, system status."""

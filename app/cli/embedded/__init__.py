"""The whole shop on one machine: the servers from their wheels, and one supervisor over everything."""

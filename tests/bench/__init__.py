"""How fast it is, as a ratio to a peer in the same run: ``python -m tests.bench [NAME …]``.

Machines differ, and differ from themselves from hour to hour; a ratio of two things that take turns
differs little. Nothing here passes or fails.
"""

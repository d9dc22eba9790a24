"""The log: every event, and background tasks that failed for good."""

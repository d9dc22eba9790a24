"""The job board: jobs by state, beside the orders that have no job yet."""

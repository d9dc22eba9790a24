"""What workers and the clock run. Jobs are shallow: an id comes in, one function is called."""

"""What every room stands on: database, events, state charts, storage, sandbox. No word of the trade."""

"""The guide that leads the owner of an empty shop through its set-up."""

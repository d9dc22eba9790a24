"""What the verbs of accounts do, and signing in, links and tokens."""

"""What a file is, holds and looks like: read in the sandbox, with no database at hand."""

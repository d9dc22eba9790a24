"""Messages to people: composed once, sent once, with their whole history."""

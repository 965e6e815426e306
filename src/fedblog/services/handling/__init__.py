"""What each kind of activity does here: one file for each family, each handler in two steps (see `received`)."""

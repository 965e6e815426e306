"""fedblog: a blog that is a fediverse account."""

__version__ = "0.1.0"

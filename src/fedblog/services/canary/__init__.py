"""The canary: a short-lived actor of our own that speaks to our inbox through the public name (docs/decisions/0012)."""

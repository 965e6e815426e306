"""Tolerant readers of what other servers send: any JSON value becomes a frozen struct or `Invalid`."""

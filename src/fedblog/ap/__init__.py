"""ActivityPub as it stands on paper: documents, addresses and signatures, without any I/O.

Every document from outside is read as plain JSON with tolerant readers (value or array, string or
object, prefixed types), never as JSON-LD: no context is fetched and nothing is derived from one.
"""

"""Replies that readers write here: their own server posts them, once they have allowed it there (protocol.md g.3).

So a reply comes in through the inbox, signed, like any other; nothing here makes a comment of anything.
"""

"""The only way out: address guard, transport of ours, bounded client, signed fetch and post.

Nothing else in fedblog opens a connection to another server.
"""

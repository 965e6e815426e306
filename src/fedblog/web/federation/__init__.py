"""What other servers ask for: who we are, what we said, and the inboxes."""

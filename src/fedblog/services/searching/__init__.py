"""Looking for replies that never came: their server gave up while ours was down, or never knew of us (FEP-f228)."""

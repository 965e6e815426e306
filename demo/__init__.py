"""The demo: a blog and a simulated fediverse account talk with each other on this machine. No part of the product."""

"""What every request passes on its way in. Pure ASGI, one purpose per file."""

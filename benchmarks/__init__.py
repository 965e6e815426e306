"""Measurements, run by `make bench`. What they mean stands in docs/performance.md."""

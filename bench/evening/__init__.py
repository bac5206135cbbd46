"""The last evening of the month, played against a real server: ``python -m bench.evening``."""

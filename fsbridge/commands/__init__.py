"""The command groups of the `fsbridge` program, one a file; `cli.py` puts them together."""

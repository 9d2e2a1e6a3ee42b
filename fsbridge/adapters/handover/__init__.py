"""A centre in open formats: its tables as JSON Lines, its files as they are, a manifest of hashes."""

"""Example data sets: one readable TOML file each, a whole call centre in it."""

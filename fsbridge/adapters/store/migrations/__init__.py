"""The migrations: numbered SQL files, run in order."""

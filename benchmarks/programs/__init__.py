"""Programs that are measured, each a process of its own; they import nothing of this package.

A program may run under another interpreter (a peer's virtual environment), so it is started by its
path, takes its settings as arguments and prints one line of JSON.
"""

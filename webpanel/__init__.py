"""The panel for browsers: operators, supervisors and the wallboard."""

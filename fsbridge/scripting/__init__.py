"""What a call-flow script sees: an app with routes, a call, menus."""

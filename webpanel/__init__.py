"""The panel for browsers: Flask-SocketIO on gevent, a module with its templates for each page."""

from webpanel.app import Panel, create_panel

__all__ = ["Panel", "create_panel"]

"""The panel for browsers: Flask-SocketIO on gevent, a module with its templates for each page."""

from webpanel.app import Panel, create_panel
from webpanel.staff import Staff, StaffWatch

__all__ = ["Panel", "Staff", "StaffWatch", "create_panel"]

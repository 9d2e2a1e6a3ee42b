"""The panel for browsers: Flask-SocketIO on gevent, a package with its templates for each page."""

from webpanel.app import Panel, create_panel
from webpanel.centre import Centre, Kept
from webpanel.staff import Staff, StaffWatch

__all__ = ["Centre", "Kept", "Panel", "Staff", "StaffWatch", "create_panel"]

"""Recordings as files: their folder, their certificates, their sound, and where they are stored."""

from fsbridge.adapters.recordings.certificates import CertificateFolder
from fsbridge.adapters.recordings.folder import RecordingFolder

__all__ = ["CertificateFolder", "RecordingFolder"]

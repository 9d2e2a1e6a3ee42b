"""Mail over SMTP, with the standard library."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from fsbridge.services.posting import Letter, MailFailed


class SmtpPost:
    """A mail server; `security` is ``starttls``, ``tls`` or ``none``, and certificates are verified.

    >>> SmtpPost("127.0.0.1", 1, "none", sender="a@example.jp", timeout=0.1).address
    '127.0.0.1:1'
    """

    def __init__(
        self,
        host: str,
        port: int,
        security: str,
        *,
        sender: str,
        user: str = "",
        password: str = "",
        timeout: float = 30.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._host, self._port, self._security = host, port, security
        self._sender, self._user, self._password = sender, user, password
        self._timeout, self._context = timeout, context

    @property
    def address(self) -> str:
        """Where it is."""
        return f"{self._host}:{self._port}"

    def send(self, letter: Letter, to: str, at: datetime) -> None:
        """Hand a letter over; MailFailed says what the server answered, or that there is none."""
        message = self._message(letter, to, at)
        try:
            with self._connected() as server:
                server.send_message(message)
        except smtplib.SMTPResponseException as error:
            answer = error.smtp_error
            text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
            raise MailFailed(f"{self.address} answers {error.smtp_code} {' '.join(text.split())}") from error
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise MailFailed(
                f"{self.address} refuses {to}: {code} {reason.decode('utf-8', 'replace')}"
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailed(
                f"{self.address} cannot be used: {error}; see mail.host and mail.security"
            ) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        context = self._context or ssl.create_default_context()
        if self._security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        with server:
            if self._security == "starttls":
                server.starttls(context=context)
            if self._user:
                server.login(self._user, self._password)
            yield server

    def _message(self, letter: Letter, to: str, at: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = to
        message["Subject"] = " ".join(letter.subject.split())
        message["Date"] = format_datetime(at)
        known = hashlib.sha256(f"{letter.key}\n{to}".encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{known}@{self._sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        for file in letter.files:
            kind, _, subtype = file.media_type.partition(";")[0].partition("/")
            message.add_attachment(file.data, maintype=kind, subtype=subtype, filename=file.name)
        return message

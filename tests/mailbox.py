"""A mail server on loopback that takes, refuses or breaks off as it is told: the other end of a
real connection.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Mailbox:
    """What came in, and what to answer."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    dialogue: list[str] = field(default_factory=list)  # everything the client said, line by line
    refused: dict[str, str] = field(default_factory=dict)  # recipient: answer
    data_answer: str = "250 taken"
    hangs_up_at: str = ""  # a command


@contextmanager
def mail_is_sent_to_a_box(settings) -> Iterator[Mailbox]:
    """The settings of an installation whose mail server is ours."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.DEFAULT_FROM_EMAIL = "MetaCentrex <metacentrex@operator.example>"
        yield server


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Answer whoever connects until the end of the block."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        box.port = listening.getsockname()[1]
        thread = threading.Thread(target=_listen, args=(listening, box), daemon=True)
        thread.start()
        yield box
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _listen(listening: socket.socket, box: Mailbox) -> None:
    while True:
        try:
            talking, _address = listening.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(talking, box), daemon=True).start()


def _talk(talking: socket.socket, box: Mailbox) -> None:
    with talking, talking.makefile("rwb") as stream:
        _answer(stream, box)


def _answer(stream, box: Mailbox) -> None:
    def say(text: str) -> None:
        stream.write(text.encode() + b"\r\n")
        stream.flush()

    say("220 mailbox")
    while line := stream.readline().decode().rstrip("\r\n"):
        box.dialogue.append(line)
        word = line.split(":")[0].split(" ")[0].upper()
        if box.hangs_up_at == word:
            return
        if word == "RCPT":
            address = line.partition("<")[2].partition(">")[0]
            say(box.refused.get(address, "250 ok"))
        elif word == "DATA":
            say("354 go on")
            _take(stream, box)
            say(box.data_answer)
        elif word == "QUIT":
            say("221 bye")
            return
        else:
            say("250 ok")


def _take(stream, box: Mailbox) -> None:
    lines = []
    while (line := stream.readline()) not in (b".\r\n", b""):
        lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    if box.data_answer.startswith("250"):
        box.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))

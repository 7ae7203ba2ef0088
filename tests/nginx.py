"""The nginx files of deploy/, with names, ports and folders of a test: what is tested is what is
shipped.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[1] / "deploy" / "nginx"
PROGRAM = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or ""

# Of root, its workers keep the folders of a test, which are closed to others.
WHOLE = (
    ("user root;\n" if os.getuid() == 0 else "")
    + """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {sites}
}}
"""
)


@dataclass
class Nginx:
    """One nginx in a folder, with cert.pem and key.pem there."""

    folder: Path
    behind: int
    tls_port: int
    plain_port: int
    phones_port: int
    sites: list[str] = field(default_factory=lambda: ["metacentrex.conf"])
    changes: dict[str, str] = field(default_factory=dict)

    def render(self) -> Path:
        """Write the configuration; returns its path."""
        for name in [*self.sites, "metacentrex-proxy.conf"]:
            (self.folder / name).write_text(self._placed((SHIPPED / name).read_text()))
        sites = [f"include {self.folder / name};" for name in self.sites]
        whole = self.folder / "nginx.conf"
        whole.write_text(WHOLE.format(folder=self.folder, sites="\n    ".join(sites)))
        return whole

    def _placed(self, text: str) -> str:
        for old, new in self.changes.items():
            text = text.replace(old, new)
        # a test machine may have no IPv6
        text = re.sub(r"^.*listen \[::\].*$", "", text, flags=re.M)
        ports = {"80": self.plain_port, "443": self.tls_port, "8443": self.phones_port}
        text = re.sub(r"listen (\d+)", lambda found: f"listen 127.0.0.1:{ports[found[1]]}", text)
        text = re.sub(
            r"/etc/letsencrypt/live/[^/]+/fullchain.pem", str(self.folder / "cert.pem"), text
        )
        text = re.sub(
            r"/etc/letsencrypt/live/[^/]+/privkey.pem", str(self.folder / "key.pem"), text
        )
        return (
            text.replace("/etc/nginx/snippets", str(self.folder))
            .replace("/var/log/nginx", str(self.folder))
            .replace("server 127.0.0.1:8000;", f"server 127.0.0.1:{self.behind};")
            .replace("https://extranet.example.fr", f"https://localhost:{self.tls_port}")
            .replace("extranet.example.fr", "localhost")
        )

    def make_certificate(self) -> None:
        command = [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ]
        names = ["-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "cert.pem")]
        subprocess.run([*command, *names, *files], check=True, capture_output=True)

    def command(self) -> list[str]:
        error_log = str(self.folder / "error.log")
        return [
            PROGRAM,
            "-p",
            str(self.folder),
            "-e",
            error_log,
            "-c",
            str(self.folder / "nginx.conf"),
        ]

    def check(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([*self.command(), "-t"], capture_output=True, text=True, check=False)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command(), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

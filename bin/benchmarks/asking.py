"""The HTTP client of the benchmarks, for a logged-in browser or a phone, which also measures
response times.
"""

import http.client
import json
import re
import sys
import time
import urllib.parse
from http.cookies import SimpleCookie
from typing import Any

from benchmarks.cases import Case
from benchmarks.stack import Stack

FORM_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


class Asker:
    """An HTTP client with one connection, which keeps the cookies it receives."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.cookies = stack, dict[str, str]()
        self.connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60)

    def ask(
        self,
        path: str,
        headers: "dict[str, str] | None" = None,
        form: "dict[str, str] | None" = None,
    ) -> "tuple[http.client.HTTPResponse, bytes]":
        """Send one request and read the whole response."""
        sent = {**self.stack.headers, **(headers or {})}
        if self.cookies and headers is None:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urllib.parse.urlencode(form) if form else None
        if form:
            sent |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": self.stack.origin,
            }
        self.connection.request("POST" if form else "GET", path, body, sent)
        answer = self.connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer, content

    def log_in(self) -> None:
        """Log in as the operator, who sees everything."""
        _, page = self.ask("/extranet/")
        found = FORM_TOKEN.search(page)
        login = self.stack.facts["login"]
        form = {"username": login["login"], "password": login["password"]}
        answer, _ = self.ask(
            "/extranet/", form={**form, "csrfmiddlewaretoken": found[1].decode() if found else ""}
        )
        if answer.status != 302:
            sys.exit("the operator cannot log in")

    def post_json(
        self, path: str, data: "dict[str, Any]", token: str
    ) -> "tuple[int, dict[str, Any], float]":
        """Post JSON like the key editor; returns status, response and duration in milliseconds."""
        sent = {**self.stack.headers, "Content-Type": "application/json", "X-CSRFToken": token}
        sent |= {
            "Origin": self.stack.origin,
            "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()),
        }
        started = time.perf_counter()
        self.connection.request("POST", path, json.dumps(data), sent)
        answer = self.connection.getresponse()
        content = answer.read()
        return answer.status, json.loads(content), (time.perf_counter() - started) * 1000

    def timed(self, case: Case) -> float:
        """Send the request once and return its duration in milliseconds."""
        started = time.perf_counter()
        answer, _ = self.ask(case.path, case.headers)
        took = (time.perf_counter() - started) * 1000
        if answer.status != case.status:
            sys.exit(f"{case.name}: {answer.status} instead of {case.status}")
        return took

    def has(self, case: Case) -> bool:
        """Whether this version of MetaCentrex has the page."""
        return self.ask(case.path, case.headers)[0].status != 404

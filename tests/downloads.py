"""Reading back what a page gives as a file."""

import csv
from io import BytesIO, StringIO

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import load_workbook


def rows_of(response: StreamingHttpResponse | FileResponse) -> list[list[str]]:
    """The rows of a list's file, heads first, whether it is CSV or XLSX; for no cache."""
    assert "no-store" in response["Cache-Control"]
    content = b"".join(response.streaming_content)  # type: ignore[arg-type]
    if response["Content-Type"].startswith("text/csv"):
        return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
    return [["" if cell is None else cell for cell in row] for row in rows]

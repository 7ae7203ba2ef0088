"""Uploaded files stay in memory, below a limit: nothing a tenant sends is written to disk."""

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

MOST_BYTES = 10 * 1024 * 1024


class BoundedUploadHandler(FileUploadHandler):
    """Drops a file that is too large while it is received, and sets `upload_too_large` on the
    request.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > MOST_BYTES:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None  # the next handler creates the file

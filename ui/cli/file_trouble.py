"""What a file or folder that the system refuses is called here: a code whose sentences are the catalogue's.

The system's own words are English whatever the run speaks, and name neither the books nor a way out. Reasons without
a code of their own keep the system's short name, for support. Must not know: which command it was.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

OTHER = "file.other"
CODE_OF = {
    errno.EEXIST: "file.exists",
    errno.ENOENT: "file.missing",
    errno.EACCES: "file.not_allowed",
    errno.EPERM: "file.not_allowed",
    errno.EROFS: "file.read_only",
    errno.ENOSPC: "file.full",
    errno.EDQUOT: "file.full",
    errno.EISDIR: "file.is_folder",
    errno.ENOTDIR: "file.no_folder",
    errno.ENOTEMPTY: "file.not_empty",
    errno.EIO: "file.disk_error",
    errno.EPIPE: "file.reader_gone",
}
"""By the system's number; whatever is not here is OTHER."""


@dataclass(frozen=True, slots=True)
class FileTrouble:
    """A complaint of the system.

    Attributes: code of its sentences; path, "" if none was named; reason, the system's short name for it.
    """

    code: str
    path: str
    reason: str

    @classmethod
    def of(cls, error: OSError) -> FileTrouble:
        """What an error of the system means here."""
        number = error.errno or 0
        path = "" if error.filename is None else str(error.filename)
        return cls(CODE_OF.get(number, OTHER), path, errno.errorcode.get(number, type(error).__name__))

"""What the command says when the system refuses a file or folder: what happened, the books, what to do.

The system's own words are English whatever the run speaks, and name neither the books nor a way out. Reasons without
a sentence of their own keep the system's short name, for support. Must not know: which command it was.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

FILE_TEXTS: dict[str, tuple[str, str]] = {
    "file.unnamed": ("所给的文件", "the file given"),
    "file.exists": (
        "{path} 已经在那里，没有覆盖它。没有动过账。换一个名字，或先把它移开。",
        "{path} is there already and was not overwritten. The books are untouched. Take another name, or move it away.",
    ),
    "file.missing": (
        "找不到 {path}，或它所在的目录。没有动过账。核对路径和拼写；在 U 盘上的，看盘是否插好。",
        "{path}, or its folder, is not there. The books are untouched. Check the path; if it is on a stick, see that"
        " the stick is in.",
    ),
    "file.not_allowed": (
        "没有权限读写 {path}。没有动过账。换一个本用户能读写的目录，或请管这台电脑的人放开权限。",
        "This user may not read or write {path}. The books are untouched. Take a folder of your own, or ask whoever"
        " looks after this computer for the permission.",
    ),
    "file.read_only": (
        "{path} 所在的磁盘只读，没有写上。没有动过账。换一块盘，或解除写保护。",
        "The disk of {path} is read-only; nothing was written. The books are untouched. Take another disk, or lift its"
        " write protection.",
    ),
    "file.full": (
        "磁盘已满，没有写完：{path}。没有动过账；没写完的不能用。腾出空间，或换一块盘再来。",
        "The disk is full and this was not finished: {path}. The books are untouched; what is half written is of no"
        " use. Make room, or take another disk.",
    ),
    "file.is_folder": (
        "{path} 是目录，这里要的是文件。没有动过账。在后面加上文件名。",
        "{path} is a folder; a file is wanted here. The books are untouched. Add the name of the file.",
    ),
    "file.no_folder": (
        "{path} 的路径中有一段是文件，不是目录。没有动过账。核对路径。",
        "A part of the path {path} is a file and no folder. The books are untouched. Check the path.",
    ),
    "file.not_empty": (
        "目录 {path} 里已有别的文件，没有动它们。没有动过账。另选一个空的或新的目录。",
        "The folder {path} holds other files, which were left alone. The books are untouched. Choose an empty or a new"
        " folder.",
    ),
    "file.disk_error": (
        "读写 {path} 时磁盘报错。没有动过账；没写完的不能用。换一块盘或 U 盘再来，并检查这一块。",
        "The disk reports an error at {path}. The books are untouched; what is half written is of no use. Take another"
        " disk or stick, and have this one looked at.",
    ),
    "file.reader_gone": (
        "接收输出的程序先关了，输出不完整，不能用。没有动过账。再来一次，或用 --out 写成文件。",
        "The program that took the output has closed; what it got is not whole. The books are untouched. Run it again,"
        " or write a file with --out.",
    ),
    "file.other": (
        "文件或目录不能用（{reason}）：{path}。没有动过账。核对路径，或换一个目录再来。",
        "The file or folder cannot be used ({reason}): {path}. The books are untouched. Check the path, or take another"
        " folder.",
    ),
}

_CODE_OF = {
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


@dataclass(frozen=True, slots=True)
class FileTrouble:
    """A complaint of the system.

    Attributes: code of its sentence; path, "" if none was named; reason, the system's short name for it.
    """

    code: str
    path: str
    reason: str

    @classmethod
    def of(cls, error: OSError) -> FileTrouble:
        """What an error of the system means here."""
        number = error.errno or 0
        path = "" if error.filename is None else str(error.filename)
        return cls(_CODE_OF.get(number, "file.other"), path, errno.errorcode.get(number, type(error).__name__))

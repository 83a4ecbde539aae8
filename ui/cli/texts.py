"""What the command says, by code, in Chinese and English. Chinese is the default (design section 7).

Sentences of known errors that the screen has too come from the screen's catalogue; here are the command's own.
Must not know: Qt, what the figures mean.
"""

from __future__ import annotations

from ledger.errors import KnownError
from ui.cli.backup_texts import BACKUP_TEXTS
from ui.cli.card_texts import CARD_TEXTS
from ui.cli.doctor_texts import DOCTOR_TEXTS
from ui.cli.file_trouble import FileTrouble
from ui.cli.import_texts import IMPORT_TEXTS
from ui.cli.key_texts import KEY_TEXTS
from ui.cli.verify_texts import FINDINGS
from ui.desktop.messages import Messages

LANGUAGES = ("zh_CN", "en")

TEXTS: dict[str, tuple[str, str]] = {
    "error.head": ("错误 [{code}] ", "Error [{code}] "),
    "crash": (
        "程序内部错误，编号 {number}。账目以已提交的记录为准，没有半条记录。请把编号和文件告诉技术支持：{folder}",
        "Internal error, number {number}. The books hold what was committed and nothing half. Tell support the number"
        " and send the file in {folder}",
    ),
    "store.missing": (
        "这里没有账本：{path}。核对 --data，或先用 changshou run 启用营业厅。",
        "There are no books at {path}. Check --data, or commission the hall with `changshou run`.",
    ),
    "store.damaged": (
        "账本文件损坏，或不是本程序的账本。停止收费，用 changshou restore 从最近的备份恢复。",
        "The file is damaged or is no database of ours. Stop selling; restore the newest backup with"
        " `changshou restore`.",
    ),
    "store.not_ours": (
        "这个文件不是本程序的账本，没有动它。核对路径。",
        "This file is not a hall's database; it was not touched. Check the path.",
    ),
    "store.too_new": (
        "账本由更新版本的程序写成（{found}，本程序认识 {known}），没有打开。安装新版本程序。",
        "The books were made by a newer program (schema {found}, this one knows {known}); not opened. Install it.",
    ),
    "store.other_schema": (
        "账本由另一版本的程序建立（表 {table} 与本程序不同），没有打开，账未动。用建立它的版本打开。",
        "The books were made by another version of the program (table {table} differs); not opened, nothing was"
        " touched. Open them with the version that made them.",
    ),
    "store.full": ("磁盘已满，什么也没有写。腾出空间后再来。", "The disk is full; nothing was written. Make room."),
    "store.busy": ("账本正被占用，什么也没有写。稍后再试。", "The books are busy; nothing was written. Try again."),
    "store.read_only": ("账本所在的磁盘只读，什么也没有写。", "The books' disk is read-only; nothing was written."),
    "store.cannot_open": (
        "打不开账本文件：没有权限，或磁盘只读。账未动。",
        "The file cannot be opened: no permission, or a read-only disk. Nothing was touched.",
    ),
    "store.io": ("磁盘读写出错。停止收费，检查磁盘。", "The disk reports an error. Stop selling and check the disk."),
    "config.damaged": (
        "设备配置 {path} 读不懂（{key}），也没有上一份好的。改正，或删掉它用“设置”重新生成。账未动。",
        "The device configuration {path} cannot be read ({key}) and there is no last good copy. Mend it, or delete it"
        " and choose the devices again. The books are untouched.",
    ),
    "program.no_display": (
        "没有可用的显示器（DISPLAY={display}）。在收费终端的桌面上运行；没有桌面时可用\n"
        "  changshou day --out DIR   把一天的业务演给你看，票据都在 DIR 里。",
        "There is no display (DISPLAY={display}). Run it on the counter's desktop; without one,\n"
        "  changshou day --out DIR   plays a working day and leaves its papers in DIR.",
    ),
    "program.running": (
        "这个数据目录已有一个唱收在运行（进程 {pid}）。请用已打开的那个窗口；本次没有打开账本。",
        "Changshou is already running on this data folder (process {pid}). Use the window that is open; the books"
        " were not opened again.",
    ),
    "day.whole": (
        "一天演完（{seconds} 秒）：{pictures} 张画面、票据和账本都在 {folder}。独立核对程序：账本完好（verify.txt）。",
        "The day is played ({seconds} s): {pictures} pictures, papers and books in {folder}. The independent verifier:"
        " the books agree (verify.txt).",
    ),
    "day.findings": (
        "一天演完（{seconds} 秒），都在 {folder}；独立核对程序发现问题，见 books/verify.txt。",
        "The day is played ({seconds} s), all of it in {folder}; the independent verifier has findings, see"
        " books/verify.txt.",
    ),
    "day.stuck": (
        "演到一半停住了（等不到：{what}）。最后一张画面在 {folder}/screens。请告诉技术支持。",
        "The story got stuck (waiting for: {what}). Its last picture is in {folder}/screens. Please tell support.",
    ),
    "path.unnamed": ("所给的文件", "the file given"),
    "verify.cannot_read": ("无法核对：{reason}", "Cannot verify: {reason}"),
    "verify.only_sqlite": (
        "只能核对 SQLite 账本（路径或 sqlite:///路径）；别的数据库请先导出 jsonl 再核对。",
        "Only SQLite books can be verified (a path or sqlite:///PATH); export others as jsonl and verify that.",
    ),
    "verify.anchor_form": (
        "锚点 {text} 写得不对：照票面抄写并加引号，如 --anchor \"DJ-T01-1-7 5f5faf1cde\"（摘要至少 10 位），"
        "或写成 链:期:序号:摘要。",
        "The anchor {text} is malformed: as printed, in quotes, like --anchor \"DJ-T01-1-7 5f5faf1cde\" (10 digits or"
        " more), or CHAIN:EPOCH:SEQ:HASH.",
    ),
    "verify.key_form": (
        "指纹 {text} 写得不对：应为 16 位十六进制数字，照首次启动时记下的或“设置”里的抄写。没有核对，账未动。",
        "The fingerprint {text} is malformed: 16 hexadecimal digits, as noted at the first start or as the settings"
        " show them. Nothing was verified; the books are untouched.",
    ),
    "verify.both": ("--db 和 --export 只能给一个。", "Give --db or --export, not both."),
    "verify.error": ("错误", "error"),
    "verify.warning": ("警告", "warning"),
    "verify.note": ("说明", "note"),
    "verify.line": (
        "{severity}  {code}  {count} 处  {where}：{text}",
        "{severity}  {code}  {count}×  {where}: {text}",
    ),
    "verify.sum": (
        "{records} 条记录，验签 {signatures} 次：错误 {errors}，警告 {warnings}，说明 {notes}",
        "{records} records, {signatures} signatures checked: {errors} errors, {warnings} warnings, {notes} notes",
    ),
    "verify.rule": ("违反一条规则", "a rule is broken"),
    "verify.no_journal": ("读不出账本，或不是账本", "no journal can be read"),
    "verify.no_export": (
        "{path} 不是 changshou export journal --format jsonl 写出的账本导出，什么也没有核对，账未动。核对 --export"
        " 的路径；要核对账本本身，不加 --export。",
        "{path} is no journal exported by `changshou export journal --format jsonl`; nothing was judged, the books are"
        " untouched. Check the path; to verify the books themselves leave --export out.",
    ),
    "verify.no_db": (
        "没有这个账本文件：{path}。什么也没有核对，账未动。核对 --db。",
        "There is no such database: {path}. Nothing was judged, the books are untouched. Check --db.",
    ),
    "verify.line_no": ("第 {number} 行", "line {number}"),
    "verify.anchor_held": (
        "锚点 {anchor} 相符：票据上的那条记录在账里，一字未改。",
        "Anchor {anchor} holds: the record on that paper is in the books, unaltered.",
    ),
    "verify.anchor_typed": (
        "先核对锚点是否照票面抄错（链、期、序号、摘要逐位比对），改正后再核对一次。\n"
        "抄得没错仍查不到，就是账本缺了或改了这张票据的记录：停止收费，报告管理员，保留现状和票据。",
        "First check the anchor against the paper (chain, epoch, number, digest, digit by digit) and verify again.\n"
        "If it was typed right, the books have lost or changed the record of this paper: stop selling, touch nothing,"
        " keep the paper.",
    ),
    "verify.good": ("账本完好。", "The books are whole."),
    "verify.bad": (
        "账本有问题：停止收费，报告管理员，保留现状。",
        "The books are NOT whole: stop selling, touch nothing.",
    ),
    "verify.restored_keys": (
        "账本恢复过，换过签名密钥：先用 --key 把两个指纹都给出再核对（启用时抄下的，和恢复时抄下的）。\n"
        "两个都给了仍有 sign.key，才是账本有问题：停止收费，报告管理员，保留现状。",
        "The books were restored, with a new signing key: verify again with --key for both fingerprints on paper (from"
        " the start and from the restore).\nOnly if sign.key stays then, the books are NOT whole: stop selling, touch"
        " nothing.",
    ),
    "doctor.line": ("[{mark}] {name}：{finding}{detail}", "[{mark}] {name}: {finding}{detail}"),
    "export.done": ("已导出 {number} 条：{path}", "{number} exported: {path}"),
    "export.file": ("已写出 {path}", "Written: {path}"),
    "export.format": ("没有这种格式：{text}（可用 {known}）", "No such format: {text} (known: {known})"),
    "export.date": ("日期写成 2026-11-22 的样子，不是 {text}", "Write the date like 2026-11-22, not {text}"),
    "deposit.none_that_day": (
        "{business_day} 还没有做过解款单，没有导出任何文件。请出纳按 Ctrl+4 打开“出纳”页，先做解款单。",
        "No deposit slip was made for {business_day}; nothing was exported. Finance makes it first, on page Finance"
        " (Ctrl+4).",
    ),
    "deposit.paper_differs": (
        "第 {number} 号解款单的底稿不在了，或与封存的记录不一致，没有导出。请稽核 changshou verify。",
        "The paper of deposit slip {number} is gone or differs from its sealed record; nothing was exported. Run"
        " `changshou verify`.",
    ),
    "ask.login": ("{who}的工号：", "{who}'s login: "),
    "ask.password": ("{who}（{login}）的密码：", "Password of {who} ({login}): "),
    "ask.no_more": (
        "标准输入里没有下一个密码：每行一个，先经办人，后授权人。什么也没有做，账未动。",
        "Standard input holds no further password: one a line, the actor's first, then the approver's.",
    ),
    "ask.no_login": (
        "没有给出{who}的工号，什么也没有做，账未动。加上 {option}。",
        "No login was given for {who}; nothing was done, the books are untouched. Add {option}.",
    ),
    "who.actor": ("经办人", "the person acting"),
    "who.approver": ("授权人", "the person approving"),
    "who.refused": ("没有通过的是{who}（{login}）：", "Refused is {who} ({login}):"),
    "who.may": ("能办的岗位：{posts}。", " Posts that may: {posts}."),
    "import.reading": ("正在读取并检查文件……", "Reading and checking the file ..."),
    "import.writing": ("正在导入（Ctrl+C 停下，一户也不留）……", "Importing (Ctrl+C stops it, nothing stays) ..."),
    "sign.import": (
        "授权内容：{actor}按文件 {document} 从 {file} 导入 {good} 户（SHA-256 {digest}）。",
        "To be approved: {actor} imports {good} accounts from {file} by document {document} (SHA-256 {digest}).",
    ),
    "sign.import_skips": (
        "  有问题的 {rows} 行（{problems} 处）不导入。",
        "  {rows} rows with {problems} problems are left out.",
    ),
    "import.done": (
        "已导入 {imported} 户，跳过 {skipped} 行。",
        "{imported} accounts imported, {skipped} rows skipped.",
    ),
    "import.check": (
        "可导入 {good} 行，有问题 {rows} 行（{problems} 处）。",
        "{good} rows are good, {rows} bad ({problems} problems).",
    ),
    "list.comma": ("、", ", "),
    "import.problem": ("第 {row} 行  {column}  {reason}", "row {row}  {column}  {reason}"),
    "import.more": ("……另有 {number} 处", "... and {number} more"),
    "stopped.import": (
        "已停下：一户也没有导入，账本和开始前一样。",
        "Stopped: nothing was imported, the books are as they were.",
    ),
    "stopped.export": (
        "已停下：没有写成文件；已经写到标准输出的不完整，不能用。账未动。",
        "Stopped: no file was made; what went to standard output is not whole. The books are untouched.",
    ),
    "stopped.backup": ("已停下：没有留下备份，账未动。", "Stopped: no backup was made, the books are untouched."),
    "stopped.restore": (
        "已停下：没有恢复，现在的账本未动。",
        "Stopped: nothing was restored, the present books are untouched.",
    ),
    "stopped.verify": (
        "已停下：没有核对完，什么也没有证明。账未动。",
        "Stopped before the end: nothing is proved; the books are untouched.",
    ),
    "usage.missing": ("命令行缺少 {what}，什么也没有做，账未动。", "The command line lacks {what}; nothing was done."),
    "usage.no_option": ("没有 {what} 这个选项，什么也没有做，账未动。", "There is no option {what}; nothing was done."),
    "usage.no_command": (
        "没有 {what} 这个命令，什么也没有做，账未动。",
        "There is no command {what}; nothing was done.",
    ),
    "usage.value": (
        "{what} 的值不对（{reason}），什么也没有做，账未动。",
        "The value of {what} is wrong ({reason}); nothing was done.",
    ),
    "usage.other": ("命令行写得不对（{reason}），什么也没有做，账未动。", "The command line is wrong ({reason})."),
    "usage.form": ("写法：{form}", "Usage: {form}"),
    "usage.help": ("全部写法：{path} --help", "All of it: {path} --help"),
}  # fmt: skip


class Texts:
    """Sentences of one language.

    Attributes: language.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._column = LANGUAGES.index(language)
        self._screen: Messages | None = None

    def __call__(self, code: str, /, **params: int | str) -> str:
        """The sentence of a code; the code itself if nobody wrote it."""
        both = next((table[code] for table in _TABLES if code in table), None)
        return both[self._column].format_map(_Lenient(params)) if both else self.of_error(code, params)

    def what(self, code: str) -> str:
        """What happened, without money and advice; from the screen's catalogue."""
        return self._messages().parts(code)[0]

    def doctor(self, code: str) -> str:
        """A few words of the doctor, "" if it has none for this code."""
        both = DOCTOR_TEXTS.get(code)
        return both[self._column] if both else ""

    def finding(self, code: str, english: str) -> str:
        """What the verifier found: its own English with figures, or the broken rule in Chinese."""
        return english if self.language == "en" else FINDINGS.get(code, self("verify.rule"))

    def error(self, error: KnownError) -> str:
        """A known error in one breath: what happened, what it means, what to do."""
        head = TEXTS["error.head"][self._column].format(code=error.code)
        return head + self(error.code, **(error.params | self._in_words(error))) + self._who_may(error)

    def _in_words(self, error: KnownError) -> dict[str, int | str]:
        """Parameters that are words themselves: who is meant, and which headings are wrong, kind by kind."""
        if error.code == "ask.no_login":
            return {"who": self(f"who.{error.params['who']}")}
        if error.code != "import.heading":
            return {}
        kinds = ("missing", "twice", "unknown")
        wrong = [(kind, str(error.params[kind])) for kind in kinds if error.params.get(kind, "-") != "-"]
        joint = "; " if self.language == "en" else "；"
        return {"parts": joint.join(self(f"import.heading.{kind}", names=names) for kind, names in wrong)}

    def file_error(self, error: OSError) -> str:
        """The system's complaint about a file or folder, as `error` says a known one."""
        return TEXTS["error.head"][self._column].format(code=FileTrouble.of(error).code) + self.of_file(error)

    def of_file(self, error: OSError) -> str:
        """The same without its code."""
        trouble = FileTrouble.of(error)
        return self(trouble.code, path=trouble.path or self("path.unnamed"), reason=trouble.reason)

    def _who_may(self, error: KnownError) -> str:
        """Of a refusal by role: the posts that may, alone or with another's consent (domain P12)."""
        if error.code != "role.refused":
            return ""
        from pos.domain.roles import Act, Role, Verdict, verdict

        act = Act(str(error.params["act"]))
        posts = [self._messages()(f"role.{role.value}") for role in Role if verdict(act, role) is not Verdict.REFUSED]
        return self("who.may", posts=self("list.comma").join(posts))

    def of_error(self, code: str, params: dict[str, int | str]) -> str:
        """From the screen's catalogue."""
        if not self._messages().has(f"{code}.what"):
            return " ".join([code, *(f"{name}={value}" for name, value in params.items())])
        return self._sentences(self._messages().parts(code, params.items()))

    def _sentences(self, parts: tuple[str, ...]) -> str:
        """Parts that stand under each other on the screen, one after the other on a line."""
        stop, gap = (".", " ") if self.language == "en" else ("。", "")
        return gap.join(part if part.endswith(_STOPS) else f"{part}{stop}" for part in parts if part)

    def _messages(self) -> Messages:
        if self._screen is None:
            self._screen = Messages(self.language)
        return self._screen


_TABLES = (TEXTS, BACKUP_TEXTS, IMPORT_TEXTS, CARD_TEXTS, KEY_TEXTS)
_STOPS = tuple("。？！….?!")


class _Lenient(dict[str, int | str]):
    """A parameter that an error does not carry shows as `-`."""

    def __missing__(self, key: str) -> str:
        return "-"

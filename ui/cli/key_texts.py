"""What `changshou keys` says (docs/keys.md). Must not know: how keys are made or kept."""

from __future__ import annotations

KEY_TEXTS: dict[str, tuple[str, str]] = {
    "keys.ask_share": ("  {purpose}（第 {number} / {total} 把）：", "  {purpose} ({number} of {total}): "),
    "keys.first": (
        "第一位保管人（{login}）输入自己的分量，每把密钥 32 位十六进制，不显示。另一位请回避。",
        "First holder ({login}): type your share of each key, 32 hexadecimal digits, not shown. The other looks away.",
    ),
    "keys.second": (
        "第二位保管人（{login}）输入自己的分量，不显示。第一位请回避。",
        "Second holder ({login}): type your share of each key, not shown. The first looks away.",
    ),
    "keys.share_check": (
        "    分量校验值 {value}，与信封上的核对",
        "    check value of this share {value}: see your letter",
    ),
    "keys.ask_passphrase": (
        "密钥库密码（至少 {least} 个字）：",
        "Passphrase of the keystore (at least {least} characters): ",
    ),
    "keys.ask_again": ("再输一次：", "Once more: "),
    "keys.ask_open": ("密钥库密码：", "Passphrase of the keystore: "),
    "keys.to_agree": (
        "授权内容：把下列密钥装入本厅（{cipher}）。两人逐把核对校验值，写在密钥单上。",
        "To be approved: these keys for this hall ({cipher}). Both compare each check value and note it down.",
    ),
    "keys.value": ("  {purpose:<18} {value}", "  {purpose:<18} {value}"),
    "keys.loaded": ("密钥已装入：{path}", "Keys loaded: {path}"),
    "keys.recorded": ("已记入账本：{record}", "Recorded in the books: {record}"),
    "keys.aside": ("原来的密钥库移到：{path}", "The former keystore is at {path}"),
    "keys.next": (
        "现在抄一份到另一介质，用 changshou keys check --file 核对；收费程序用 changshou run --unlock-keys 打开。",
        "Now copy it to another medium and look at the copy with `changshou keys check --file`; the counter is opened"
        " with `changshou run --unlock-keys`.",
    ),
    "keys.file": ("{path}：{kind}，{cipher}", "{path}: {kind}, {cipher}"),
    "keys.kind_test": ("测试密钥", "development keys"),
    "keys.kind_real": ("正式密钥", "the issuer's keys"),
    "keys.as_recorded": (
        "与账本中最近一次装入（{record}）一致。",
        "The same keys as the books name last ({record}).",
    ),
    "keys.not_as_recorded": (
        "与账本中最近一次装入（{record}）不一致：{purposes}。不要用它写卡，查明是哪一份。",
        "Not the keys that the books name last ({record}): {purposes}. Write no card with them and find out.",
    ),
    "keys.none_recorded": ("账本中还没有装入密钥的记录。", "The books name no keys yet."),
    "stopped.keys": ("已停下：密钥没有变，账未动。", "Stopped: the keys are as before, the books are untouched."),
}

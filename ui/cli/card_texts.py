"""What `changshou card check-profile` says of a profile file, by the problem's code (docs/card-profiles.md).

Must not know: how a profile is read.
"""

from __future__ import annotations

CARD_TEXTS: dict[str, tuple[str, str]] = {
    "profile.line": ("{file}:{line}: {place}{what}", "{file}:{line}: {place}{what}"),
    "profile.not_utf8": ("不是 UTF-8 文本", "not UTF-8 text"),
    "profile.not_toml": (
        "到这里读不下去：每行写“名称 = 值”，文字用双引号括起，括号成对，名称不重复（解析器：{found}）",
        "this is where reading stopped: `name = value` on each line, texts in double quotes, brackets closed, no name"
        " twice ({found})",
    ),
    "profile.missing": ("缺这一项；应为 {allowed}", "missing; allowed: {allowed}"),
    "profile.unknown": ("没有这一项 {found}；可用：{allowed}", "unknown {found}; allowed: {allowed}"),
    "profile.wrong": ("写的是 {found}；应为 {allowed}", "it says {found}; allowed: {allowed}"),
    "profile.twice": ("{found} 出现了两次；只能有一次", "{found} stands there twice; once is allowed"),
    "profile.too_long": ("有 {found} 字节，放不下；应为 {allowed}", "has {found} bytes, too many; allowed: {allowed}"),
    "profile.no_head": (
        '身份记录须以常量开头（type = "const"），共至少 {allowed} 字节；凭它认出这种卡',
        'the identity begins with constants (type = "const") of at least {allowed} bytes; they tell such a card',
    ),
    "profile.overlap": ("位置 {found} 与 {allowed} 重叠", "place {found} runs into {allowed}"),
    "profile.not_carried_out": (
        "{found} 是已知规则，但本版本收费程序不执行；应为 {allowed}",
        "{found} is a known rule that this version does not carry out; allowed: {allowed}",
    ),
    "profile.pin_not_asked": (
        "{found} 要客户输密码；本程序不请客户输密码，圈存只凭发卡密钥的 MAC1、MAC2；应为 {allowed}，"
        "电子存折的使用权限做成“总是”",
        "{found} asks the customer for a PIN; this program asks for none, a wallet is loaded under MAC1 and MAC2 of the"
        " issuer's keys alone; allowed: {allowed}, with a wallet whose use right is always",
    ),
    "profile.bad": ("共 {count} 处问题；这个卡型文件不能用。", "{count} problems; this profile cannot be used."),
    "profile.good": ("可用：{name}（{title}），卡型 {families}", "Good: {name} ({title}), families {families}"),
    "profile.record": ("  {name}：{length} 字节，校验 {checksum}", "  {name}: {length} bytes, checksum {checksum}"),
}

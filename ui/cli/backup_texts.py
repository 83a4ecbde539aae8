"""What is said of backups and of putting one back (docs/commands.md).

Must not know: how a copy is made.
"""

from __future__ import annotations

BACKUP_TEXTS: dict[str, tuple[str, str]] = {
    "sign.restore": (
        "授权内容：{actor}把备份 {file}（SHA-256 {digest}）恢复到 {path}，原因：{reason}。",
        "To be approved: {actor} puts the backup {file} (SHA-256 {digest}) back to {path}. Reason: {reason}.",
    ),
    "sign.replaces": (
        "  现有账本由它取代，另行保留；备份之后的记录不在新账本里。",
        "  The present books are replaced and put aside; what was recorded after the backup is not in the new ones.",
    ),
    "sign.known": (
        "  已知记到 {chain}-{epoch}-{seq}；其后的编号从新一期起。",
        "  Known to have existed: up to {chain}-{epoch}-{seq}; numbers go on in a new epoch.",
    ),
    "backup.copying": ("正在抄写账本……", "Copying the books ..."),
    "backup.verifying": ("正在核对抄件……", "Verifying the copy ..."),
    "backup.done": ("备份完成并已核对：{path}", "Backed up and verified: {path}"),
    "backup.manifest": ("清单：{path}", "Manifest: {path}"),
    "backup.head": ("  {anchor}", "  {anchor}"),
    "backup.more_keys": (
        "账本恢复过，换过签名密钥。备份只说明抄件完整；这些指纹要和纸上的对过：changshou verify {keys}",
        "The books were restored, with a new signing key. A backup says that the copy is whole; compare these"
        " fingerprints with those on paper: changshou verify {keys}",
    ),
    "backup.same_disk": (
        "提醒：备份和账本在同一块磁盘上，请把文件再抄到另一块盘或 U 盘。",
        "Note: the backup lies on the disk of the books; copy it to another disk or a USB stick.",
    ),
    "backup.keys": (
        "密钥不在备份里，它们在 {path}：另抄一份，与账本的备份分开保管。只有备份没有密钥时账能恢复，"
        "身份证号读不出来，卡密钥要请发卡单位重装。",
        "Keys are not in the backup, they lie in {path}: copy them too and keep them apart from it. With the backup but"
        " without the keys the books can be restored, ID numbers cannot be read, and the issuer must put the card keys"
        " in again.",
    ),
    "backup.wrong": (
        "账本核对不过（{codes}）。抄下的留作证据，不是备份：{path}。停止收费，报告管理员。",
        "The books do not verify ({codes}). The copy is kept as evidence, it is no backup: {path}. Stop selling.",
    ),
    "restore.verifying": ("正在核对备份……", "Verifying the backup ..."),
    "restore.verifying_again": ("正在核对恢复后的账本……", "Verifying the restored books ..."),
    "restore.not_verified": (
        "这个备份核对不过（{codes}），没有恢复，现在的账本未动。换一份备份。",
        "This backup does not verify ({codes}); nothing was restored, the present books are untouched. Take another.",
    ),
    "restore.target_exists": (
        "这里已有账本：{path}。确要用备份代替，加 --replace：旧文件会移到一旁，不会删除。",
        "There are books at {path}. To put the backup in their place add --replace: the old file is moved aside, never"
        " deleted.",
    ),
    "restore.older_epoch": (
        "这份备份比上一次恢复还早（链 {chain}），没有恢复。请用上一次恢复之后的备份。",
        "This backup is from before an earlier restore (chain {chain}); nothing was restored. Take one made after it.",
    ),
    "restore.another_hall": (
        "这份备份是另一个营业厅的，没有恢复，现在的账本未动。",
        "This backup belongs to another hall; nothing was restored, the present books are untouched.",
    ),
    "restore.done": ("已恢复：{path}", "Restored: {path}"),
    "restore.aside": ("原来的账本移到：{path}", "The former books are at {path}"),
    "restore.chain": (
        "  {chain}：从 {last} 接续，新一期 {epoch}",
        "  {chain}: goes on from {last}, new epoch {epoch}",
    ),
    "restore.lost": (
        "  {chain}：丢失的号码 {first} 至 {last}，凭手里的票据逐笔补查",
        "  {chain}: lost numbers {first} to {last}; look each up by the papers at hand",
    ),
    "restore.passwords": (
        "密码和恢复码回到备份时的状态：各人用备份时的密码登录，之后换的恢复码已失效。请立即换新恢复码："
        "管理员登录后按 Ctrl+6，在自己一行按 Enter，选“换新的恢复码”。",
        "Passwords and recovery code are those of the backup again: everybody signs in with the password of that day,"
        " and a code made since is void. Make a new recovery code at once: the administrator signs in, Ctrl+6, Enter on"
        " her own row, 'New recovery code'.",
    ),
    "restore.new_key": (
        "签名密钥换了新的。抄在纸上，今后核对时全部给出：{keys}",
        "A new signing key was made. Keep it on paper and give the verifier all of them: {keys}",
    ),
    "restore.no_data_key": (
        "身份证号的密钥不在本机：已存的身份证号读不出来。请从密钥备份放回 {path}",
        "The key of the ID numbers is not on this machine: those stored cannot be read. Put it back at {path}",
    ),
    "restore.no_reason": ("没有写恢复的原因，没有恢复。", "No reason was given; nothing was restored."),
    "backup.not_there": (
        "没有这个备份文件：{path}。没有恢复，现在的账本未动。核对路径；在 U 盘上的，看盘是否插好。",
        "There is no such backup: {path}. Nothing was restored, the present books are untouched. Check the path, and"
        " that the USB stick is in.",
    ),
    "backup.changed": (
        "备份文件与它的清单不符：抄错或被改动，没有恢复。",
        "The backup differs from its manifest: badly copied or changed; nothing was restored.",
    ),
}

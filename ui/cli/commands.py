"""The command tree: names, options and help, nothing else; each command is a function of its own module.

Help is bilingual because it is printed before `--lang` is known.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.texts import LANGUAGES, Texts

DataFolder = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="营业厅的数据目录 · the hall's data folder")
]
Demo = Annotated[bool, typer.Option("--demo", help="演示营业厅 · the demo hall")]
Stdin = Annotated[
    bool,
    typer.Option(
        "--passwords-from-stdin", help="从标准输入读密码，每行一个 · passwords from standard input, one a line"
    ),
]
Login = Annotated[str, typer.Option("--login", metavar="CODE", help="经办人工号 · login of the person acting")]
Approver = Annotated[str, typer.Option("--approver", metavar="CODE", help="授权人工号 · login of the person approving")]
Anchors = Annotated[
    list[str] | None,
    typer.Option("--anchor", metavar="ANCHOR", help="票面上的锚点，可多个 · an anchor from a paper, repeatable"),
]


def build_app() -> typer.Typer:
    """The command tree."""
    app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.callback()(_all_commands)
    app.command("run")(_run)
    app.command("day")(_day)
    app.command("doctor")(_doctor)
    app.command("verify")(_verify)
    app.command("backup")(_backup)
    app.command("restore")(_restore)
    export = typer.Typer(no_args_is_help=True, help="导出 · export", rich_markup_mode=None)
    export.command("journal")(_export_journal)
    export.command("deposit-slip")(_export_deposit)
    app.add_typer(export, name="export")
    taking_in = typer.Typer(no_args_is_help=True, help="导入 · import", rich_markup_mode=None)
    taking_in.command("customers")(_import_customers)
    taking_in.command("template")(_import_template)
    app.add_typer(taking_in, name="import")
    card = typer.Typer(no_args_is_help=True, help="卡型 · cards", rich_markup_mode=None)
    card.command("check-profile")(_check_profile)
    app.add_typer(card, name="card")
    keys = typer.Typer(no_args_is_help=True, help="密钥 · card keys", rich_markup_mode=None)
    keys.command("ceremony")(_key_ceremony)
    keys.command("check")(_check_keys)
    app.add_typer(keys, name="keys")
    return app


def _show_version(asked: bool) -> None:
    if asked:
        from ui.app.crash import version

        typer.echo(f"changshou {version()}")
        raise typer.Exit


def _known_language(language: str) -> str:
    if language not in LANGUAGES:
        raise typer.BadParameter(" / ".join(LANGUAGES))
    return language


def _all_commands(
    ctx: typer.Context,
    lang: Annotated[str, typer.Option("--lang", callback=_known_language, help="zh_CN / en")] = "zh_CN",
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="版本 · version")
    ] = False,
) -> None:
    """唱收：营业厅收费程序。 Changshou, the counter program of a service hall."""
    ctx.obj = Texts(lang)


def _run(
    ctx: typer.Context,
    demo: Demo = False,
    data: DataFolder = None,
    customer_screen: Annotated[
        bool, typer.Option("--customer-screen/--no-customer-screen", help="客户屏 · the customer's screen")
    ] = True,
    unlock_keys: Annotated[
        bool, typer.Option("--unlock-keys", help="先输入密钥库密码 · ask for the keystore's passphrase first")
    ] = False,
) -> None:
    """打开收费窗口。 Open the counter."""
    from ui.cli.run import RunOptions, run

    raise typer.Exit(run(RunOptions(demo, data, ctx.obj.language, customer_screen, unlock_keys)))


def _day(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="票据放在哪里 · where its papers go")],
    real: Annotated[
        bool,
        typer.Option("--real/--in-process", help="经真实的读卡服务和打印口 · through pcscd and a socket printer"),
    ] = False,
) -> None:
    """把一个营业日演一遍。 Play a working day and leave its papers."""
    from ui.app.day import play

    played = play(out, real=real)
    said = {"pictures": played.pictures, "seconds": round(played.seconds), "folder": out}
    if played.stuck_at:
        print(ctx.obj("day.stuck", what=played.stuck_at, **said), file=sys.stderr)
    else:
        print(ctx.obj("day.whole" if played.verdict == 0 else "day.findings", **said))
    raise typer.Exit(1 if played.stuck_at else played.verdict)


def _doctor(
    ctx: typer.Context,
    data: DataFolder = None,
    demo: Demo = False,
    proof: Annotated[
        bool, typer.Option("--print-proof", help="打一张样张，核对宽度、生僻字、二维码、切纸 · print a proof page")
    ] = False,
) -> None:
    """逐项自检，并说明怎么办。 Test each part in order and say what to do."""
    from ui.cli.doctor import doctor

    raise typer.Exit(doctor(ctx.obj, data, demo=demo, proof=proof))


def _verify(
    ctx: typer.Context,
    db: Annotated[str, typer.Option("--db", metavar="URL", help="账本 · the database")] = "",
    export: Annotated[
        Path | None, typer.Option("--export", metavar="FILE", help="jsonl 导出 · an export instead")
    ] = None,
    anchor: Anchors = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", metavar="FINGERPRINT", help="纸上的密钥指纹 · fingerprint from paper")
    ] = None,
    data: DataFolder = None,
    demo: Demo = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="只核对摘要、编号和签名 · hashes, numbers, signatures")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="逐处列出 · every finding on its own line")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON · one JSON object")] = False,
) -> None:
    """核对账本：0 完好，1 有问题，2 读不了。 Verify the books: 0 whole, 1 not, 2 unreadable."""
    from ui.cli.verify import VerifyOptions, verify

    options = VerifyOptions(
        db=db,
        export=export,
        anchors=tuple(anchor or ()),
        keys=frozenset(key or ()),
        data=data,
        demo=demo,
        quick=quick,
        everything=everything,
        as_json=as_json,
    )
    raise typer.Exit(verify(ctx.obj, options))


def _export_journal(
    ctx: typer.Context,
    journal_format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="jsonl / beancount / hledger")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="文件；不给则写到标准输出 · default: standard output")
    ] = None,
    data: DataFolder = None,
    demo: Demo = False,
) -> None:
    """导出账本。 Export the journal."""
    from ui.cli.export import export_journal

    raise typer.Exit(export_journal(ctx.obj, journal_format, out, data, demo=demo))


def _export_deposit(
    ctx: typer.Context,
    date: Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="营业日 · the business day")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="目录 · folder")],
    encoding: Annotated[
        str, typer.Option("--encoding", help="CSV 编码 · encoding of the CSV files: utf-8-sig / gb18030")
    ] = "utf-8-sig",
    data: DataFolder = None,
    demo: Demo = False,
) -> None:
    """导出已封存的解款单：PDF、XLSX、CSV。 Export the sealed deposit slip of a day."""
    from ui.cli.export import export_deposit_slip

    raise typer.Exit(export_deposit_slip(ctx.obj, date, out, encoding, data, demo=demo))


def _import_customers(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV 或 XLSX · CSV or XLSX")],
    document_no: Annotated[
        str, typer.Option("--document-no", help="移交文件编号（--check 不用）· number of the order (not for --check)")
    ] = "",
    login: Login = "",
    approver: Approver = "",
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="跳过有问题的行 · leave bad rows out")] = False,
    check: Annotated[bool, typer.Option("--check", help="只检查，不导入 · only look")] = False,
    passwords_from_stdin: Stdin = False,
    data: DataFolder = None,
    demo: Demo = False,
) -> None:
    """导入客户，须两人：经办和授权。 Import customers; it takes two people."""
    from ui.cli.import_customers import ImportOptions, import_file

    options = ImportOptions(
        file=file,
        document_no=document_no,
        login=login,
        approver=approver,
        skip_bad=skip_bad,
        only_check=check,
        from_stdin=passwords_from_stdin,
        data=data,
        demo=demo,
    )
    raise typer.Exit(import_file(ctx.obj, options))


def _import_template(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="新的 CSV · a new CSV")]
) -> None:
    """写出客户导入模板（表头和两行示例）。 Write the template of a customer file, with two sample rows."""
    from ui.cli.import_customers import write_template

    raise typer.Exit(write_template(ctx.obj, file))


def _check_profile(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="卡型文件 · a card profile, TOML")]
) -> None:
    """检查卡型文件，逐处说明错在哪里、应为什么。 Check a card profile; each problem with its line and what is right."""
    from ui.cli.card import check_profile

    raise typer.Exit(check_profile(ctx.obj, file))


def _key_ceremony(
    ctx: typer.Context,
    family: Annotated[
        list[str] | None,
        typer.Option("--family", metavar="NAME", help="除 CPU 卡外还要 mifare / memory / wallet，可多个 · besides cpu"),
    ] = None,
    cipher: Annotated[
        str, typer.Option("--cipher", help="密钥库用 aes-256-gcm 或 sm4-gcm 加密 · what the keystore lies under")
    ] = "aes-256-gcm",
    login: Login = "",
    approver: Approver = "",
    passwords_from_stdin: Stdin = False,
    data: DataFolder = None,
) -> None:
    """两人装入正式密钥，各输各的分量。 Two people put the card keys in, each with her own share."""
    from ui.app.key_ceremony import CIPHER_NAMES, FAMILY_NAMES
    from ui.cli.keys import CeremonyOptions, ceremony

    for given, known in (*((name, FAMILY_NAMES) for name in family or ()), (cipher, CIPHER_NAMES)):
        if given not in known:
            raise typer.BadParameter(f"{given}: {' / '.join(known)}")
    options = CeremonyOptions(
        families=tuple(family or ()),
        cipher=cipher,
        login=login,
        approver=approver,
        from_stdin=passwords_from_stdin,
        data=data,
    )
    raise typer.Exit(ceremony(ctx.obj, options))


def _check_keys(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="抄件；不给则看本厅的 · a copy; default: this hall's")
    ] = None,
    passwords_from_stdin: Stdin = False,
    data: DataFolder = None,
    demo: Demo = False,
) -> None:
    """打开密钥库，列校验值，与账本核对。 Open a keystore and compare its check values with the books."""
    from ui.cli.keys import check

    raise typer.Exit(check(ctx.obj, file, data, demo=demo, from_stdin=passwords_from_stdin))


def _backup(
    ctx: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", metavar="DIR", help="放在哪里 · where to")] = None,
    login: Annotated[
        str, typer.Option("--login", metavar="CODE", help="管理员工号；给出则把备份记入账本 · record it in the books")
    ] = "",
    passwords_from_stdin: Stdin = False,
    data: DataFolder = None,
    demo: Demo = False,
) -> None:
    """备份并核对，收费时也可以。 Back up and verify; the counter may go on selling."""
    from ui.cli.backup import backup

    raise typer.Exit(backup(ctx.obj, to, login, data, demo=demo, from_stdin=passwords_from_stdin))


def _restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 · the backup")],
    reason: Annotated[str, typer.Option("--reason", help="为什么恢复 · why")],
    anchor: Anchors = None,
    login: Login = "",
    approver: Approver = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="代替现有账本（旧的移到一旁） · put it in the place of the present books")
    ] = False,
    passwords_from_stdin: Stdin = False,
    data: DataFolder = None,
    demo: Demo = False,
) -> None:
    """从备份恢复，须两人；开新的一期。 Restore a backup; it takes two people and opens a new epoch."""
    from ui.cli.backup import RestoreOptions, restore

    options = RestoreOptions(
        file=file,
        reason=reason,
        anchors=tuple(anchor or ()),
        login=login,
        approver=approver,
        replace=replace,
        from_stdin=passwords_from_stdin,
        data=data,
        demo=demo,
    )
    raise typer.Exit(restore(ctx.obj, options))

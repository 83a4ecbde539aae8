"""What is said of the customer file: its samples, and what may stand in a cell (docs/customer-import.md).

Must not know: how a cell is read.
"""

from __future__ import annotations

IMPORT_TEXTS: dict[str, tuple[str, str]] = {
    "import.template": (
        "模板已写到 {path}。两行示例的户号以“示例”开头，留着也不会导入。",
        "The template is in {path}. The 户号 of its two sample rows begins with 示例; left in, they are not imported.",
    ),
    "import.samples": (
        "第 {rows} 行是示例（户号以“示例”开头），不导入。",
        "Row {rows}: a sample (its 户号 begins with 示例), not imported.",
    ),
    "import.heading": (
        "表头不对（{parts}）。一户也没有导入，账未动。对照模板改正第一行（changshou import template）。",
        "Wrong headings ({parts}). No account was imported; the books are unchanged. Correct the first row from the"
        " template (changshou import template).",
    ),
    "import.heading.missing": ("缺少：{names}", "missing: {names}"),
    "import.heading.twice": ("重复：{names}", "twice: {names}"),
    "import.heading.unknown": ("不认识：{names}", "unknown: {names}"),
    "import.refused": (
        "一户也没有导入，账未动。按行号改正文件，或加 --skip-bad 跳过有问题的行。",
        "Nothing was imported; the books are unchanged. Mend the rows, or add --skip-bad to leave them out.",
    ),
    "import.right": ("{reason}；应为：{right}", "{reason}; right is: {right}"),
    "import.right.account_no": ("6 至 12 位数字", "6 to 12 digits"),
    "import.right.name": ("1 至 60 个字", "1 to 60 characters"),
    "import.right.phone": (
        "5 至 20 位数字，可含 -，可以 + 开头",
        "5 to 20 digits, - between them, perhaps a leading +",
    ),
    "import.right.address": ("1 至 120 个字", "1 to 120 characters"),
    "import.right.id_number": ("18 位，末位校验码正确", "18 characters with a right check character"),
    "import.right.price_class": ("居民、居民采暖、商业、公福", "居民, 居民采暖, 商业, 公福"),
    "import.right.people": ("1 至 99；不填算 1", "1 to 99; empty is 1"),
    "import.right.status": ("正常、报装；不填算正常", "正常, 报装; empty is 正常"),
    "import.right.arrears": ("元，不为负，最多两位小数", "yuan, not below 0, at most two decimals"),
    "import.right.meter_no": (
        "4 至 12 位数字、大写字母或 -",
        "4 to 12 digits, capital letters or -",
    ),
    "import.right.meter_type": (
        "1 至 12 个字，例如 G4",
        "1 to 12 characters, for example G4",
    ),
    "import.right.inlet": ("左、右", "左, 右"),
    "import.right.maker": ("不超过 40 个字", "at most 40 characters"),
    "import.right.installed_on": ("2019-05-20 或 2019/05/20", "2019-05-20 or 2019/05/20"),
    "import.right.base_reading": ("立方米，最多三位小数", "m³, at most three decimals"),
    "import.right.card_no": ("10 位数字", "ten digits"),
}
"""`import.right.<column>`, by the column's name in the program, for every one whose cell can be refused by its form."""

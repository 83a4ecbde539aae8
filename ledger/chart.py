"""The chart of accounts: dotted names, root first (docs/chart-of-accounts.md). There are no stored balances.

A pot of cash, a customer's money, a suspense is a SUM over postings of its account (and party or matter).
"""

from __future__ import annotations

from ledger.entry import Side

CASH_SAFE = "assets.cash.safe"  # 库存现金（保险柜）
CASH_IN_TRANSIT = "assets.cash.in_transit"  # 在途交款; matter = remittance slip or bag
CASH_AT_FINANCE = "assets.cash.finance"  # 出纳已收讫
BANK = "assets.bank"  # 银行存款
UNIONPAY_CLEARING = "assets.unionpay"  # 银联待清算; matter = terminal/batch
OVER_SHORT = "assets.over_short.shift"  # 待处理财产损溢: the shift's own; matter = till session
OVER_SHORT_OPENING = "assets.over_short.opening"  # opening variance (night loss), kept apart; matter = till session
PREPAID_GAS = "liabilities.prepaid_gas"  # 预收气款; party = account number, matter = card write
CUSTOMER_MONEY = "liabilities.customer_money"  # 户内余额; party = account number
UNIONPAY_UNBOOKED = "liabilities.unionpay_unbooked"  # 已刷卡未入账; matter = UnionPay charge
INCOME_GAS = "income.gas"  # 气款
INCOME_CARD_FEE = "income.card_fee"  # 卡费
INCOME_LATE_FEE = "income.late_fee"  # 违约金
INCOME_SERVICE_FEE = "income.service_fee"  # 手续费
ROUNDING_WAIVED = "expenses.rounding_waived"  # 抹零
EQUITY_OPENING = "equity.opening"  # cash brought into the safe at commissioning

ROOTS = ("assets", "liabilities", "income", "expenses", "equity")
_DEBIT_ROOTS = ("assets", "expenses")


def cash_till(till_id: str) -> str:
    """The drawer of a till."""
    return f"assets.cash.till.{till_id}"


def normal_side(account: str) -> Side:
    """The side on which an account grows. Raises ValueError for a name outside the chart's roots."""
    root = account.partition(".")[0]
    if root not in ROOTS:
        raise ValueError(f"not an account: {account}")
    return Side.DEBIT if root in _DEBIT_ROOTS else Side.CREDIT

"""Receipt printers and the cash drawer behind them: transports and the simulated printer."""

"""Rules of the counter as pure values; imports nothing but the ledger's value types."""

"""The books: a hash-chained journal of balanced postings that knows nothing of gas, cards or screens."""

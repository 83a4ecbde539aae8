"""Tables and queries of customers, cards, tariffs, tills and sales; the unit of work."""

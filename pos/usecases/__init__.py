"""One verb per file: a frozen command in, a frozen result out; the only place that opens a unit of work."""

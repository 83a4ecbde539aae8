"""Cards and readers: connection (bytes) -> APDU (status to error) -> session (verbs)."""

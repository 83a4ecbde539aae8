"""The `changshou` command."""

"""Qt views, models, lanes, dialogs, theme and catalogues."""

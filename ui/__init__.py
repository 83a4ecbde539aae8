"""People facing side: presenters without Qt, the desktop, the command line and the composition root."""

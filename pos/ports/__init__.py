"""What the counter asks of devices, time and ids: Protocols, with timing and what an error means for money."""

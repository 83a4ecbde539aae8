"""What the counter asks of devices, time and ids: Protocols, each with its timing and what its errors mean for money."""

"""Screen logic without Qt: frozen view states in, intentions out."""

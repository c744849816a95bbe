"""How the starter checkpoint is made. Nothing here is needed to use it."""

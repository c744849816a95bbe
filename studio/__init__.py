"""The studio: scripts, voices, takes, performances and deliveries around the engine."""

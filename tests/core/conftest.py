"""Property tests: enough examples to mean something, and no deadline, since machines differ."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "studio", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("studio")

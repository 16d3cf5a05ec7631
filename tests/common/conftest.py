from hypothesis import HealthCheck, settings

# The same examples on every run and no limits of time: a busy machine must not fail a build.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

"""The contracts between services: data only, no rules, no I/O."""

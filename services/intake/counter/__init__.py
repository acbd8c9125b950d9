"""Counter service: an officer types for a person who came, or who wrote (decision 0019)."""

"""An official seals cards through BSrE, many at a time, with a pass phrase typed once."""

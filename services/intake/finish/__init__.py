"""When an application will be finished: reckoned from the live queue, or from the promise."""

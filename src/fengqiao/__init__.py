"""枫桥: prevention-first community policing. See ARCHITECTURE.md for the floors."""

import os

__version__ = "0.1.0"

# One thread for numpy's matrix library in each process: comparing two hundred reports is too small to share out. On two
# busy cores its threads waited for each other for 50 ms of a look-up that takes 20. Must be set before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

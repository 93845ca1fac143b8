"""枫桥: prevention-first community policing. See ARCHITECTURE.md for the floors."""

__version__ = "0.1.0"

"""Top floor: settings, addresses, wiring. Only config may know every app."""

"""Ground floor: organisations, actors, the act and event spine, access log, clocks, numbers, documents."""

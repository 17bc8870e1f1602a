"""Icons, fonts and trained networks; read by the application, never by the engine."""

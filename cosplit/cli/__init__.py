"""The command line: `cosplit`."""

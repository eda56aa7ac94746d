"""The process: command line, configuration, wiring, dispatch."""

"""How the program starts: command line, configuration, wiring, and the doors to the messengers."""

"""The lab in the browser: a server on this machine over the functions that the command line uses."""

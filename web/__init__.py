"""The console and the REST API: pages made on the server, which call the same actions as the command line."""

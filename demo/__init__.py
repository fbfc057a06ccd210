"""The demo collection: fictional stories, a framework, goals and real figures."""

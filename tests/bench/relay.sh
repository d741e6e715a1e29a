# What the relay costs: the same server in another namespace, reached directly over a veth
# pair, and through a session's gateway from inside the session's namespace.
exec "$1/tests/bench-relay"

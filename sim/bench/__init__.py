"""Tables → speeds: how fast this machine plays, against a naive SimPy design and a hand-written C++ program."""

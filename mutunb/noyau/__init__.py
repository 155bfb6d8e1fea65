"""Le processus où s'exécutent les carnets : il tient la place du noyau Jupyter, et emploie la façade comme eux."""

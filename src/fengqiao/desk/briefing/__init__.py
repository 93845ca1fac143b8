"""晨会: what came in, what is red or orange, what is over time, what happened again, what is due; and the morning's orders."""

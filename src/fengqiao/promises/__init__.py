"""流转: any hand-over between organisations is a promise with one clock and exactly one holder of the ball."""

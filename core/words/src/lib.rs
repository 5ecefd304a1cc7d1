//! Model values to plain sentences in nb, nn, sv and en.

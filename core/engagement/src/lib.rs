//! Pure rules of engagement: today the gate that everything public passes.

"""Unit 7: Adagrad, RMSprop, AdaDelta and Adam."""

"""The parts of a tag proposal: cue words, the codebook, confirmed examples, and how they are combined."""

"""The duidingstafel: assignments, evidence, observations, rival interpretations, advice."""

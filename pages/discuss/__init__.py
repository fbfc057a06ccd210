"""Prepare and hold a duidingstafel: question, evidence, readings, advice."""

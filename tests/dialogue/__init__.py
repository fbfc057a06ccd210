"""Tests of the duidingstafel."""

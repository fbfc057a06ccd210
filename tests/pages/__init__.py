"""Tests of the pages: each page for Anna, for Cem, and for nobody."""

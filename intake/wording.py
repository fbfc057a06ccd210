"""The words of a perspective: "u" or "je", and the variables of a framework filled in."""

import re
from collections.abc import Callable, Mapping

from stories.framework import SignificationFramework

Say = Callable[[str, str], str]

_EXPLANATION = re.compile(r"\w+?_(?P<who>[a-z]+)_explain(_nl)?$")


def make_say(address: str) -> Say:
    """A function that picks, from a sentence with "u" and the same with "je", the right one."""
    return lambda formal, informal: informal if address == "je" else formal


def fill_variables(text: str, variables: Mapping[str, str]) -> str:
    """Put the framework's variables in a text: {helper_child} or {helper_child_nl} becomes its words.

    A name in braces that is no variable stays as it is: it may be what the author meant to say.
    """
    for name, words in variables.items():
        text = text.replace("{" + name + "}", words).replace("{" + name.removesuffix("_nl") + "}", words)
    return text


def explanations_for(framework: SignificationFramework, perspective: str) -> list[str]:
    """What the framework explains to a perspective: variables called <word>_<perspective>_explain."""
    found = []
    for name, words in framework.framework.variables.items():
        match = _EXPLANATION.match(name)
        if match and perspective.startswith(match["who"]):
            found.append(words)
    return found

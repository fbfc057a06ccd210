"""The public face: the story form, my story, sign-in, as plain HTML that works without JavaScript."""

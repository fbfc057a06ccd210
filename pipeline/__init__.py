"""From one told story to stored results: hide, find the language, lemmatise, embed, tag, theme."""

"""What the custom components show, as HTML, one module for each section of the page.

All user text passes through `Markup.format`, which escapes it. The result must go into a component
with the plain `${value}` template: a Handlebars template would evaluate text from a script.
"""

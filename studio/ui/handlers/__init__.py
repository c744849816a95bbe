"""What happens on each event of the page, one class for each section: convert, call one service,
convert back.

Is not: a place for decisions about scripts, voices or jobs.

What the browser sends is untrusted: an event's data is read by type, a name by its look-up in the
workspace. The open project is known by its slug, which the browser keeps.
"""

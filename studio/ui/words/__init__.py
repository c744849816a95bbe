"""Every word that the browser shows, in one folder, ready for translation.

Is: constants (`text`, and `*_text` of one component each) and sentences with numbers or names in
them (`phrases`).
Is not: messages of errors and jobs, which the services write, since the command line and programs
get the same sentences.
"""

"""What an edit saves is made from what was saved before; after any edits it is the whole anew."""

from hypothesis import settings
from hypothesis.stateful import initialize, invariant

from studio.core.model import Script
from studio.core.printed import printed
from studio.core.script_text import print_script
from studio.services.projects import stored_turns
from tests.core.scripts import SCRIPT
from tests.core.test_history import Editing


class Saving(Editing):
    """Edits, undoes and redoes at random, and saves each time."""

    @initialize(script=SCRIPT)
    def begin(self, script: Script) -> None:
        super().begin(script)
        self.saved = self.history.script
        self.page, self.stored = printed(self.saved), stored_turns(self.saved)

    @invariant()
    def what_is_saved_is_the_whole_script(self) -> None:
        script = self.history.script
        self.page = printed(script, self.page)
        self.stored = stored_turns(script, self.saved, self.stored)
        self.saved = script
        assert self.page == printed(script)
        assert self.page.text == print_script(script)
        assert self.stored == stored_turns(script)


TestSaving = Saving.TestCase
TestSaving.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)

"""«Куда обратиться»: one question; the answer is shown at once and nothing of it is kept."""

from dialogs.file_appeal import story
from dialogs.steps import Ask, Dialog

find_body = Dialog("find_body", outcome="find_body", steps=(Ask("story", story, reasons=("wordless", "long")),))

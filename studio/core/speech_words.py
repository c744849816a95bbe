"""English words by which narration says who speaks.

Is: word lists. Is not: complete, or of another language; elsewhere quotations stay unattributed.
"""

SPEECH_VERBS = frozenset({
    "said", "says", "say", "asked", "asks", "replied", "replies", "returned", "answered",
    "answers", "cried", "cries", "exclaimed", "whispered", "whispers", "murmured", "muttered",
    "shouted", "yelled", "called", "continued", "added", "observed", "remarked", "inquired",
    "enquired", "demanded", "began", "resumed", "repeated", "screamed", "sighed", "gasped",
    "sobbed", "growled", "grumbled", "roared", "declared", "explained", "suggested", "insisted",
    "agreed", "admitted", "protested", "interrupted", "interposed", "pursued", "echoed",
    "retorted", "rejoined", "responded", "stammered", "stuttered", "faltered", "hissed",
    "snapped", "barked", "panted", "croaked", "moaned", "groaned", "pleaded", "begged", "urged",
    "warned", "announced", "concluded", "proceeded", "quoth", "told", "tells", "wondered",
    "mused", "reflected", "breathed", "drawled", "ejaculated", "chuckled", "laughed", "giggled",
    "bawled", "bellowed", "snarled", "sneered", "snorted", "sniffed", "stated", "promised",
    "confessed", "conceded", "corrected", "objected", "persisted", "assented", "affirmed",
    "assured", "advised", "ordered", "commanded", "directed", "invited", "proposed", "offered",
    "requested", "implored", "entreated", "vowed", "swore", "thought", "wailed", "whined",
    "whimpered", "shrieked", "squeaked", "lisped", "mumbled", "intoned", "recited", "read",
    "wrote", "put", "broke", "went", "struck", "burst", "chimed", "acknowledged", "allowed",
    "argued", "complained", "commented", "challenged", "cautioned", "countered", "confided",
    "consented", "contended", "volunteered", "ventured", "testified", "reported", "recalled",
    "recollected", "soliloquized", "spoke", "apologized",
})  # fmt: skip
"""Verbs of speech and quoted thought. The phrasal ones (put, broke, went …) need their particle."""

PARTICLES = {
    "put": {"in"}, "broke": {"in", "out"}, "went": {"on"}, "struck": {"in"}, "burst": {"out"},
    "chimed": {"in"}, "spoke": {"up", "again"}, "read": {"aloud", "out"}, "told": {"him", "her",
    "me", "us", "them"},
}  # fmt: skip

LOOSE = frozenset({"out", "on", "in", "up", "again", "aloud", "back", "at", "last", "then", "also"})
"""What may stand between verb and subject or behind the verb."""

BETWEEN = frozenset({
    "then", "had", "only", "at", "last", "once", "again", "now", "also", "just", "used", "to",
    "would", "could", "did", "not", "never", "always", "sometimes", "often", "both", "all",
    "almost", "even", "still", "finally", "rather", "quite", "somewhat",
})  # fmt: skip
"""What may stand between subject and verb, besides adverbs in -ly."""

TITLES = {
    "mr": "m", "mr.": "m", "sir": "m", "lord": "m", "master": "m", "monsieur": "m", "herr": "m",
    "father": "m", "brother": "m", "uncle": "m", "king": "m", "prince": "m", "count": "m",
    "mrs": "f", "mrs.": "f", "miss": "f", "ms": "f", "ms.": "f", "lady": "f", "madame": "f",
    "madam": "f", "mademoiselle": "f", "frau": "f", "aunt": "f", "sister": "f", "mother": "f",
    "queen": "f", "princess": "f", "countess": "f", "dr": "", "dr.": "", "doctor": "",
    "professor": "", "captain": "", "colonel": "", "major": "", "general": "", "inspector": "",
    "sergeant": "", "judge": "", "reverend": "", "rev.": "", "capt.": "", "col.": "", "prof.": "",
    "detective": "", "lieutenant": "", "commander": "", "president": "",
}  # fmt: skip
"""Forms of address before a name, and what they say of its gender."""

ROLE_GENDER = {
    "man": "m", "gentleman": "m", "boy": "m", "lad": "m", "father": "m", "brother": "m",
    "son": "m", "uncle": "m", "husband": "m", "king": "m", "prince": "m", "butler": "m",
    "woman": "f", "lady": "f", "girl": "f", "mother": "f", "sister": "f", "daughter": "f",
    "aunt": "f", "wife": "f", "queen": "f", "princess": "f", "maid": "f", "housemaid": "f",
    "nurse": "f", "governess": "f", "widow": "f", "cook": "", "servant": "",
}  # fmt: skip

PRONOUNS = {"he": "m", "she": "f", "it": "", "they": ""}
"""Pronouns that can stand for a speaker, and their gender."""

DETERMINERS = frozenset({"the", "a", "an", "another", "his", "her", "my", "our", "their", "one"})

COUNTERPARTS = frozenset({"other", "reply", "answer", "response", "rejoinder", "latter"})
"""`the other`, `was the reply`: whoever the last speaker talks with."""

LY_NAMES = frozenset(
    {"Emily", "Lily", "Sally", "Molly", "Polly", "Billy", "Kelly", "Nelly", "Holly"}
)
"""Names that look like adverbs at the beginning of a sentence."""

NOT_NAMES = frozenset({
    "i", "he", "she", "it", "they", "we", "you", "who", "what", "that", "this", "these",
    "those", "there", "here", "then", "now", "and", "but", "or", "so", "for", "nor", "yet",
    "if", "as", "at", "in", "on", "to", "of", "the", "a", "an", "no", "not", "yes", "oh", "ah",
    "well", "when", "while", "where", "why", "how", "which", "his", "her", "its", "their",
    "our", "my", "your", "one", "two", "three", "four", "five", "six", "some", "any", "all",
    "both", "each", "every", "such", "after", "before", "once", "again", "still", "even",
    "only", "just", "perhaps", "meanwhile", "suddenly", "presently", "finally", "meantime",
    "god", "heaven", "lord", "chapter", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday", "january", "february", "march", "april", "june", "july", "august",
    "september", "october", "november", "december", "english", "french", "german", "london",
    "paris", "never", "nothing", "something", "everything", "nobody", "somebody", "everybody",
    "thereupon", "with", "without", "upon", "from", "by", "into", "instead", "indeed",
    "another", "let", "come", "do", "did", "is", "was", "were", "are", "be", "been", "have",
    "has", "had", "may", "might", "must", "can", "could", "shall", "should", "will", "would",
    "mr", "mrs", "miss", "dr", "sir", "madam", "poor", "old", "young", "dear", "good", "great",
    "little", "hardly", "scarcely", "later", "soon", "thus", "also", "very", "within",
    "outside", "inside",
})  # fmt: skip
"""Words that begin sentences and are no names."""

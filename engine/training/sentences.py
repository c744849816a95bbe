"""Held-out evaluation sentences: our own, never in a training text.

Narrative and dialogue as in the books the studio is for: one word to about 15 seconds, with
titles, numbers, dates, prices, times, quotes and dashes. ``is_held_out`` keeps them out of the
corpus by construction.
"""

import re

SENTENCES: tuple[str, ...] = (
    # short
    "Hello!",
    "Certainly.",
    "At last.",
    "Nobody came.",
    "“Are you ready?”",
    "Not tonight.",
    "Who sent you?",
    "Keep still!",
    "Tomorrow, then.",
    "Mrs. Harper!",
    "It was raining.",
    "Close the window.",
    "“Never mind.”",
    "What a pity!",
    "Ask the porter.",
    "Thirteen.",
    "He shrugged.",
    "Is that all?",
    "“Run!”",
    "Somebody laughed.",
    "On Thursday?",
    "Very well.",
    "The bell rang twice.",
    "“Give it back.”",
    "I doubt it.",
    "Her hands were cold.",
    # narrative
    "The lamp went out, and nobody moved to light it again.",
    "She walked down to the harbor before the sun had reached the roofs.",
    "A gray cat slept on the warm stones beside the well.",
    "He opened the letter slowly, as though it might bite him.",
    "The road climbed through the pines and came out above the lake.",
    "Every evening the fishermen mended their nets under the same yellow light.",
    "The kitchen smelled of bread, smoke, and wet wool.",
    "Nothing in the room had been touched since the spring.",
    "They followed the stream until it vanished under a wall of ice.",
    "The captain folded his map and said nothing for a long time.",
    "Snow fell all night, and in the morning the gate would not open.",
    "A thin man in a green coat was waiting on the platform.",
    "The clock in the hall had stopped at a quarter past nine.",
    "Her brother kept bees, and the bees kept him poor.",
    "We heard the carriage long before we saw it.",
    "Behind the mill there was a pond that nobody had ever measured.",
    "The judge polished his spectacles and looked at the ceiling.",
    "By noon the market was so crowded that a child could have walked on the hats.",
    "The old house leaned toward the sea like a man listening.",
    "Dust lay on the piano, on the mirror, and on the silver frames.",
    "He counted the coins twice and put them back in the jar.",
    "The boy ran across the yard with his shoes in his hand.",
    "It was the kind of silence that follows a broken plate.",
    "Two riders crossed the bridge and turned toward the village.",
    "The nurse drew the curtains, and the room turned blue.",
    "Our neighbor painted his fence the color of mustard.",
    "A single leaf turned in the air and settled on her sleeve.",
    "The tide carried the boat past the lighthouse and out of sight.",
    "There were footprints in the garden, small and very deep.",
    "Nobody remembered who had planted the oak.",
    "The schoolmaster wrote the word on the board and underlined it.",
    "Far below, the valley was filling with evening.",
    "The dog barked once, thought better of it, and lay down.",
    "She had the habit of answering a question with a smile.",
    "The soup was thin, but it was hot, and they were grateful.",
    "Rain drummed on the tin roof until they could not hear each other.",
    "His uncle had sold the farm, the horses, and at last the name.",
    "The train slowed, shuddered, and stopped between two fields of barley.",
    "In the attic they found a trunk full of unsent letters.",
    "The queen danced with the ambassador and yawned behind her fan.",
    "A bitter wind came down from the hills and found every crack in the door.",
    "The doctor washed his hands in the basin without looking up.",
    "Somewhere a shutter was banging, patient as a clock.",
    "Grandmother could thread a needle in the dark.",
    "The path was steeper than he remembered, or he was older.",
    "Three lanterns moved along the shore and went out one after another.",
    "The parrot repeated the name until the widow covered the cage.",
    "He was a quiet man with a loud wife and a silent daughter.",
    "The orchard had gone wild, and the pears were small and sour.",
    "A letter with a black seal lay on the breakfast table.",
    "They buried the box under the third fence post and swore to forget it.",
    "The moon rose over the quarry, white and perfectly round.",
    "All the windows on the ground floor were boarded up.",
    "She tied the ribbon, untied it, and began again.",
    "The river had changed its mind and its bed in the same night.",
    "The baker's apprentice whistled the same four notes all day.",
    "Thunder rolled around the edge of the sky and went away.",
    "The stairs complained under his weight, one after the other.",
    "An owl watched them from the beam with enormous patience.",
    "The visitor left his gloves on the chair and never came back for them.",
    "At the top of the tower the wind was strong enough to lean on.",
    "The butcher's window was empty except for a paper rose.",
    "She read the telegram, folded it, and went on peeling potatoes.",
    "The pianist played badly, but with great courage.",
    "They had walked so far that the stars had changed places.",
    "The mayor cleared his throat and lost the first page of his speech.",
    "A broken umbrella hung from the branches of the elm.",
    "His laughter sounded like gravel in a bucket.",
    "The inn was full, so we slept in the barn among the apples.",
    "The detective turned the glass until it caught the light.",
    "Even the pigeons seemed to be avoiding the square.",
    "The twins finished each other's sentences and each other's dinners.",
    "No one had told the gardener that the war was over.",
    # dialogue
    "“I have lost my spectacles,” said the professor, “and they are on my nose.”",
    "“Where were you last night?” asked the sergeant.",
    "“You may keep the horse,” she said, “but leave me the saddle.”",
    "“Don’t touch that!” cried Martha.",
    "“It’s only the wind,” he whispered.",
    "“My dear Algernon, you speak as if you had never missed a train.”",
    "“Do you take sugar, Mr. Pell?”",
    "“I can’t possibly marry a man who dislikes turnips.”",
    "“We’ll wait,” the captain repeated, “until the fog lifts.”",
    "“Bring the lantern, Tom, and mind the third step.”",
    "“If you had asked me yesterday, I should have said yes.”",
    "“Nobody lives there now,” the boy answered. “Nobody that eats.”",
    "“What is the meaning of this?” demanded Lady Farnham.",
    "“Oh, it doesn’t matter,” she said, and it clearly did.",
    "“There’s a stranger at the gate,” Peter shouted.",
    "“You’re late,” said the old woman. “Sit down and eat.”",
    "“I never forget a face, madam, but I’m willing to try.”",
    "“Is it true,” asked the youngest, “that the sea has no bottom?”",
    "“That is the worst excuse I’ve heard this week!”",
    "“Let us be honest, for once, and rude.”",
    "“Who taught you to play cards, Miss Lowell?”",
    "“Well, I suppose we could burn the chairs.”",
    "“I won’t go back,” he said. “They can’t make me.”",
    "“Tell the driver to wait—no, tell him to go home.”",
    "“Has anyone seen the other glove?”",
    "“Quick, behind the curtain!”",
    "“A gentleman never counts his change,” remarked the duke.",
    "“I thought you were in Paris.” “So did my husband.”",
    "“Hush! Something is moving in the pantry.”",
    "“You shouldn’t have told her about the money.”",
    "“How many times must I explain the rules?”",
    "“Thank you, no. I never drink before a funeral.”",
    "“She said she’d be here by five, and it’s nearly seven.”",
    "“Come, come, doctor, surely it isn’t as bad as that?”",
    "“They’ve taken everything but the wallpaper,” sighed Mrs. Quigley.",
    "“I’ll give you one more chance,” the inspector said quietly.",
    "“Why are all the best stories about other people?”",
    "“It was an accident, I swear it!”",
    "“Then whose boots are these?” asked Captain Rudd.",
    "“Not a word to your father.”",
    "“I remember the song,” he said at last, “but not who sang it.”",
    "“Could you read it again, please, a little more slowly?”",
    "“We are all friends here, aren’t we?”",
    "“You call that a plan?” laughed Susan.",
    "“Heaven knows I tried.”",
    # plain statements and questions
    "Why does the moon follow us home?",
    "Would you rather be clever or kind?",
    "Which of these keys opens the cellar?",
    "You can borrow the ladder, but not the boy.",
    "I have never understood the appeal of cold soup.",
    "Please write your name at the bottom of the page.",
    "Don't forget to feed the goldfish while we're away.",
    "We haven't spoken since the wedding.",
    "If it rains, the concert will be held in the chapel.",
    "Turn left at the chestnut tree, then follow the wall.",
    "She couldn't decide between the blue hat and the other blue hat.",
    "That's not what I meant, and you know it.",
    "There's more than one way to ruin a good dinner.",
    "Have you ever tried to argue with a goose?",
    "I'd have come sooner if the bridge hadn't fallen.",
    "Most people prefer a short lie to a long truth.",
    "It isn't polite to read over a stranger's shoulder.",
    "Everything he owned fitted into a single leather bag.",
    "Life is too short to iron handkerchiefs.",
    "Could somebody help me with this suitcase?",
    "The exhibition will close at the end of the month.",
    "What happened to the man who used to sell chestnuts?",
    "My sister collects maps of places that don't exist.",
    "You must be the new lodger.",
    "Leave the light on; I may be late.",
    "They say the bridge was built in a single night.",
    "Let's begin again, from the second page.",
    "His memory was excellent, but it belonged to someone else.",
    "How strange that nobody noticed the smell of paint!",
    "We ought to leave before the snow gets any deeper.",
    # numbers, dates, prices, times, titles
    "The bill came to $14.50, and he paid it in pennies.",
    "On June 3, 1892, the theater burned to the ground.",
    "Dr. Marlow lived at number 47 for 26 years.",
    "The last ferry leaves at 6:45, or so they told us.",
    "There were 312 guests and only 90 chairs.",
    "He was born in 1867 and claimed to remember it.",
    "Mr. and Mrs. Dunn arrived on the 21st of October.",
    "She sold the painting for £2,000 and bought a cow.",
    "Chapter 12: the house on the marsh.",
    "About 60 percent of the barrels were empty.",
    "Prof. Whitby weighed the stone: it was exactly 3.7 kg.",
    "The meeting was moved from 9:30 to 11:15.",
    "In 1914 there were 8 bakers in our street.",
    "Room 203 is at the end of the corridor.",
    "He ran a mile in 5 minutes and 40 seconds.",
    "The library owns 15,000 books and one comfortable chair.",
    "They offered $75 for the clock, but it was worth twice that.",
    "It happened at 2:10 in the morning, on the 9th of May.",
    "St. Alban's was founded in 1235.",
    "The hill is 840 feet high, and every foot of it is mud.",
    "Her 3 sons, 4 daughters, and 19 grandchildren sat down to dinner.",
    "Capt. Rowley sailed with 22 men and came home with 7.",
    # several sentences, up to about 15 seconds
    "The door was open. She knew she had locked it. She stood on the step and listened.",
    "He had three hats. One was for church, one was for rain, and one was for thinking.",
    "“You came back,” she said. He put down his bag. “I forgot my umbrella,” he answered.",
    "Winter came early that year. The geese left in September, and by the first week of "
    "October there was ice on the trough.",
    "Nobody answered. He knocked again, louder this time. From somewhere above came the sound "
    "of a chair being pushed back.",
    "“What do you want?” the voice asked. “Only a glass of water,” I said. There was a long "
    "pause, and then the bolt slid back.",
    "I was seven when the circus came. I remember the elephant, the brass band, and my "
    "father's face when he saw the price of the tickets.",
    "The village had one street, one shop, and one secret. Everybody knew the street and the shop.",
    "She put the kettle on. She took it off again. It was one of those mornings when nothing "
    "seemed worth boiling.",
    "It was a small town, and news traveled quickly. By supper everyone knew that the "
    "Hendersons had bought a motor car.",
    "“Listen to me,” said the colonel. “When the gate opens, you will walk, not run. Is that "
    "understood?”",
    "The ship was called the Patience. She had been built in a hurry, and she leaked from the "
    "day she was launched.",
    "There is a story about the well. Drop a stone in it, they say, and you will hear it fall "
    "on the day you die.",
    "He wasn't handsome. He wasn't rich. But he could fix anything with a wheel, and on our "
    "side of the river that was enough.",
    "“Have you any references?” asked the manager. I gave him my letter. He read it, turned it "
    "over, and read the back, which was blank.",
    "The fire had burned low. Outside, the wind dropped, and for the first time that night we "
    "could hear the river.",
    "They searched the cellar first, then the stables, then the chapel. At four o'clock they "
    "found him asleep in the pulpit.",
    "My aunt had rules about tea. The pot must be warm, the milk must be cold, and the guests "
    "must be gone by six.",
    "The last time I saw him he was standing on the quay, waving a newspaper. I waved back. I "
    "did not know that he was trying to warn me.",
    "“I don't believe in ghosts,” said Edith. “Neither do I,” said the lady in gray, and "
    "walked through the wall.",
    "Summer in the city is a kind of fever. The pavements soften, the milk turns, and even the "
    "sparrows lose their tempers.",
    "He took the box from the shelf, blew off the dust, and set it before us. Inside lay a "
    "watch, a lock of hair, and a bullet.",
    "The road to the coast was closed. We turned inland, through villages with no lights, and "
    "at midnight we came to a barrier.",
    "She had written the number on her wrist: 4 0 7. When the rain came, only the seven was left.",
    "“Forgive me,” he said. “I have come about the room.” “There is no room,” she said, and "
    "opened the door a little wider.",
    "The orchestra stopped. One violin went on for half a bar, realized its mistake, and died "
    "away.",
    "Every Sunday they walked to the cemetery, changed the flowers, and walked home. They "
    "never spoke of it, and they never missed a week.",
    "First you must find the north wall. Then count eleven bricks from the corner, and press "
    "the twelfth.",
    "There were no trains that night. We sat in the waiting room with a priest, a soldier, and "
    "a crate of hens.",
    "It was, he admitted, a foolish bet. But the horse was called Second Thoughts, and he had "
    "never been able to resist a joke.",
    # unusual words
    "The apothecary labeled the vials in violet ink.",
    "A zeppelin drifted above the observatory.",
    "The archaeologist brushed the sand from a bronze buckle.",
    "Her vocabulary was immense, and mostly botanical.",
    "The quartet rehearsed in a disused granary.",
    "Rhubarb, licorice, and quinine stood on the same shelf.",
    "The chauffeur's uniform was buttoned to the chin.",
    "Philosophers seldom make good plumbers.",
    "The sphinx gazed at the tourists with weary contempt.",
    "An avalanche had buried the monastery's lower terrace.",
    "The juggler's gloves were stitched with scarlet thread.",
    "He mispronounced her name with great confidence.",
    "The geyser erupts, unpredictably, about once a fortnight.",
    "Jealousy is a poor cartographer.",
)

TAG_SENTENCES: tuple[str, ...] = (
    "The lamp went out, |and nobody moved to light it again.",
    "She walked down to the harbor |before the sun had reached the roofs.",
    "The road climbed through the pines |and came out above the lake.",
    "If it rains in the morning, |the concert will be held in the chapel.",
    "Two riders crossed the bridge, |and they turned toward the village.",
    "We heard the carriage, |but it was a long time before we saw it.",
    "He opened the letter slowly, |as though it might bite him.",
    "The dog barked once, |thought better of it, and lay down.",
    "The old man put on his hat, |and he walked away without a word.",
    "They had been friends for years, |but nobody could say why.",
    "The kitchen was warm and bright, |and the bread was on the table.",
    "When the music stopped, |every face in the room turned to the window.",
)
"""Sentences measured with every tag, in front and before the phrase behind the bar."""

PLAIN_SENTENCES: tuple[str, ...] = (
    "The boy ran down the hill to find his brother.",
    "She opened the door and looked into the dark room.",
    "There was nothing on the table but an old letter.",
    "He had been waiting for the train since early morning.",
    "They walked along the river until it was time to go home.",
    "The children played in the garden all afternoon.",
    "I have never seen so many people in one place.",
    "My father told me the story when I was very young.",
    "It was almost midnight when the last guest went away.",
    "The old man sat by the fire and smoked his pipe.",
    "You should have told me that before we left the house.",
    "We stood at the window and watched the rain.",
    "Nobody knew where the money had come from.",
    "The woman in the black dress was his mother.",
    "He put the book back on the shelf and closed his eyes.",
    "In the morning the ship was gone.",
    "She did not want to talk about what had happened.",
    "The road was long, and the night was very cold.",
    "Give me your hand, and I will help you up.",
    "He looked at his watch and began to walk faster.",
    "There were two men standing in front of the church.",
    "After dinner they went out to look at the stars.",
    "The doctor said that she would be well again in a week.",
    "I thought I heard a voice at the other end of the street.",
    "Her brother had lost everything in the war.",
    "The horse stopped at the edge of the water.",
    "We have been friends for more than twenty years.",
    "He took off his hat when the lady came into the room.",
    "The teacher wrote a few words on the board.",
    "All the doors were locked, and the lights were out.",
    "Why did you leave without saying a word to anyone?",
    "The little girl was afraid of the big brown dog.",
    "It is better to be late than not to come at all.",
    "They found the body in the woods behind the farm.",
    "She smiled at him, but he did not smile back.",
    "What would you do if you had all the time in the world?",
    "The summer was over, and the days were getting short.",
    "He was the only man in the town who could read.",
    "Please come in and sit down by the window.",
    "The people in the village never spoke of it again.",
)
"""Everyday words only: for the word error rate, where the listener must not be the limit."""

REFERENCE_SENTENCES: tuple[str, ...] = (
    "The gray horses were drinking quietly from the shallow pool.",
    "Every Thursday my cousin brings us fresh bread and a jar of honey.",
    "A cold draft crept under the kitchen door and put out the candle.",
    "You could hear the choir practicing from the far side of the bridge.",
    "His boots were muddy, but his collar was as white as chalk.",
    "Put the blue vase on the shelf and leave the others in the box.",
)
"""What the voices' references say."""


def normalize(text: str) -> str:
    """Letters and digits in lower case, single spaces.

    >>> normalize("“Stop!” he said.")
    'stop he said'
    """
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


_HELD_OUT = frozenset(
    normalize(sentence)
    for sentence in (*SENTENCES, *TAG_SENTENCES, *PLAIN_SENTENCES, *REFERENCE_SENTENCES)
)
_LONG = tuple(plain for plain in _HELD_OUT if plain.count(" ") >= 3)


def is_held_out(text: str) -> bool:
    """Whether a text is a held-out sentence, or contains one of four words or more."""
    plain = normalize(text)
    return plain in _HELD_OUT or any(sentence in plain for sentence in _LONG)

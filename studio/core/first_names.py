"""First names that tell a woman or a man, for a first proposal of voices.

Is: the common ones of English and other European languages, and a look at how a name begins.
Is not: complete, or a statement about anybody. Names that are given to both (Robin, Andrea, Jean,
Alex) are not in it.
"""

_FEMALE = """
    abigail ada adele adelaide agatha agnes alba alexandra alice alicia alma amalia amanda
    amelia amy ana anastasia angela angelica anita anja anke ann anna anne annette annie antonia
    astrid audrey augusta aurora barbara beata beatrice beatrix bella bernadette bertha bess
    beth betty bianca birgit birgitta blanche bridget brigitte carla carlotta carmen carol
    carolina caroline catherine cecilia cecily celia charlotte chiara chloe christina christine
    clara claire clarissa claudia clementine constance cora cordelia cornelia daisy daniela
    daphne deborah diana dolores dora doris dorothea dorothy edith edna eileen elaine eleanor
    elena eleonora elisa elisabeth eliza elizabeth ella ellen elsa elsie emilia emily emma erika
    erna esther ethel eugenia eva eve evelyn fanny fatima felicity fiona flora florence frances
    francesca franziska frederica frieda gabriela gabriella georgia georgina gerda gertrude gina
    giovanna giulia gisela gloria grace greta gretchen gudrun guinevere gwen gwendolen hanna
    hannah harriet hedwig heidi helen helena helene helga henrietta hermia hermione hilda
    hildegard ida ilse imogen ines inga ingeborg ingrid irene iris irma isabel isabella isolde
    ivy jane janet jenny jessica joan joanna johanna josephine judith julia juliana julie juliet
    juliette karin katarina katharina katherine kathleen katie katrin kate laura lea lena
    leonora lily lina linda lisa livia lola lotte louisa louise lucia lucie lucinda lucy luise
    lydia mabel madeleine magdalena maggie margaret margarita margot maria marianne marie martha
    mary mathilda matilda maud melanie mercedes mia mildred millie mina minna miranda miriam
    molly monica monika nadia nancy natalia natasha nell nellie nina nora norah olga olivia
    ophelia ottilie pamela patricia paula pauline penelope petra phoebe polly rachel rebecca
    regina renate rita roberta rosa rosalind rose rosemary rosie ruby ruth sabine sally sandra
    sara sarah silvia sofia sonja sophia sophie stella stephanie susan susanna susanne sybil
    sylvia tamara tatiana teresa thea theodora theresa therese ulrike ursula valentina valerie
    vera veronica victoria viola violet virginia wanda wendy wilhelmina winifred yvonne zelda
    zoe
"""
FEMALE = frozenset(_FEMALE.split())
_MALE = """
    aaron abel abraham adam adolf adrian alan alasdair albert alberto alejandro alessandro
    alexander alexei alfonso alfred algernon alistair ambrose anatole anders andreas andrew
    angelo angus anselm anthony anton antonio archibald archie arnold arthur august augustus
    axel barnaby bartholomew basil ben benedict benjamin bernard bernhard bert bertram bill bob
    boris brian bruno carl carlo carlos caspar cecil cedric charles christian christopher
    clarence claudius clemens clement colin conrad cornelius cyril daniel david dennis diego
    dieter dietrich dmitri dominic donald douglas duncan eberhard edgar edmund eduardo edward
    edwin egon emil enrico eric erich erik ernest ernst erwin eugene fabian federico felix
    ferdinand fernando filippo francesco francis francisco frank franz fred frederick friedrich
    fritz gareth gaston geoffrey georg george gerald gerard gerhard gilbert giles giovanni
    giuseppe godfrey gottfried graham gregor gregory guido guillaume gunther gustav guy hamlet
    hans harald harold harry hector heinrich heinz helmut henri henrik henry herbert hermann
    homer horace horatio howard hubert hugh hugo humphrey ian ignatius igor isaac ivan jack
    jacob jacques jakob james jasper jens jeremy jim joachim joe johan johann john jonas
    jonathan jorge josef joseph joshua juan julian julio julius jurgen justus karl kaspar kevin
    klaus konrad konstantin kurt lancelot lars laurence lawrence leo leon leonard leopold lewis
    lorenz lorenzo lothar louis luca lucas ludwig luigi luis lukas luke magnus manfred manuel
    marcel marco marcus mario mark markus martin matteo matthew matthias maurice max maximilian
    michael michel miguel mikhail miles moritz moses nathan nathaniel ned neville nicholas nick
    niklas nikolai nils norman olaf oliver orlando oscar oskar oswald otto pablo patrick paul
    paulo pedro percy peter philip philipp pierre quentin ralph ramon raoul raphael raymond
    reginald reinhard ricardo richard rob robert roberto roderick rodrigo roger roland rolf
    romeo ronald rudolf rudolph rupert salvatore samson samuel sebastian sergei siegfried
    sigmund silas simon stanley stefan stephen steve steven sven tancred theo theodor theodore
    thomas tim timothy tobias toby tom tristan ulrich umberto victor viktor vincent vincenzo
    virgil vladimir waldemar walter werner wilfred wilhelm will william wolfgang xavier
"""
MALE = frozenset(_MALE.split())
PLAIN = frozenset({"big", "dear", "dr", "good", "little", "old", "poor", "prof", "saint", "st",
                   "young"})  # fmt: skip
"""What may stand in front of a first name."""


def first_name_tells(speaker: str) -> str:
    """ "female" or "male" if a name begins with a first name that tells, else an empty string.

    >>> first_name_tells("Maria"), first_name_tells("Old Otto Brandt"), first_name_tells("Robin")
    ('female', 'male', '')
    """
    words = [word.strip(".,").casefold() for word in speaker.split()]
    name = next((word for word in words if word not in PLAIN), "")
    return "female" if name in FEMALE else "male" if name in MALE else ""

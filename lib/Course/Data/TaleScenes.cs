namespace Course.Data;

/// <summary>
/// One kind of story. Each line is a sentence; <c> | </c> separates wordings, one of which is taken; a line that begins with
/// <c>?</c> is left out half of the time. The slots in braces are explained at <see cref="TaleWriter"/>.
/// </summary>
/// <param name="Name">A name that no other scene has.</param>
/// <param name="Lines">The sentences.</param>
/// <param name="Toys">The things the scene works with; any when null.</param>
/// <param name="FriendIsNew">Whether the friend is first met in the scene.</param>
/// <param name="ToyIsGone">Whether the hero has given the thing away at the end.</param>
internal sealed record TaleScene(string Name, string Lines, string[]? Toys = null, bool FriendIsNew = false, bool ToyIsGone = false)
{
    public bool HasFriend => Lines.Contains("{friend}", StringComparison.Ordinal);

    public bool HasAdult => Lines.Contains("{adult}", StringComparison.Ordinal);
}

/// <summary>How a story may end, and after which scenes that makes sense.</summary>
internal sealed record TaleEnding(string Lines, Func<TaleScene, bool> Fits);

/// <summary>How tales begin and what happens in them. The words are this course's own.</summary>
internal static partial class TaleScenes
{
    /// <summary>Who it is about, and the thing that will matter.</summary>
    public static readonly string[] Openings =
    [
        """
        Once upon a time there was a {trait} {kind} named {hero}.
        {He} had a {colour} {toy} and took it everywhere. | {His} {adult} had given {him} a {colour} {toy}.
        """,
        """
        In a small house near {place} lived a {trait} {kind} named {hero}. | Not far from {place} lived a {trait} {kind} whose name was {hero}.
        Of all the things {he} owned, {he} loved {his} {colour} {toy} the most. | The best thing {he} owned was a {colour} {toy}.
        """,
        """
        {hero} was a {trait} {kind} with a {colour} {toy}. | There once was a {trait} {kind}, {hero}, who had a {colour} {toy}.
        ? Nobody else in the village had a {toy} like that.
        """,
        """
        There was once a {kind} named {hero}, and everyone said that {he} was very {trait}. | In the whole village there was no {kind} as {trait} as {hero}.
        On {his} birthday {he} got a {colour} {toy} from {his} {adult}. | Last summer {he} had made a {colour} {toy} with {his} {adult}.
        """,
    ];

    /// <summary>Who else it is about.</summary>
    public const string Introduction =
        "Next door lived a {kind2} named {friend}. | {He} often played with a {kind2} called {friend}. | {His} friend {friend} was a {trait2} {kind2}.";

    /// <summary>How tales end; in most, the thing comes back once more, so that its colour must be remembered.</summary>
    public static readonly TaleEnding[] Endings =
    [
        new("From that day on, {hero} and {friend} were best friends. | After that, {hero} and {friend} played together every day.",
            s => s.HasFriend),
        new("That night {hero} fell asleep with the {colour} {toy} beside {him}. | At bedtime {hero} put the {colour} {toy} next to {his} pillow and smiled.",
            s => !s.ToyIsGone),
        new("{hero} never forgot that day. | It was the best day {hero} could remember.", _ => true),
        new("And whenever {he} saw the {colour} {toy}, {hero} thought of {friend}. | Even years later, the {colour} {toy} made {hero} think of {friend}.",
            s => s.HasFriend),
        new("""
            At home {his} {adult} asked what had happened, and {hero} told the whole story. | In the evening {hero} told {his} {adult} everything.
            "I am proud of you," said {his} {adult}. | "What a day you had!" said {his} {adult}.
            """, s => !s.HasAdult),
    ];

    private static readonly TaleScene[] AtHomeAndInTheVillage =
    [
        new("lost at home", """
            One {time}, {hero} could not find the {toy} anywhere. | But one {time} the {toy} was gone.
            {He} looked in every room and even in the cellar. | {He} looked in every corner of the house.
            "Have you seen my {colour} {toy}?" {he} asked {his} {adult}.
            ? "No," said {his} {adult}, "but think of where you played last."
            Then {his} friend {friend} came to visit and helped {him} search.
            {friend} looked {inspot}, and there it was. | At last {friend} found it {inspot}.
            "Thank you!" said {hero}, and {he} gave {friend} a {food}.
            """),
        new("the mended thing", """
            One {time} {hero} tripped over a root, and the {toy} broke. | One {time} the {toy} fell down the stairs and broke.
            {He} sat down and cried.
            {friend}, who lived next door, heard {him} and came over.
            "Do not cry," said {friend}, "we can mend it with glue and string."
            They worked until it was dark. | They worked the whole {time} without a break.
            In the end the {colour} {toy} looked almost like new. | When they were done, only a thin line showed where the {colour} {toy} had been broken.
            "You are a good friend," said {hero}, and {friend} smiled.
            """, TaleWords.Breakable),
        new("baking", """
            One rainy {time}, {hero} and {his} {adult} wanted to bake a cake.
            They took flour, butter, milk and {number} eggs.
            "Stir it slowly," said {his} {adult}.
            But {hero} stirred too fast, and soon there was flour on the table, on the floor and on the {colour} {toy}.
            They laughed, and {hero} wiped everything clean. | {His} {adult} only laughed, and together they cleaned it up.
            When the cake was ready, {friend} knocked at the door.
            "I could smell it from the street!" said {friend}.
            So they cut the cake into {number} pieces and ate them all.
            """),
        new("the gift", """
            {friend} was going to have a birthday soon. | The next day was the birthday of {his} friend {friend}.
            {hero} had no money for a present. | {hero} wanted to give {friend} something nice, but {he} had no money.
            {He} thought about it for a long time.
            At last {he} put the {colour} {toy} into a box and tied a {colour2} string around it.
            When {friend} opened the box, {fhe} could not believe it.
            "But you love your {toy}!" said {friend}.
            "That is why it is a good present," said {hero}.
            {friend} hugged {him}, and from then on they shared the {toy}. | "Then it shall belong to both of us," said {friend}.
            """, ToyIsGone: true),
        new("the swap", """
            One {time} {hero} met {friend} {inplace}.
            {friend} had a {colour2} {toy2}, and {hero} liked it very much.
            "Shall we swap?" asked {friend}. | "I will give you my {toy2} for your {toy}," said {friend}.
            So {friend} took the {colour} {toy}, and {hero} took the {colour2} {toy2}.
            But at home {hero} missed {his} {toy} more and more. | But in the evening {hero} was sad without {his} {toy}.
            The next day {he} went back and found {friend} waiting at the gate.
            "I missed my {toy2} too," said {friend}.
            They swapped again, and both were happy.
            """),
        new("the dark room", """
            {hero} was afraid of the dark. | Every night {hero} was a bit afraid, because {his} room was very dark.
            One night {he} heard a strange noise {inspot}.
            {He} pulled the blanket over {his} head and did not move.
            Then {he} remembered the {colour} {toy} and lit it.
            The light fell on a tiny mouse that was eating a {food}.
            "So it was only you," whispered {hero}.
            The mouse looked at {him} with round eyes and ran away.
            When {hero} told {friend} about it the next day, they both laughed.
            """, TaleWords.Lights),
        new("the quarrel", """
            One {time} {hero} and {friend} both wanted to play with the {toy}.
            "It is my turn!" shouted {friend}. | "You always have it!" shouted {friend}.
            They pulled from both sides until {hero} fell into the mud.
            {friend} ran home without a word. | Then {friend} was angry too and went home.
            {hero} sat there alone, and the {colour} {toy} was no fun any more.
            ? After a while it began to rain.
            So {he} walked to the house of {friend} and knocked.
            "I am sorry," said {hero}.
            "I am sorry too," said {friend}, and they played together until dinner.
            """),
        new("the sick friend", """
            One {time} {friend} did not come to play.
            "{friend} is ill and has to stay in bed," said {his} {adult}. | "{friend} has a cold," said {his} {adult}, "and must stay in bed."
            {hero} packed a {food} and the {colour} {toy} into a bag and went to visit.
            {friend} was pale and bored. | {friend} looked tired and sad.
            "You may keep the {toy} until you are well," said {hero}.
            {friend} held the {toy} and smiled for the first time that day.
            After {number} days {friend} was well again and brought it back.
            """),
        new("the painting", """
            {hero} wanted to paint a picture for {his} {adult}.
            {He} painted {place} and a big {colour2} sun above it. | {He} painted a house with a {colour2} roof.
            Then {he} painted {himself} with the {colour} {toy} in front of it.
            ? A drop of paint fell on the paper, and {he} turned it into a bird.
            "Who is that?" asked {friend}, who was watching.
            "That is me, and there is room for you as well," said {hero}.
            So {he} painted {friend} too, with a {food} in {fhis} hand.
            {His} {adult} hung the picture on the wall above the stove.
            """),
        new("the market", """
            One {time} {hero} went to the market with {number} coins.
            {He} wanted to buy a {food} for {his} {adult}.
            On the way {he} met {friend}, who was crying.
            "I have lost my money," said {friend}, "and now I cannot buy any bread."
            {hero} gave {friend} half of the coins. | Without a word, {hero} put some coins into {fhis} hand.
            Then they both bought what they needed and walked home together.
            ? {hero} let {friend} carry the {colour} {toy}.
            "You are a true friend," said {friend}.
            """),
        new("the new neighbour", """
            One {time} a cart stopped in front of the empty house. | One {time} new people moved into the house across the street.
            On the cart sat a {kind2} with a {colour2} {toy2}.
            {hero} wanted to say hello but was too shy. | {hero} watched from the window and did not dare to go out.
            At last {he} took {his} {colour} {toy} and walked across the street.
            "My name is {hero}," {he} said very quietly.
            "I am {friend}," said the other, "and I know nobody here."
            "Now you know me," said {hero}.
            They sat down on the steps and showed each other the {toy} and the {toy2}.
            """, FriendIsNew: true),
        new("the truth", """
            One {time} {hero} was playing in the kitchen, and the {toy} hit a {colour2} vase.
            The vase fell down and broke into {number} pieces.
            {hero} hid the pieces {inspot}.
            "Who broke my vase?" asked {his} {adult}. | Soon {his} {adult} came in and asked about the vase.
            {hero} wanted to say that it had been the cat, but {he} could not. | First {hero} said nothing, and {his} ears turned hot.
            "It was me," {he} said at last, "and I am sorry."
            {His} {adult} was silent for a moment and then nodded.
            "A vase can be broken," said {his} {adult}, "but you told the truth, and that is worth more."
            """),
        new("the borrowed thing", """
            {hero} had borrowed a {colour2} {toy2} from {friend}.
            "Please bring it back before dark," {friend} had said.
            {hero} played with it {inplace} and forgot the time. | {hero} took it to {place} and did not notice how late it was.
            When the sun went down, {he} remembered {his} promise and ran.
            {He} even left the {colour} {toy} behind. | {He} ran so fast that {he} forgot {his} own {toy}.
            {friend} was standing at the door and looked worried.
            "You kept your promise," said {friend}, and {fhe} took the {toy2}.
            Then they went back with a light and fetched the {colour} {toy}.
            """),
        new("the feast", """
            There was a feast in the village, and everyone was dancing.
            Only the old man who used to play the music was ill that {time}.
            "Without music it is no feast," said {friend}.
            Then {hero} ran home and fetched the {colour} {toy}.
            {He} was afraid to play in front of so many people. | {His} hands shook a little.
            "Just look at me," said {friend}, "and play."
            {hero} played, first softly and then louder, and soon everyone danced again.
            At the end they all clapped, and {friend} clapped the loudest.
            """, TaleWords.Musical),
        new("the old key", """
            One {time} {hero} found a rusty key {inspot}.
            {He} tried it on every door of the house, but it did not fit.
            "Perhaps it belongs to the chest in the attic," said {friend}.
            They climbed up with the {colour} {toy} and looked around. | The attic was full of dust, and {friend} had to sneeze.
            In the corner stood a {colour2} chest, and the key turned.
            Inside lay nothing but an old letter. | The chest was almost empty, and only a letter lay in it.
            "Whoever finds this," {hero} read aloud, "may wish for something."
            {friend} wished for a {food}, and {hero} wished that they would always be friends.
            """),
        new("the clean room", """
            "Your room is a mess," said {his} {adult} one {time}.
            Clothes lay on the floor, and the {toy} was under a heap of paper.
            {hero} sighed and began to tidy up. | {hero} did not know where to begin.
            Then {friend} looked in at the window.
            "Let us make a game of it," said {friend}, "and see who finds more treasures."
            {friend} found {number} buttons and a {colour2} sock.
            {hero} found a coin and the {colour} {toy}.
            Before they knew it, the room was clean.
            """),
    ];
}

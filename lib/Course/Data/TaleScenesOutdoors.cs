namespace Course.Data;

internal static partial class TaleScenes
{
    private static readonly TaleScene[] Outdoors =
    [
        new("the wind", """
            One windy {time}, {hero} walked to {place}.
            Suddenly a gust of wind blew the {colour} {toy} away. | Then the wind took the {colour} {toy} and carried it off.
            It flew over the fence and landed in a tall tree.
            {hero} jumped as high as {he} could, but the branch was too high.
            "Wait," called {friend}, "I can climb!" | {friend}, who was passing by, saw it and began to climb.
            {friend} climbed from branch to branch and threw the {toy} down.
            ? A few leaves fell on {his} head.
            {hero} caught it and laughed.
            "Next time I will hold it with both hands," said {hero}.
            """, TaleWords.Windborne),
        new("down the river", """
            One {time} {hero} was playing by the water, and the {toy} fell in.
            The stream carried it away, faster and faster.
            {He} ran along the bank and called for help.
            {friend} was sitting on the bridge with a long stick.
            "Catch it!" shouted {hero}.
            {friend} leaned over and pulled the {colour} {toy} out of the water.
            It was wet, but nothing was broken. | Water dripped from it, but it was still whole.
            They put it on a warm stone and waited until it was dry.
            """, TaleWords.Floating),
        new("the lost way", """
            One {time} {hero} went into the forest to pick berries.
            {He} walked deeper and deeper, and soon all the trees looked the same.
            "Where am I?" thought {hero}, and {his} heart beat fast.
            Then {he} saw a {animal} {outspot}.
            "Follow the stream," said the {animal}, "and you will get home."
            {hero} thanked the {animal} and gave it a {food}.
            The stream led {him} to {place}, and there {he} knew the way. | {He} followed the stream until {he} could see {place}.
            {friend} had been looking for {him} and waved from far away.
            """),
        new("the little bird", """
            One cold {time}, {hero} found a small bird {outspot}.
            Its wing was hurt, and it could not fly.
            {hero} carried it home in the {colour} {toy}. | {He} laid it gently into the {colour} {toy} and took it home.
            {friend} brought seeds, and {hero} brought water.
            ? At night the bird slept beside the stove.
            After {number} days the bird began to sing.
            "It wants to go home," said {friend}.
            They opened the window, and the bird flew up into the sky.
            """, TaleWords.Containers),
        new("the rescue", """
            One {time} {hero} heard a cry {inplace}.
            A young {animal} had fallen into a hole and could not get out.
            "Do not be afraid," said {hero}, "I will help you."
            {He} lay down on the ground, but {his} arms were too short.
            Then {friend} came and held {him} by the feet.
            Together they pulled the {animal} out. | With one strong pull they got the {animal} out.
            The {animal} shook off the dirt and looked at {him} happily.
            ? It followed them all the way to the gate.
            On the way home {friend} carried the {colour} {toy}, because {hero} was so tired.
            """),
        new("the race", """
            "I am faster than you," said {friend} one {time}.
            "Then let us race to {place}," answered {hero}.
            {hero} put the {colour} {toy} {outspot}, and they began to run.
            First {friend} was ahead, and then {hero} was ahead. | At first nobody could say who was faster.
            Near the end {friend} fell and hurt {fhis} knee.
            {hero} could have won, but {he} turned around and helped {friend} up.
            "Why did you stop?" asked {friend}.
            "It is no fun to win alone," said {hero}.
            Then they walked back together and fetched the {toy}.
            """),
        new("the snow", """
            In the night it had snowed, and everything was white and quiet.
            {hero} ran outside and called {friend}. | {hero} put on warm boots and went to fetch {friend}.
            They rolled {number} big balls of snow and put them on top of each other.
            "It needs a nose," said {friend}, and {fhe} ran home for a carrot.
            "And it needs something warm," said {hero}, and {he} gave it the {colour} {toy}.
            ? A {animal} came by and looked at it for a long time.
            In the evening they looked out of the window.
            The snowman was still standing there and wore the {colour} {toy}.
            """, TaleWords.Warm, ToyIsGone: true),
        new("the seed", """
            In spring {hero} found a strange {colour2} seed {inplace}.
            "What will it become?" asked {friend}.
            "We have to wait and see," said {hero}.
            They dug a hole behind the house and put the seed into it.
            {hero} used the {colour} {toy} to mark the place. | To find the place again, {hero} left the {colour} {toy} there.
            Every day they brought water, but nothing happened. | Every day they looked, and every day there was only earth.
            After {number} weeks a green leaf came out of the ground.
            In summer it had become a tall flower with a {colour2} blossom.
            """),
        new("hide and seek", """
            One {time} {hero} and {friend} played hide and seek {inplace}.
            {friend} closed {fhis} eyes and counted to ten.
            {hero} hid {outspot} and held {his} breath. | {hero} ran and hid {outspot}.
            {friend} looked everywhere and could not find {him}.
            But {hero} had forgotten something.
            The {colour} {toy} was lying on the grass beside {his} hiding place. | A corner of the {colour} {toy} could still be seen.
            "Found you!" shouted {friend}.
            "Next time I will hide the {toy} too," said {hero}.
            """),
        new("the stars", """
            One clear night {hero} could not sleep.
            {He} took the {colour} {toy} and went out into the garden.
            {friend} was already there and looked up at the sky.
            "How many stars are there?" asked {hero}.
            "More than anyone can count," said {friend}.
            They counted anyway, and at {number} hundred {friend} began to yawn. | They lay down in the grass and began to count.
            Then a star fell across the sky, and they both made a wish.
            "What did you wish for?" asked {friend}.
            "I will not tell," said {hero}, "or it will not come true."
            """),
        new("the bridge of stones", """
            After {number} days of rain the old bridge was gone.
            {hero} stood on one side of the stream and {friend} stood on the other.
            "How can we play together now?" called {friend}.
            {hero} put the {colour} {toy} on the grass and rolled a big stone into the water.
            {friend} understood and rolled one too.
            They worked from both sides, stone by stone. | Stone after stone fell into the water with a splash.
            In the middle of the stream they met and shook hands.
            "It is a better bridge than the old one," said {hero}.
            """),
        new("the tall tree", """
            The sweetest pears grew at the top of a tall tree {inplace}.
            "Nobody can reach them," said {friend}.
            {hero} looked at the tree and thought. | {hero} walked around the tree {number} times and thought.
            "Stand on my shoulders," {he} said.
            {friend} stood on {his} shoulders, but {fhe} was still too small.
            Then a {animal} came by and asked what they were doing.
            The {animal} climbed up and shook the branch, and pears fell down like rain. | With a jump the {animal} was up in the tree and shook it.
            They filled the {colour} {toy} with pears and shared them.
            """, TaleWords.Containers),
        new("the owl's riddle", """
            One evening {hero} met an old owl {inplace}.
            "I have your {colour} {toy}," said the owl, "but you must answer my riddle." | The owl was holding the {colour} {toy} in its claws.
            ? {hero} was surprised, because {he} had not even missed it.
            "What gets bigger the more you take away from it?" asked the owl.
            {hero} thought and thought and did not know the answer.
            Then {friend} whispered something into {his} ear.
            "A hole!" said {hero}.
            The owl laughed and gave {him} the {toy}.
            "You are clever," said the owl, "but your friend is clever too."
            """),
        new("the fog", """
            One {time} a thick fog lay over the harbour.
            {friend} was out on the sea in a small {colour2} boat. | The small {colour2} boat of {friend} was still out on the sea.
            Nobody on the shore could see it.
            {hero} ran to the end of the pier with the {colour} {toy}.
            {He} made as much noise with it as {he} could. | {He} let it sound again and again.
            Far away {friend} heard it and turned the boat around.
            After a while a shadow came out of the fog.
            "I only had to follow the sound," said {friend}, and {hero} hugged {fhim}.
            """, TaleWords.Musical),
        new("the lost ring", """
            One {time} {his} {adult} lost a ring {inplace}.
            Everyone searched, but nobody could find it.
            {hero} sat down {outspot} and thought about it.
            "Birds like shiny things," said {friend}, "so let us look in the nest up there."
            {friend} held the {colour} {toy}, and {hero} climbed the tree.
            In the nest lay {number} nails, a {colour2} bead and the ring. | Between some nails and a {colour2} bead lay the ring.
            {hero} left the bead for the bird and took only the ring.
            "You have good eyes," said {his} {adult}, and {hero} pointed at {friend}.
            """),
        new("the picnic", """
            One sunny {time}, {hero} and {friend} went to {place} for a picnic.
            {hero} had packed a {food}, and {friend} had packed a {food2}.
            They spread out a {colour2} cloth {outspot}.
            Then they went down to the water to wash their hands.
            When they came back, the {food} was gone.
            "Who ate it?" asked {hero}.
            A {animal} was sleeping beside the {colour} {toy}, and there were crumbs on its nose.
            {friend} began to laugh, and {hero} had to laugh too.
            They shared the {food2} and let the {animal} sleep.
            """),
        new("learning to swim", """
            {friend} could swim, but {hero} could not.
            "The water is too deep for me," said {hero}. | {hero} always stayed on the shore and held the {colour} {toy}.
            "I will show you," said {friend}, "and I will not let go."
            On the first day {hero} only put {his} feet into the water.
            On the second day {he} went in up to {his} chin.
            On the third day {friend} let go, and {hero} did not even notice.
            "You are swimming!" called {friend}.
            {hero} was so surprised that {he} swallowed some water and laughed.
            """),
        new("the treasure", """
            One {time} {hero} found an old map {outspot}.
            A {colour2} cross on it showed a spot {inplace}.
            "Let us dig there," said {friend}, and {fhe} fetched a spade.
            They dug until their arms hurt. | They dug a hole as deep as {friend} was tall.
            At last the spade hit something hard.
            It was a box, and in the box lay {number} {colour2} shells. | They pulled out a box with {number} {colour2} shells in it.
            "It is not gold," said {friend}.
            "No," said {hero}, "but they are ours."
            They carried the shells home together with the {colour} {toy}.
            """),
        new("the sleepy bear", """
            In late autumn {hero} and {friend} met a bear at the edge of the forest. | Late in autumn, {hero} and {friend} met a bear {outspot}.
            It was yawning and looked very sad. | The bear rubbed its eyes and yawned.
            "I should sleep all winter," said the bear, "but my cave is too cold."
            {hero} gave the bear the {colour} {toy}.
            {friend} filled the cave with dry leaves. | {friend} brought dry leaves, as many as {fhe} could carry.
            "Now it is soft and warm," said the bear, and it fell asleep at once.
            All winter long {hero} wondered how the bear was.
            On the first day of spring the {colour} {toy} lay in front of the door, and beside it lay a pot of honey.
            """, TaleWords.Warm),
        new("the letter", """
            One {time} {hero} got a letter, and {his} {adult} read it aloud.
            "Come to {place} and bring the {colour} {toy}," it said.
            There was no name under it. | Nobody had signed it.
            {hero} was curious and went there at once.
            At first {he} saw only a {animal} {outspot}.
            Then {friend} jumped out from behind a wall and laughed.
            "I wrote it," said {friend}, "because I wanted to surprise you."
            {Fhe} had brought a {food} and a {colour2} {toy2}, and they stayed until evening.
            """),
    ];

    /// <summary>All kinds of stories.</summary>
    public static readonly TaleScene[] All = [.. AtHomeAndInTheVillage, .. Outdoors];
}

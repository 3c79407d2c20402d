namespace Course.Data;

/// <summary>Writes two or three sentences in which the hero is found again, by a pronoun or by name.</summary>
internal static class TaleReferences
{
    // The hero's first mention is by name; the hero's last mention is the one to resolve.
    private static readonly string[] Templates =
    [
        "{hero} met {friend} {inplace}.\nIt was cold, so {friend} gave {him} a {colour} scarf.",
        "{hero} had a {colour} {toy}.\n{friend} liked it, but the {toy} belonged to {him}.",
        "{friend} lost a {colour} {toy} {inplace}.\n{hero} found it, and {fhe} thanked {him}.",
        "{hero} lent {friend} a {colour} {toy}.\nThe next day {friend} gave the {toy} back to {hero}.",
        "{hero} and {friend} baked a cake.\n{friend} ate one piece, and the rest was for {hero}.",
        "{friend} wrote a letter to {hero}.\nIt was long, but {he} read it twice.",
        "{hero} hid {outspot}.\n{friend} looked everywhere and could not find {him}.",
        "{friend} sat on the fence, and {hero} stood beside it.\nThen it began to rain.\n{friend} jumped down and ran home with {hero}.",
        "{hero} was ill and had to stay in bed.\n{friend} brought a {food}.\nIt tasted good, and soon {he} felt better.",
        "{friend} called a name.\nThe one who answered was {hero}.\nThey waved, and {friend} walked over to {him}.",
        "{hero} fell into the mud.\n{friend} laughed at first.\nThen {fhe} pulled {him} out.",
        "{hero} and {friend} walked to {place}.\n{friend} carried the bread, and {hero} carried the {colour} {toy}.\n\"It is heavy,\" said {hero}.",
    ];

    /// <summary>
    /// Two or three short sentences with two characters, and the positions of a name and of a later word that means the same one. The
    /// characters are a girl and a boy, so that the word can mean only one of them.
    /// </summary>
    /// <param name="seed">Another seed gives another story.</param>
    public static TaleReference Write(long seed)
    {
        var random = SplitMix64.For(seed, index: -1);
        var template = random.Pick(Templates);
        var writer = new TaleWriter(ref random);
        writer.Write(template);
        var hero = writer.Mentions.Where(m => m.Role == TaleRole.Hero).ToList();
        var other = writer.Mentions.First(m => m.Role == TaleRole.Friend);
        return new TaleReference(string.Join(' ', writer.Sentences), hero[0], hero[^1], other);
    }
}

using System.Text;

namespace Course.Data;

/// <summary>
/// Fills the slots of a story and remembers where its characters are mentioned. Slots are words in braces:
/// <list type="table">
/// <item><term><c>{hero} {he} {him} {his} {himself}</c></term><description>the main character; <c>{He}</c> starts a sentence</description></item>
/// <item><term><c>{friend} {fhe} {fhim} {fhis}</c></term><description>the second character, always of the other gender, so that a
/// pronoun can mean only one of the two</description></item>
/// <item><term><c>{toy} {colour}</c></term><description>the thing the story turns on</description></item>
/// <item><term>others</term><description>a word that stays the same throughout the story; <c>{colour2}</c> differs from
/// <c>{colour}</c></description></item>
/// </list>
/// "a" becomes "an" where the word in the slot asks for it.
/// </summary>
internal sealed class TaleWriter
{
    private readonly StringBuilder sentence = new();
    private readonly List<string> sentences = [];
    private readonly List<TaleMention> mentions = [];
    private readonly Dictionary<string, string> words;
    private SplitMix64 random;
    private int written; // characters of the finished sentences and the blanks between them

    /// <summary>Casts a story: who it is about and which words it uses.</summary>
    public TaleWriter(ref SplitMix64 random, string[]? toys = null)
    {
        words = Cast(ref random, toys ?? TaleWords.Toys);
        this.random = new SplitMix64(random.NextBits());
    }

    public IReadOnlyList<string> Sentences => sentences;

    public IReadOnlyList<TaleMention> Mentions => mentions;

    /// <summary>The word in a slot.</summary>
    public string this[string slot] => words[slot];

    /// <summary>Writes lines, each a sentence: one of its wordings, and those that begin with '?' only half of the time.</summary>
    public void Write(string lines)
    {
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var optional = line[0] == '?';
            if (!optional || random.Next(2) == 0)
            {
                WriteSentence(random.Pick(line[(optional ? 1 : 0)..].Split(" | ")).Trim());
            }
        }
    }

    private void WriteSentence(string template)
    {
        sentence.Clear();
        written += sentences.Count > 0 ? 1 : 0;
        for (var i = 0; i < template.Length; i++)
        {
            if (template[i] != '{')
            {
                sentence.Append(template[i]);
                continue;
            }

            var close = template.IndexOf('}', i);
            WriteSlot(template[(i + 1)..close]);
            i = close;
        }

        written += sentence.Length;
        sentences.Add(sentence.ToString());
    }

    private void WriteSlot(string slot)
    {
        var isCapital = char.IsUpper(slot[0]);
        var word = words[slot.ToLowerInvariant()];
        if ("aeiou".Contains(word[0]) && EndsWithArticle())
        {
            sentence.Insert(sentence.Length - 1, 'n');
        }

        TaleRole? role = slot.ToLowerInvariant() switch
        {
            "hero" or "he" or "him" or "his" or "himself" => TaleRole.Hero,
            "friend" or "fhe" or "fhim" or "fhis" => TaleRole.Friend,
            "toy" => TaleRole.Toy,
            "colour" => TaleRole.Colour,
            _ => null,
        };
        if (role is { } known)
        {
            mentions.Add(new TaleMention(known, written + sentence.Length, word.Length));
        }

        sentence.Append(isCapital ? char.ToUpperInvariant(word[0]) : word[0]).Append(word.AsSpan(1));
    }

    /// <summary>Whether the text so far ends with the word "a" and a blank.</summary>
    private bool EndsWithArticle() =>
        sentence.Length >= 2 && sentence[^1] == ' ' && sentence[^2] is 'a' or 'A' && (sentence.Length == 2 || !char.IsLetter(sentence[^3]));

    private static Dictionary<string, string> Cast(ref SplitMix64 random, string[] toys)
    {
        var heroIsGirl = random.Next(2) == 0;
        var (toy, place) = (random.Pick(toys), random.Pick(TaleWords.Places));
        var (colour, food, animal) = (random.Pick(TaleWords.Colours), random.Pick(TaleWords.Foods), random.Pick(TaleWords.Animals));
        var trait = random.Pick(TaleWords.Traits);

        // A third of the characters are animals; no two animals of a story are of one kind.
        var heroAnimal = PickOther(ref random, TaleWords.Animals, animal);
        var friendAnimal = PickOther(ref random, TaleWords.Animals, animal, heroAnimal);
        var words = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hero"] = random.Pick(heroIsGirl ? TaleWords.Girls : TaleWords.Boys),
            ["he"] = heroIsGirl ? "she" : "he",
            ["him"] = heroIsGirl ? "her" : "him",
            ["his"] = heroIsGirl ? "her" : "his",
            ["himself"] = heroIsGirl ? "herself" : "himself",
            ["kind"] = random.Next(3) == 0 ? heroAnimal : heroIsGirl ? "girl" : "boy",
            ["friend"] = random.Pick(heroIsGirl ? TaleWords.Boys : TaleWords.Girls),
            ["fhe"] = heroIsGirl ? "he" : "she",
            ["fhim"] = heroIsGirl ? "him" : "her",
            ["fhis"] = heroIsGirl ? "his" : "her",
            ["kind2"] = random.Next(3) == 0 ? friendAnimal : heroIsGirl ? "boy" : "girl",
            ["adult"] = random.Pick(TaleWords.Adults),
            ["trait"] = trait,
            ["trait2"] = PickOther(ref random, TaleWords.Traits, trait),
            ["toy"] = toy,
            ["toy2"] = PickOther(ref random, TaleWords.Toys, toy),
            ["colour"] = colour,
            ["colour2"] = PickOther(ref random, TaleWords.Colours, colour),
            ["place"] = place.Noun,
            ["inplace"] = place.Where,
            ["outspot"] = random.Pick(TaleWords.OutdoorSpots),
            ["inspot"] = random.Pick(TaleWords.IndoorSpots),
            ["food"] = food,
            ["food2"] = PickOther(ref random, TaleWords.Foods, food),
            ["animal"] = animal,
            ["time"] = random.Pick(TaleWords.Times),
            ["number"] = random.Pick(TaleWords.Numbers),
        };
        return words;
    }

    private static string PickOther(ref SplitMix64 random, string[] items, params ReadOnlySpan<string> taken)
    {
        while (true)
        {
            var item = random.Pick(items);
            if (!taken.Contains(item))
            {
                return item;
            }
        }
    }
}

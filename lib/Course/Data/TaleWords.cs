namespace Course.Data;

/// <summary>Somebody in a tale.</summary>
internal sealed record TaleCharacter(string Name, bool IsGirl);

/// <summary>A place with the preposition that goes with it.</summary>
internal sealed record TalePlace(string Preposition, string Noun)
{
    public string Where => $"{Preposition} {Noun}";
}

/// <summary>The words that fill the slots of the tales. None begins with a vowel letter that is spoken as a consonant, or the reverse.</summary>
internal static class TaleWords
{
    public static readonly string[] Girls =
    [
        "Anna", "Bella", "Clara", "Daisy", "Emma", "Flora", "Grace", "Hanna", "Ida", "Julia",
        "Kate", "Lily", "Mia", "Nora", "Paula", "Rosa", "Sara", "Tilda", "Vera", "Zoe",
    ];

    public static readonly string[] Boys =
    [
        "Adam", "Ben", "Carl", "David", "Emil", "Felix", "George", "Hugo", "Ivan", "Jack",
        "Leo", "Max", "Noah", "Oscar", "Paul", "Ralph", "Sam", "Theo", "Victor", "Walter",
    ];

    public static readonly string[] Animals =
        ["fox", "rabbit", "bear", "mouse", "hedgehog", "squirrel", "duck", "frog", "cat", "dog", "goat", "badger"];

    public static readonly string[] Toys =
    [
        "ball", "kite", "boat", "drum", "hat", "cup", "lamp", "bell", "whistle", "book",
        "ribbon", "umbrella", "wagon", "puppet", "flute", "basket", "scarf", "button", "lantern", "blanket",
    ];

    public static readonly string[] Colours =
        ["red", "blue", "green", "yellow", "white", "black", "brown", "purple", "orange", "pink", "silver", "golden"];

    public static readonly TalePlace[] Places =
    [
        new("in", "the garden"), new("in", "the forest"), new("on", "the beach"), new("at", "the market"),
        new("in", "the park"), new("by", "the river"), new("in", "the meadow"), new("on", "the hill"),
        new("at", "the mill"), new("at", "the harbour"), new("on", "the farm"), new("by", "the lake"),
    ];

    public static readonly string[] OutdoorSpots =
    [
        "under the old bridge", "behind a big stone", "in a hollow tree", "beside the well",
        "under a bush", "behind the fence", "next to the gate", "between two rocks",
    ];

    public static readonly string[] IndoorSpots =
    [
        "under the bed", "behind the door", "on the top shelf", "in the drawer",
        "behind the curtain", "in the cupboard", "under the stairs", "beside the stove",
    ];

    public static readonly string[] Foods =
        ["apple", "pear", "plum", "carrot", "cookie", "bun", "pancake", "sandwich", "honey cake", "cherry tart"];

    public static readonly string[] Adults = ["mother", "father", "grandmother", "grandfather", "aunt", "uncle"];

    public static readonly string[] Traits =
        ["brave", "kind", "shy", "curious", "clever", "quiet", "cheerful", "patient", "gentle", "friendly"];

    public static readonly string[] Times = ["morning", "afternoon", "day", "evening"];

    public static readonly string[] Numbers = ["two", "three", "four", "five", "six", "seven"];

    public static readonly string[] Breakable =
        ["kite", "boat", "drum", "lamp", "whistle", "umbrella", "wagon", "puppet", "flute", "basket", "lantern"];

    public static readonly string[] Floating = ["boat", "ball", "basket", "hat"];

    public static readonly string[] Windborne = ["kite", "hat", "ribbon", "umbrella", "scarf"];

    public static readonly string[] Musical = ["drum", "bell", "whistle", "flute"];

    public static readonly string[] Warm = ["hat", "scarf", "blanket"];

    public static readonly string[] Lights = ["lamp", "lantern"];

    public static readonly string[] Containers = ["basket", "hat", "wagon", "bag", "bucket"];
}

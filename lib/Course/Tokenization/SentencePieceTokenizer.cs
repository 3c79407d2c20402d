using System.Globalization;
using System.Text;

namespace Course.Tokenization;

/// <summary>A token of a <see cref="SentencePieceTokenizer"/>.</summary>
/// <param name="Text">Its text; <c>&lt;0x0A&gt;</c> stands for the byte 10.</param>
/// <param name="Score">Of two possible merges the one that makes the piece of the higher score comes first.</param>
public sealed record ScoredPiece(string Text, float Score);

/// <summary>
/// The tokenizer of Llama 1 and 2 and of llama2.c: byte-pair encoding on characters, in which scores say what is merged first
/// (Kudo and Richardson 2018, section 3.1, with the model type BPE). A character outside the vocabulary becomes its bytes.
/// </summary>
/// <remarks>
/// <para>
/// Encoding begins with the token <c>&lt;s&gt;</c> (unless <see cref="AddBeginOfText"/> is off) and puts a blank before the text, so
/// that its first word is the same token as inside a sentence. Decoding leaves both out again: a token after <c>&lt;s&gt;</c> loses
/// its leading blank. Tokens that continue a text keep it.
/// </para>
/// <para>Ids are places in the list of pieces: the special tokens come first, with the ids 0, 1 and 2.</para>
/// </remarks>
public sealed class SentencePieceTokenizer : Tokenizer
{
    /// <summary>The piece that stands for what cannot be encoded.</summary>
    public const string Unknown = "<unk>";

    /// <summary>Begins a text.</summary>
    public const string BeginOfText = "<s>";

    /// <summary>Ends a text.</summary>
    public const string EndOfText = "</s>";

    private const int SpecialCount = 3;
    private const int LargestPiece = 4096;

    private readonly Dictionary<string, int> pieceIds = new(StringComparer.Ordinal); // of the ordinary pieces, as they stand
    private readonly int[] byteIds = new int[256];
    private readonly Dictionary<TokenPair, int> merged = [];

    /// <summary>A tokenizer with given pieces.</summary>
    /// <param name="pieces">Unknown, begin of text and end of text first; at least these.</param>
    /// <exception cref="ArgumentException">There are too few or too many pieces, or one is too long or has no score.</exception>
    public SentencePieceTokenizer(IReadOnlyList<ScoredPiece> pieces)
        : base(BytesOf(pieces), new SpecialTokens(Unknown, BeginOfText, EndOfText), IdsOf(pieces.Count))
    {
        Pieces = [.. pieces];
        Array.Fill(byteIds, -1);
        for (var id = SpecialCount; id < pieces.Count; id++)
        {
            pieceIds.TryAdd(pieces[id].Text, id);
            if (TryParseByte(pieces[id].Text, out var value) && byteIds[value] < 0)
            {
                byteIds[value] = id;
            }
        }
    }

    /// <summary>The pieces by id.</summary>
    public IReadOnlyList<ScoredPiece> Pieces { get; }

    /// <summary>Whether encoding begins with <c>&lt;s&gt;</c>, as these models expect it at the beginning of a text.</summary>
    public bool AddBeginOfText { get; init; } = true;

    /// <summary>Whether a piece stands for a single byte.</summary>
    internal bool IsByte(int id) => id >= SpecialCount && TryParseByte(Pieces[id].Text, out _);

    /// <inheritdoc/>
    public override byte[] DecodeBytes(params ReadOnlySpan<int> tokens)
    {
        var bytes = new List<byte>();
        int? previous = null;
        foreach (var token in tokens)
        {
            bytes.AddRange(BytesAfter(previous, token));
            previous = token;
        }

        return [.. bytes];
    }

    internal override ReadOnlySpan<byte> BytesAfter(int? previous, int token)
    {
        var bytes = BytesOf(token);
        var begin = IdOf(BeginOfText);
        return token == begin ? []
            : previous == begin && bytes is [(byte)' ', ..] ? bytes[1..]
            : bytes;
    }

    private protected override void EncodeOrdinary(string text, int start, int length, List<int> tokens)
    {
        // The base class counts ordinary tokens from 0 and special ones behind them.
        if (start == 0 && AddBeginOfText)
        {
            tokens.Add(OrdinaryTokenCount + SpecialTokens.IndexOf(BeginOfText));
        }

        if (length > 0)
        {
            var words = (start == 0 ? " " : "") + text.Substring(start, length);
            tokens.AddRange(Merge(Characters(words)).Select(id => id == 0 ? OrdinaryTokenCount : id - SpecialCount));
        }
    }

    private protected override int CountOrdinary(string text, int start, int length)
    {
        var tokens = new List<int>();
        EncodeOrdinary(text, start, length, tokens);
        return tokens.Count;
    }

    // One piece per character, or one per byte where there is none.
    private List<int> Characters(string text)
    {
        var ids = new List<int>(text.Length);
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (pieceIds.TryGetValue(rune.ToString(), out var id))
            {
                ids.Add(id);
                continue;
            }

            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
            {
                ids.Add(Math.Max(byteIds[value], 0)); // 0 is <unk>, for a vocabulary that lacks the byte
            }
        }

        return ids;
    }

    // Again and again the pair whose piece has the highest score, of equals the first. Tokens form a linked list; a queue holds the
    // pairs, among them some that no longer stand side by side: such a pair is recognised when its turn comes.
    private List<int> Merge(List<int> ids)
    {
        var next = Enumerable.Range(1, ids.Count).ToArray();
        var previous = Enumerable.Range(-1, ids.Count).ToArray();
        var queue = new PriorityQueue<(int At, TokenPair Pair, int Piece), (float Score, int At)>();
        for (var i = 0; i < ids.Count; i++)
        {
            Offer(i);
        }

        while (queue.TryDequeue(out var best, out _))
        {
            var (at, pair, piece) = best;
            var right = next[at];
            if (ids[at] != pair.Left || right >= ids.Count || ids[right] != pair.Right)
            {
                continue;
            }

            ids[at] = piece;
            ids[right] = -1;
            next[at] = next[right];
            if (next[at] < ids.Count)
            {
                previous[next[at]] = at;
            }

            Offer(at);
            if (previous[at] >= 0)
            {
                Offer(previous[at]);
            }
        }

        return [.. ids.Where(id => id >= 0)];

        void Offer(int at)
        {
            if (next[at] < ids.Count)
            {
                var pair = new TokenPair(ids[at], ids[next[at]]);
                var piece = PieceOf(pair);
                if (piece >= 0)
                {
                    queue.Enqueue((at, pair, piece), (-Pieces[piece].Score, at));
                }
            }
        }
    }

    // The piece two others make together, −1 for none.
    private int PieceOf(TokenPair pair)
    {
        lock (merged)
        {
            if (!merged.TryGetValue(pair, out var piece))
            {
                piece = pieceIds.GetValueOrDefault(Pieces[pair.Left].Text + Pieces[pair.Right].Text, -1);
                if (merged.Count < BpeTokenizer.MaximumVocabularySize)
                {
                    merged.Add(pair, piece);
                }
            }

            return piece;
        }
    }

    private static List<byte[]> BytesOf(IReadOnlyList<ScoredPiece> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        if (pieces.Count < SpecialCount || pieces.Count > BpeTokenizer.MaximumVocabularySize)
        {
            throw new ArgumentException(
                $"There are {pieces.Count} pieces; {SpecialCount} special ones come first, and {BpeTokenizer.MaximumVocabularySize} are the "
                + "most there can be.", nameof(pieces));
        }

        for (var id = 0; id < pieces.Count; id++)
        {
            if (pieces[id].Text.Length > LargestPiece || !float.IsFinite(pieces[id].Score))
            {
                throw new ArgumentException($"Piece {id} is longer than {LargestPiece} characters or has no score.", nameof(pieces));
            }
        }

        return [.. pieces.Skip(SpecialCount).Select(piece =>
            TryParseByte(piece.Text, out var value) ? [value] : Encoding.UTF8.GetBytes(piece.Text))];
    }

    // Ordinary pieces have the ids 3, 4, …, the special ones 0, 1 and 2.
    private static int[] IdsOf(int count) => [.. Enumerable.Range(SpecialCount, Math.Max(0, count - SpecialCount)), 0, 1, 2];

    private static bool TryParseByte(string piece, out byte value)
    {
        value = 0;
        return piece is ['<', '0', 'x', _, _, '>']
            && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}

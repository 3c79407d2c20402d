namespace Course.Tokenization;

/// <summary>
/// Turns text into token ids and back. Ids run from 0 to <see cref="VocabularySize"/> − 1 and index the rows of a model's
/// embedding matrix; the special tokens have the last ids, unless another program has numbered the vocabulary.
/// </summary>
/// <remarks>
/// Text means a sequence of Unicode scalar values. A lone surrogate (half of a UTF-16 pair) is not text and is read as
/// U+FFFD, as <see cref="System.Text.Encoding.UTF8"/> does. Implementations can be used from several threads at once.
/// </remarks>
public interface ITokenizer
{
    /// <summary>How many ids there are, special tokens included: the number of rows of the embedding matrix.</summary>
    int VocabularySize { get; }

    /// <summary>
    /// The text of every token, by id. A token that is not valid UTF-8 by itself (one byte of a longer character) shows the
    /// odd bytes as <c>\xE2</c>: good for reading, not for decoding; <see cref="BytesOf"/> is exact.
    /// </summary>
    IReadOnlyList<string> Vocabulary { get; }

    /// <summary>The tokens that stand for events and not for text. Their ids follow all others, in this order, unless another
    /// program has numbered the vocabulary: <see cref="IdOf"/> knows.</summary>
    SpecialTokens SpecialTokens { get; }

    /// <summary>
    /// Encodes text. Whatever looks like a special token in it is ordinary text (<see cref="SpecialTokenHandling.AsText"/>).
    /// </summary>
    /// <param name="text">Any string.</param>
    /// <returns>The token ids, in the order of the text.</returns>
    int[] Encode(string text);

    /// <summary>Encodes text and says what happens where the text of a special token occurs in it.</summary>
    /// <param name="text">Any string.</param>
    /// <param name="handling">
    /// Use <see cref="SpecialTokenHandling.Parse"/> only for text that the program itself has put together.
    /// </param>
    /// <returns>The token ids, in the order of the text.</returns>
    int[] Encode(string text, SpecialTokenHandling handling);

    /// <summary>The number of ids that <see cref="Encode(string, SpecialTokenHandling)"/> would return.</summary>
    /// <param name="text">Any string.</param>
    /// <param name="handling">What happens where the text of a special token occurs.</param>
    int CountTokens(string text, SpecialTokenHandling handling = SpecialTokenHandling.AsText);

    /// <summary>
    /// Decodes ids to text. Special tokens appear as their text; bytes that are not valid UTF-8 become U+FFFD.
    /// </summary>
    /// <param name="tokens">Ids below <see cref="VocabularySize"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    string Decode(params ReadOnlySpan<int> tokens);

    /// <summary>Decodes ids to the bytes they stand for, without a judgement whether these are valid UTF-8.</summary>
    /// <param name="tokens">Ids below <see cref="VocabularySize"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    byte[] DecodeBytes(params ReadOnlySpan<int> tokens);

    /// <summary>The UTF-8 bytes of one token. They can be a part of a character.</summary>
    /// <param name="token">An id below <see cref="VocabularySize"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is outside the vocabulary.</exception>
    ReadOnlySpan<byte> BytesOf(int token);

    /// <summary>The id of a special token, for instance <c>IdOf(SpecialTokens.EndOfText)</c>.</summary>
    /// <param name="specialToken">Its text.</param>
    /// <exception cref="ArgumentException">This tokenizer has no such special token.</exception>
    int IdOf(string specialToken);

    /// <summary>Whether the id is that of a special token.</summary>
    /// <param name="token">Any id.</param>
    bool IsSpecial(int token);

    /// <summary>
    /// Writes the tokenizer to a JSON file that <see cref="Tokenizer.Load"/> reads. The file appears whole or not at all.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    void Save(string path);
}

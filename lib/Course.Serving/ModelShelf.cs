using System.Collections.Concurrent;
using System.Threading.Channels;
using Course.Alignment.Assistants;
using Course.Alignment.Chain;

namespace Course.Serving;

/// <summary>
/// The models a server offers. A model is read from the disk when it is first asked for; each has as many assistants as may answer at
/// the same time, and they are lent out one to a request.
/// </summary>
public sealed class ModelShelf : IDisposable
{
    private readonly Func<string, int, IReadOnlyList<Assistant>> load;
    private readonly ConcurrentDictionary<string, Lazy<Pool>> pools = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Names models.</summary>
    /// <param name="names">Their names, the one to take when none is asked for first.</param>
    /// <param name="load">Makes assistants of a model, as many as are asked for.</param>
    /// <exception cref="ArgumentException">There is no model.</exception>
    public ModelShelf(IReadOnlyList<string> names, Func<string, int, IReadOnlyList<Assistant>> load)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(load);
        Names = names.Count > 0 ? [.. names] : throw new ArgumentException("There is no model to serve.", nameof(names));
        this.load = load;
    }

    /// <summary>The models' names, the one to take when none is asked for first.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The models of a chain that can answer.</summary>
    /// <param name="folder">The chain's folder.</param>
    /// <exception cref="ArgumentException">There is none yet.</exception>
    public static ModelShelf Of(ChainFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return folder.Assistants is { Count: > 0 } names
            ? new ModelShelf(names, (name, count) => Assistant.Load(folder, name, count))
            : throw new ArgumentException($"'{folder.Root}' has no model that can answer yet. Make one: course chatgpt --out {folder.Root}", nameof(folder));
    }

    /// <summary>Borrows an assistant; it is given back by disposing the loan.</summary>
    internal async Task<Loan> BorrowAsync(string name, int count, CancellationToken cancellation)
    {
        var pool = pools.GetOrAdd(name, key => new Lazy<Pool>(() => new Pool(load(key, count)))).Value;
        return new Loan(await pool.Free.Reader.ReadAsync(cancellation), pool.Free.Writer);
    }

    /// <summary>Frees the models. Nobody may be borrowing any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var pool in pools.Values.Where(pool => pool.IsValueCreated))
            {
                pool.Value.Dispose();
            }

            pools.Clear();
        }
    }

    /// <summary>An assistant on loan.</summary>
    internal sealed class Loan(Assistant assistant, ChannelWriter<Assistant> home) : IDisposable
    {
        private bool isBack;

        public Assistant Assistant => assistant;

        public void Dispose()
        {
            if (!isBack)
            {
                isBack = true;
                home.TryWrite(assistant);
            }
        }
    }

    private sealed class Pool : IDisposable
    {
        private readonly IReadOnlyList<Assistant> all;

        public Pool(IReadOnlyList<Assistant> all)
        {
            this.all = all;
            Free = Channel.CreateBounded<Assistant>(all.Count);
            foreach (var assistant in all)
            {
                Free.Writer.TryWrite(assistant);
            }
        }

        public Channel<Assistant> Free { get; }

        public void Dispose()
        {
            foreach (var assistant in all)
            {
                assistant.Dispose();
            }
        }
    }
}

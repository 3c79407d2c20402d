using TorchSharp;

namespace Course.Layers;

/// <summary>
/// Attention with several heads (Vaswani et al. 2017, section 3.2.2): the vector is cut into equal parts, each part attends on its
/// own, and a last linear layer mixes what the heads found. With <see cref="Forward"/> positions attend to each other; with
/// <see cref="Cross"/> to the vectors of another text.
/// </summary>
/// <remarks>
/// Several query heads may share one head of keys and values (Ainslie et al. 2023): grouped-query attention, which makes the
/// <see cref="KvCache"/> smaller. Query head h uses key-value head h / (heads / kv_heads).
/// </remarks>
public sealed class MultiHeadAttention : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Linear qkv;
    private readonly Linear output;
    private readonly Rotary? rotary;
    private readonly Alibi? alibi;

    /// <summary>Makes the two linear layers.</summary>
    /// <param name="width">Numbers in a position's vector.</param>
    /// <param name="heads">Into how many parts it is cut; divides the width.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="mask">Who sees whom when a call does not say otherwise; everyone sees everyone by default.</param>
    /// <param name="bias">Whether the linear layers have a bias.</param>
    /// <param name="dropout">The share of attention weights set to zero while training.</param>
    /// <param name="kernel">Fused or step by step.</param>
    /// <param name="residualScale">Factor on the initial output weights: <see cref="Initialization.ResidualScale"/>.</param>
    /// <param name="keyValueHeads">Heads of keys and values; divides the heads. 0 stands for as many as heads.</param>
    /// <param name="rotary">Turns queries and keys by their positions; the layers of a model share one.</param>
    /// <param name="alibi">Lowers scores by distance; the layers of a model share one.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width, or the positions were made for other heads.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or the dropout is outside [0, 1).</exception>
    public MultiHeadAttention(
        int width,
        int heads,
        Initialization init,
        AttentionMask? mask = null,
        bool bias = true,
        double dropout = 0,
        AttentionKernel kernel = AttentionKernel.Fused,
        double residualScale = 1,
        int keyValueHeads = 0,
        Rotary? rotary = null,
        Alibi? alibi = null)
        : base(nameof(MultiHeadAttention))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(keyValueHeads);
        Dropout.CheckRate(dropout);
        if (width % heads != 0)
        {
            throw new ArgumentException($"{heads} heads cannot share a width of {width} equally.", nameof(heads));
        }

        Width = width;
        Heads = heads;
        KeyValueHeads = keyValueHeads == 0 ? heads : keyValueHeads;
        if (heads % KeyValueHeads != 0)
        {
            throw new ArgumentException($"{heads} query heads cannot share {KeyValueHeads} key-value heads equally.", nameof(keyValueHeads));
        }

        if (rotary is not null && rotary.HeadDim != HeadDim)
        {
            throw new ArgumentException($"The rotary positions turn {rotary.HeadDim} numbers, but a head has {HeadDim}.", nameof(rotary));
        }

        if (alibi is not null && alibi.Heads != heads)
        {
            throw new ArgumentException($"The biases were made for {alibi.Heads} heads, but there are {heads}.", nameof(alibi));
        }

        Mask = mask ?? AttentionMask.None;
        DropoutRate = dropout;
        Kernel = kernel;
        this.rotary = rotary;
        this.alibi = alibi;
        // One product instead of three: the rows of the weight are those of the queries, the keys and the values.
        qkv = new Linear(width, (heads + (2 * KeyValueHeads)) * HeadDim, init, bias);
        output = new Linear(width, width, init, bias, residualScale);
        RegisterComponents();
    }

    /// <summary>Numbers in a position's vector.</summary>
    public int Width { get; }

    /// <summary>How many heads there are.</summary>
    public int Heads { get; }

    /// <summary>How many heads of keys and values there are.</summary>
    public int KeyValueHeads { get; }

    /// <summary>Numbers in a head's part of the vector.</summary>
    public int HeadDim => Width / Heads;

    /// <summary>Who sees whom when a call does not say otherwise.</summary>
    public AttentionMask Mask { get; }

    /// <summary>The share of attention weights set to zero while training.</summary>
    public double DropoutRate { get; }

    /// <summary>Fused or step by step; may be changed at any time, the numbers stay the same.</summary>
    public AttentionKernel Kernel { get; set; }

    /// <summary>
    /// The layer that makes queries, keys and values: weight ((heads + 2·kv_heads)·head_dim, width). First the rows of all query
    /// heads, then those of the keys, then those of the values.
    /// </summary>
    public Linear Qkv => qkv;

    /// <summary>The layer that mixes the heads: weight (width, width).</summary>
    public Linear Output => output;

    /// <inheritdoc/>
    /// <param name="input">(batch, time, width).</param>
    /// <returns>(batch, time, width).</returns>
    public override torch.Tensor forward(torch.Tensor input) => Forward(input, Mask);

    /// <summary>Positions attend to each other, under a mask of the call's own.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="mask">Who sees whom.</param>
    /// <param name="record">Gets this layer's weights, (batch, head, time, keys), appended when given.</param>
    /// <param name="cache">
    /// Keys and values of earlier tokens, which the input continues; gets those of the input. The mask's keys are then all tokens,
    /// earlier ones included.
    /// </param>
    /// <returns>(batch, time, width).</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public torch.Tensor Forward(
        torch.Tensor input, AttentionMask mask, IList<torch.Tensor>? record = null, LayerCache? cache = null)
    {
        Check(input, nameof(input));
        using var scope = torch.NewDisposeScope();
        var (query, key, value) = Project(input, cache?.Length ?? 0);
        if (cache is not null)
        {
            (key, value) = cache.Append(key, value);
        }

        return Attend(query, key, value, mask, record).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Positions attend to another text (Vaswani et al. 2017, section 3.2.3): the queries come from the input, keys and values from
    /// the memory. Positions inside attention play no part here.
    /// </summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="memory">The other text's vectors, (batch, source, width).</param>
    /// <param name="mask">Which positions of the memory may be seen.</param>
    /// <param name="record">Gets this layer's weights, (batch, head, time, source), appended when given.</param>
    /// <param name="cache">Keeps the memory's keys and values from call to call.</param>
    /// <returns>(batch, time, width).</returns>
    /// <exception cref="ArgumentException">An input has another shape.</exception>
    public torch.Tensor Cross(
        torch.Tensor input, torch.Tensor memory, AttentionMask mask, IList<torch.Tensor>? record = null, LayerCache? cache = null)
    {
        Check(input, nameof(input));
        Check(memory, nameof(memory));
        using var scope = torch.NewDisposeScope();
        var query = Split(Rows(input, 0, Width), Heads);
        var (key, value) = cache is null ? KeysAndValues() : cache.Memory(KeysAndValues);
        return Attend(query, key, value, mask, record).MoveToOuterDisposeScope();

        (torch.Tensor Keys, torch.Tensor Values) KeysAndValues()
        {
            var size = KeyValueHeads * HeadDim;
            var both = Split(Rows(memory, Width, 2 * size), 2 * KeyValueHeads); // (batch, 2·kv_head, source, head_dim)
            return (both.narrow(1, 0, KeyValueHeads), both.narrow(1, KeyValueHeads, KeyValueHeads));
        }

        // Only the rows that are needed; an adapter corrects them all at once.
        torch.Tensor Rows(torch.Tensor from, long first, long count) => qkv.Addition is null
            ? MixedPrecision.Linear(from, qkv.Weight.narrow(0, first, count), qkv.Bias?.narrow(0, first, count))
            : qkv.forward(from).narrow(-1, first, count).contiguous();
    }

    /// <summary>Attends and also returns who looked at whom, for pictures.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="mask">Who sees whom; the layer's own mask when left out.</param>
    /// <returns>The output (batch, time, width) and the weights (batch, head, time, time).</returns>
    public (torch.Tensor Output, torch.Tensor Weights) WithWeights(torch.Tensor input, AttentionMask? mask = null)
    {
        var record = new List<torch.Tensor>(1);
        var result = Forward(input, mask ?? Mask, record);
        return (result, record[0]);
    }

    /// <summary>Makes the queries, keys and values of all heads, turned by their positions if the layer does that.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="start">The first token's position.</param>
    /// <returns>Queries (batch, head, time, head_dim); keys and values (batch, kv_head, time, head_dim).</returns>
    public (torch.Tensor Query, torch.Tensor Key, torch.Tensor Value) Project(torch.Tensor input, long start = 0)
    {
        using var scope = torch.NewDisposeScope();
        var all = qkv.forward(input); // (batch, time, (head + 2·kv_head)·head_dim)
        if (rotary is null && KeyValueHeads == Heads)
        {
            var parts = all.view(input.shape[0], input.shape[1], 3, Heads, HeadDim)
                .permute(2, 0, 3, 1, 4)                           // (3, batch, head, time, head_dim): a view, nothing is copied
                .unbind(0);
            return (parts[0].MoveToOuterDisposeScope(), parts[1].MoveToOuterDisposeScope(), parts[2].MoveToOuterDisposeScope());
        }

        var heads = Split(all, Heads + (2 * KeyValueHeads));      // (batch, head + 2·kv_head, time, head_dim): a view
        var value = heads.narrow(1, Heads + KeyValueHeads, KeyValueHeads);
        var turned = heads.narrow(1, 0, Heads + KeyValueHeads);   // queries and keys are turned in one go
        turned = rotary is null ? turned : rotary.Turn(turned, start);
        var query = turned.narrow(1, 0, Heads);
        var key = turned.narrow(1, Heads, KeyValueHeads);
        return (query.MoveToOuterDisposeScope(), key.MoveToOuterDisposeScope(), value.MoveToOuterDisposeScope());
    }

    // The shapes are (batch, head, time, head_dim) with their own number of keys and heads; the result is (batch, time, width). What is
    // made on the way belongs to the caller's scope.
    private torch.Tensor Attend(
        torch.Tensor query, torch.Tensor key, torch.Tensor value, AttentionMask mask, IList<torch.Tensor>? record)
    {
        var (batch, time, keys) = (query.shape[0], query.shape[2], key.shape[2]);
        (key, value) = (ForEachQueryHead(key), ForEachQueryHead(value));
        var bias = alibi?.Bias(time, keys, query.device).to(query.dtype);
        var dropout = training ? DropoutRate : 0;
        torch.Tensor heads; // (batch, head, time, head_dim)
        if (Kernel == AttentionKernel.Fused && record is null)
        {
            heads = Layers.Attention.Fused(query, key, value, mask, dropout, bias);
        }
        else
        {
            var allowed = mask.Allowed(time, keys, query.device);
            (heads, var weights) = Layers.Attention.ScaledDotProduct(query, key, value, allowed, dropout, bias);
            record?.Add(weights.detach().MoveToOuterDisposeScope());
        }

        var joined = heads.transpose(1, 2).reshape(batch, time, Width);
        return output.forward(joined);
    }

    // (batch, kv_head, time, head_dim) → (batch, head, time, head_dim): each head of keys or values once for every query head in its group.
    private torch.Tensor ForEachQueryHead(torch.Tensor shared) => KeyValueHeads == Heads
        ? shared
        : shared.unsqueeze(2).expand(-1, -1, Heads / KeyValueHeads, -1, -1).flatten(1, 2);

    // (batch, time, head·head_dim) → (batch, head, time, head_dim): a view.
    private torch.Tensor Split(torch.Tensor vectors, int heads) =>
        vectors.view(vectors.shape[0], vectors.shape[1], heads, HeadDim).transpose(1, 2);

    private void Check(torch.Tensor vectors, string name)
    {
        if (vectors.dim() != 3 || vectors.shape[2] != Width)
        {
            throw new ArgumentException(
                $"The input must have the shape (batch, time, {Width}); it is ({string.Join(", ", vectors.shape)}).", name);
        }
    }
}

using TorchSharp;

namespace Course.Layers;

/// <summary>
/// Self-attention with several heads (Vaswani et al. 2017, section 3.2.2): the vector is cut into equal parts, each part attends
/// on its own, and a last linear layer mixes what the heads found.
/// </summary>
public sealed class MultiHeadAttention : torch.nn.Module<torch.Tensor, torch.Tensor>
{
    private readonly Linear qkv;
    private readonly Linear output;

    /// <summary>Makes the two linear layers.</summary>
    /// <param name="width">Numbers in a position's vector.</param>
    /// <param name="heads">Into how many parts it is cut; divides the width.</param>
    /// <param name="init">Makes the parameters.</param>
    /// <param name="mask">Who sees whom when a call does not say otherwise; everyone sees everyone by default.</param>
    /// <param name="bias">Whether the linear layers have a bias.</param>
    /// <param name="dropout">The share of attention weights set to zero while training.</param>
    /// <param name="kernel">Fused or step by step.</param>
    /// <param name="residualScale">Factor on the initial output weights: <see cref="Initialization.ResidualScale"/>.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1 or the dropout is outside [0, 1).</exception>
    public MultiHeadAttention(
        int width,
        int heads,
        Initialization init,
        AttentionMask? mask = null,
        bool bias = true,
        double dropout = 0,
        AttentionKernel kernel = AttentionKernel.Fused,
        double residualScale = 1)
        : base(nameof(MultiHeadAttention))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        Dropout.CheckRate(dropout);
        if (width % heads != 0)
        {
            throw new ArgumentException($"{heads} heads cannot share a width of {width} equally.", nameof(heads));
        }

        Width = width;
        Heads = heads;
        Mask = mask ?? AttentionMask.None;
        DropoutRate = dropout;
        Kernel = kernel;
        // One product instead of three: the rows of the weight are those of the queries, the keys and the values.
        qkv = new Linear(width, 3 * width, init, bias);
        output = new Linear(width, width, init, bias, residualScale);
        RegisterComponents();
    }

    /// <summary>Numbers in a position's vector.</summary>
    public int Width { get; }

    /// <summary>How many heads there are.</summary>
    public int Heads { get; }

    /// <summary>Numbers in a head's part of the vector.</summary>
    public int HeadDim => Width / Heads;

    /// <summary>Who sees whom when a call does not say otherwise.</summary>
    public AttentionMask Mask { get; }

    /// <summary>The share of attention weights set to zero while training.</summary>
    public double DropoutRate { get; }

    /// <summary>Fused or step by step; may be changed at any time, the numbers stay the same.</summary>
    public AttentionKernel Kernel { get; set; }

    /// <summary>The layer that makes queries, keys and values: weight (3·width, width).</summary>
    public Linear Qkv => qkv;

    /// <summary>The layer that mixes the heads: weight (width, width).</summary>
    public Linear Output => output;

    /// <inheritdoc/>
    /// <param name="input">(batch, time, width).</param>
    /// <returns>(batch, time, width).</returns>
    public override torch.Tensor forward(torch.Tensor input) => Forward(input, Mask);

    /// <summary>Attends under a mask of the call's own.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <param name="mask">Who sees whom.</param>
    /// <param name="record">Gets this layer's weights, (batch, head, time, time), appended when given.</param>
    /// <returns>(batch, time, width).</returns>
    /// <exception cref="ArgumentException">The input has another shape.</exception>
    public torch.Tensor Forward(torch.Tensor input, AttentionMask mask, IList<torch.Tensor>? record = null)
    {
        if (input.dim() != 3 || input.shape[2] != Width)
        {
            throw new ArgumentException(
                $"The input must have the shape (batch, time, {Width}); it is ({string.Join(", ", input.shape)}).", nameof(input));
        }

        using var scope = torch.NewDisposeScope();
        var (batch, time) = (input.shape[0], input.shape[1]);
        var (query, key, value) = Project(input);
        var dropout = training ? DropoutRate : 0;
        torch.Tensor heads; // (batch, head, time, head_dim)
        if (Kernel == AttentionKernel.Fused && record is null)
        {
            heads = Attention.Fused(query, key, value, mask, dropout);
        }
        else
        {
            using var allowed = mask.Allowed(time, time, input.device);
            (heads, var weights) = Attention.ScaledDotProduct(query, key, value, allowed, dropout);
            record?.Add(weights.detach().MoveToOuterDisposeScope());
        }

        var joined = heads.transpose(1, 2).reshape(batch, time, Width);
        return output.forward(joined).MoveToOuterDisposeScope();
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

    /// <summary>Makes the queries, keys and values of all heads.</summary>
    /// <param name="input">(batch, time, width).</param>
    /// <returns>Three tensors of shape (batch, head, time, head_dim).</returns>
    public (torch.Tensor Query, torch.Tensor Key, torch.Tensor Value) Project(torch.Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var parts = qkv.forward(input)                            // (batch, time, 3·width)
            .view(input.shape[0], input.shape[1], 3, Heads, HeadDim)
            .permute(2, 0, 3, 1, 4)                               // (3, batch, head, time, head_dim): a view, nothing is copied
            .unbind(0);
        return (parts[0].MoveToOuterDisposeScope(), parts[1].MoveToOuterDisposeScope(), parts[2].MoveToOuterDisposeScope());
    }
}

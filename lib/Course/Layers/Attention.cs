using TorchSharp;

namespace Course.Layers;

/// <summary>How attention is computed; both ways give the same numbers.</summary>
public enum AttentionKernel
{
    /// <summary>One native call that never stores the table of weights (Dao et al. 2022). Fast; cannot return the weights.</summary>
    Fused,

    /// <summary>Step by step, as the formula reads.</summary>
    WrittenOut,
}

/// <summary>
/// Scaled dot-product attention: softmax(Q Kᵀ / √d) V (Vaswani et al. 2017, equation 1). Each query mixes the values, more of
/// those whose keys point in its own direction.
/// </summary>
public static class Attention
{
    /// <summary>Attention in small steps, with the weights as a second result.</summary>
    /// <param name="query">(…, queries, head_dim).</param>
    /// <param name="key">(…, keys, head_dim).</param>
    /// <param name="value">(…, keys, value_dim).</param>
    /// <param name="allowed">
    /// Bool, broadcastable to (…, queries, keys): true where a query may look; <see langword="null"/> for everywhere. A query that
    /// may look nowhere gets zeros.
    /// </param>
    /// <param name="dropout">The share of weights set to zero at random while training (the rest grows to keep the mean).</param>
    /// <param name="bias">Added to the scores, broadcastable to (…, queries, keys): see <see cref="Alibi"/>.</param>
    /// <returns>The output (…, queries, value_dim) and the weights (…, queries, keys), whose rows add up to 1.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static (torch.Tensor Output, torch.Tensor Weights) ScaledDotProduct(
        torch.Tensor query, torch.Tensor key, torch.Tensor value, torch.Tensor? allowed = null, double dropout = 0, torch.Tensor? bias = null)
    {
        CheckShapes(query, key, value);
        using var scope = torch.NewDisposeScope();
        var headDim = query.shape[^1];
        var scores = query.matmul(key.transpose(-2, -1)) / Math.Sqrt(headDim); // (…, queries, keys)
        if (scores.dtype is torch.ScalarType.BFloat16 or torch.ScalarType.Float16)
        {
            scores = scores.to(torch.float32); // sums of many small numbers need the digits
        }

        if (bias is not null)
        {
            scores = scores + bias;
        }

        torch.Tensor weights;
        if (allowed is null)
        {
            weights = scores.softmax(-1);
        }
        else
        {
            // Minus infinity becomes e^−∞ = 0. The largest negative number does the same and, in a row with nothing allowed, gives
            // a finite softmax where minus infinity gives 0/0; the second masking then clears such a row.
            var forbidden = ~allowed;
            weights = scores.masked_fill(forbidden, float.MinValue).softmax(-1).masked_fill(forbidden, 0);
        }

        var kept = dropout > 0 ? torch.nn.functional.dropout(weights, dropout) : weights;
        var output = kept.to(value.dtype).matmul(value); // (…, queries, value_dim)
        return (output.MoveToOuterDisposeScope(), weights.MoveToOuterDisposeScope());
    }

    /// <summary>The same result in one native call, without the weights.</summary>
    /// <param name="query">(batch, head, queries, head_dim).</param>
    /// <param name="key">(batch, head, keys, head_dim).</param>
    /// <param name="value">(batch, head, keys, value_dim).</param>
    /// <param name="mask">Who may look at whom.</param>
    /// <param name="dropout">The share of weights set to zero at random.</param>
    /// <param name="bias">Added to the scores, broadcastable to (batch, head, queries, keys): see <see cref="Alibi"/>.</param>
    /// <returns>(batch, head, queries, value_dim).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit together.</exception>
    public static torch.Tensor Fused(
        torch.Tensor query, torch.Tensor key, torch.Tensor value, AttentionMask mask, double dropout = 0, torch.Tensor? bias = null)
    {
        ArgumentNullException.ThrowIfNull(mask);
        CheckShapes(query, key, value);
        var (queries, keys) = (query.shape[^2], key.shape[^2]);
        // A single query is the last position and sees every key.
        var isCausal = mask.IsCausal && queries > 1;
        if (mask.IsReal is null && bias is null && (!isCausal || queries == keys))
        {
            // The kernel knows these two cases and needs no table.
            return torch.nn.functional.scaled_dot_product_attention(query, key, value, p: dropout, is_casual: isCausal);
        }

        using var scope = torch.NewDisposeScope();
        var table = mask.Allowed(queries, keys, query.device);
        if (bias is not null)
        {
            // The kernel takes one table: either who may look, or numbers to add, where minus infinity forbids.
            table = table is null ? bias : bias.masked_fill(~table, float.NegativeInfinity);
        }

        return torch.nn.functional.scaled_dot_product_attention(query, key, value, table, dropout).MoveToOuterDisposeScope();
    }

    /// <summary>A table that hides the future: (time, time), bool, true on and below the diagonal.</summary>
    /// <param name="time">Positions.</param>
    /// <param name="device">Where the table is made.</param>
    public static torch.Tensor CausalMask(long time, torch.Device device) =>
        AttentionMask.Causal.Allowed(Size.Positive(time), time, device)!;

    private static void CheckShapes(torch.Tensor query, torch.Tensor key, torch.Tensor value)
    {
        if (query.dim() < 2 || key.dim() < 2 || value.dim() < 2)
        {
            throw new ArgumentException("Query, key and value need at least the dimensions (positions, features).");
        }

        if (query.shape[^1] != key.shape[^1])
        {
            throw new ArgumentException(
                $"Queries have {query.shape[^1]} features and keys {key.shape[^1]}: no dot product between them.", nameof(key));
        }

        if (key.shape[^2] != value.shape[^2])
        {
            throw new ArgumentException($"There are {key.shape[^2]} keys but {value.shape[^2]} values.", nameof(value));
        }
    }
}

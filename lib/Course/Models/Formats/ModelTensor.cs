using TorchSharp;

namespace Course.Models.Formats;

/// <summary>
/// A tensor as another program calls and arranges it, seen through to the memory of a model: reading the view gives what the other
/// program expects, writing to it sets the model's own weights.
/// </summary>
/// <param name="Name">Its name there.</param>
/// <param name="Shape">Its shape there.</param>
/// <param name="View">The same numbers in the same order, possibly with its dimensions cut into several.</param>
internal sealed record ModelTensor(string Name, long[] Shape, torch.Tensor View)
{
    public ModelTensor(string name, torch.Tensor view)
        : this(name, view.shape, view)
    {
    }

    /// <summary>How many numbers it has.</summary>
    public long Count => View.numel();

    /// <summary>A copy in the other program's arrangement, float32 on the CPU.</summary>
    public torch.Tensor ToTensor() => View.detach().to(torch.float32).cpu().reshape(Shape).contiguous();

    /// <summary>Sets the model's numbers.</summary>
    /// <param name="numbers">Of the shape <see cref="Shape"/> and of any type and device.</param>
    public void Set(torch.Tensor numbers)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        View.copy_(numbers.reshape(View.shape));
    }

    /// <summary>
    /// Rows of queries or keys in the order in which Hugging Face's Llama keeps them: pairs of rotary positions are the first and the
    /// second half of a head there, neighbours here.
    /// </summary>
    /// <param name="name">Its name there.</param>
    /// <param name="rows">(heads · head_dim, …).</param>
    /// <param name="heads">How many heads there are.</param>
    public static ModelTensor Halves(string name, torch.Tensor rows, int heads) =>
        new(name, rows.shape, rows.unflatten(0, [heads, rows.shape[0] / heads / 2, 2]).transpose(1, 2));
}

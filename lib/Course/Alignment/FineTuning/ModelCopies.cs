using Course.Models;
using TorchSharp;

namespace Course.Alignment.FineTuning;

/// <summary>Copies of a model: what it was before it learned something new.</summary>
public static class ModelCopies
{
    /// <summary>A model with the same weights that then goes its own way.</summary>
    /// <param name="model">The original.</param>
    /// <exception cref="InvalidOperationException">Adapters hang on it, which a copy would not have: merge them first.</exception>
    public static Gpt Copy(this Gpt model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.modules().OfType<Layers.Linear>().Any(layer => layer.Addition is not null))
        {
            throw new InvalidOperationException($"Adapters hang on this model: {nameof(LoraAdapters.Merge)} or dispose them before copying.");
        }

        var copy = new Gpt(model.Config, device: model.Device);
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var state = model.state_dict();
        foreach (var (name, tensor) in copy.state_dict())
        {
            tensor.copy_(state[name]);
        }

        return copy;
    }

    /// <summary>
    /// A copy that never learns and has no dropout: the reference that a policy is compared with in PPO, DPO and GRPO.
    /// </summary>
    /// <param name="model">The original.</param>
    public static Gpt FrozenCopy(this Gpt model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Copy().Freeze();
    }

    /// <summary>The model itself, without dropout and without learning from now on: a reference where no other copy is needed.</summary>
    /// <param name="model">The model.</param>
    internal static Gpt Freeze(this Gpt model)
    {
        model.eval();
        foreach (var parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        return model;
    }
}

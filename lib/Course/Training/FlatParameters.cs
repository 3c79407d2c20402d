using System.Runtime.CompilerServices;
using TorchSharp;
using TorchSharp.Modules;

namespace Course.Training;

/// <summary>
/// All trainable parameters of a model, and their gradients, as views of two long rows of numbers. The model notices nothing, but
/// an optimizer can go over all weights in one pass at the speed of the memory instead of calling several operations per weight.
/// </summary>
/// <remarks>
/// Matrices come first: weight decay pulls on them alone. Biases, gains and other vectors follow (Loshchilov and Hutter 2019 leave
/// this open; GPT-2 and its descendants decay matrices only, embeddings among them).
/// </remarks>
public sealed class FlatParameters : IDisposable
{
    // Views start at 16 and not at 0: a gradient made by someone else starts at 0 of its own memory, and that tells them apart.
    private const long Front = 16;

    private static readonly ConditionalWeakTable<torch.nn.Module, FlatParameters> Owners = [];

    private readonly List<Slot> slots = [];
    private readonly torch.Tensor allValues;
    private readonly torch.Tensor allGradients;
    private bool isDisposed;

    /// <summary>Moves the parameters of a model into one row. Only one optimizer at a time can own a model's parameters.</summary>
    /// <param name="model">The model; its parameters are of type float32 and on one device.</param>
    /// <exception cref="ArgumentException">It has no trainable parameter, or of several types or devices.</exception>
    public FlatParameters(torch.nn.Module model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var parameters = model.named_parameters().Where(pair => pair.parameter.requires_grad)
            .OrderBy(pair => pair.parameter.dim() < 2) // a stable sort: matrices first, otherwise the model's own order
            .ToList();
        if (parameters.Count == 0)
        {
            throw new ArgumentException("The model has no trainable parameter.", nameof(model));
        }

        Device = parameters[0].parameter.device;
        foreach (var (name, parameter) in parameters)
        {
            if (parameter.dtype != torch.ScalarType.Float32 || parameter.device.ToString() != Device.ToString())
            {
                throw new ArgumentException(
                    $"Parameters must be float32 and on one device ({Device}), but '{name}' is {parameter.dtype} on {parameter.device}.",
                    nameof(model));
            }

            slots.Add(new Slot(name, parameter, Front + Count, parameter.numel()));
            Count += parameter.numel();
            if (parameter.dim() >= 2)
            {
                DecayedCount += parameter.numel();
            }
        }

        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        allValues = torch.zeros(Front + Count, torch.float32, device: Device).DetachFromDisposeScope();
        allGradients = torch.zeros(Front + Count, torch.float32, device: Device).DetachFromDisposeScope();
        Values = allValues.narrow(0, Front, Count).DetachFromDisposeScope();
        Gradients = allGradients.narrow(0, Front, Count).DetachFromDisposeScope();
        foreach (var slot in slots)
        {
            var view = slot.ViewOf(allValues);
            view.copy_(slot.Parameter);
            slot.Parameter.set_(view);
            if (slot.Parameter.grad is { } gradient)
            {
                slot.ViewOf(allGradients).copy_(gradient);
            }

            slot.Parameter.grad = slot.ViewOf(allGradients);
        }

        Owners.AddOrUpdate(model, this);
        Model = model;
    }

    /// <summary>The model whose parameters these are.</summary>
    public torch.nn.Module Model { get; }

    /// <summary>Where the parameters live.</summary>
    public torch.Device Device { get; }

    /// <summary>How many numbers there are.</summary>
    public long Count { get; }

    /// <summary>How many of them, from the first on, belong to matrices.</summary>
    public long DecayedCount { get; }

    /// <summary>All parameters in a row: (count).</summary>
    public torch.Tensor Values { get; }

    /// <summary>All gradients in the same order: (count).</summary>
    public torch.Tensor Gradients { get; }

    /// <summary>Cuts a row of the same length into the parameters' shapes: for naming the state of an optimizer.</summary>
    /// <param name="row">(count).</param>
    /// <returns>Views with the names of the parameters.</returns>
    public IEnumerable<(string Name, torch.Tensor View)> Split(torch.Tensor row)
    {
        if (row.dim() != 1 || row.shape[0] != Count)
        {
            throw new ArgumentException($"The row must have {Count} numbers.", nameof(row));
        }

        return slots.Select(slot => (slot.Name, row.narrow(0, slot.Offset - Front, slot.Length).view(slot.Parameter.shape)));
    }

    /// <summary>
    /// Makes sure that <see cref="Gradients"/> holds what the backward pass has computed, also when somebody has replaced a
    /// parameter's gradient by one of his own or cleared it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The parameters have been taken over by another optimizer, or moved.</exception>
    public void Gather()
    {
        CheckOwnership();
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        foreach (var slot in slots)
        {
            var gradient = slot.Parameter.grad;
            if (gradient?.storage_offset() == slot.Offset)
            {
                continue; // the usual case: autograd has added to our view
            }

            var view = slot.ViewOf(allGradients);
            if (gradient is null)
            {
                view.zero_();
            }
            else
            {
                view.copy_(gradient);
            }

            slot.Parameter.grad = view;
        }
    }

    /// <summary>Sets all gradients to zero.</summary>
    public void ZeroGradients()
    {
        Gather();
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        Gradients.zero_();
    }

    /// <summary>Lets go of the rows. The model keeps its parameters, which still lie in them.</summary>
    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            Values.Dispose();
            Gradients.Dispose();
            allValues.Dispose();
            allGradients.Dispose();
        }
    }

    private void CheckOwnership()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (Owners.TryGetValue(Model, out var owner) && owner != this)
        {
            throw new InvalidOperationException(
                "Another optimizer or trainer has been made for this model since. Continue with that one, or make a new one.");
        }

        if (slots.Any(slot => slot.Parameter.IsInvalid || slot.Parameter.storage_offset() != slot.Offset))
        {
            throw new InvalidOperationException(
                "The model's parameters have been replaced since the optimizer was made (moved to another device, perhaps). "
                + "Make the optimizer or trainer afterwards.");
        }
    }

    private sealed record Slot(string Name, Parameter Parameter, long Offset, long Length)
    {
        public torch.Tensor ViewOf(torch.Tensor row) => row.narrow(0, Offset, Length).view(Parameter.shape);
    }
}

namespace Course.Plots;

/// <summary>What the colour of a box says.</summary>
public enum DiagramTone
{
    /// <summary>A step like any other.</summary>
    Plain,

    /// <summary>Data, inputs and outputs.</summary>
    Data,

    /// <summary>What is learned: weights, models.</summary>
    Learned,

    /// <summary>What judges: a loss, a reward, a comparison.</summary>
    Judge,
}

/// <summary>A box of a diagram. Boxes stand on a grid: columns from the left, rows from the top, halves allowed.</summary>
/// <param name="Name">What is written in it, and what arrows call it; unique in a diagram.</param>
/// <param name="Column">Its column, from 0.</param>
/// <param name="Row">Its row, from 0.</param>
/// <param name="Note">A smaller line below the name, for example a shape: <c>"(batch, time, channel)"</c>.</param>
/// <param name="Tone">What its colour says.</param>
public sealed record DiagramBox(string Name, double Column, double Row = 0, string? Note = null, DiagramTone Tone = DiagramTone.Plain);

/// <summary>An arrow between two boxes.</summary>
/// <param name="From">The name of the box it starts at.</param>
/// <param name="To">The name of the box it ends at.</param>
/// <param name="Label">What flows along it.</param>
/// <param name="Dashed">Whether it is dashed, for what flows back: gradients, updates.</param>
/// <param name="Bend">
/// How far it bulges, in pixels: 0 is straight, positive is to the right as seen along the arrow. By default an arrow that leads
/// back along its row bulges downwards, all others are straight.
/// </param>
public sealed record DiagramArrow(string From, string To, string? Label = null, bool Dashed = false, double? Bend = null);

/// <summary>A dashed frame around boxes that belong together, for example a block that is repeated.</summary>
/// <param name="Label">What it is: <c>"× 4 blocks"</c>.</param>
/// <param name="Boxes">The names of the boxes inside.</param>
public sealed record DiagramFrame(string Label, IReadOnlyList<string> Boxes);

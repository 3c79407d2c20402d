namespace Course.Classic;

/// <summary>The four moves of a <see cref="GridWorld"/>, in the order of their numbers.</summary>
public enum Move
{
    /// <summary>One row up.</summary>
    Up,

    /// <summary>One column to the right.</summary>
    Right,

    /// <summary>One row down.</summary>
    Down,

    /// <summary>One column to the left.</summary>
    Left,
}

/// <summary>What a kind of cell does to whoever enters it.</summary>
/// <param name="Reward">What is paid, added to the reward of the step.</param>
/// <param name="Ends">Whether the episode ends there.</param>
public sealed record CellRule(double Reward, bool Ends = false);

/// <summary>What may follow an action.</summary>
/// <param name="Probability">How probable it is.</param>
/// <param name="Next">The state that follows.</param>
/// <param name="Reward">What is paid on the way.</param>
/// <param name="Ends">Whether the episode ends.</param>
public sealed record Outcome(double Probability, int Next, double Reward, bool Ends);

/// <summary>
/// A board of cells on which somebody walks, one cell a step, and is paid or punished: the standard small example of a Markov decision
/// process. A state is a cell, numbered row by row from 0, walls included; walking into a wall or off the board leaves one in place.
/// </summary>
public sealed class GridWorld
{
    private const int MostCells = 10_000;
    private readonly char[,] cells;
    private readonly IReadOnlyDictionary<char, CellRule> rules;
    private readonly double stepReward;
    private readonly double slip;

    /// <summary>Reads a board from a drawing.</summary>
    /// <param name="map">Rows of equal length: <c>.</c> a free cell, <c>#</c> a wall, one <c>S</c> the start, other characters as in <paramref name="rules"/>. Spaces are ignored.</param>
    /// <param name="rules">What the other characters mean, for example <c>['G'] = new(1, Ends: true)</c>.</param>
    /// <param name="stepReward">What every step pays; a small negative number makes haste worth while.</param>
    /// <param name="slip">The chance to slip and go to the right or the left of where one wanted, each half of it.</param>
    /// <exception cref="ArgumentException">Rows differ in length, there is not exactly one start, or a character has no rule.</exception>
    public GridWorld(string map, IReadOnlyDictionary<char, CellRule> rules, double stepReward = 0, double slip = 0)
    {
        ArgumentNullException.ThrowIfNull(map);
        ArgumentNullException.ThrowIfNull(rules);
        if (!double.IsFinite(stepReward) || slip is not (>= 0 and <= 1))
        {
            throw new ArgumentException($"A step pays a finite number (not {stepReward}) and slips with a chance from 0 to 1 (not {slip}).");
        }

        string[] lines = [.. map.Split('\n').Select(line => string.Concat(line.Where(c => !char.IsWhiteSpace(c)))).Where(line => line.Length > 0)];
        if (lines.Length == 0 || lines.Any(line => line.Length != lines[0].Length) || lines.Length * lines[0].Length > MostCells)
        {
            throw new ArgumentException($"A map has rows of equal length and at most {MostCells:N0} cells.", nameof(map));
        }

        (this.rules, this.stepReward, this.slip) = (new Dictionary<char, CellRule>(rules), stepReward, slip);
        cells = new char[lines.Length, lines[0].Length];
        Start = -1;
        for (var state = 0; state < States; state++)
        {
            var cell = lines[state / Columns][state % Columns];
            cells[state / Columns, state % Columns] = cell;
            if (cell == 'S')
            {
                Start = Start < 0 ? state : throw new ArgumentException("A map has one start S, this one has two.", nameof(map));
            }
            else if (cell is not ('.' or '#') && !rules.ContainsKey(cell))
            {
                throw new ArgumentException($"The map holds '{cell}', for which there is no rule.", nameof(map));
            }
        }

        if (Start < 0)
        {
            throw new ArgumentException("The map has no start S.", nameof(map));
        }
    }

    /// <summary>How many rows the board has.</summary>
    public int Rows => cells.GetLength(0);

    /// <summary>How many columns the board has.</summary>
    public int Columns => cells.GetLength(1);

    /// <summary>How many states there are: one for each cell.</summary>
    public int States => cells.Length;

    /// <summary>How many actions there are: one for each <see cref="Move"/>.</summary>
    public int Actions => 4;

    /// <summary>Where an episode starts.</summary>
    public int Start { get; }

    /// <summary>The character of a state's cell.</summary>
    public char Cell(int state) => cells[state / Columns, state % Columns];

    /// <summary>Whether one may stand and act there: it is no wall and ends no episode.</summary>
    public bool IsOpen(int state) => Cell(state) is var cell && cell != '#' && !(rules.TryGetValue(cell, out var rule) && rule.Ends);

    /// <summary>Everything that may follow an action, with its probability; the probabilities add up to 1.</summary>
    /// <exception cref="ArgumentException">One cannot act in this state, or there is no such action.</exception>
    public IReadOnlyList<Outcome> Outcomes(int state, int action)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(state);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(state, States);
        ArgumentOutOfRangeException.ThrowIfNegative(action);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(action, Actions);
        if (!IsOpen(state))
        {
            throw new ArgumentException($"Nobody can act in state {state}: it is a wall or the end.", nameof(state));
        }

        return slip == 0
            ? [Enter(state, action, 1)]
            : [Enter(state, action, 1 - slip), Enter(state, (action + 1) % 4, slip / 2), Enter(state, (action + 3) % 4, slip / 2)];
    }

    /// <summary>Takes an action and lets chance decide what follows.</summary>
    /// <param name="state">Where one is.</param>
    /// <param name="action">What one does.</param>
    /// <param name="uniform">A random number from 0 up to, and not including, 1.</param>
    public Outcome Step(int state, int action, double uniform)
    {
        var outcomes = Outcomes(state, action);
        foreach (var outcome in outcomes)
        {
            uniform -= outcome.Probability;
            if (uniform < 0)
            {
                return outcome;
            }
        }

        return outcomes[^1];
    }

    private Outcome Enter(int state, int action, double probability)
    {
        var (down, right) = (Move)action switch
        {
            Move.Up => (-1, 0),
            Move.Right => (0, 1),
            Move.Down => (1, 0),
            _ => (0, -1),
        };
        var (row, column) = ((state / Columns) + down, (state % Columns) + right);
        var blocked = row < 0 || row >= Rows || column < 0 || column >= Columns || cells[row, column] == '#';
        var next = blocked ? state : (row * Columns) + column;

        // A reward is for entering a cell: who is pushed back from a wall has entered nothing.
        var rule = blocked ? null : rules.GetValueOrDefault(Cell(next));
        return new Outcome(probability, next, stepReward + (rule?.Reward ?? 0), rule?.Ends ?? false);
    }
}

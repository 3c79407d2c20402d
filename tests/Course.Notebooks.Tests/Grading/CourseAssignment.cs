using Course.Notebooks.Documents;
using Course.Notebooks.Grading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Course.Notebooks.Tests.Grading;

/// <summary>A wrong answer that students may well give.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Cell">The <c>grade_id</c> of the answer.</param>
/// <param name="Test">The tests that have to find it.</param>
/// <param name="Message">A part of what they have to say.</param>
/// <param name="Source">The answer.</param>
internal sealed record WrongAnswer(string Name, string Cell, string Test, string Message, string Source)
{
    public override string ToString() => $"{Cell}/{Name}";
}

/// <summary>One of the course's assignments with its wrong answers, <c>Answers/ASSIGNMENT/CELL/NAME.cs</c>.</summary>
internal sealed class CourseAssignment
{
    private CourseAssignment(string file)
    {
        Notebook = AssignmentNotebook.Load(file);
        var folder = Path.Combine(Root, "tests", "Course.Notebooks.Tests", "Grading", "Answers", Notebook.Name);
        WrongAnswers = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Read)] : [];
    }

    /// <summary>All assignments of the course.</summary>
    public static IReadOnlyList<CourseAssignment> OfCourse { get; } = In("source");

    /// <summary>The assignments, and the template that authors begin with: it is to be a good example.</summary>
    public static IReadOnlyList<CourseAssignment> All { get; } = [.. OfCourse, .. In("template")];

    /// <summary>The repository.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Course.sln")))
            {
                folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
            }
            return folder.FullName;
        }
    }

    public AssignmentNotebook Notebook { get; }

    public IReadOnlyList<WrongAnswer> WrongAnswers { get; }

    /// <summary>The tests that give points, by their <c>grade_id</c>.</summary>
    public IEnumerable<string> Tests => Notebook.Graded.Where(cell => cell.Kind == GradeCellKind.Tests).Select(cell => cell.Id);

    /// <summary>
    /// Whether its answers declare types. Declared once more, a type is another type, and a method that takes it an overload of the method
    /// before: such submissions cannot follow one another on one kernel. Types in locked cells are no hindrance: the cells stay the same.
    /// </summary>
    public bool AnswersDeclareTypes => Notebook.Document.Cells
        .Where(cell => cell.Kind == CellKind.Code && !(GradeCell.IdOf(cell) is { } id && Notebook.Cells[id].IsLocked)).Select(cell => cell.Source)
        .Concat(WrongAnswers.Select(answer => answer.Source)).Any(code => Parse(code).DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Any());

    /// <summary>Whether a cell declares types, and runs no statement: once is enough then, however many submissions follow.</summary>
    public static bool DeclaresTypes(string code)
    {
        SyntaxNode[] members = [.. Parse(code).ChildNodes()];
        return members.Any(member => member is BaseTypeDeclarationSyntax) && members.All(member => member is BaseTypeDeclarationSyntax or MethodDeclarationSyntax);
    }

    public override string ToString() => Notebook.Name;

    /// <summary>A submission: the release with the author's answers in it, some of them replaced.</summary>
    public NotebookDocument Submit(IEnumerable<WrongAnswer> wrong)
    {
        var replaced = wrong.ToDictionary(answer => answer.Cell, answer => answer.Source, StringComparer.Ordinal);
        var document = Notebook.Release();
        foreach (var cell in document.Cells)
        {
            if (GradeCell.IdOf(cell) is { } id && Notebook.Cells[id].Solution)
            {
                cell.Source = replaced.GetValueOrDefault(id) ?? SourceOf(id);
            }
        }
        return document;
    }

    /// <summary>The answers on which a cell rests, whether it calls them itself or by way of others.</summary>
    public IReadOnlySet<string> AnswersBehind(string id)
    {
        var code = Notebook.Document.Cells.Where(cell => cell.Kind == CellKind.Code)
            .Select(cell => (Id: GradeCell.IdOf(cell) ?? cell.Id, cell.Source)).ToArray();
        var reached = new HashSet<string>(StringComparer.Ordinal) { id };
        for (var before = 0; before < reached.Count;)
        {
            before = reached.Count;
            var used = code.Where(cell => reached.Contains(cell.Id)).SelectMany(cell => Used(cell.Source)).ToHashSet(StringComparer.Ordinal);
            reached.UnionWith(code.Where(cell => NameGuard.Declared(cell.Source).Overlaps(used)).Select(cell => cell.Id));
        }
        reached.IntersectWith(Notebook.Cells.Values.Where(cell => cell.Kind == GradeCellKind.Answer).Select(cell => cell.Id));
        return reached;
    }

    /// <summary>
    /// The wrong answers in as few submissions as may be. Two share one only if neither is behind the tests that have to find the other.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<WrongAnswer>> Submissions()
    {
        var behind = WrongAnswers.Select(answer => answer.Test).Distinct().ToDictionary(test => test, AnswersBehind, StringComparer.Ordinal);
        var submissions = new List<List<WrongAnswer>>();
        foreach (var answer in WrongAnswers)
        {
            var free = submissions.Find(others => others.All(other => other.Cell != answer.Cell && other.Test != answer.Test
                && !behind[other.Test].Contains(answer.Cell) && !behind[answer.Test].Contains(other.Cell)));
            if (free is null)
            {
                submissions.Add([answer]);
            }
            else
            {
                free.Add(answer);
            }
        }
        return submissions;
    }

    private static CourseAssignment[] In(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, "notebooks", "assignments", folder), "*.ipynb", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Select(file => new CourseAssignment(file))];

    private string SourceOf(string id) => Notebook.Document.Cells.Single(cell => GradeCell.IdOf(cell) == id).Source;

    private static WrongAnswer Read(string file)
    {
        var text = File.ReadAllText(file);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return text[..Math.Max(end, 0)].TrimEnd().Split(": ", 2) is [var test, { Length: > 0 } message] && test.StartsWith("// ", StringComparison.Ordinal)
            ? new WrongAnswer(Path.GetFileNameWithoutExtension(file), Path.GetFileName(Path.GetDirectoryName(file)!), test[3..], message, text[(end + 1)..])
            : throw new InvalidDataException($"{file}: the first line is '// TESTS: a part of their message'.");
    }

    private static IEnumerable<string> Used(string code) =>
        Parse(code).DescendantNodes().OfType<SimpleNameSyntax>().Select(name => name.Identifier.ValueText);

    private static SyntaxNode Parse(string code)
    {
        var lines = code.Split('\n').Select(line => line.StartsWith('#') ? "" : line);
        return CSharpSyntaxTree.ParseText(string.Join('\n', lines), new CSharpParseOptions(LanguageVersion.Preview, kind: SourceCodeKind.Script)).GetRoot();
    }
}

using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Course.Benchmarks;

/// <summary>
/// How long a class takes to grade: right, wrong, empty and hostile submissions, with the command killed in the middle and started
/// again. Every score is compared with what it must be, so that a fast wrong answer counts for nothing.
/// </summary>
internal sealed class GradeBenchmark : IBenchmark
{
    public Command CreateCommand()
    {
        var students = new Option<int>("--students") { Description = "How many hand in.", DefaultValueFactory = _ => 100 };
        var jobs = new Option<int>("--jobs") { Description = "How many submissions run at the same time.", DefaultValueFactory = _ => Environment.ProcessorCount };
        foreach (var option in (Option<int>[])[students, jobs])
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<int>() is < 1 or > 1_000)
                {
                    result.AddError($"{option.Name} must be from 1 to 1000.");
                }
            });
        }
        var command = new Command("grade", "A class of simulated students, graded by the course's command.") { students, jobs };
        command.SetAction((parsed, _) => RunAsync(parsed.GetValue(students), parsed.GetValue(jobs)));
        return command;
    }

    private static async Task<int> RunAsync(int students, int jobs)
    {
        var folder = Directory.CreateTempSubdirectory("course-class-").FullName;
        try
        {
            var expected = SimulatedClass.Write(folder, students);
            var clock = Stopwatch.StartNew();
            if (students > 1)
            {
                await SimulatedClass.GradeAsync(folder, jobs, students / 2);
            }
            var killed = clock.Elapsed;
            var lines = await SimulatedClass.GradeAsync(folder, jobs, null);
            var all = clock.Elapsed;
            foreach (var line in lines.Where(line => !line.StartsWith('[')))
            {
                Console.WriteLine(line);
            }
            var differences = SimulatedClass.Differences(folder, expected);
            foreach (var difference in differences)
            {
                Console.WriteLine(difference);
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{students} submissions, {jobs} at a time: {all.TotalSeconds:0.0} s ({all.TotalSeconds / students:0.00} s each), killed after {killed.TotalSeconds:0.0} s; "
                + $"{students - differences.Count} of {students} scores as they must be."));
            return differences.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

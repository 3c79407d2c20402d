using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.Data.Sqlite;

namespace Course.Notebooks.Grading;

/// <summary>The points of a class as tables: <c>gradebook.csv</c>, <c>cells.csv</c>, and both in <c>gradebook.db</c> (SQLite).</summary>
public static class Gradebook
{
    private static readonly string[] Submissions = ["student", "assignment", "notebook", "score", "max_points", "needs_person", "findings"];
    private static readonly string[] Cells = ["student", "assignment", "notebook", "cell", "kind", "score", "max_points", "reason"];

    /// <summary>Writes all three files; what was there is replaced.</summary>
    /// <param name="folder">The folder <c>autograded/</c>.</param>
    /// <param name="results">What was graded.</param>
    public static void Save(string folder, IReadOnlyList<SubmissionResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        Directory.CreateDirectory(folder);
        var submissions = results.Select(result => new object?[]
        {
            result.Student, result.Assignment, result.Notebook, result.Score, result.MaxPoints, result.NeedsPerson ? 1 : 0, string.Join(" | ", result.Findings),
        }).ToArray();
        var cells = results.SelectMany(result => result.Cells.Select(cell => new object?[]
        {
            result.Student, result.Assignment, result.Notebook, cell.Id, cell.Kind.ToString().ToLowerInvariant(), cell.Score, cell.MaxPoints, cell.Reason,
        })).ToArray();
        SaveCsv(Path.Combine(folder, "gradebook.csv"), Submissions, submissions);
        SaveCsv(Path.Combine(folder, "cells.csv"), Cells, cells);
        SaveDatabase(Path.Combine(folder, "gradebook.db"), submissions, cells);
    }

    // Spreadsheets run texts that begin with '=': what comes from students is written so that it stays text.
    private static void SaveCsv(string path, string[] columns, object?[][] rows)
    {
        var habits = new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape, NewLine = "\n" };
        using var csv = new CsvWriter(new StreamWriter(path), habits);
        foreach (var row in rows.Prepend(columns))
        {
            foreach (var field in row)
            {
                csv.WriteField(Convert.ToString(field, CultureInfo.InvariantCulture));
            }
            csv.NextRecord();
        }
    }

    private static void SaveDatabase(string path, object?[][] submissions, object?[][] cells)
    {
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        using (var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = temporary, Pooling = false }.ToString()))
        {
            database.Open();
            using var transaction = database.BeginTransaction();
            Create(database, "submission", "student TEXT NOT NULL, assignment TEXT NOT NULL, notebook TEXT NOT NULL, score REAL NOT NULL, "
                + "max_points REAL NOT NULL, needs_person INTEGER NOT NULL, findings TEXT NOT NULL, PRIMARY KEY (student, assignment, notebook)");
            Create(database, "cell", "student TEXT NOT NULL, assignment TEXT NOT NULL, notebook TEXT NOT NULL, cell TEXT NOT NULL, "
                + "kind TEXT NOT NULL, score REAL, max_points REAL NOT NULL, reason TEXT, PRIMARY KEY (student, assignment, notebook, cell)");
            Insert(database, "submission", submissions);
            Insert(database, "cell", cells);
            transaction.Commit();
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static void Create(SqliteConnection database, string table, string columns)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // Both texts are constants of this class.
        command.CommandText = $"CREATE TABLE {table} ({columns}) STRICT";
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static void Insert(SqliteConnection database, string table, object?[][] rows)
    {
        foreach (var row in rows)
        {
            using var command = database.CreateCommand();
            var names = Enumerable.Range(0, row.Length).Select(i => string.Create(CultureInfo.InvariantCulture, $"$p{i}")).ToArray();
#pragma warning disable CA2100 // Names made here; the values are parameters.
            command.CommandText = $"INSERT INTO {table} VALUES ({string.Join(", ", names)})";
#pragma warning restore CA2100
            for (var i = 0; i < row.Length; i++)
            {
                command.Parameters.AddWithValue(names[i], row[i] ?? DBNull.Value);
            }
            command.ExecuteNonQuery();
        }
    }
}

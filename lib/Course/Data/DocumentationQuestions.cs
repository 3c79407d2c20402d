namespace Course.Data;

/// <summary>Makes questions of our own wording whose answers are sentences of the documentation.</summary>
internal static class DocumentationQuestions
{
    private static readonly Dictionary<MemberKind, string[]> Wordings = new()
    {
        [MemberKind.Type] =
            ["What is {0}?", "What is the type {0} for?", "Explain the type {0}.", "Tell me about {0}.", "Describe {0} briefly."],
        [MemberKind.Constructor] =
            ["What does the constructor {0} do?", "What happens when I write new {0}?", "Explain the constructor {0}.", "What do I get from new {0}?"],
        [MemberKind.Method] =
            ["What does {0} do?", "What happens when I call {0}?", "Explain the method {0}.", "What is the method {0} for?", "Describe {0} briefly."],
        [MemberKind.Operator] =
            ["What does {0} do?", "Explain {0}.", "What is {0} for?", "What happens when I use {0}?"],
        [MemberKind.Property] =
            ["What does the property {0} do?", "What is the property {0} for?", "Explain the property {0}.", "What is {0}?", "Describe {0} briefly."],
        [MemberKind.Field] =
            ["What does {0} mean?", "What is {0}?", "What does {0} stand for?", "Explain {0}."],
        [MemberKind.Event] =
            ["When does {0} occur?", "What is the event {0} for?", "Explain the event {0}.", "When is {0} raised?"],
    };

    private static readonly string[] ReturnWordings = ["What does {0} return?", "What is the result of {0}?", "What do I get back from {0}?"];

    private static readonly string[] ParameterWordings =
        ["What is the parameter {1} of {0}?", "What do I pass as {1} to {0}?", "Explain the parameter {1} of {0}."];

    /// <summary>Questions about every member, answered by its documentation. No question is asked twice.</summary>
    /// <param name="members">The members to ask about.</param>
    /// <param name="wordings">How many wordings of each question to give, at least 1; a question has three to five.</param>
    /// <param name="returnsAndParameters">Whether to ask also what a member returns and what its parameters are.</param>
    /// <returns>
    /// Pairs in the order of the members. A member whose name several share, as overloads do, is asked about by its signature; one
    /// whose signature is not unique either, by its namespace too.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one wording is asked for.</exception>
    public static IReadOnlyList<QuestionAnswer> Ask(IReadOnlyList<DocumentedMember> members, int wordings, bool returnsAndParameters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wordings, 1);
        var names = members.CountBy(m => m.Name, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var signatures = members.CountBy(m => m.Signature, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        var questions = new List<QuestionAnswer>();
        foreach (var member in members)
        {
            var subject = names[member.Name] == 1 && member.Kind != MemberKind.Constructor ? member.Name
                : signatures[member.Signature] == 1 ? member.Signature
                : $"{member.Namespace}.{member.Signature}";
            Add(Wordings[member.Kind], subject, "", member.Summary, member.Id);
            if (!returnsAndParameters)
            {
                continue;
            }

            // The "return value" of a property is what its summary already says.
            if (member.Kind is MemberKind.Method or MemberKind.Operator && member.Returns.Length > 0)
            {
                Add(ReturnWordings, subject, "", member.Returns, member.Id);
            }

            foreach (var parameter in member.Parameters.Where(p => p.Text.Length > 0))
            {
                Add(ParameterWordings, subject, parameter.Name, parameter.Text, member.Id);
            }
        }

        return questions;

        void Add(string[] templates, string subject, string parameter, string answer, string id)
        {
            // Which wording comes first depends on the member alone: stable, and evenly spread.
            var first = (int)(SplitMix64.Hash(0, id + parameter) % (ulong)templates.Length);
            for (var i = 0; i < Math.Min(wordings, templates.Length); i++)
            {
                var question = templates[(first + i) % templates.Length]
                    .Replace("{0}", subject, StringComparison.Ordinal).Replace("{1}", parameter, StringComparison.Ordinal);
                if (asked.Add(question))
                {
                    questions.Add(new QuestionAnswer(question, answer, id));
                }
            }
        }
    }
}

namespace Course.Data;

/// <summary>A question and its answer, for instruction tuning.</summary>
/// <param name="Question">What is asked.</param>
/// <param name="Answer">The answer, one or more sentences.</param>
/// <param name="Source">The documentation id of the member the answer is about.</param>
public sealed record QuestionAnswer(string Question, string Answer, string Source);

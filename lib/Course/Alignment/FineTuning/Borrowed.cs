namespace Course.Alignment.FineTuning;

/// <summary>
/// Holds a module that belongs to somebody else. TorchSharp takes every module it finds in a field for a part of the module that has
/// the field, to be trained, saved and freed with it; it does not look in here.
/// </summary>
internal sealed record Borrowed<T>(T Value);

namespace Course.Notebooks.Scripting.Directives;

/// <summary><c>#!share</c> and <c>#!set</c> move values between languages; here there is one language.</summary>
internal sealed class SharingDirective : IRefusedDirective
{
    public IReadOnlyList<string> Names => ["#!share", "#!set"];

    public string Help => "not supported: cells of one language share their variables anyway";

    public string Reason => "values are not passed between languages here. C# cells share their variables: use the variable itself.";
}

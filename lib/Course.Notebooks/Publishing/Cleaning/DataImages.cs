using System.Text;
using System.Text.RegularExpressions;

namespace Course.Notebooks.Publishing.Cleaning;

/// <summary>Images that stand in the page itself, as <c>data:</c> addresses.</summary>
internal static partial class DataImages
{
    /// <summary>Whether an address is an image of pixels, which can hold no program.</summary>
    public static bool IsRaster(string address) => Raster().IsMatch(address);

    /// <summary>The drawing in an address, or <see langword="null"/> when it holds none.</summary>
    public static string? Drawing(string address)
    {
        var match = Svg().Match(address);
        if (!match.Success)
        {
            return null;
        }
        var data = address[match.Length..];
        try
        {
            return match.Groups["base64"].Success
                ? Encoding.UTF8.GetString(Convert.FromBase64String(data))
                : Uri.UnescapeDataString(data);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\Adata:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\z")]
    private static partial Regex Raster();

    [GeneratedRegex(@"\Adata:image/svg\+xml(;charset=[a-zA-Z0-9-]+|;utf8)?(?<base64>;base64)?,", RegexOptions.IgnoreCase)]
    private static partial Regex Svg();
}

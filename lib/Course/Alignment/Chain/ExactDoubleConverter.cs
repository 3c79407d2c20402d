using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Course.Alignment.Chain;

/// <summary>
/// Writes each number so that reading gives the same bits again. The shortest form, which .NET writes, misses some powers of two by
/// their last bit: those get all 17 digits.
/// </summary>
internal sealed class ExactDoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (!double.IsFinite(value) || double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) == value)
        {
            writer.WriteNumberValue(value);
        }
        else
        {
            writer.WriteRawValue(value.ToString("G17", CultureInfo.InvariantCulture));
        }
    }
}

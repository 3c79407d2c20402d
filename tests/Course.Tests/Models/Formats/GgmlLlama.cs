namespace Course.Tests.Models.Formats;

/// <summary>
/// What a program makes of the tensors of a GGUF file of the architecture "llama": plain loops over names and settings, with the
/// rotary positions of neighbouring pairs.
/// </summary>
internal sealed class GgmlLlama(GgufReader file)
{
    private readonly int heads = Number("llama.attention.head_count", file);
    private readonly int shared = Number("llama.attention.head_count_kv", file);
    private readonly int headDim = Number("llama.rope.dimension_count", file);
    private readonly double ropeBase = (float)file.Settings["llama.rope.freq_base"];
    private readonly double epsilon = (float)file.Settings["llama.attention.layer_norm_rms_epsilon"];

    /// <summary>How likely each token comes after each position.</summary>
    public float[][] Logits(int[] text)
    {
        var table = file.Tensors["token_embd.weight"];
        var width = table.Sizes[0];
        float[][] stream = [.. text.Select(token => table.Numbers[(token * width)..((token + 1) * width)])];
        for (var block = 0; block < Number("llama.block_count", file); block++)
        {
            var name = $"blk.{block}.";
            var inputs = stream.Select(x => Norm(x, name + "attn_norm")).ToArray();
            var queries = inputs.Select((x, t) => Turned(Linear(x, name + "attn_q"), t)).ToArray();
            var keys = inputs.Select((x, t) => Turned(Linear(x, name + "attn_k"), t)).ToArray();
            var values = inputs.Select(x => Linear(x, name + "attn_v")).ToArray();
            for (var t = 0; t < text.Length; t++)
            {
                stream[t] = Sum(stream[t], Linear(Attend(queries[t], keys[..(t + 1)], values[..(t + 1)]), name + "attn_output"));
                var x = Norm(stream[t], name + "ffn_norm");
                var (gate, up) = (Linear(x, name + "ffn_gate"), Linear(x, name + "ffn_up"));
                float[] bent = [.. gate.Zip(up, (g, u) => (float)(g / (1 + Math.Exp(-g)) * u))];
                stream[t] = Sum(stream[t], Linear(bent, name + "ffn_down"));
            }
        }

        var head = file.Tensors.GetValueOrDefault("output.weight", table);
        return [.. stream.Select(x => head.Times(Norm(x, "output_norm")))];
    }

    private static int Number(string key, GgufReader file) => (int)(uint)file.Settings[key];

    private static float[] Sum(float[] a, float[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private float[] Norm(float[] x, string name)
    {
        var scale = 1 / Math.Sqrt(x.Average(v => (double)v * v) + epsilon);
        return [.. x.Zip(file.Tensors[name + ".weight"].Numbers, (v, gain) => (float)(v * scale * gain))];
    }

    private float[] Linear(float[] x, string name)
    {
        var result = file.Tensors[name + ".weight"].Times(x);
        return file.Tensors.TryGetValue(name + ".bias", out var bias) ? Sum(result, bias.Numbers) : result;
    }

    private float[] Turned(float[] rows, int position)
    {
        var turned = new float[rows.Length];
        for (var i = 0; i < rows.Length; i += 2)
        {
            var (sine, cosine) = Math.SinCos(position * Math.Pow(ropeBase, -(double)(i % headDim) / headDim));
            turned[i] = (float)((rows[i] * cosine) - (rows[i + 1] * sine));
            turned[i + 1] = (float)((rows[i] * sine) + (rows[i + 1] * cosine));
        }

        return turned;
    }

    private float[] Attend(float[] query, float[][] keys, float[][] values)
    {
        var result = new float[query.Length];
        for (var head = 0; head < heads; head++)
        {
            var (q, kv) = (head * headDim, head / (heads / shared) * headDim);
            var scores = keys.Select(key => Enumerable.Range(0, headDim).Sum(i => (double)query[q + i] * key[kv + i]) / Math.Sqrt(headDim)).ToArray();
            var sum = scores.Sum(Math.Exp);
            for (var i = 0; i < headDim; i++)
            {
                result[q + i] = (float)scores.Zip(values, (score, value) => Math.Exp(score) / sum * value[kv + i]).Sum();
            }
        }

        return result;
    }
}

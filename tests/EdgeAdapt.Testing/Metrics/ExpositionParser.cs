using System.Globalization;
using System.Text;

namespace EdgeAdapt.Testing.Metrics;

/// <summary>
/// Reads metrics as text, written after the two specifications and independent of the product's writer. Refuses what a scraper would: unknown escapes,
/// lines of one family apart from each other, a sample before its type, a name that its type does not allow, buckets that fall, duplicates, a missing end.
/// </summary>
public sealed class ExpositionParser
{
    private readonly bool _open;
    private readonly List<ExpositionSample> _samples = [];
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _helps = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);
    private string? _family;

    private ExpositionParser(bool open) => _open = open;

    /// <summary>Every sample, in order.</summary>
    public IReadOnlyList<ExpositionSample> Samples => _samples;

    /// <summary>The type of each family.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>The help of each family, unescaped.</summary>
    public IReadOnlyDictionary<string, string> Helps => _helps;

    /// <summary>Reads a whole exposition.</summary>
    /// <exception cref="FormatException">It breaks a rule.</exception>
    public static ExpositionParser Parse(string text, bool openMetrics)
    {
        var parser = new ExpositionParser(openMetrics);
        if (text.Length == 0 || text[^1] != '\n')
        {
            throw new FormatException("The last line does not end.");
        }

        string[] lines = text[..^1].Split('\n');
        if (openMetrics)
        {
            Require(lines[^1] == "# EOF", "The last line is not # EOF.", lines[^1]);
            lines = lines[..^1];
        }

        foreach (string line in lines)
        {
            parser.Line(line);
        }

        parser.CheckHistograms();
        return parser;
    }

    /// <summary>The value of the one sample of this name whose labels include the given ones.</summary>
    public double Value(string name, params (string Name, string Value)[] labels) =>
        _samples.Single(s => s.Name == name && labels.All(l => s.Labels.TryGetValue(l.Name, out string? value) && value == l.Value)).Value;

    private void Line(string line)
    {
        Require(line.Length > 0 && !line.Contains('\r', StringComparison.Ordinal), "An empty line, or one with a carriage return.", line);
        if (line[0] != '#')
        {
            Sample(line);
            return;
        }

        string[] parts = line.Split(' ', 4);
        Require(parts.Length == 4 && parts[0] == "#" && IsName(parts[2], colons: true), "A comment that is none of HELP, TYPE, UNIT.", line);
        Enter(parts[2]);
        bool fresh = parts[1] switch
        {
            "HELP" => _helps.TryAdd(parts[2], Unescape(parts[3], _open, line)),
            "TYPE" => _types.TryAdd(parts[2], parts[3]),
            "UNIT" => _open && parts[2].EndsWith("_" + parts[3], StringComparison.Ordinal),
            _ => false,
        };
        Require(fresh, "Twice, or a unit that does not end the name.", line);
        Require(parts[1] != "TYPE" || parts[3] is "counter" or "gauge" or "histogram" || (_open && parts[3] == "info"), "An unknown type.", line);
    }

    private void Enter(string family)
    {
        if (_family != family)
        {
            Require(_family is null || _ended.Add(_family), "A family that comes twice.", _family!);
            Require(!_ended.Contains(family), "A family in two places.", family);
            _family = family;
        }
    }

    private void Sample(string line)
    {
        int end = line.IndexOfAny(['{', ' ']);
        Require(end > 0 && IsName(line[..end], colons: true), "A wrong name.", line);
        string name = line[..end];
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (line[end] == '{')
        {
            end = Labels(line, end + 1, labels);
        }

        Require(end < line.Length && line[end] == ' ' && !line.AsSpan(end + 1).Contains(' '), "No value, or something behind it.", line);
        string value = line[(end + 1)..];
        double number = value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            _ => double.Parse(value, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture),
        };
        Require(_family is not null && _types.TryGetValue(_family, out string? type) && Allows(_family, type, name, labels), "A sample that its family does not allow, or before its type.", line);
        Require(_types[_family!] is not "counter" || number >= 0, "A counter below 0.", line);
        Require(_series.Add(name + string.Join(',', labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"))), "The same series twice.", line);
        _samples.Add(new ExpositionSample(name, labels, number));
    }

    private bool Allows(string family, string type, string name, Dictionary<string, string> labels) => type switch
    {
        "counter" => name == (_open ? family + "_total" : family) && (_open || family.EndsWith("_total", StringComparison.Ordinal)),
        "gauge" => name == family,
        "info" => name == family + "_info",
        _ => (name == family + "_bucket" && labels.ContainsKey("le")) || ((name == family + "_sum" || name == family + "_count") && !labels.ContainsKey("le")),
    };

    private static int Labels(string line, int at, Dictionary<string, string> labels)
    {
        while (true)
        {
            int equals = line.IndexOf("=\"", at, StringComparison.Ordinal);
            Require(equals > at && IsName(line[at..equals], colons: false), "A wrong label.", line);
            int end = equals + 2;
            while (end < line.Length && line[end] != '"')
            {
                end += line[end] == '\\' ? 2 : 1;
            }

            Require(end < line.Length - 1, "A label that does not end.", line);
            Require(labels.TryAdd(line[at..equals], Unescape(line[(equals + 2)..end], quotes: true, line)), "A label twice.", line);
            if (line[end + 1] == '}')
            {
                return end + 2;
            }

            Require(line[end + 1] == ',', "Something between labels.", line);
            at = end + 2;
        }
    }

    private void CheckHistograms()
    {
        foreach (string family in _types.Where(t => t.Value == "histogram").Select(t => t.Key))
        {
            var groups = _samples.Where(s => s.Name == family + "_bucket").GroupBy(s => Key(s.Labels)).ToList();
            Require(groups.Count > 0, "A histogram without buckets.", family);
            foreach (var group in groups)
            {
                double[] bounds = [.. group.Select(b => b.Labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(b.Labels["le"], CultureInfo.InvariantCulture))];
                double[] counts = [.. group.Select(b => b.Value)];
                Require(bounds.SequenceEqual(bounds.Distinct().Order()) && double.IsPositiveInfinity(bounds[^1]), "Bounds out of order, or no +Inf.", family);
                Require(counts.SequenceEqual(counts.Order()), "Buckets that fall.", family);
                Require(_samples.Single(s => s.Name == family + "_count" && Key(s.Labels) == group.Key).Value == counts[^1], "A count that is not the last bucket.", family);
                Require(_samples.Count(s => s.Name == family + "_sum" && Key(s.Labels) == group.Key) == 1, "No sum.", family);
            }
        }
    }

    private static string Key(IReadOnlyDictionary<string, string> labels) =>
        string.Join(',', labels.Where(l => l.Key != "le").OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    private static string Unescape(string text, bool quotes, string line)
    {
        var clear = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                Require(!quotes || text[i] != '"', "A quotation mark that is not escaped.", line);
                clear.Append(text[i]);
                continue;
            }

            i++;
            clear.Append(i == text.Length ? throw new FormatException($"Half an escape. In: {line}") : text[i] switch
            {
                '\\' => '\\',
                'n' => '\n',
                '"' when quotes => '"',
                _ => throw new FormatException($"An unknown escape. In: {line}"),
            });
        }

        return clear.ToString();
    }

    private static bool IsName(string name, bool colons) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_' || (colons && c == ':'));

    private static void Require(bool holds, string rule, string line)
    {
        if (!holds)
        {
            throw new FormatException($"{rule} In: {line}");
        }
    }
}

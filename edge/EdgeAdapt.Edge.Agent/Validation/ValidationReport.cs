using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeAdapt.Edge.Core.Preflight;

namespace EdgeAdapt.Edge.Agent.Validation;

/// <summary>Findings, to read and to parse.</summary>
internal sealed record ValidationReport(IReadOnlyList<CheckFinding> Findings)
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>0 where all is well, 1 with warnings, 2 where the agent would not start or be of no use.</summary>
    public int ExitStatus => (int)Findings.Select(f => f.Result).DefaultIfEmpty().Max();

    /// <summary>A table, one check a line, and a line of summary.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        int width = Findings.Select(f => f.Check.Length).DefaultIfEmpty().Max();
        foreach (CheckFinding finding in Findings)
        {
            string[] lines = finding.Finding.Split('\n');
            text.AppendLine($"{Word(finding.Result),-4}  {finding.Check.PadRight(width)}  {lines[0]}");
            foreach (string line in lines.Skip(1))
            {
                text.AppendLine($"{new string(' ', width + 8)}{line.TrimEnd()}");
            }
        }

        return text.AppendLine($"{Count(CheckResult.Ok)} ok, {Count(CheckResult.Warning)} to look at, {Count(CheckResult.Failure)} failed").ToString();
    }

    /// <summary>The same for programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            exit_status = ExitStatus,
            ok = Count(CheckResult.Ok),
            warnings = Count(CheckResult.Warning),
            failures = Count(CheckResult.Failure),
            checks = Findings.Select(f => new { check = f.Check, result = Word(f.Result), finding = f.Finding }),
        },
        Json);

    private int Count(CheckResult result) => Findings.Count(f => f.Result == result);

    private static string Word(CheckResult result) => result switch
    {
        CheckResult.Ok => "ok",
        CheckResult.Warning => "warn",
        _ => "fail",
    };
}

using System.Text;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>Writes each line with one call of the system, so that a kill cannot take back what was said.</summary>
internal sealed class EdgeJournalWriter
{
    private readonly Stream _output = Console.OpenStandardOutput();

    public void Write(JournalWord word, int number) => _output.Write(Encoding.ASCII.GetBytes($"{word} {number}.\n"));
}

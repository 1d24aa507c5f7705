namespace EdgeAdapt.Adaptation;

/// <summary>Turns the faults of an options record into one exception that names them all.</summary>
internal static class OptionFaults
{
    public static void ThrowIfAny(IReadOnlyList<string> faults, string parameter)
    {
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, faults), parameter);
        }
    }
}

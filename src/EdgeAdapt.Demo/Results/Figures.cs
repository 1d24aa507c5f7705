namespace EdgeAdapt.Demo.Results;

/// <summary>Figures as people read them.</summary>
internal static class Figures
{
    /// <summary>A fraction in percent, or a dash for none.</summary>
    public static string Percent(double? fraction) => fraction is { } f ? (f * 100).ToString("0.0") + " %" : "–";

    /// <summary>The difference of two fractions in points, with its sign, or a dash.</summary>
    public static string Gain(double? from, double? to) => to - from is { } gain ? (gain * 100).ToString("+0.0;−0.0;0.0") : "–";

    /// <summary>Bytes in the unit that keeps the number short (kB and MB are powers of ten).</summary>
    public static string Bytes(double count) => count switch
    {
        < 1000 => $"{count:0} B",
        < 1e6 => $"{count / 1e3:0.#} kB",
        _ => $"{count / 1e6:0.##} MB",
    };

    /// <summary>Milliseconds, or a dash for none.</summary>
    public static string Milliseconds(double? value) => value is { } v ? v.ToString(v < 10 ? "0.0" : "0") + " ms" : "–";

    /// <summary>A duration as minutes and seconds.</summary>
    public static string Clock(TimeSpan duration) => $"{(int)duration.TotalMinutes}:{duration.Seconds:00}";
}
